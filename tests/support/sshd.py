"""OpenSSH's own server on the loopback address, in a folder of its own: nothing of the machine's ssh is used.

Fixtures to be imported by name: `sshd` (a server, fresh for each test), `home` (a HOME with keys that fit).
"""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SFTP_SERVERS = (
    "/usr/lib/openssh/sftp-server",
    "/usr/libexec/openssh/sftp-server",
    "/usr/libexec/sftp-server",
)


@dataclass
class Sshd:
    """A server that lets in whoever holds `user_key`. `boxes` is the home of what it runs."""

    folder: Path
    port: int
    settings: list[str] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def user(self) -> str:
        return getpass.getuser()

    @property
    def user_key(self) -> Path:
        return self.folder / "user_key"

    @property
    def host_key(self) -> Path:
        return self.folder / "host_key"

    @property
    def remote_dir(self) -> Path:
        return self.folder / "box"

    @property
    def root(self) -> Path:
        return self.remote_dir / ".cosmos_houdini"

    @property
    def log(self) -> str:
        return (self.folder / "sshd.log").read_text()

    def known_hosts_line(self, port: int | None = None) -> str:
        kind, blob = self.host_key.with_suffix(".pub").read_text().split()[:2]
        return f"[127.0.0.1]:{port or self.port} {kind} {blob}\n"

    def fingerprint(self) -> str:
        shown = subprocess.run(
            ["ssh-keygen", "-l", "-f", str(self.host_key)], capture_output=True, text=True, check=True
        )
        return shown.stdout.split()[1]

    def start(self) -> None:
        config = self.folder / "sshd_config"
        config.write_text("\n".join([*self._config(), *self.settings, ""]))
        self.process = subprocess.Popen(
            [sshd_program(), "-D", "-f", str(config), "-E", str(self.folder / "sshd.log")],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError(f"sshd does not start: {self.log}")

    def stop(self) -> None:
        """Ends the server and every session of it."""
        if self.process is None:
            return
        children = descendants(self.process.pid)
        self.process.kill()
        self.process.wait()
        for child in children:
            _kill(child)
        self.process = None

    def new_host_key(self) -> None:
        make_key(self.host_key)

    def logins(self) -> int:
        return self.log.count("Accepted publickey")

    def _config(self) -> list[str]:
        server = next((path for path in SFTP_SERVERS if Path(path).is_file()), "internal-sftp")
        return [
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {self.host_key}",
            f"PidFile {self.folder / 'sshd.pid'}",
            f"AuthorizedKeysFile {self.folder / 'authorized_keys'}",
            f"Subsystem sftp {server}",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "UsePAM no",
            "StrictModes no",
            "PermitRootLogin prohibit-password",
            "MaxStartups 100:30:200",
            "LogLevel VERBOSE",
            "UseDNS no",
        ]


def sshd_program() -> str:
    return shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") or ""


def make_key(path: Path, passphrase: str = "", kind: str = "ed25519") -> Path:
    path.unlink(missing_ok=True)
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", str(path)], check=True
    )
    return path


def make_sshd(folder: Path, *settings: str) -> Sshd:
    """A server with new keys, not started yet; skips the test where there is no OpenSSH."""
    missing = [name for name in ("ssh-keygen", "ssh") if shutil.which(name) is None]
    if not sshd_program():
        missing.append("sshd")
    if missing:
        words = f"no real ssh server: {', '.join(missing)} missing (apt-get install openssh-server)"
        if os.environ.get("COSMOS_REQUIRE_BOX") == "1":
            pytest.fail(words)
        pytest.skip(words)
    folder.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd locks its unprivileged part in
    server = Sshd(folder, free_port(), list(settings))
    make_key(server.host_key)
    make_key(server.user_key)
    shutil.copy(server.user_key.with_suffix(".pub"), folder / "authorized_keys")
    return server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def descendants(pid: int) -> list[int]:
    """Processes below `pid` that are still its own; what has detached itself is none of them."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            below.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        children = below.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A HOME of the test's own: the machine's keys, settings and ssh-agent are out of sight."""
    folder = tmp_path / "home"
    (folder / ".ssh").mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return folder


@pytest.fixture
def sshd(tmp_path: Path, home: Path) -> Iterator[Sshd]:
    """A running server whose host key HOME knows."""
    server = make_sshd(tmp_path / "sshd")
    server.start()
    (home / ".ssh" / "known_hosts").write_text(server.known_hosts_line())
    yield server
    server.stop()
