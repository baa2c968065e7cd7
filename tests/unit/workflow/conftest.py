"""A project with one small run, whose engine is a script of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cosmos_houdini.records.run_spec import RunSpec
from cosmos_houdini.records.store import Store
from support import script_box
from support.shots import make_run, write_video


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def run(store: Store) -> RunSpec:
    return make_run(store)


@pytest.fixture
def carry_out(store: Store, run: RunSpec) -> Callable[[str], RunSpec]:
    """Runs the whole way with `script` as the engine and returns the closed record."""
    return lambda script: script_box.carry_out(store, run, script_box.script_box(store, script))


@pytest.fixture
def good_video(tmp_path: Path) -> Path:
    """The video that the run should deliver."""
    return write_video(tmp_path / "made" / "good.mp4")


@pytest.fixture
def make_video(tmp_path: Path) -> Callable[..., Path]:
    return lambda **options: write_video(tmp_path / "made" / "other.mp4", **options)
