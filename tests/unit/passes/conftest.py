"""Fixtures of the tests of passes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini.passes.cryptomatte import metadata
from unit.passes.exr_frames import NAMES, Part, Shot, write_exr


@pytest.fixture
def shot() -> Shot:
    return Shot()


@pytest.fixture
def frames(tmp_path: Path, shot: Shot) -> Callable[..., str]:
    """Writes a sequence into a folder of the test and returns its pattern."""

    def write(
        numbers: range = range(1, 7),
        channels: Callable[[int], dict[str, np.ndarray]] = shot.channels,
        name: str = "shot",
        **settings: object,
    ) -> str:
        for number in numbers:
            write_exr(tmp_path / "frames" / f"{name}.{number:04d}.exr", Part(channels(number)), **settings)
        return str(tmp_path / "frames" / f"{name}.$F4.exr")

    return write


@pytest.fixture
def crypto_channels(shot: Shot) -> Callable[[int], dict[str, np.ndarray]]:
    return lambda frame: {**shot.channels(frame), **shot.crypto(frame)}


@pytest.fixture
def crypto_metadata() -> dict[str, str]:
    return metadata("CryptoObject", NAMES)
