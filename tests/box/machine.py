"""The box as a machine: namespaces of its own, one network cable to this one, a power switch."""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from box.init import start_time
from box.places import BIN, BOX, CGROUP, HOME, INSIDE_HOME, LOCKS, MARK, RUN, VETH

USER = "cosmosbox"
LARGEST_ID = 60000
NETWORK = ipaddress.ip_network("10.213.0.0/16")
INIT = Path(__file__).with_name("init.py")
GONE_SECONDS = 30.0


def uid() -> int:
    """A user id that nobody here has; the user exists in the box alone, this machine's own list stays."""
    taken = {int(line.split(":")[2]) for file in ("passwd", "group") for line in _lines(f"/etc/{file}")}
    return next(number for number in range(LARGEST_ID - 1000, 0, -1) if number not in taken)


def power_on(keep: bool) -> int:
    """Starts an empty box; returns the process id of its init. Call `sweep` first where one may be left."""
    for folder in (HOME, BIN, RUN / "etc", LOCKS):
        folder.mkdir(parents=True, exist_ok=True)
    BIN.chmod(0o755)
    HOME.chmod(0o700)
    os.chown(HOME, uid(), uid())
    if keep:
        (RUN / "keep").touch()
    _write_users()
    (RUN / "boot_id").write_text(f"{uuid.uuid4()}\n")
    (RUN / "ready").unlink(missing_ok=True)
    with (RUN / "init.log").open("ab") as log:
        # The one who waits for init also buries it, so it stays when this process ends.
        init = subprocess.Popen(
            [
                *["unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork"],
                *["/usr/bin/python3", "-I", str(INIT), str(BOX), json.dumps({"home": INSIDE_HOME})],
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    wait_for((RUN / "ready").exists, "the box's namespaces", lambda: init.poll() is None)
    pid = init_pid()
    assert pid is not None
    return pid


def uid_of_box() -> int:
    """The user's id in the box that runs."""
    return HOME.stat().st_uid


def plug_in(pid: int, addresses: tuple[str, str] | None = None) -> tuple[str, str]:
    """The cable: a veth pair; returns this machine's address and the box's."""
    subprocess.run(["ip", "link", "delete", VETH], capture_output=True, check=False)
    ours, theirs = addresses or _free_addresses()
    inside = ["nsenter", "--target", str(pid), "--net", "ip"]
    for command in (
        ["ip", "link", "add", VETH, "type", "veth", "peer", "name", "eth0", "netns", str(pid)],
        ["ip", "address", "add", f"{ours}/30", "dev", VETH],
        ["ip", "link", "set", VETH, "up"],
        [*inside, "address", "add", f"{theirs}/30", "dev", "eth0"],
        [*inside, "link", "set", "eth0", "up"],
    ):
        subprocess.run(command, check=True, capture_output=True)
    return ours, theirs


def init_pid() -> int | None:
    """The process id of the box's init, as long as that very process lives."""
    try:
        told = json.loads((RUN / "init.json").read_text())
        return int(told["pid"]) if start_time(told["pid"]) == told["start"] else None
    except (OSError, ValueError, KeyError):
        return None


def power_off() -> None:
    """Everything in the box ends at once, and with it mounts, network and cable; returns when it has."""
    pid = init_pid()
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: init_pid() is None, "the end of the box", seconds=GONE_SECONDS)


def sweep(everything: bool = True) -> None:
    """After the end, or after the crash of whoever should have seen to it: nothing of the box is left."""
    power_off()
    subprocess.run(["ip", "link", "delete", VETH], capture_output=True, check=False)
    for group in Path("/sys/fs/cgroup").glob(f"**/{CGROUP}"):
        for folder in [*sorted(group.rglob("*"), reverse=True), group]:
            if folder.is_dir():
                _remove_group(folder)
    if everything:
        shutil.rmtree(RUN, ignore_errors=True)


def wait_for(
    there: Callable[[], bool], what: str, going: Callable[[], bool] = lambda: True, seconds: float = 30.0
) -> None:
    """Until `there()`; RuntimeError when it takes too long or when what would bring it is not `going()`."""
    ends = time.monotonic() + seconds
    while not there():
        if time.monotonic() > ends or not going():
            logs = [file.read_text("utf-8", "replace")[-1500:] for file in sorted(RUN.glob("*.log"))]
            raise RuntimeError(f"{what}: not there. " + "\n".join(logs))
        time.sleep(0.02)


def _remove_group(folder: Path) -> None:
    """A group of processes can go a moment after its last process."""

    def gone() -> bool:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True

    wait_for(gone, f"the end of {folder}", seconds=10)


def _write_users() -> None:
    number = uid()
    added = {
        "passwd": f"{USER}:x:{number}:{number}::{INSIDE_HOME}:/bin/bash",
        "group": f"{USER}:x:{number}:",
        "shadow": f"{USER}:*:19000:0:99999:7:::",  # no password, but not locked either: a key opens it
    }
    for name, line in added.items():
        file = RUN / "etc" / name
        file.write_text("".join(f"{kept}\n" for kept in [*_lines(f"/etc/{name}"), line]))
        file.chmod(0o640 if name == "shadow" else 0o644)


def _lines(file: str) -> list[str]:
    text = Path(file).read_text("utf-8", "replace")
    return [line for line in text.splitlines() if line and not line.startswith((f"{USER}:", "#", "+", "-"))]


def _free_addresses() -> tuple[str, str]:
    """A network of four addresses that no interface of this machine is in."""
    used = json.loads(subprocess.run(["ip", "-json", "address"], capture_output=True, check=True).stdout)
    taken = [ipaddress.ip_address(entry["local"]) for link in used for entry in link.get("addr_info", [])]
    networks = list(NETWORK.subnets(new_prefix=30))
    first = int(MARK, 16) % len(networks)
    for network in networks[first:] + networks[:first]:
        if not any(address in network for address in taken):
            hosts = list(network.hosts())
            return str(hosts[0]), str(hosts[1])
    raise RuntimeError(f"all of {NETWORK} is in use on this machine")
