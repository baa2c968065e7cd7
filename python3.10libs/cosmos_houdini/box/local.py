"""This machine as a box: the same agent and the same folder as anywhere, reached by starting it as a
child process.
"""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from json import dumps
from pathlib import Path
from typing import IO, Any

from ..errors import BoxError
from ..progress import Meter, Report
from ..records.atomic import replacing
from ..records.hashing import hash_file
from .agent_file import script_file
from .answer import ANSWER_LIMIT, nonsense, read_answer
from .connection import Upload
from .files import DISK_FULL, changed_while_sent, damaged, disk_errors, file_size, gone, require
from .layout import BoxLayout
from .names import is_safe_id, is_safe_name, is_sha256

BLOCK = 4 << 20
STDERR_LIMIT = 64 << 10
PATIENCE = 600.0  # seconds for one verb; a commit hashes and perhaps copies gigabytes
REFLINK = 0x40049409  # FICLONE of linux/fs.h

# Imported and not run as a script, so that Python's cache spares compiling the agent for each verb.
RUN_AGENT = "import sys; sys.path.insert(0, sys.argv[1]); import agent; sys.exit(agent.main(sys.argv[2:]))"


class LocalConnection:
    """The box of this machine, below `root` (made with mode 700 where it is missing)."""

    def __init__(self, root: Path, python: str = sys.executable) -> None:
        self._root = Path(os.path.abspath(root.expanduser()))  # noqa: PTH100 - resolve() would follow links
        self._python = python
        self._installed: dict[str, str] = {}
        self._layout = BoxLayout(self.root)

    @property
    def root(self) -> str:
        return self._root.as_posix()

    @property
    def python(self) -> str:
        return self._python

    def describe(self) -> str:
        return "this machine"

    def close(self) -> None:
        """Nothing is held open between calls."""

    def call(self, verb: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        folder = self._installed_agent().parent
        arguments = [self._python, "-I", "-S", "-c", RUN_AGENT, str(folder), verb, "--root", str(self._root)]
        stdout, stderr = self._run(verb, arguments, dumps(request).encode("ascii"))
        return read_answer(stdout, stderr, verb, self.describe())

    def call_ahead(self, verb: str, request: Mapping[str, Any]) -> None:
        """Nothing: there is no way to this machine that takes time."""

    def installed(self, name: str) -> str:
        """`bin/<sha256>/<name>`, copied there once; versions live side by side."""
        if name not in self._installed:
            content = script_file(name).read_bytes()
            target = Path(self._layout.script(hashlib.sha256(content).hexdigest(), name))
            with disk_errors(target):
                if not self._root.is_dir():
                    self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not (target.is_file() and target.read_bytes() == content):
                    with replacing(target) as part:
                        part.write_bytes(content)
            self._installed[name] = target.as_posix()
        return self._installed[name]

    def upload(self, files: Sequence[Upload], run_id: str, report: Report) -> None:
        """Copies (or clones) and never links: what lies in the box becomes read-only, the artist's
        file must not.
        """
        require(is_safe_id(run_id), "run id", run_id)
        folder = Path(self._layout.incoming(run_id))
        meter = Meter(report, "uploading", sum(file_size(file.local) for file in files), "bytes")
        for file in files:
            require(is_sha256(file.name), "upload", file.name)
            target = folder / file.name
            if target.is_file() and hash_file(target) == file.name:
                meter.advance(file_size(file.local), file.local.name)
                continue
            with disk_errors(target), replacing(target) as part:
                if _copy(file.local, part, meter) != file.name:
                    raise changed_while_sent(file.local.name)

    def download(
        self, run_id: str, name: str, target: Path, expected_sha256: str, size: int, report: Report
    ) -> None:
        require(is_safe_id(run_id), "run id", run_id)
        require(is_safe_name(name), "name", name)
        source = Path(self._layout.output(run_id, name))
        meter = Meter(report, "fetching", size, "bytes")
        if source.is_symlink() or not source.is_file():
            raise gone(name, run_id, self.describe(), str(source))
        with disk_errors(target), replacing(target) as part:
            found = _copy(source, part, meter)
            if found != expected_sha256 or part.stat().st_size != size:
                raise damaged(name, run_id, self.describe())

    def _installed_agent(self) -> Path:
        """Where the disk is too full for a copy, the checkout's own: seeing a run needs no room."""
        try:
            return Path(self.installed("agent.py"))
        except BoxError as error:
            if not isinstance(error.__cause__, OSError) or error.__cause__.errno not in DISK_FULL:
                raise
            return script_file("agent.py")

    def _run(self, verb: str, arguments: list[str], request: bytes) -> tuple[bytes, bytes]:
        try:
            process = subprocess.Popen(
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise BoxError(
                f"The agent can't be started on {self.describe()}.",
                f"{self._python}: {error.strerror or error}",
                "Name a Python (3.8 or newer) that can be started.",
            ) from error
        return _talk(process, request, verb, self.describe())


def _talk(process: subprocess.Popen[bytes], request: bytes, verb: str, box: str) -> tuple[bytes, bytes]:
    """Feeds and empties all pipes at once; ends a child that says too much or never ends."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    stderr: list[bytes] = []
    late = threading.Event()

    def give_up() -> None:
        late.set()
        process.kill()

    watchdog = threading.Timer(PATIENCE, give_up)
    helpers = [
        threading.Thread(target=_feed, args=(process.stdin, request), daemon=True),
        threading.Thread(target=_drain, args=(process.stderr, stderr), daemon=True),
    ]
    for thread in (watchdog, *helpers):
        thread.daemon = True
        thread.start()
    try:
        stdout = process.stdout.read(ANSWER_LIMIT + 1)
        if len(stdout) > ANSWER_LIMIT:
            process.kill()
        process.wait()
    finally:
        watchdog.cancel()
        if process.poll() is None:  # Ctrl-C: a verb is short and safe to repeat, the run goes on
            process.kill()
            process.wait()
        for thread in helpers:
            thread.join(timeout=5)
        process.stdout.close()
    if late.is_set():
        raise nonsense(verb, box, f"It did not answer within {PATIENCE:.0f} seconds.", b"".join(stderr))
    return stdout, b"".join(stderr)


def _feed(stdin: IO[bytes], request: bytes) -> None:
    try:
        with stdin:
            stdin.write(request)
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EINVAL):  # the child ended early; what it said tells more
            raise


def _drain(stderr: IO[bytes], into: list[bytes]) -> None:
    with stderr:
        kept = 0
        while block := stderr.read(BLOCK):
            into.append(block[-STDERR_LIMIT:])
            kept += len(into[-1])
            while kept > STDERR_LIMIT and len(into) > 1:
                kept -= len(into.pop(0))


def _copy(source: Path, target: Path, meter: Meter) -> str:
    """Clones where the disk can (no space, no time), else copies; returns the SHA-256 of the content."""
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("wb") as writing:
        cloned = _clone(reading.fileno(), writing.fileno())
        while block := reading.read(BLOCK):
            digest.update(block)
            if not cloned:
                writing.write(block)
            meter.advance(len(block), source.name)
    return digest.hexdigest()


def _clone(source: int, target: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    import fcntl  # not on Windows

    try:
        fcntl.ioctl(target, REFLINK, source)
    except OSError:
        return False
    return True
