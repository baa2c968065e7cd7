"""Moving one file by SFTP: pipelined, by part files that are continued after a cut, renamed when whole.

Two clients that move the same file at once write the same bytes to the same part file: nobody ever truncates
one that holds a beginning of the right content.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable
from pathlib import Path
from typing import IO, Optional

from ..records.atomic import sync_file, sync_folder
from .files import changed_while_sent, disk_errors, file_size
from .light_paramiko import paramiko
from .sftp_read import read_blocks

BLOCK = 32 << 10  # what one request of SFTP may carry everywhere
SAMPLE = 64 << 10  # bytes before the cut that are compared before a part file is continued
REQUESTS = 128  # under way at once while fetching: 4 MB

# Told how many bytes of the file are done, those that were there before included.
Progressed = Callable[[int], None]


def send(sftp: paramiko.SFTPClient, source: Path, folder: str, sha256: str, progressed: Progressed) -> None:
    """Brings `source` to `folder/<sha256>`; the agent hashes it there before it counts.

    Raises BoxError for a file that is no longer what its hash says. Errors of the box come as OSError.
    """
    size = file_size(source)
    target = f"{folder}/{sha256}"
    if file_on_box(sftp, target) == size:
        progressed(size)
        return
    part = f"{folder}/.part-{sha256}"
    with disk_errors(source):
        reading = source.open("rb")
    with reading, _open_part(sftp, part) as writing:
        done = _continue_at(writing, reading, size)
        found = _write(writing, reading, done, size, progressed)
    if found != sha256:
        sftp.remove(part)
        raise changed_while_sent(source.name)
    try:
        sftp.posix_rename(part, target)
    except FileNotFoundError:
        if file_on_box(sftp, target) != size:  # else another client renamed what both had written
            raise


def fetch(
    sftp: paramiko.SFTPClient, source: str, target: Path, sha256: str, size: int, progressed: Progressed
) -> bool:
    """Brings `source` to `target`; False where it isn't what its size and hash say.

    What a cut leaves lies beside `target` under a name made of the hash, and is continued next time.
    """
    part = target.with_name(f".{target.name[:80]}.part-{sha256}")
    with disk_errors(part):
        target.parent.mkdir(parents=True, exist_ok=True)
        continued = part.is_file() and part.stat().st_size > 0
    found = _fetch_part(sftp, source, part, size, progressed)
    if found != sha256:
        part.unlink(missing_ok=True)
        if continued:  # what lay there may have been the damage
            return fetch(sftp, source, target, sha256, size, progressed)
        return False
    with disk_errors(part):
        sync_file(part)
        part.replace(target)
        sync_folder(target.parent)
    return True


def _fetch_part(sftp: paramiko.SFTPClient, source: str, part: Path, size: int, progressed: Progressed) -> str:
    """Fetches what the part file lacks; returns the SHA-256 of all."""
    with disk_errors(part):
        part.touch()
        writing = part.open("rb+")
    digest = hashlib.sha256()
    with writing:
        done = _read_part(writing, digest.update, size)
        progressed(done)
        for block in read_blocks(sftp, source, done, size, BLOCK, REQUESTS):
            digest.update(block)
            with disk_errors(part):
                writing.write(block)
            done += len(block)
            progressed(done)
        with disk_errors(part):
            writing.flush()
    return digest.hexdigest()


def file_on_box(sftp: paramiko.SFTPClient, path: str) -> Optional[int]:
    """The size of a plain file; None where there is none, and for links, which are never followed."""
    try:
        status = sftp.lstat(path)
    except FileNotFoundError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode or 0) else None


def make_folders(sftp: paramiko.SFTPClient, path: str) -> None:
    """Makes an absolute folder and those above it where they are missing, for our user only."""
    missing = []
    while path not in ("", "/"):
        try:
            sftp.stat(path)
            break
        except FileNotFoundError:
            missing.append(path)
            path = path.rpartition("/")[0]
    for folder in reversed(missing):
        try:
            sftp.mkdir(folder, 0o700)
        except OSError:  # SFTP has no word for "is there already"; somebody else was quicker
            sftp.stat(folder)


def _open_part(sftp: paramiko.SFTPClient, part: str) -> paramiko.SFTPFile:
    try:
        return sftp.open(part, "rb+")
    except FileNotFoundError:
        pass
    try:
        return sftp.open(part, "wbx+")
    except OSError:  # somebody else was quicker, or the error shows again
        return sftp.open(part, "rb+")


def _continue_at(writing: paramiko.SFTPFile, reading: IO[bytes], size: int) -> int:
    """How much of a part file can stay: all of it, where its end is what our file has there."""
    there = writing.stat().st_size or 0
    begin = max(0, there - SAMPLE)
    if there <= size:
        writing.seek(begin)
        reading.seek(begin)
        if writing.read(there - begin) == reading.read(there - begin):
            return there
    writing.truncate(0)
    return 0


def _write(
    writing: paramiko.SFTPFile, reading: IO[bytes], done: int, size: int, progressed: Progressed
) -> str:
    """Writes what is missing from byte `done` on; returns the SHA-256 of the whole file."""
    digest = hashlib.sha256()
    reading.seek(0)
    left = done
    while left and (block := reading.read(min(BLOCK, left))):
        digest.update(block)
        left -= len(block)
    writing.seek(done)
    writing.set_pipelined(True)
    progressed(done)
    while block := reading.read(BLOCK):
        digest.update(block)
        done += len(block)
        if done >= size:
            writing.set_pipelined(False)  # the last one waits for all answers, and so sees every error
        writing.write(block)
        progressed(done)
    return digest.hexdigest()


def _read_part(part: IO[bytes], update: Callable[[bytes], None], size: int) -> int:
    """Hashes what is there and returns how much that is; begins anew where it is too much."""
    done = 0
    while block := part.read(1 << 20):
        update(block)
        done += len(block)
        if done > size:
            part.truncate(size)  # never ours; the hash will tell
            break
    return done
