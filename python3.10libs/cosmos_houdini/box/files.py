"""What all ways to move files share: names that are refused, errors of the disk, words for damage."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import BoxError

DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def require(condition: bool, kind: str, text: str) -> None:
    if not condition:
        raise BoxError(
            f"{ascii(text)[:80]} can't be used as a {kind} on a box.",
            "Only plain names of letters, digits and a few signs are safe there.",
            "Rename it.",
        )


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turns errors of the disk into a BoxError that says which file and what to do."""
    try:
        yield
    except OSError as error:
        why = f"{error.strerror or error}: {error.filename or path}"
        if error.errno in DISK_FULL:
            raise BoxError(
                f"The disk is full at {path.parent}.", why, "Make room, then try again."
            ) from error
        raise BoxError(
            f"{path.name} can't be copied to or from the box folder.",
            why,
            "Check that the file is there and that you may read and write these folders.",
        ) from error


def file_size(path: Path) -> int:
    with disk_errors(path):
        return path.stat().st_size


def changed_while_sent(name: str) -> BoxError:
    return BoxError(
        f"{name} changed while it was being sent.",
        "Its content is not what it was when the run was made.",
        "Wait until nobody writes to it, then create the run again.",
    )


def gone(name: str, run_id: str, box: str, place: str) -> BoxError:
    return BoxError(
        f"{name} of run {run_id} is no longer on {box}.",
        f"There is no file {place}.",
        "Make a new run like it: cosmos-houdini create-run PROMPT_SPEC --like RUN.",
    )


def damaged(name: str, run_id: str, box: str) -> BoxError:
    return BoxError(
        f"{name} of run {run_id} is damaged on {box}.",
        "It is not the file that the run was seen to write.",
        "Make a new run like it: cosmos-houdini create-run PROMPT_SPEC --like RUN; check the "
        "disk if it happens twice.",
    )
