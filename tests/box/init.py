"""The first process of the box: its end is the end of everything in it, like a cut of the power.

    init.py BOX_FOLDER SETTINGS      (inside fresh namespaces: mounts, network, processes, host name, IPC)

It lays out the files that the box sees otherwise than the machine, then waits: for orphans to end, and for
the day when nobody holds a share in the box any more. Standard library only: the machine's own Python runs
it.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

INSIDE = Path("/run/box")


def main(box: Path, settings: dict[str, str]) -> int:
    # /proc still shows the machine's processes, and this one under the number that it has there.
    pid = int(str(Path("/proc/self").readlink()))
    mount("tmpfs", Path("/run"), "tmpfs", "mode=755")
    bind(box, INSIDE)
    (INSIDE / "run" / "init.json").write_text(json.dumps({"pid": pid, "start": start_time(pid)}))
    bind(INSIDE / "run" / "home", Path(settings["home"]))
    for name in ("passwd", "group", "shadow"):
        bind(INSIDE / "run" / "etc" / name, Path("/etc") / name)
    mount("tmpfs", Path("/dev/shm"), "tmpfs", "mode=1777")
    mount("proc", Path("/proc"), "proc")
    bind(INSIDE / "run" / "boot_id", Path("/proc/sys/kernel/random/boot_id"))
    for folder in ("sshd", "lock"):
        (Path("/run") / folder).mkdir(mode=0o755)
    socket.sethostname("cosmosbox")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    (INSIDE / "run" / "ready").touch()
    return wait()


def wait() -> int:
    lease = os.open(INSIDE / "locks" / "use.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    kept = INSIDE / "run" / "keep"
    while True:
        reap()
        if not kept.exists():
            try:
                fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                # Whoever comes now waits for the lock, which goes with this process, and finds no box.
                (INSIDE / "run" / "ready").unlink(missing_ok=True)
                return 0
        time.sleep(0.2)


def reap() -> None:
    while True:
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return


def start_time(pid: int) -> str:
    """A process id is used again; with its start time it is one process."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def bind(source: Path, target: Path) -> None:
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    mount(str(source), target, None, flags=0x1000)  # MS_BIND


def mount(source: str, target: Path, kind: str | None, options: str = "", flags: int = 0) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [source.encode(), str(target).encode(), kind and kind.encode(), flags, options.encode() or None]
    if libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[4]) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"mount {source} on {target}: {errno.errorcode.get(number, number)}")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), json.loads(sys.argv[2])))
