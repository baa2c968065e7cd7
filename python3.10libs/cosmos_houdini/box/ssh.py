"""A box over ssh: one connection for verbs and files, made anew where it breaks."""

from __future__ import annotations

import json
import posixpath
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Optional, TypeVar

from ..config import Config, RemoteSettings
from ..errors import BadInputError, BoxError, CosmosError
from ..progress import Meter, Report
from .answer import read_answer
from .backoff import Backoff
from .connection import Upload
from .files import damaged, file_size, gone, require
from .layout import BoxLayout
from .names import is_safe_id, is_safe_name, is_sha256
from .rsync import RsyncFailedError, RsyncUnusableError, send_all
from .sftp import fetch, file_on_box, make_folders, send
from .sftp_room import bytes_free
from .ssh_config import QUOTES, RemoteHost, resolve
from .ssh_errors import UnreachableError
from .ssh_link import Link, open_link
from .ssh_login import Keyring, WouldAskError
from .ssh_scripts import Script, install, our_scripts
from .ssh_verb import Order, is_root, root_without_scripts, run_verb

RETRY_SECONDS = 10.0  # how long a lost connection is tried anew without any progress
VERBS_AT_ONCE = 6  # sshd allows ten channels on a connection; one is for SFTP
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
        self._verbs = threading.BoundedSemaphore(VERBS_AT_ONCE)
        self._link: Optional[Link] = None
        self._root: Optional[str] = None
        self._scripts: dict[str, Script] = {}
        self._complete: Optional[Link] = None  # on which all scripts were seen
        self._ahead: Optional[Ahead] = None
        self._closed = False
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
            self._closed = True
            if self._link is not None:
                self._drop(self._link)

    def installed(self, name: str) -> str:
        """The path on the box of one of our scripts, which is brought there where it is missing."""
        root = self.root

        def once(link: Link, _backoff: Backoff) -> None:
            if self._complete is not link:
                self._install(link, root)

        self._lasting(once)
        return posixpath.join(root, self._our_scripts()[name].place)

    def call(self, verb: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        content = json.dumps(request).encode("ascii")

        def once(link: Link, _backoff: Backoff) -> tuple[bytes, bytes]:
            stdout, stderr = self._run(link, verb, content)
            root = root_without_scripts(stdout)
            if root is None:
                return stdout, stderr
            self._install(link, self._root or root)
            return self._run(link, verb, content)

        stdout, stderr = self._lasting(once)
        answer = read_answer(stdout, stderr, verb, self.describe())
        self._learn(answer)
        return answer

    def call_ahead(self, verb: str, request: Mapping[str, Any]) -> Optional[Mapping[str, Any]]:
        """Whoever needs the connection meanwhile waits for it to be made, or not."""
        with self._lock:
            if self._link is not None or self._ahead is not None or self._closed:
                return None
            ahead = self._ahead = Ahead()
        try:
            link = open_link(self._host, self._keyring.silent(), self._settings.connect_seconds)
            with self._lock:
                if self._closed:
                    link.close()
                    return None
                self._link = link
                self.opened += 1
        except CosmosError as error:  # which whoever waits for the connection hears of
            ahead.error = error
            return None
        except WouldAskError:
            return None
        finally:
            ahead.over.set()
        try:
            with link.watched():
                stdout, stderr = self._run(link, verb, json.dumps(request).encode("ascii"))
        except OSError as error:
            raise self._told_by_box(f"It says: {error.strerror or error}.") from error
        if root_without_scripts(stdout) is not None:
            return None
        answer = read_answer(stdout, stderr, verb, self.describe())
        self._learn(answer)
        return answer

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
            make_folders(link.sftp(), folder)

            def progressed(done: int) -> None:
                if done:
                    backoff.progress()
                gauge.at(done, "")

            try:
                send_all(
                    self._host, link.identities, files, folder, self._settings.connect_seconds, progressed
                )
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

    def _run(self, link: Link, verb: str, content: bytes) -> tuple[bytes, bytes]:
        """One verb, by the scripts that lie there; it needs no answer of the box before."""
        scripts = tuple((script.place, len(script.content)) for script in self._our_scripts().values())
        order = Order(verb, self._root or posixpath.join(self._folder, OUR_FOLDER), scripts)
        with self._verbs:
            stdout, stderr = run_verb(
                link.transport, self.describe(), order, content, link.heard, self._settings.connect_seconds
            )
        if root_without_scripts(stdout) is None:
            self._complete = link
        return stdout, stderr

    def _install(self, link: Link, root: str) -> None:
        with self._files_lock:
            for script in self._our_scripts().values():
                install(link.sftp(), root, script)
            self._complete = link

    def _our_scripts(self) -> dict[str, Script]:
        if not self._scripts:
            self._scripts = our_scripts()
        return self._scripts

    def _learn(self, answer: Mapping[str, Any]) -> None:
        """The root comes with every answer, which spares asking for it."""
        if self._root is None and is_root(answer.get("folder")):
            self._root = answer["folder"]

    def _lasting(self, action: Callable[[Link, Backoff], Result], writes: int = 0) -> Result:
        """Does it, again on a new connection where the one it had breaks; it `writes` so many bytes there."""
        backoff = Backoff(self._retry_seconds)
        while True:
            try:
                link = self._live_link()
            except UnreachableError as error:
                backoff.wait(error)
                continue
            try:
                with link.watched():
                    return action(link, backoff)
            except UnreachableError as error:
                self._drop(link)
                backoff.wait(error)
            except OSError as error:
                said = f"It says: {error.strerror or error}."
                full = self._full(link, said, writes) if error.errno is None else None  # "Failure" has none
                raise full or self._told_by_box(said) from error
            except KeyboardInterrupt:  # in the middle of an answer: nobody can tell what would come next
                self._drop(link)
                raise

    def _live_link(self) -> Link:
        ahead = self._ahead
        if ahead is not None:
            ahead.over.wait()
            if (error := ahead.taken()) is not None:
                raise error
        with self._lock:
            if self._link is not None and not self._link.alive:
                self._drop(self._link)
            if self._link is None:
                self._link = open_link(self._host, self._keyring, self._settings.connect_seconds)
                self.opened += 1
            return self._link

    def _drop(self, link: Link) -> None:
        """Hangs up, unless another thread has done so and connected anew meanwhile."""
        with self._lock:
            link.close()
            if self._link is link:
                self._link = None

    def _full(self, link: Link, said: str, wanted: int) -> Optional[BoxError]:
        """The error of a full disk, where it is one: SFTP has one word, "Failure", for that and much else."""
        if self._root is None:
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


class Ahead:
    """A connection that is being made before anybody needs it. What went wrong counts as the first try."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.error: Optional[CosmosError] = None

    def taken(self) -> Optional[CosmosError]:
        """The error, for the first who asks."""
        error, self.error = self.error, None
        return error


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
