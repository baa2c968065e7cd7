"""What can be said of a picture file before it is decoded: that it is a file, and that its end is there.

OpenImageIO would wait for a pipe for ever, take a JPEG that is cut off for a whole one (gray from there on),
and let libpng print to stderr what it thinks of a PNG.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.disk import in_words

# By suffix: how a file begins, what goes before its last pixels, and what ends it. Neither of the two can
# stand within pixels: PNG has no such word outside of its chunks but by chance, JPEG escapes 0xFF.
_MARKS = {
    ".png": (b"\x89PNG", b"IDAT", b"IEND"),
    ".jpg": (b"\xff\xd8", b"\xff\xda", b"\xff\xd9"),
    ".jpeg": (b"\xff\xd8", b"\xff\xda", b"\xff\xd9"),
}
_TAIL = 4096  # bytes; a camera or an editor may have put something after the end


def checked_file(path: Path, frame: int) -> os.stat_result:
    """Size and time of a frame's file; BadInputError where it is missing, forbidden or no file."""
    try:
        status = path.stat()
    except PermissionError as error:
        raise forbidden(path, frame) from error
    except OSError as error:
        why = (
            f"It is a link to {path.readlink()}, which is not there."
            if path.is_symlink()
            else in_words(error)
        )
        raise BadInputError(
            f"Frame {frame} can't be opened: {path}", why, "Render or copy this frame again."
        ) from error
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or a device"
        raise BadInputError(
            f"Frame {frame} is no file: {path}", f"It is {kind}.", "Remove it, and render this frame again."
        )
    return status


def check_end(path: Path, frame: int, size: int) -> None:
    """BadInputError for a PNG or JPEG of `size` bytes whose end is missing."""
    marks = _MARKS.get(path.suffix.lower())
    if marks is None:
        return
    begin, pixels, end = marks
    with suppress(OSError), path.open("rb") as handle:  # what can't be read is explained where it is opened
        handle.seek(max(0, size - _TAIL))
        tail = handle.read()
        if tail.rfind(end) > tail.rfind(pixels):
            return
        handle.seek(0)
        content = handle.read()
        if content.startswith(begin) and content.rfind(end) <= content.rfind(pixels):
            raise decode_error(path, frame, "its end is missing.")


def decode_error(path: Path, frame: int, why: str) -> BadInputError:
    return BadInputError(
        f"Frame {frame} can't be decoded: {path}",
        f"The file is cut off or damaged: {why.strip() or 'unknown'}",
        "Render or copy this frame again.",
    )


def forbidden(path: Path, frame: int) -> BadInputError:
    return BadInputError(
        f"Frame {frame} can't be opened: {path}",
        "You don't have permission to read it.",
        "Give yourself read permission on the frames and their folder.",
    )
