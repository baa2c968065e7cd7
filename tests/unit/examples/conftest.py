"""A few small frames of the example city, rendered once for all tests."""

from __future__ import annotations

import pytest

import city
from cosmos_houdini.records.geometry import Resolution

SIZE = Resolution(160, 88)


@pytest.fixture(scope="session")
def multi(tmp_path_factory):
    """A folder with frames 1001 and 1002, a part per plane."""
    folder = tmp_path_factory.mktemp("multi")
    city.render(folder, frames=2, resolution=SIZE)
    return folder


@pytest.fixture(scope="session")
def single(tmp_path_factory):
    """A folder with frame 1001 in one part."""
    folder = tmp_path_factory.mktemp("single")
    city.render(folder, frames=1, resolution=SIZE, parts="single")
    return folder
