"""The one way a file of ours comes to be: whole under its final name, or not at all."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Union

PART_MARK = ".part-"
_PART = re.compile(rf"\..*{PART_MARK}(\d+)-[0-9a-f]{{8}}(\..*)?", re.DOTALL)
IDLE = 600.0  # seconds; the longest that a living writer is thought to pause
ABANDONED = 86_400.0  # seconds; after that its process number may long be another's
WINDOWS_PATIENCE = 2.0  # seconds; there a file can't be replaced while somebody reads it


def part_path(final: Path) -> Path:
    """A name beside `final` that nobody else uses; keeps the suffix, since video writers go by it."""
    # 40 letters of 4 bytes each still leave room in the 255 bytes that a file name may have.
    return final.with_name(f".{final.stem[:40]}{PART_MARK}{os.getpid()}-{os.urandom(4).hex()}{final.suffix}")


@contextmanager
def replacing(final: Path) -> Iterator[Path]:
    """Gives a part file to write; on a clean exit it is synced and renamed to `final`, else removed."""
    final.parent.mkdir(parents=True, exist_ok=True)
    part = part_path(final)
    try:
        yield part
        sync_file(part)
        _replace(part, final)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(final.parent)


def remove_stale_parts(folder: Path) -> None:
    """Removes part files of writers that were killed, which had no chance to; those still written are left.

    A writer on another machine may share the folder, so a process that isn't here is no proof: its file has
    to have been left alone for a while, too.
    """
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        match = _PART.fullmatch(path.name)
        if match is None:
            continue
        with suppress(OSError):  # gone already, or not ours to remove
            idle = time.time() - path.stat().st_mtime
            if idle > ABANDONED or (idle > IDLE and not _lives(int(match[1]))):
                path.unlink()


def write_atomic(final: Path, content: Union[str, bytes]) -> None:
    """Writes `content` (text as UTF-8) so that a reader sees the old file or the new one, never a mixture."""
    with replacing(final) as part:
        part.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def create_atomic(final: Path, content: Union[str, bytes]) -> None:
    """As `write_atomic`, but raises FileExistsError rather than replace a file that is there."""
    final.parent.mkdir(parents=True, exist_ok=True)
    part = part_path(final)
    try:
        part.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        sync_file(part)
        _rename_to_new(part, final)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(final.parent)


def sync_file(path: Path) -> None:
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Makes a rename durable, where the file system has a way to; Windows can't open a folder."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # The rename itself is done; some network volumes only lack a sync of folders.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


def _lives(process: int) -> bool:
    if os.name == "nt":  # there os.kill ends a process, whatever the signal
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def _replace(part: Path, final: Path) -> None:
    deadline = time.monotonic() + WINDOWS_PATIENCE
    while True:
        try:
            part.replace(final)
        except PermissionError:
            if os.name != "nt" or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _rename_to_new(part: Path, final: Path) -> None:
    """FileExistsError where `final` is there: unlike `replace`, neither of these ways overwrites."""
    if os.name == "nt":
        part.rename(final)
        return
    try:
        os.link(part, final)
    except FileExistsError:
        raise
    except OSError:  # no hard links here (some network and FAT volumes)
        final.open("xb").close()
        try:
            part.replace(final)
        except BaseException:
            final.unlink(missing_ok=True)
            raise
