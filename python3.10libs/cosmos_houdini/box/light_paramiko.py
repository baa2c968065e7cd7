"""paramiko, loaded without Invoke, which it takes along for one rare line of ~/.ssh/config.

Invoke is a task runner and carries out `Match exec`. It takes as long to load as all the rest of paramiko, so
it is loaded where such a line is met.
"""

from __future__ import annotations

import sys
from typing import Any


class _Invoke:
    """Stands in paramiko for the module until it is needed."""

    def run(self, command: str, **options: Any) -> Any:
        import invoke  # type: ignore[import-untyped,unused-ignore]

        return invoke.run(command, **options)


def _load() -> None:
    if "invoke" in sys.modules or "paramiko" in sys.modules:
        return
    sys.modules["invoke"] = None  # type: ignore[assignment] # whoever imports it is told that there is none
    try:
        import paramiko.config as ssh_config
    finally:
        del sys.modules["invoke"]
    ssh_config.invoke = _Invoke()  # type: ignore[attr-defined]


_load()

import paramiko  # noqa: E402

__all__ = ["paramiko"]
