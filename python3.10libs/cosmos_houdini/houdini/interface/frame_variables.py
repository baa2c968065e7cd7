"""Patterns of frames in parameters, which Houdini would otherwise narrow to the current frame."""

from __future__ import annotations

import re

# $F, ${F}, $F4, ${F4}; not $FF (a float), $FPS, $FSTART.
_FRAME = re.compile(r"\$(?:\{F(\d*)\}|F(\d*)(?![A-Za-z_0-9]))")


def with_hashes(text: str) -> str:
    """The unexpanded text of a parameter with each frame variable as hashes: `a.$F4.exr` -> `a.####.exr`.

    Houdini's file chooser writes `$F4`, and evaluating the parameter leaves one frame of it. So the text is
    taken unexpanded, treated with this, and only then expanded: $HIP and the like are filled in as always.
    """
    return _FRAME.sub(lambda match: "#" * max(1, int(match[1] or match[2] or 1)), text)
