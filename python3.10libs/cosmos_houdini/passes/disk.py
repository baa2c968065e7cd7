"""What the operating system or FFmpeg refused, in words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av.error

from cosmos_houdini.errors import BadInputError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) if hasattr(errno, "EDQUOT") else (errno.ENOSPC, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def in_words(error: BaseException) -> str:
    """The error as a sentence, without the number and the path that Python puts around it."""
    text = (getattr(error, "strerror", None) or str(error)).strip() or type(error).__name__
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


@contextmanager
def explain_write_error(path: Path) -> Iterator[None]:
    """Turns an error of the operating system, or of FFmpeg, while writing `path` into a BadInputError."""
    try:
        yield
    except (OSError, av.error.FFmpegError) as error:
        raise _explained(path, error) from error


def _explained(path: Path, error: BaseException) -> BadInputError:
    number = getattr(error, "errno", None)
    if number in _FULL:
        return BadInputError(
            f"The disk is full: {path} could not be written.",
            "No space (or quota) is left on the disk that holds this folder.",
            f"Free some space, or choose another folder than {path.parent}. Nothing half-written is left.",
        )
    if number in _FORBIDDEN:
        return BadInputError(
            f"{path} can't be written.",
            f"The folder {path.parent} doesn't let you write: {in_words(error)}",
            "Give yourself write permission there, or choose another folder.",
        )
    return BadInputError(
        f"{path} could not be written.", in_words(error), "Look at the disk, then try again."
    )
