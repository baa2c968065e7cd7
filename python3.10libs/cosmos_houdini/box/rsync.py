"""Sending files by one rsync over the ssh of this machine. It speaks of nothing but hashes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from ..errors import BoxError
from .answer import printable
from .connection import Upload
from .rsync_ssh import BOX, ssh_settings
from .ssh_config import QUOTES, RemoteHost
from .ssh_errors import UnreachableError

SILENCE = 30  # seconds without a byte after which rsync gives up, on both sides
PARTIAL = ".rsync-partial"
DONE = re.compile(rb"^\s*([\d,.]+)\s+\d+%")
STDERR_LIMIT = 64 << 10
# Exit codes of rsync, from its manual; 255 is ssh's.
NO_SUCH_OPTION, PROTOCOL, UNSUPPORTED, NOT_FOUND, SSH = 1, 2, 4, 127, 255
SOCKET, FILE_IO, STREAM, INTERRUPTED, TIMEOUT, CONNECT_TIMEOUT = 10, 11, 12, 20, 30, 35
NO_ENTRY = ("Permission denied (", "Host key verification failed", "REMOTE HOST IDENTIFICATION")
NO_PROGRAM = ("rsync: not found", "rsync: command not found", "Unknown command", "unknown option")


class RsyncUnusableError(BoxError):
    """rsync can't go this way at all; SFTP can."""


class RsyncFailedError(BoxError):
    """rsync could not do it, and it was not for the connection."""


def send_all(
    host: RemoteHost,
    files: Sequence[Upload],
    folder: str,
    connect_seconds: float,
    progressed: Callable[[int], None],
) -> None:
    """Brings all files to `folder` of the box, each under its hash; what a cut leaves there is continued.

    Raises RsyncUnusableError, UnreachableError for a broken connection, RsyncFailedError for what rsync says,
    and BoxError where that is a full disk.
    """
    program = shutil.which("rsync")
    if program is None or shutil.which("ssh") is None or os.name == "nt":
        raise _unusable("rsync or ssh is missing on this machine.")
    with tempfile.TemporaryDirectory(prefix="cosmos-rsync-") as private:  # mode 700
        settings = Path(private) / "ssh_config"
        staged = Path(private) / "files"
        if any(quote in private for quote in QUOTES):
            raise _unusable(f"The folder for temporary files has quotes in its name: {private}.")
        try:
            settings.write_text(ssh_settings(host, connect_seconds), encoding="utf-8")
        except ValueError as error:
            raise _unusable(f"ssh can't be told this path: {error}.") from error
        staged.mkdir(mode=0o700)
        for file in files:
            (staged / file.name).symlink_to(file.local.absolute())
        _run([program, *_arguments(settings, staged, folder)], host, progressed)


def _arguments(settings: Path, staged: Path, folder: str) -> list[str]:
    return [
        "--recursive",
        "--copy-links",
        "--size-only",  # the name is the hash, and the agent checks it
        "--perms",
        "--chmod=D700,F600",
        f"--partial-dir={PARTIAL}",
        "--protect-args",
        "--no-compress",
        f"--timeout={SILENCE}",
        "--info=progress2",
        "--no-human-readable",
        "--outbuf=N",
        # rsync splits this at spaces outside of quotes; no shell does.
        "--rsh=" + f'ssh -F "{settings}"',
        f"{staged}/",
        f"{BOX}:{folder}/",
    ]


def _run(command: list[str], host: RemoteHost, progressed: Callable[[int], None]) -> None:
    environment = {**os.environ, "LC_ALL": "C"}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    assert process.stderr is not None
    said: list[bytes] = []
    drain = threading.Thread(target=_drain, args=(process.stderr, said), daemon=True)
    drain.start()
    try:
        _read_progress(process.stdout, progressed)
        process.wait()
    finally:
        if process.poll() is None:  # Ctrl-C: rsync keeps what is there as a part file
            process.terminate()
            process.wait()
        drain.join(timeout=5)
        process.stdout.close()
    if process.returncode:
        raise _explained(process.returncode, b"".join(said).decode("utf-8", "replace"), host)


def _read_progress(stdout: IO[bytes], progressed: Callable[[int], None]) -> None:
    rest = b""
    while block := os.read(stdout.fileno(), 4096):
        *lines, rest = re.split(rb"[\r\n]", rest + block)
        for line in lines:
            found = DONE.match(line)
            if found:
                progressed(int(re.sub(rb"\D", b"", found[1])))


def _drain(stderr: IO[bytes], into: list[bytes]) -> None:
    kept = 0
    with stderr:
        while block := stderr.read1(STDERR_LIMIT):  # type: ignore[attr-defined]
            into.append(block)
            kept += len(block)
            while kept > STDERR_LIMIT and len(into) > 1:
                kept -= len(into.pop(0))


def _explained(code: int, said: str, host: RemoteHost) -> BoxError:
    lines = [line for line in said.splitlines() if line.strip()]
    # Its last line repeats the code; what went wrong stands in the first.
    told = printable(lines[0].strip(), 300) if lines else f"exit code {code}"
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return BoxError(f"The disk of {host.name} is full.", told, "Make room there, then try again.")
    no_program = any(words in said for words in NO_PROGRAM)
    if no_program or code in (NO_SUCH_OPTION, PROTOCOL, UNSUPPORTED, NOT_FOUND):
        return _unusable(told)
    if code == SSH and any(words in said for words in NO_ENTRY):
        return _unusable(told)
    if code in (SSH, SOCKET, STREAM, INTERRUPTED, TIMEOUT, CONNECT_TIMEOUT) or code < 0:
        return UnreachableError(
            f"The connection to {host.name} broke.",
            f"rsync says: {told}",
            "Type the same command again; it goes on where it was.",
        )
    return RsyncFailedError(
        f"rsync could not send the files to {host.name}.",
        f"It says: {told} (exit code {code}).",
        "Look at what it names; with --set remote.transfer=sftp the files go without rsync.",
    )


def passphrase_needed() -> RsyncUnusableError:
    return _unusable("The key has a passphrase, and rsync's ssh asks nobody; ssh-agent would help.")


def _unusable(why: str) -> RsyncUnusableError:
    return RsyncUnusableError(
        "rsync can't be used for this box.",
        why,
        'Install rsync on both sides, or leave remote.transfer at "auto": files then go by SFTP.',
    )
