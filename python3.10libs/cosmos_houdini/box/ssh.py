"""A box over ssh: one connection for verbs and files, made anew where it breaks."""

from __future__ import annotations

import hashlib
import json
import posixpath
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Optional, TypeVar

from ..config import Config, RemoteSettings
from ..errors import BadInputError, BoxError
from ..progress import Meter, Report
from .agent_file import script_file
from .answer import read_answer
from .backoff import Backoff
from .connection import Upload
from .files import damaged, disk_errors, file_size, gone, require
from .layout import BoxLayout
from .names import is_safe_id, is_safe_name, is_sha256
from .rsync import RsyncFailedError, RsyncUnusableError, passphrase_needed, send_all
from .sftp import fetch, file_on_box, make_folders, send
from .sftp_room import bytes_free
from .ssh_config import QUOTES, RemoteHost, resolve
from .ssh_errors import UnreachableError
from .ssh_link import Link, open_link
from .ssh_login import Keyring
from .ssh_verb import run_verb

RETRY_SECONDS = 10.0  # how long a lost connection is tried anew without any progress
OUR_FOLDER = ".cosmos_houdini"
FULL = 1 << 20  # bytes; where a file can't be written and less than this is left, that is why

Result = TypeVar("Result")


def open_ssh(config: Config, keyring: Optional[Keyring] = None) -> SshConnection:
    """The box of the settings; nothing is connected before the first call.

    Raises BadInputError for settings that name no box.
    """
    return SshConnection(resolve(config.remote), config.remote, keyring)


class SshConnection:
    """The box `host`. Verbs may come from several threads; they share the one connection."""

    def __init__(
        self,
        host: RemoteHost,
        settings: RemoteSettings,
        keyring: Optional[Keyring] = None,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._host = host
        self._settings = settings
        self._keyring = keyring or Keyring()
        self._retry_seconds = retry_seconds
        self._lock = threading.RLock()
        self._files_lock = threading.RLock()  # the one SFTP channel serves one thread at a time
        self._link: Optional[Link] = None
        self._root: Optional[str] = None
        self._installed: dict[str, str] = {}
        self._without_rsync = False
        self._folder = _remote_folder(settings.remote_dir)
        self.opened = 0  # connections so far

    @property
    def root(self) -> str:
        if self._root is None:
            with self._files_lock:
                self._root = self._lasting(self._find_root)
        return self._root

    @property
    def python(self) -> str:
        return "python3"

    def describe(self) -> str:
        return self._host.name

    def close(self) -> None:
        with self._lock:
            if self._link is not None:
                self._link.close()
            self._link = None
            self._installed = {}

    def installed(self, name: str) -> str:
        """The path on the box of one of our scripts, which is brought there where it is missing."""
        root = self.root
        with self._files_lock:
            if name not in self._installed:
                self._installed[name] = self._lasting(lambda link, _: self._install(link, root, name))
            return self._installed[name]

    def call(self, verb: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        root = self.root
        content = json.dumps(request).encode("ascii")

        def once(link: Link, _backoff: Backoff) -> tuple[bytes, bytes]:
            folder = posixpath.dirname(self.installed("agent.py"))
            arguments = [folder, verb, "--root", root]
            connect_seconds = self._settings.connect_seconds
            return run_verb(link.transport, self.describe(), arguments, content, link.heard, connect_seconds)

        stdout, stderr = self._lasting(once)
        return read_answer(stdout, stderr, verb, self.describe())

    def upload(self, files: Sequence[Upload], run_id: str, report: Report) -> None:
        require(is_safe_id(run_id), "run id", run_id)
        for file in files:
            require(is_sha256(file.name), "upload", file.name)
        folder = str(BoxLayout(self.root).incoming(run_id))
        sizes = [file_size(file.local) for file in files]
        gauge = _Gauge(report, "uploading", sum(sizes))
        with self._files_lock:
            try:
                if self._settings.transfer != "sftp" and not self._without_rsync:
                    self._upload_by_rsync(files, sum(sizes), folder, gauge)
                    gauge.at(sum(sizes), "")
                    return
            except RsyncUnusableError:
                if self._settings.transfer == "rsync":
                    raise
                self._without_rsync = True
            self._upload_by_sftp(files, sizes, folder, gauge)

    def download(
        self, run_id: str, name: str, target: Path, expected_sha256: str, size: int, report: Report
    ) -> None:
        require(is_safe_id(run_id), "run id", run_id)
        require(is_safe_name(name), "name", name)
        source = str(BoxLayout(self.root).output(run_id, name))
        gauge = _Gauge(report, "fetching", size)

        def once(link: Link, backoff: Backoff) -> bool:
            sftp = link.sftp()
            if file_on_box(sftp, source) is None:
                raise gone(name, run_id, self.describe(), source)

            def progressed(done: int) -> None:
                link.heard()
                backoff.progress()
                gauge.at(done, name)

            return fetch(sftp, source, target, expected_sha256, size, progressed)

        with self._files_lock:
            whole = self._lasting(once)
        if not whole:
            raise damaged(name, run_id, self.describe())

    def _upload_by_rsync(self, files: Sequence[Upload], size: int, folder: str, gauge: _Gauge) -> None:
        def once(link: Link, backoff: Backoff) -> None:
            if any(identity.unlocked_here for identity in link.identities):
                raise passphrase_needed()
            make_folders(link.sftp(), folder)

            def progressed(done: int) -> None:
                if done:
                    backoff.progress()
                gauge.at(done, "")

            try:
                send_all(self._host, files, folder, self._settings.connect_seconds, progressed)
            except RsyncFailedError as error:  # it often ends before it has said that the disk is full
                raise self._full(link, error.why, size) or error from error

        self._lasting(once, size)

    def _upload_by_sftp(
        self, files: Sequence[Upload], sizes: Sequence[int], folder: str, gauge: _Gauge
    ) -> None:
        def once(link: Link, backoff: Backoff) -> None:
            sftp = link.sftp()
            make_folders(sftp, folder)
            before = 0
            for file, size in zip(files, sizes):

                def progressed(done: int, before: int = before, name: str = file.local.name) -> None:
                    link.heard()
                    backoff.progress()
                    gauge.at(before + done, name)

                send(sftp, file.local, folder, file.name, progressed)
                before += size

        self._lasting(once, sum(sizes))

    def _find_root(self, link: Link, _backoff: Backoff) -> str:
        """`remote_dir` below the home of our user there, which is where SFTP begins."""
        home = link.sftp().normalize(".")
        if not home.startswith("/") or not home.isprintable():
            raise BoxError(
                f"The home folder on {self.describe()} can't be used.",
                f"It is called {ascii(home)[:200]}.",
                "Name an absolute folder as remote.remote_dir.",
            )
        return posixpath.normpath(posixpath.join(home, self._folder, OUR_FOLDER))

    def _install(self, link: Link, root: str, name: str) -> str:
        """`bin/<sha256>/<name>`; versions live side by side, whoever uses an older one keeps it."""
        source = script_file(name)
        with disk_errors(source):
            content = source.read_bytes()
        folder = f"{root}/bin/{hashlib.sha256(content).hexdigest()}"
        target = f"{folder}/{name}"
        sftp = link.sftp()
        if file_on_box(sftp, target) != len(content):
            make_folders(sftp, folder)
            part = f"{target}.part-{threading.get_native_id()}-{id(link)}"
            with sftp.open(part, "wb") as writing:
                writing.write(content)
            sftp.chmod(part, 0o600)
            sftp.posix_rename(part, target)
        return target

    def _lasting(self, action: Callable[[Link, Backoff], Result], writes: int = 0) -> Result:
        """Does it, again on a new connection where the one it had breaks; it `writes` so many bytes there."""
        backoff = Backoff(self._retry_seconds)
        while True:
            link: Optional[Link] = None
            try:
                link = self._live_link()
                with link.watched():
                    return action(link, backoff)
            except UnreachableError as error:
                backoff.wait(error)
            except OSError as error:
                said = f"It says: {error.strerror or error}."
                full = self._full(link, said, writes) if error.errno is None else None  # "Failure" has none
                raise full or self._told_by_box(said) from error

    def _live_link(self) -> Link:
        with self._lock:
            if self._link is not None and not self._link.alive:
                self.close()
            if self._link is None:
                self._link = open_link(self._host, self._keyring, self._settings.connect_seconds)
                self.opened += 1
            return self._link

    def _full(self, link: Optional[Link], said: str, wanted: int) -> Optional[BoxError]:
        """The error of a full disk, where it is one: SFTP has one word, "Failure", for that and much else."""
        if link is None or self._root is None:
            return None
        try:
            with link.watched():
                left = bytes_free(link.sftp(), self._root)
        except UnreachableError:
            return None
        if left is None or left >= max(FULL, wanted):
            return None
        return BoxError(
            f"The disk of {self.describe()} is full.",
            f"{left} bytes are left there for {self._root}. {said}",
            "Make room there, then type the same command again.",
        )

    def _told_by_box(self, said: str) -> BoxError:
        return BoxError(
            f"{self.describe()} could not read or write a file.",
            f"{said} That is how a full disk shows, too.",
            "See `cosmos-houdini status` for the room that is left there, and that your user may write to "
            f"{self._root or self._settings.remote_dir}.",
        )


class _Gauge:
    """Progress that never goes back, though a transfer may begin again at an earlier byte."""

    def __init__(self, report: Report, phase: str, total: int) -> None:
        self._meter = Meter(report, phase, total, "bytes")

    def at(self, done: int, message: str) -> None:
        self._meter.advance(max(0, done - self._meter.done), message)


def _remote_folder(text: str) -> str:
    if not text.isprintable() or any(quote in text for quote in QUOTES):
        raise BadInputError(
            f"{ascii(text)[:80]} can't be used as remote.remote_dir.",
            why="It holds quotes or control characters.",
            fix="Name a folder without them.",
        )
    return text.removeprefix("~/") if text != "~" else ""
