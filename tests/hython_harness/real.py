"""A real Houdini behind the fixture `hython`: the same tests in hython, the stand-in out of the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


class RealSession:
    """The Houdini that runs this test, with an empty scene or the one asked for.

    What the stand-in counts for itself (`oddities`, `unknowns`) stays empty here, and `plugins` came with the
    package.
    """

    def __init__(
        self,
        version: str | None = None,
        hip: Path | str | None = None,
        *,
        ui: bool = False,
        plugins: object = (),
    ) -> None:
        import hou
        import pdg

        running = ".".join(str(part) for part in hou.applicationVersion()[:2])
        if version not in (None, running):
            pytest.skip(f"this Houdini is {running}, the test plays {version}")
        if ui and not hou.isUIAvailable():
            pytest.skip("this Houdini has no screen, and the test looks at one")
        self.version, self.with_ui = running, ui
        self.hou: Any = hou
        self.pdg: Any = pdg
        self.oddities: list[str] = []
        self.unknowns: set[str] = set()
        hou.hipFile.clear(suppress_save_prompt=True)
        if hip is not None and Path(hip).is_file():
            hou.hipFile.load(str(hip), suppress_save_prompt=True)
        elif hip is not None:
            hou.hipFile.setName(str(hip))
