"""Small videos whose frames say which they are."""

from __future__ import annotations

import numpy as np
import pytest

from cosmos_houdini.passes.video import VideoWriter
from cosmos_houdini.records.geometry import Resolution

SMALL = Resolution(128, 72)


@pytest.fixture
def make_video(tmp_path):
    """A video whose frame n is flat gray of value 10 + (9 n mod 240)."""

    def make(name, frames=12, size=SMALL, fps=24):
        path = tmp_path / f"{name}.mp4"
        with VideoWriter(path, size, fps) as writer:
            for number in range(frames):
                gray = 10 + 9 * number % 240
                writer.write(np.full((size.height, size.width, 3), gray, np.uint8))
        return path

    return make
