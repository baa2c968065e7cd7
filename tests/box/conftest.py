"""The GPU box as tests get it: one for all processes of a test run, started by the first that asks.

`gpu_box`    the box, while other tests use it too: make folders by `fresh_folder`, break nothing
`lone_box`   the box for this test alone: it may be cut off, restarted, rebooted; it is mended afterwards
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NoReturn

import pytest

from box import box, locks
from box.box import GpuBox
from box.image import NotMadeError

FIXTURES = {"box_parts", "gpu_box", "lone_box"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("box")


@pytest.fixture(scope="session")
def box_parts() -> None:
    """What a box is made of is here; else the test is skipped, or fails where a box is demanded."""
    why = box.why_not()
    if why:
        _do_without(why)


@pytest.fixture(scope="session")
def _running_box(box_parts: None) -> Iterator[GpuBox]:
    lease = locks.Lease()
    try:
        try:
            it = box.up()
        except NotMadeError as problem:
            _do_without(str(problem))
        yield it
    finally:
        lease.give_back(box.down_unless_kept)


@pytest.fixture
def gpu_box(_running_box: GpuBox) -> Iterator[GpuBox]:
    with locks.among_others():
        yield _running_box


@pytest.fixture
def lone_box(_running_box: GpuBox) -> Iterator[GpuBox]:
    with locks.alone():
        yield _running_box
        _running_box.restore()


def _do_without(why: str) -> NoReturn:
    if os.environ.get("COSMOS_REQUIRE_BOX") == "1":
        pytest.fail(f"COSMOS_REQUIRE_BOX=1, but there is no GPU box: {why}", pytrace=False)
    pytest.skip(f"No GPU box: {why}.")
