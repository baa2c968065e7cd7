"""People's machines with a home folder, and this checkout to install into their Houdinis."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cosmos_houdini.install.carry_out import Request
from cosmos_houdini.install.preferences import Machine
from cosmos_houdini.install.root import own_root

MakeMachine = Callable[..., Machine]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "jö doe"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def machine(home: Path) -> MakeMachine:
    """A machine of one of the three systems, with the named folders in its home."""

    def make(
        platform: str, *folders: str, documents: Path | None = None, environment: dict[str, str] | None = None
    ) -> Machine:
        for folder in folders:
            (home / folder).mkdir(parents=True)
        return Machine(platform, home, environment or {}, documents)

    return make


@pytest.fixture
def request_for() -> Callable[..., Request]:
    """A request whose runtime is the one that the tests run in."""

    def make(machine: Machine, root: Path | None = None, **options: object) -> Request:
        environment = {"COSMOS_RUNTIME_PYTHON": sys.executable, **machine.environment}
        here = Machine(sys.platform, machine.home, environment, machine.documents)
        return Request(root or own_root(), here, **options)  # type: ignore[arg-type]

    return make
