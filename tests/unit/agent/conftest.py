"""A fresh agent box for each test, and the helpers of `support.agent_box` as fixtures."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from support.agent_box import AGENT, Box, RefusedError, is_running, kill, wait_until


@pytest.fixture
def box(tmp_path):
    box = Box(tmp_path / "box")
    yield box
    box.end_everything()


@pytest.fixture(scope="session")
def agent_module():
    spec = importlib.util.spec_from_file_location("cosmos_agent_under_test", AGENT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def waiting():
    return wait_until


@pytest.fixture
def killing():
    return kill


@pytest.fixture
def running():
    return is_running


@pytest.fixture
def make_box(tmp_path):
    """Boxes of another Python, or in another place."""
    made = []

    def make(root=None, python=sys.executable):
        made.append(Box(root or tmp_path / "another", python))
        return made[-1]

    yield make
    for box in made:
        box.end_everything()


@pytest.fixture
def refused():
    """`with refused("kind") as error:` where the agent is to say no."""

    class Refused:
        def __init__(self, kind):
            self.kind = kind
            self.error = {}

        def __enter__(self):
            return self

        def __exit__(self, kind, error, trace):
            assert isinstance(error, RefusedError), f"not refused: {error!r}"
            assert error.kind == self.kind, error.error
            assert error.error["what"]
            self.error = error.error
            return True

    return Refused
