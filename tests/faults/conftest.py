"""A fault is a test that carries `@pytest.mark.fault(row, title)` and tells its `row` what it did and saw."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from box.conftest import _running_box, box_parts, gpu_box, lone_box  # noqa: F401 - fixtures
from faults.line import Line, counted_line
from faults.quick_engine import QuickEngine
from faults.shot import Bystander, Shot
from faults.table import Row, write_page

ROW = pytest.StashKey[Row]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-reliability", action="store_true", help="write docs/reliability.md")


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Row:
    marker = request.node.get_closest_marker("fault")
    assert marker is not None, "a fault says which row of the table it is: @pytest.mark.fault('3', 'a title')"
    row = Row(*marker.args)
    request.node.stash[ROW] = row
    return row


@pytest.fixture
def shot(lone_box, tmp_path) -> Iterator[Shot]:  # noqa: F811
    """A project with a run for the box, and what always has to hold, checked at the end of the test."""
    shot = Shot(lone_box, tmp_path)
    bystander = Bystander(shot)
    with shot.watched():
        yield shot
    lone_box.restore()
    shot.check()
    bystander.check()


@pytest.fixture
def quick(shot) -> Iterator[QuickEngine]:
    """An engine that takes no time, for `shot.set(docker__checkout=quick.setting)`."""
    engine = QuickEngine(shot.box)
    yield engine
    engine.remove()


@pytest.fixture
def line(shot) -> Iterator[Line]:
    """The way to the box through a proxy that knows how much has passed."""
    with counted_line(shot) as line:
        shot.type("status")  # brings the agent there, so that a share of the bytes is one of the video
        yield line


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    row = item.stash.get(ROW, None)
    if row is not None:
        if call.when == "call":
            row.failed = not report.passed
        elif not report.passed:  # the checks at the end of `shot`
            row.failed = True
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    rows = [item.stash[ROW] for item in session.items if ROW in item.stash]
    if session.config.getoption("--write-reliability") and rows:
        write_page(rows)
