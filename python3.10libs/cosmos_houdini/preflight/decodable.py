"""How much of a video decodes, remembered by its content: looking at every frame is worth doing once."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ..passes.video import count_decodable
from ..records.atomic import write_atomic


def decodable_frames(path: Path, sha256: str, remembered: Path) -> int:
    """Frames of a video that decode without damage, from the first on.

    `sha256` is that of the file as it is now; `remembered` is the folder of what was counted before.
    BadInputError for what isn't a video.
    """
    note = remembered / sha256
    with suppress(OSError, ValueError):  # never counted, or the note is no number: counted anew
        return int(note.read_text("utf-8"))
    frames = count_decodable(path)
    with suppress(OSError):  # a project that can't be written to can be checked all the same
        write_atomic(note, f"{frames}\n")
    return frames
