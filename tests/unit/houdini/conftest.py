"""Bridges as Houdini meets them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cosmos_houdini.houdini.bridge_client.client import Bridge
from support import odd_bridge
from support.bridges import runtime_of_the_tests

__all__ = ["runtime_of_the_tests"]


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Callable[[str], Bridge]]:
    """A client whose bridge misbehaves as asked for."""
    opened: list[Bridge] = []

    def start(how: str) -> Bridge:
        opened.append(Bridge(lambda: [sys.executable, odd_bridge.__file__, how, str(tmp_path)]))
        return opened[-1]

    yield start
    for bridge in opened:
        bridge.close(0.1)
