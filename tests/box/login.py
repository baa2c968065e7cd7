"""The box's way in: OpenSSH's server with a host key of its own, and the user's key."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from box.machine import USER, wait_for
from box.places import INSIDE_BIN, INSIDE_RUN, RUN

PORT = 22
PROGRAM = "/usr/sbin/sshd"
CONFIG = """\
ListenAddress {address}
Port {port}
HostKey {run}/host_key
AuthorizedKeysFile {run}/authorized_keys
PidFile /run/sshd.pid
AllowUsers {user}
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PrintMotd no
MaxStartups 200:30:400
MaxSessions 200
SetEnv PATH={bin}:/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8
Subsystem sftp internal-sftp
"""


def make_keys(address: str) -> None:
    """Host key, the user's key, who may come in, and what a client should know of the host."""
    for name in ("host_key", "user_key"):
        new_key(RUN / name)
    (RUN / "authorized_keys").write_text((RUN / "user_key.pub").read_text())
    (RUN / "known_hosts").write_text(known_host(address))
    text = CONFIG.format(address=address, port=PORT, run=INSIDE_RUN, user=USER, bin=INSIDE_BIN)
    (RUN / "sshd_config").write_text(text)


def new_key(file: Path) -> None:
    file.unlink(missing_ok=True)
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", file.name, "-f", str(file)]
    subprocess.run(command, check=True, capture_output=True)


def known_host(address: str) -> str:
    kind, key = (RUN / "host_key.pub").read_text().split()[:2]
    return f"{address} {kind} {key}\n"


def start(pid: int) -> None:
    """Starts the server in the box of this init; it puts itself into the background."""
    namespaces = ["nsenter", "--target", str(pid), "--mount", "--net", "--pid", "--uts", "--ipc"]
    command = [PROGRAM, "-f", f"{INSIDE_RUN}/sshd_config", "-E", f"{INSIDE_RUN}/sshd.log"]
    subprocess.run(
        [*namespaces, "--", *command],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: listening(pid), "the box's sshd")


def stop(pid: int, sessions: bool) -> None:
    """Ends the server, and with `sessions` every connection; what was started over them goes on."""
    listener = Path(f"/proc/{pid}/root/run/sshd.pid")
    for process in _servers(pid):
        arguments = Path(f"/proc/{process}/cmdline").read_bytes()
        if sessions or b"[listener]" in arguments:
            _end(process)
    listener.unlink(missing_ok=True)
    wait_for(lambda: not listening(pid), "the end of the box's sshd")


def listening(pid: int) -> bool:
    """Whether the port is open; read from the box's own table, so that no connection is made."""
    lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return any(int(field[1].split(":")[1], 16) == PORT and field[3] == "0A" for field in fields)


def _servers(pid: int) -> list[int]:
    """Every sshd of this box, by its processes' namespace."""
    home = Path(f"/proc/{pid}/ns/pid").readlink()
    found = []
    for folder in Path("/proc").iterdir():
        try:
            mine = folder.name.isdigit() and (folder / "ns/pid").readlink() == home
            if mine and str((folder / "exe").readlink()) == PROGRAM:
                found.append(int(folder.name))
        except OSError:  # it ended meanwhile
            continue
    return found


def _end(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return
