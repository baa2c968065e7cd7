#!/usr/bin/env python3
"""Carries out runs on the box: our only program there, one file, standard library, Python 3.8 or newer.

    python agent.py VERB --root ROOT        the request as JSON on stdin, one JSON line on stdout

The answer is {"ok": true, "agent_version": 1, "folder": ROOT, ...}
or {"ok": false, "agent_version": 1, "error": {"kind", "what", "why", "fix"}}.
Verbs: probe survey have commit start status log stop ack gc. A verb is one short process; what outlives it
is a detached supervisor per run (`_supervise`) and below that a small stage that waits for the command:
`_exec` for a process, `_container` for a container.

    ROOT/                       mode 700
        bin/<sha256>/agent.py   this file, by content
        incoming/<run_id>/      uploads under way, each under its SHA-256
        blobs/<aa>/<sha256>     inputs and outputs by content, read-only
        runs/<run_id>/          spec.json manifest.json in/ out/ log.txt state/
        locks/                  *.lock, ticket.json, queue/ (who waits for a slot), slot-*.json (who has it)
        trash/                  what gc took away

    state/ticket.json           the run is queued                        written by `start`
    state/slots.json            it has its slots                         the supervisor
    state/exec.json child.json  the command's stage, the command         the stage
    state/container.json        the run's one container, once created    the stage
    state/code.json             how the command ended                    the stage
    state/beat.json             the heartbeat                            the supervisor
    state/cancel.json term.json its end was asked for, TERM was sent     `stop`, the supervisor
    state/outputs.json          what it made                             the supervisor
    state/exit.json             it is over; written last                 the supervisor
    state/removed.json          its container was removed after that     the supervisor, `ack`, `gc`
    state/ack.json              the results arrived                      `ack`
    state/secrets/              tokens, mode 600, until the end          `start`

Who is alive is told by file locks, which die with their holders; a process id counts only together with its
start time and the boot id. Files are written whole (temporary file, fsync, rename); state only grows.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import sys
import time
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeGuard

AGENT_VERSION = 1

REQUEST_LIMIT = 64 << 20
LOG_LIMIT = 1 << 20
EXTRA_FILES_LIMIT = 16 << 20
STATE_FILE_LIMIT = 32 << 20
BLOCK = 1 << 20
RESERVE_BYTES = 64 << 10
DAY = 86400.0

SECRET_LIMIT = 16 << 10

BEAT_AT_LEAST = 10.0
BEAT_AT_MOST = 1.0
GPU_IDLE_BYTES = 1 << 30
GPU_QUESTION_EVERY = 3.0
KILL_AGAIN = 1.0

SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+=@-]{0,199}\Z")
SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}\Z")
SHA256 = re.compile(r"[0-9a-f]{64}\Z")
ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}\Z")
IMAGE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]{0,254}\Z")
MEMORY_SIZE = re.compile(r"[1-9][0-9]{0,12}[bkmgBKMG]?\Z")
CONTAINER_PROGRAMS = ("docker", "podman")
WINDOWS_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)")

# What a command inherits from the shell that started the agent; everything else comes from the manifest.
INHERITED = re.compile(
    r"(?i)(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_.*|TMPDIR|TZ|LD_LIBRARY_PATH|CUDA_HOME|CUDA_PATH"
    r"|XDG_RUNTIME_DIR|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|TEMP|TMP|USERPROFILE|APPDATA|LOCALAPPDATA"
    r"|PROGRAMDATA|PROGRAMFILES|NUMBER_OF_PROCESSORS)\Z"
)


class Refusal(Exception):  # noqa: N818
    """An answer of {"ok": false}: what happened, why, and what to do."""

    def __init__(self, kind: str, what: str, why: str = "", fix: str = "", **details: Any) -> None:
        super().__init__(what)
        self.error = dict(details, kind=kind, what=what, why=why, fix=fix)


def main(arguments: Sequence[str]) -> int:
    """Runs one verb (or one inner stage) and returns the exit code: 0 answered, 1 refused."""
    os.umask(0o077)
    verb, options = _parse_arguments(arguments)
    if verb in STAGES:
        return STAGES[verb](Root(options["root"]), options["run"], _descriptors(options.get("fds", "")))
    try:
        if verb not in VERBS:
            raise Refusal("usage", f"The agent has no verb {verb!r}.", "", "Verbs: " + " ".join(VERBS) + ".")
        if "root" not in options:
            raise Refusal(
                "usage", "The agent was called without --root.", "", "python agent.py VERB --root ROOT"
            )
        request = _read_request()
        answer: dict[str, Any] = {"ok": True, "agent_version": AGENT_VERSION}
        answer["folder"] = options["root"]
        answer.update(VERBS[verb](Root(options["root"]), request))
    except Refusal as refusal:
        answer = {"ok": False, "agent_version": AGENT_VERSION, "error": refusal.error}
    except OSError as problem:
        answer = {"ok": False, "agent_version": AGENT_VERSION, "error": _explain_os_error(problem)}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    return 0 if answer["ok"] else 1


def _parse_arguments(arguments: Sequence[str]) -> tuple[str, dict[str, str]]:
    """`VERB --name value ...`; by hand, since argparse would double the time a verb takes."""
    verb = arguments[0] if arguments else ""
    options: dict[str, str] = {}
    rest = list(arguments[1:])
    while rest:
        name = rest.pop(0)
        if name.startswith("--") and rest:
            options[name[2:]] = rest.pop(0)
    return verb, options


def _descriptors(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def _read_request() -> dict[str, Any]:
    text = sys.stdin.buffer.read(REQUEST_LIMIT + 1)
    if len(text) > REQUEST_LIMIT:
        raise Refusal("bad_request", "The request is larger than 64 MB.")
    try:
        request = json.loads(text.decode("utf-8")) if text.strip() else {}
    except ValueError as problem:
        raise Refusal("bad_request", "The request is not JSON.", str(problem)) from None
    if not isinstance(request, dict):
        raise Refusal("bad_request", "The request is not a JSON object.")
    return request


def _explain_os_error(problem: OSError) -> dict[str, Any]:
    why = f"{problem.strerror or problem} {problem.filename or ''}".strip()
    if problem.errno in DISK_FULL:
        fix = "Free space on the box (folders of old runs may go, never of one that goes on), then try again."
        return {"kind": "disk_full", "what": "The disk of the box is full.", "why": why, "fix": fix}
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        fix = "Choose a folder on the box that your user may write to."
        return {"kind": "io", "what": "The box doesn't let us write there.", "why": why, "fix": fix}
    return {
        "kind": "io",
        "what": "A file on the box could not be used.",
        "why": why,
        "fix": "Look at that path.",
    }


# --------------------------------------------------------------------------------------- names, paths, files

DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Root:
    """The folder that everything lives in, and the only place that spells its paths."""

    def __init__(self, path: str) -> None:
        self.path = os.path.realpath(os.path.abspath(os.path.expanduser(path)))
        if not os.path.isdir(self.path):
            os.makedirs(self.path, mode=0o700, exist_ok=True)
        if hasattr(os, "getuid"):
            status = os.stat(self.path)
            if status.st_uid != os.getuid():
                why = f"{self.path} belongs to user {status.st_uid}."
                raise Refusal(
                    "unsafe",
                    "The folder on the box belongs to somebody else.",
                    why,
                    "Choose your own folder.",
                )
            if stat.S_IMODE(status.st_mode) != 0o700:
                os.chmod(self.path, 0o700)

    def folder(self, *parts: str) -> str:
        """A folder below the root, made where it is missing; a link in its place is refused."""
        path = self.path
        for part in parts:
            path = os.path.join(path, part)
            try:
                os.mkdir(path, 0o700)
            except FileExistsError:
                _require_folder(path)
        return path

    def lock_path(self, name: str) -> str:
        return os.path.join(self.folder("locks"), name + ".lock")

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        descriptor = take_lock(self.lock_path(name), wait=True)
        assert descriptor is not None
        try:
            yield
        finally:
            os.close(descriptor)

    def blob(self, sha256: str) -> str:
        return os.path.join(self.path, "blobs", sha256[:2], sha256)

    def run_ids(self) -> list[str]:
        return sorted(name for name in _listed(self.folder("runs")) if SAFE_ID.match(name))


class Run:
    """One run's folder."""

    def __init__(self, root: Root, run_id: Any) -> None:
        self.root = root
        self.id = safe_id(run_id)
        self.folder = os.path.join(root.folder("runs"), self.id)
        if os.path.lexists(self.folder):
            _require_folder(self.folder)

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def state_path(self, name: str) -> str:
        return os.path.join(self.folder, "state", name)

    def state(self, name: str) -> dict[str, Any] | None:
        return read_json(self.state_path(name))

    def has(self, name: str) -> bool:
        return os.path.lexists(self.state_path(name))

    def set_state(self, name: str, value: dict[str, Any]) -> None:
        write_json(self.state_path(name), value)

    def manifest(self) -> dict[str, Any] | None:
        return read_json(self.path("manifest.json"))

    def require_manifest(self) -> dict[str, Any]:
        manifest = self.manifest()
        if manifest is None:
            raise Refusal(
                "unknown_run",
                f"The box knows no run {self.id}.",
                "It was never submitted to this folder, or gc took it away.",
                "Look at `status`, or submit the run again.",
            )
        return manifest

    def lock_name(self, role: str) -> str:
        return f"{role}-{self.id}"

    def lock_path(self, role: str) -> str:
        return self.root.lock_path(self.lock_name(role))


def safe_id(value: Any) -> str:
    if not isinstance(value, str) or not SAFE_ID.match(value) or ".." in value or WINDOWS_DEVICE.match(value):
        raise Refusal(
            "bad_request", f"{_shown(value)} is no run id.", "Ids are letters, digits, '.', '_' and '-'."
        )
    return value


def safe_name(value: Any) -> str:
    if not is_safe_name(value):
        why = (
            "Names on the box are letters, digits and '._+=@-', at most 200 of them, with no folder in them."
        )
        raise Refusal("bad_request", f"{_shown(value)} is no safe file name.", why)
    return str(value)


def is_safe_name(value: Any) -> bool:
    return (
        isinstance(value, str)
        and bool(SAFE_NAME.match(value))
        and not WINDOWS_DEVICE.match(value)
        and value[-1] != "."
    )


def safe_sha256(value: Any) -> str:
    if not isinstance(value, str) or not SHA256.match(value):
        raise Refusal(
            "bad_request", f"{_shown(value)} is no SHA-256.", "64 lower-case hex digits are wanted."
        )
    return value


def _shown(value: Any) -> str:
    return ascii(value)[:80]


def _require_folder(path: str) -> None:
    if not stat.S_ISDIR(os.lstat(path).st_mode):
        why = f"{path} is a link or a file."
        raise Refusal(
            "unsafe", "Something on the box is not what it should be.", why, "Look at it, and move it away."
        )


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []


def read_bytes(path: str, limit: int = STATE_FILE_LIMIT) -> bytes | None:
    """The content of a plain file; None where there is none; never through a link."""
    try:
        descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW)
    except FileNotFoundError:
        return None
    except OSError as problem:
        if problem.errno == errno.ELOOP:
            raise Refusal(
                "unsafe", "A link lies where a file should be.", path, "Look at it, and move it away."
            ) from None
        raise
    with os.fdopen(descriptor, "rb") as handle:
        return handle.read(limit)


def read_json(path: str) -> dict[str, Any] | None:
    text = read_bytes(path)
    if text is None:
        return None
    try:
        value = json.loads(text.decode("utf-8"))
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Refusal(
            "corrupt", "A state file on the box is damaged.", path, "Submit the run again under a new id."
        )
    return value


def write_bytes(path: str, content: bytes, mode: int = 0o600) -> None:
    """Whole or not at all: temporary file beside it, fsync, rename, fsync of the folder."""
    folder, name = os.path.split(path)
    part = os.path.join(folder, f".{name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW, 0o600)
    try:
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if mode != 0o600:
            os.chmod(part, mode)
        replace(part, path)
    except BaseException:
        _unlink(part)
        raise
    sync_folder(folder)


def write_json(path: str, value: dict[str, Any]) -> None:
    write_bytes(path, json.dumps(value, sort_keys=True).encode("ascii"))


def replace(source: str, target: str) -> None:
    """os.replace; on Windows a reader may be in the way for a moment."""
    for attempt in range(50):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if os.name != "nt" or attempt == 49:
                raise
            time.sleep(0.02)


def sync_folder(folder: str) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unlink(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)


def remove_tree(path: str) -> None:
    """Removes a folder of ours for good; never follows a link out of it."""
    import shutil

    def make_writable(function: Any, name: str, _info: Any) -> None:
        if os.path.lexists(name):
            os.chmod(name, 0o700)
            function(name)

    if os.path.islink(path) or os.path.isfile(path):
        _unlink(path)
    elif os.path.isdir(path):
        shutil.rmtree(path, onerror=make_writable)


def copy_bytes(source: int, target: int) -> str:
    """Copies one open file to another and returns the SHA-256 of what went by."""
    import hashlib

    digest = hashlib.sha256()
    while True:
        block = os.read(source, BLOCK)
        if not block:
            return digest.hexdigest()
        digest.update(block)
        view = memoryview(block)
        while view:
            view = view[os.write(target, view) :]


def hash_descriptor(descriptor: int) -> str:
    import hashlib

    digest = hashlib.sha256()
    while True:
        block = os.read(descriptor, BLOCK)
        if not block:
            return digest.hexdigest()
        digest.update(block)


def link_or_copy(source: str, target: str) -> None:
    """A hard link where the disk can, else a read-only copy; `target` doesn't exist yet."""
    try:
        os.link(source, target)
        return
    except FileExistsError:
        return
    except OSError as problem:
        if problem.errno in DISK_FULL:
            raise
    part = f"{target}.part{os.getpid()}"
    reading = os.open(source, os.O_RDONLY | NO_FOLLOW)
    try:
        writing = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_FOLLOW, 0o600)
        try:
            copy_bytes(reading, writing)
            os.fsync(writing)
        finally:
            os.close(writing)
        os.chmod(part, 0o444)
        replace(part, target)
    except BaseException:
        _unlink(part)
        raise
    finally:
        os.close(reading)


# ------------------------------------------------------------------------------------------ locks


def take_lock(path: str, wait: bool) -> int | None:
    """An open descriptor that holds the lock until the last copy of it is closed; None where somebody
    else has it.
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | NO_FOLLOW, 0o600)
        if not _lock_descriptor(descriptor, wait):
            os.close(descriptor)
            return None
        try:
            if os.path.samestat(os.fstat(descriptor), os.stat(path)):
                return descriptor
        except FileNotFoundError:
            pass
        os.close(descriptor)  # gc took the file away between open and lock: this lock would guard nothing


def is_held(path: str) -> bool:
    if not os.path.exists(path):
        return False
    descriptor = take_lock(path, wait=False)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def _lock_descriptor(descriptor: int, wait: bool) -> bool:
    if os.name != "nt":
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
    return _lock_descriptor_windows(descriptor, wait)


def _lock_descriptor_windows(descriptor: int, wait: bool) -> bool:
    import msvcrt

    lock: Any = getattr(msvcrt, "locking")  # noqa: B009
    mode: int = getattr(msvcrt, "LK_NBLCK")  # noqa: B009
    while True:
        try:
            lock(descriptor, mode, 1)
            return True
        except OSError:
            if not wait:
                return False
            time.sleep(0.02)


# ------------------------------------------------------------------------------------------ processes


def boot_id() -> str:
    """Changes with every boot; "" where the system doesn't tell."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as handle:
            return handle.read().strip()
    except OSError:
        return ""


def process_start(pid: int) -> str:
    """When the process began, in the system's own words; "" where there is none or it has ended (a
    zombie has).
    """
    if os.path.isdir("/proc/self"):
        fields = _proc_stat(pid)
        return "" if not fields or fields[0] in ("Z", "X") else fields[19]
    if os.name == "nt":
        return _process_start_windows(pid)
    import subprocess

    listed = subprocess.run(
        ["ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    words = listed.stdout.split()
    return "" if not words or words[0].startswith("Z") else " ".join(words[1:])


def _proc_stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the third (state) on: [0] state, [1] parent, [19] start time."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as handle:
            return handle.read().rpartition(b")")[2].decode("ascii", "replace").split()
    except OSError:
        return []


def _process_start_windows(pid: int) -> str:
    import ctypes

    windll: Any = getattr(ctypes, "windll")  # noqa: B009
    handle = windll.kernel32.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return ""
    times = [ctypes.c_ulonglong() for _ in range(4)]
    code = ctypes.c_ulong()
    known = windll.kernel32.GetProcessTimes(handle, *(ctypes.byref(value) for value in times))
    windll.kernel32.GetExitCodeProcess(handle, ctypes.byref(code))
    windll.kernel32.CloseHandle(handle)
    return str(times[0].value) if known and code.value == 259 else ""  # 259: STILL_ACTIVE


def identity(pid: int) -> dict[str, Any]:
    return {"pid": pid, "pid_start": process_start(pid), "boot_id": boot_id()}


def is_same_process(known: dict[str, Any] | None) -> bool:
    """Whether the very process that was written down still runs: id, start time and boot agree."""
    if not known or not known.get("pid_start"):
        return False
    return bool(known.get("boot_id") == boot_id() and known["pid_start"] == process_start(int(known["pid"])))


def signal_group(known: dict[str, Any] | None, number: int) -> bool:
    """Sends a signal to the group of a process of ours that still runs; whether it was sent."""
    if known is None or not is_same_process(known):
        return False
    if os.name == "nt":
        import subprocess

        subprocess.run(["taskkill", "/PID", str(known["pid"]), "/T", "/F"], capture_output=True, check=False)
        return True
    try:
        os.killpg(int(known["pid"]), number)
    except ProcessLookupError:
        return False
    return True


def spawn_stage(run: Run, stage: str, descriptors: Sequence[int]) -> subprocess.Popen[bytes]:
    """Starts this file again as an inner stage, detached from whoever called us; locks go along by
    descriptor.
    """
    import subprocess

    # Imported rather than run as a script, so that Python's cache spares compiling it each time.
    here = os.path.abspath(__file__)
    arguments = [sys.executable, "-I", "-S", "-c", IMPORT_ME, os.path.dirname(here), stage]
    arguments += ["--root", run.root.path, "--run", run.id]
    options: dict[str, Any] = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.DEVNULL,
        "cwd": run.root.path,
    }
    if os.name == "nt":
        options["creationflags"] = 0x00000008 | 0x00000200  # DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP
    else:
        options.update(start_new_session=True, pass_fds=tuple(descriptors))
        arguments += ["--fds", ",".join(map(str, descriptors))]
    log = os.open(run.state_path("supervisor.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND | NO_FOLLOW, 0o600)
    try:
        return subprocess.Popen(arguments, stderr=log, **options)
    finally:
        os.close(log)


IMPORT_ME = "import sys; sys.path.insert(0, sys.argv[1]); import agent; sys.exit(agent.main(sys.argv[2:]))"


# -------------------------------------------------------------------------------------- verbs: what is there


def verb_probe(root: Root, request: dict[str, Any]) -> dict[str, Any]:
    """What the box is: Python, time, space, processors, GPUs, slots and runs.

    Asked for, also `docker` (program, image; with `trial` a container of one second) and which `files` exist.
    """
    import platform

    docker = _checked_docker_question(request.get("docker"))
    files = request.get("files", [])
    if not isinstance(files, list) or not all(_is_argument(path) for path in files):
        raise Refusal("bad_request", "`files` must be a list of paths.")

    runs = [status_of(Run(root, run_id), None) for run_id in root.run_ids()]
    counted: dict[str, int] = {}
    for run in runs:
        counted[run["state"]] = counted.get(run["state"], 0) + 1
    return {
        "root": root.path,
        "home": os.path.expanduser("~"),
        "python": platform.python_version(),
        "boot_id": boot_id(),
        "time": time.time(),
        "bytes_free": bytes_free(root.path),
        "cpus": _cpus(),
        "hostname": platform.node(),
        "gpus": _gpus(),
        "slots": _slots(root, runs),
        "runs": counted,
        "docker": probe_docker(docker, request.get("trial") is True) if docker else None,
        "files": {path: os.path.exists(os.path.expanduser(path)) for path in files},
    }


def bytes_free(path: str) -> int:
    if hasattr(os, "statvfs"):
        volume = os.statvfs(path)
        return volume.f_bavail * volume.f_frsize
    import shutil

    return shutil.disk_usage(path).free


def _cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _ask_nvidia(query: str) -> list[list[str]]:
    """The lines of nvidia-smi's answer, in cells; none where there is no nvidia-smi."""
    import shutil
    import subprocess

    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    command = [program, query, "--format=csv,noheader,nounits"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [[cell.strip() for cell in line.split(",")] for line in listed.stdout.splitlines()]


def _gpu_users(slots: set[str]) -> str:
    """Whose processes hold memory of these GPUs, as in "alice (process 4711)"; those of other containers may
    not be seen.
    """
    uuids = {cells[1] for cells in _ask_nvidia("--query-gpu=index,uuid") if cells[0] in slots and cells[1:]}
    users = []
    for cells in _ask_nvidia("--query-compute-apps=gpu_uuid,pid"):
        if len(cells) == 2 and cells[0] in uuids and cells[1].isdigit():
            with suppress(OSError):
                users.append(f"{_user_name(os.stat('/proc/' + cells[1]).st_uid)} (process {cells[1]})")
    return ", ".join(dict.fromkeys(users[:4])) or "somebody else"


def _user_name(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def _gpus() -> list[dict[str, Any]]:
    gpus = []
    for cells in _ask_nvidia(
        "--query-gpu=index,name,memory.total,memory.used,driver_version,utilization.gpu"
    ):
        if len(cells) >= 5 and cells[0].isdigit():
            megabytes = [int(cell) if cell.isdigit() else 0 for cell in cells[2:4]]
            gpus.append(
                {
                    "index": int(cells[0]),
                    "name": cells[1],
                    "memory_bytes": megabytes[0] << 20,
                    "memory_used_bytes": megabytes[1] << 20,
                    "driver": cells[4],
                    "utilisation": int(cells[5]) if cells[5:] and cells[5].isdigit() else None,
                }
            )
    return gpus


def _slots(root: Root, runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every slot that a run ever wanted, and which run has it."""
    holders = {slot: run["run_id"] for run in runs if run["state"] == "running" for slot in run["slots"]}
    slots = []
    for name in sorted(_listed(root.folder("locks"))):
        if name.startswith("slot-") and name.endswith(".lock"):
            slot = name[len("slot-") : -len(".lock")]
            holder = unended_holder(root, slot)
            busy = holder is not None or is_held(os.path.join(root.path, "locks", name))
            run_id = holder.id if holder else holders.get(slot) if busy else None
            slots.append({"name": slot, "busy": busy, "run_id": run_id})
    return slots


def verb_survey(root: Root, request: dict[str, Any]) -> dict[str, Any]:
    """What a submission has to know, in one answer: how its run stands, which of its files are not here, and,
    as in `probe`, the user's home and, where they are asked for, the GPUs.
    """
    gpus = request.get("gpus", False)
    if not isinstance(gpus, bool):
        raise Refusal("bad_request", "`gpus` must be true or false.")
    [run] = verb_status(root, {"run_ids": [request.get("run_id")]})["runs"]
    missing = verb_have(root, request)["missing"]
    return {
        "run": run,
        "missing": missing,
        "home": os.path.expanduser("~"),
        "gpus": _gpus() if gpus else [],
    }


def verb_have(root: Root, request: dict[str, Any]) -> dict[str, Any]:
    """Which of the named blobs are not here; those that are count as fresh for gc."""
    hashes = request.get("hashes")
    if not isinstance(hashes, list):
        raise Refusal("bad_request", "`hashes` must be a list.")
    missing = []
    for value in hashes:
        sha256 = safe_sha256(value)
        try:
            os.utime(root.blob(sha256))
        except FileNotFoundError:
            missing.append(sha256)
    return {"missing": missing}


# ------------------------------------------------------------------------------------------ verbs: commit


def verb_commit(root: Root, request: dict[str, Any]) -> dict[str, Any]:
    """Takes the uploads in, lays out the run's folder and renames its manifest in last; the same
    again is no harm. With `start`, the request of that verb, it is started in the same breath.
    """
    start = request.get("start")
    if start is not None and not isinstance(start, dict):
        raise Refusal("bad_request", "`start` must be an object.")
    answer = _commit(root, request)
    return answer if start is None else dict(verb_start(root, dict(start, run_id=answer["run_id"])), **answer)


def _commit(root: Root, request: dict[str, Any]) -> dict[str, Any]:
    run = Run(root, request.get("run_id"))
    manifest = checked_manifest(request.get("manifest"), run.id)
    spec = request.get("spec")
    if not isinstance(spec, dict):
        raise Refusal("bad_request", "`spec` must be an object.")
    with root.locked(run.lock_name("run")):
        known = run.manifest()
        if known is not None:
            if known["spec_sha256"] != manifest["spec_sha256"]:
                raise Refusal(
                    "conflict",
                    f"Run {run.id} is on the box already, with another spec.",
                    f"There: {known['spec_sha256'][:12]}. Here: {manifest['spec_sha256'][:12]}.",
                    "Create a new run for the changed spec.",
                )
            _clear_uploads(root, run)
            return {"run_id": run.id, "already": True}
        uploads = _checked_uploads(root, run, manifest)
        with root.locked("blobs"):
            _admit(root, run, manifest, uploads)
            _lay_out(root, run, manifest, spec)
        _clear_uploads(root, run)
    return {"run_id": run.id, "already": False}


def _clear_uploads(root: Root, run: Run) -> None:
    """A client that uploads for the same run at this moment fails, asks again what is missing: nothing.

    What can't be removed at once (that client still writes) is left to gc: the run is committed all the same.
    """
    uploads = os.path.join(root.folder("incoming"), run.id)
    with suppress(OSError):
        if os.path.lexists(uploads):
            remove_tree(_to_trash(uploads, root.folder("trash")))


def checked_manifest(value: Any, run_id: str) -> dict[str, Any]:
    """The manifest with every field of the right kind, and nothing else in it."""
    wanted = {
        "schema_version",
        "run_id",
        "owner",
        "spec_sha256",
        "submitted_at",
        "inputs",
        "extra_files",
        "launcher",
    }
    wanted |= {"slots", "stall_seconds"}
    if not isinstance(value, dict) or set(value) != wanted:
        difference = sorted(set(value) ^ wanted) if isinstance(value, dict) else []
        raise Refusal(
            "bad_request",
            "The manifest has not the fields it should have.",
            ", ".join(map(_shown, difference)),
        )
    if value["schema_version"] != 1 or value["run_id"] != run_id:
        raise Refusal("bad_request", "The manifest is of another version, or of another run.")
    safe_sha256(value["spec_sha256"])
    _require(isinstance(value["owner"], str), "owner")
    _require(isinstance(value["submitted_at"], str), "submitted_at")
    _require(_is_number(value["stall_seconds"]) and value["stall_seconds"] > 0, "stall_seconds")
    _check_files(value["inputs"], value["extra_files"])
    _check_launcher(value["launcher"])
    slots = value["slots"]
    _require(
        isinstance(slots, dict) and set(slots) == {"wanted", "of"} and isinstance(slots["of"], list), "slots"
    )
    names = [safe_name(name) for name in slots["of"]]
    _require(len(set(names)) == len(names), "slots.of")
    _require(_is_count(slots["wanted"]) and 1 <= slots["wanted"] <= len(names), "slots.wanted")
    return value


def _check_files(inputs: Any, extra_files: Any) -> None:
    _require(isinstance(inputs, list) and isinstance(extra_files, list), "inputs, extra_files")
    names = []
    for file in inputs:
        _require(isinstance(file, dict) and set(file) == {"name", "sha256", "bytes"}, "inputs")
        names.append(safe_name(file["name"]))
        safe_sha256(file["sha256"])
        _require(_is_count(file["bytes"]), "inputs.bytes")
    length = 0
    for file in extra_files:
        _require(isinstance(file, dict) and set(file) == {"name", "text"}, "extra_files")
        names.append(safe_name(file["name"]))
        _require(isinstance(file["text"], str) and _encodes(file["text"]), "extra_files.text")
        length += len(file["text"])
    _require(length <= EXTRA_FILES_LIMIT, "extra_files: more than 16 MB")
    _require(len({name.lower() for name in names}) == len(names), "inputs, extra_files: a name comes twice")


def _check_launcher(launcher: Any) -> None:
    _require(isinstance(launcher, dict) and "kind" in launcher, "launcher")
    kind = launcher["kind"]
    if kind not in ("process", "docker"):
        why = "This agent knows the launchers `process` and `docker`."
        raise Refusal("bad_request", f"The box can't launch by {_shown(kind)}.", why)
    wanted = {"kind", "argv", "env", "cwd"} | ({"container"} if kind == "docker" else set())
    _require(set(launcher) == wanted, "launcher")
    argv, env, cwd = launcher["argv"], launcher["env"], launcher["cwd"]
    _require(
        isinstance(argv, list) and bool(argv) and all(_is_argument(word) for word in argv), "launcher.argv"
    )
    _require(isinstance(env, dict), "launcher.env")
    for name, text in env.items():
        _require(bool(ENVIRONMENT_NAME.match(name)) and _is_argument(text), "launcher.env")
    _require(cwd is None or (_is_argument(cwd) and os.path.isabs(cwd)), "launcher.cwd")
    if kind == "docker":
        _check_container(launcher["container"])
        # An environment file has a line for each.
        _require(not any("\n" in text or "\r" in text for text in env.values()), "launcher.env")


def _check_container(container: Any) -> None:
    wanted = {"program", "image", "gpus", "shm_size", "memory", "mounts"}
    _require(isinstance(container, dict) and set(container) == wanted, "launcher.container")
    _require(container["program"] in CONTAINER_PROGRAMS, "launcher.container.program")
    _require(_matches(IMAGE_NAME, container["image"]), "launcher.container.image")
    _require(isinstance(container["gpus"], bool), "launcher.container.gpus")
    _require(_matches(MEMORY_SIZE, container["shm_size"]), "launcher.container.shm_size")
    memory = container["memory"]
    _require(memory is None or _matches(MEMORY_SIZE, memory), "launcher.container.memory")
    mounts = container["mounts"]
    _require(isinstance(mounts, list), "launcher.container.mounts")
    for mount in mounts:
        keys = {"source", "target", "read_only"}
        _require(isinstance(mount, dict) and set(mount) == keys, "launcher.container.mounts")
        _require(isinstance(mount["read_only"], bool), "launcher.container.mounts")
        for path in (mount["source"], mount["target"]):
            plain = _is_argument(path) and path.isprintable() and os.path.isabs(path)
            _require(plain and os.path.normpath(path) == path != "/", "launcher.container.mounts")
    targets = [mount["target"] for mount in mounts]
    _require(len(set(targets)) == len(targets), "launcher.container.mounts: a target comes twice")


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and bool(pattern.match(value))


def _require(condition: bool, field: str) -> None:
    if not condition:
        raise Refusal("bad_request", f"The manifest's {field} can't be used.")


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_argument(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value and _encodes(value)


def _encodes(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _checked_uploads(root: Root, run: Run, manifest: dict[str, Any]) -> dict[str, str]:
    """Files in incoming/ that are what they say, by hash: content hashed, size compared, made
    read-only, on the disk.
    """
    uploads: dict[str, str] = {}
    for file in manifest["inputs"]:
        sha256 = file["sha256"]
        if sha256 in uploads or os.path.lexists(root.blob(sha256)):
            continue
        path = os.path.join(root.folder("incoming", run.id), sha256)
        if os.path.lexists(path):
            uploads[sha256] = _checked_upload(path, file)
    return uploads


def _checked_upload(path: str, file: dict[str, Any]) -> str:
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        raise Refusal(
            "unsafe", f"The upload of {file['name']} is a link or no plain file.", path, "Upload it again."
        )
    if status.st_nlink > 1:  # somebody could still write to it under its other name
        path = _own_copy(path)
    descriptor = os.open(path, os.O_RDWR | NO_FOLLOW)
    try:
        size = os.fstat(descriptor).st_size
        found = hash_descriptor(descriptor) if size == file["bytes"] else ""
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if found != file["sha256"]:
        _unlink(path)
        why = (
            f"{size} of {file['bytes']} bytes are there." if size != file["bytes"] else "The content differs."
        )
        raise Refusal(
            "hash_mismatch", f"The upload of {file['name']} arrived damaged.", why, "Submit the run again."
        )
    os.chmod(path, 0o444)
    return path


def _own_copy(path: str) -> str:
    part = path + ".copy"
    _unlink(part)
    reading = os.open(path, os.O_RDONLY | NO_FOLLOW)
    try:
        writing = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW, 0o600)
        try:
            copy_bytes(reading, writing)
        finally:
            os.close(writing)
    finally:
        os.close(reading)
    _unlink(path)
    replace(part, path)
    return path


def _admit(root: Root, run: Run, manifest: dict[str, Any], uploads: dict[str, str]) -> None:
    """Renames the checked uploads into blobs/; refuses where an input is neither there nor uploaded."""
    missing = []
    for file in manifest["inputs"]:
        blob = root.blob(file["sha256"])
        known = _stat(blob)
        if known is not None:
            if not stat.S_ISREG(known.st_mode) or known.st_size != file["bytes"]:
                why = f"{blob} should be a file of {file['bytes']} bytes."
                raise Refusal(
                    "unsafe", f"{file['name']} is not on the box as it should be.", why, "Remove it there."
                )
            continue
        if file["sha256"] in uploads:
            root.folder("blobs", file["sha256"][:2])
            replace(uploads[file["sha256"]], blob)
            os.utime(blob)
            sync_folder(os.path.dirname(blob))
        else:
            missing.append(file["sha256"])
    if missing:
        raise Refusal(
            "missing_inputs",
            f"{len(missing)} input file(s) of run {run.id} are not on the box.",
            "They were not uploaded, or cleaned away in between.",
            "Submit the run again; what is missing is uploaded.",
            missing=sorted(set(missing)),
        )


def _lay_out(root: Root, run: Run, manifest: dict[str, Any], spec: dict[str, Any]) -> None:
    for name in ("state", "out"):
        root.folder("runs", run.id, name)
    remove_tree(run.path("in"))
    inputs = root.folder("runs", run.id, "in")
    for file in manifest["inputs"]:
        link_or_copy(root.blob(file["sha256"]), os.path.join(inputs, file["name"]))
    for file in manifest["extra_files"]:
        write_bytes(os.path.join(inputs, file["name"]), file["text"].encode("utf-8"), 0o444)
    write_bytes(run.state_path("reserve"), os.urandom(RESERVE_BYTES))
    write_bytes(run.path("spec.json"), json.dumps(spec, sort_keys=True, indent=2).encode("ascii") + b"\n")
    write_json(run.path("manifest.json"), manifest)


# -------------------------------------------------------------------------------- verbs: start, stop, status


def verb_start(root: Root, request: dict[str, Any]) -> dict[str, Any]:
    """Queues the run and gives it a supervisor; queued, running or finished already means: report that."""
    run = Run(root, request.get("run_id"))
    manifest = run.require_manifest()
    secrets = _checked_secrets(request.get("secrets", {}))
    with root.locked(run.lock_name("run")):
        started = not run.has("ticket.json") and not run.has("exit.json")
        if started:
            if manifest["launcher"]["kind"] == "docker":
                _keep_secrets(run, secrets)
            take_ticket(run, manifest)
        ensure_supervisor(run)
    return {"started": started, "run": status_of(run, queue_entries(root))}


def _checked_secrets(secrets: Any) -> dict[str, str]:
    fits = isinstance(secrets, dict) and all(
        _matches(ENVIRONMENT_NAME, name) and _is_argument(text) and len(text) <= SECRET_LIMIT
        for name, text in secrets.items()
    )
    if not fits:
        raise Refusal("bad_request", "`secrets` must be an object of names and texts.")
    return dict(secrets)


def _keep_secrets(run: Run, secrets: dict[str, str]) -> None:
    """In files that only our user can read; the container sees them as a folder, until the run has ended."""
    folder = run.root.folder("runs", run.id, "state", "secrets")
    for name, text in secrets.items():
        write_bytes(os.path.join(folder, name), text.encode("utf-8"))


def ensure_supervisor(run: Run) -> None:
    """Starts a supervisor for a queued or running run that has none. The run's lock is held by the caller."""
    if run.has("exit.json") or not run.has("ticket.json"):
        return
    descriptor = take_lock(run.lock_path("supervisor"), wait=False)
    if descriptor is None:
        return
    try:
        if os.name == "nt":  # a lock can't be handed down there: the supervisor takes it itself
            os.close(descriptor)
            spawn_stage(run, "_supervise", [])
        else:
            spawn_stage(run, "_supervise", [descriptor])
    finally:
        if os.name != "nt":
            os.close(descriptor)


def verb_stop(root: Root, request: dict[str, Any]) -> dict[str, Any]:
    """Asks for the end of one run: written down first, then carried out by its supervisor."""
    run = Run(root, request.get("run_id"))
    grace = request.get("grace_seconds", 20)
    if not _is_number(grace) or grace < 0:
        raise Refusal("bad_request", "`grace_seconds` must be a number of seconds.")
    run.require_manifest()
    with root.locked(run.lock_name("run")):
        if not run.has("exit.json"):
            if not run.has("cancel.json"):
                run.set_state("cancel.json", {"at": time.time(), "grace_seconds": grace})
            if run.has("ticket.json"):
                ensure_supervisor(run)
            else:
                finalise(run, lost=False)
    return {"run": status_of(run, queue_entries(root))}


def verb_status(root: Root, request: dict[str, Any]) -> dict[str, Any]:
    """How runs stand; a run that has lost its supervisor gets a new one on the way."""
    wanted = request.get("run_ids")
    if wanted is not None and not isinstance(wanted, list):
        raise Refusal("bad_request", "`run_ids` must be a list or null.")
    entries = queue_entries(root)
    answers = []
    for run_id in root.run_ids() if wanted is None else wanted:
        run = Run(root, run_id)
        revive(run)
        answer = status_of(run, entries)
        if wanted is not None or answer["state"] != "unknown":
            answers.append(answer)
    return {"runs": answers}


def revive(run: Run) -> None:
    """Gives a run its supervisor back. Looked at under the run's lock only: two lookers would take
    each other for it.
    """
    if run.has("exit.json") or not run.has("ticket.json"):
        return
    descriptor = take_lock(run.lock_path("run"), wait=False)
    if descriptor is None:
        return  # somebody is at it
    try:
        ensure_supervisor(run)
    finally:
        os.close(descriptor)


def status_of(run: Run, entries: list[dict[str, Any]] | None) -> dict[str, Any]:
    manifest = run.manifest()
    answer: dict[str, Any] = {
        "run_id": run.id,
        "state": "unknown",
        "owner": None,
        "spec_sha256": None,
        "queue_position": None,
        "slots": [],
        "exit": None,
        "beat": None,
        "outputs": None,
        "log_bytes": 0,
        "acknowledged": False,
        "stalled": False,
        "cancel_requested": False,
        "submitted_at": None,
        "started_at": None,
    }
    if manifest is None:
        return answer
    # Read from the end of a run's life backwards, so that a run that moves on meanwhile is never seen as
    # less.
    ended = run.state("exit.json")
    outputs = run.state("outputs.json") if ended else None
    beat = run.state("beat.json")
    slots = run.state("slots.json")
    child = run.state("child.json")
    log = _stat(run.path("log.txt"))
    answer.update(
        state=_state_name(run, ended, slots),
        owner=manifest["owner"],
        spec_sha256=manifest["spec_sha256"],
        slots=slots["slots"] if slots else [],
        exit=ended,
        beat=beat,
        outputs=outputs["outputs"] if outputs else None,
        log_bytes=log.st_size if log else 0,
        acknowledged=run.has("ack.json"),
        cancel_requested=run.has("cancel.json"),
        submitted_at=manifest["submitted_at"],
        started_at=child["started_at"] if child else None,
    )
    if answer["state"] == "queued" and entries is not None:
        answer["queue_position"] = _queue_position(run, manifest, entries)
    if answer["state"] == "running" and child:
        answer["stalled"] = bool(beat and beat.get("stalled"))
    return answer


def _state_name(run: Run, ended: dict[str, Any] | None, slots: dict[str, Any] | None) -> str:
    if ended:
        return "cancelled" if ended["cancelled"] else "lost" if ended["lost"] else "finished"
    if slots:
        return "running"
    return "queued" if run.has("ticket.json") else "prepared"


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def verb_log(root: Root, request: dict[str, Any]) -> dict[str, Any]:
    """A piece of the log from a byte offset, cut between characters; bytes that are no UTF-8 come as
    U+FFFD.
    """
    run = Run(root, request.get("run_id"))
    offset, limit = request.get("from", 0), request.get("limit", LOG_LIMIT)
    if not _is_count(offset) or not _is_count(limit):
        raise Refusal("bad_request", "`from` and `limit` must be counts of bytes.")
    run.require_manifest()
    try:
        descriptor = os.open(run.path("log.txt"), os.O_RDONLY | NO_FOLLOW)
    except FileNotFoundError:
        return {"from": offset, "next": offset, "text": "", "size": 0}
    with os.fdopen(descriptor, "rb") as handle:
        size = os.fstat(handle.fileno()).st_size
        handle.seek(offset)
        piece = handle.read(max(4, min(limit, LOG_LIMIT)))
    at_the_end = offset + len(piece) >= size and run.has("exit.json")
    if not at_the_end:
        piece = piece[: len(piece) - _cut_character(piece)]
    return {
        "from": offset,
        "next": offset + len(piece),
        "text": piece.decode("utf-8", "replace"),
        "size": size,
    }


def _cut_character(piece: bytes) -> int:
    """How many bytes at the end begin a character that isn't whole yet: 0 to 3."""
    for back in range(1, min(3, len(piece)) + 1):
        byte = piece[-back]
        if byte >= 0xC0:
            wanted = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4 if byte < 0xF8 else 1
            return back if back < wanted else 0
        if byte < 0x80:
            return 0
    return 0


def verb_ack(root: Root, request: dict[str, Any]) -> dict[str, Any]:
    """Notes that the named outputs arrived whole; only then may gc take the run."""
    run = Run(root, request.get("run_id"))
    delivered = request.get("outputs")
    if not isinstance(delivered, dict):
        raise Refusal("bad_request", "`outputs` must be an object of name and SHA-256.")
    run.require_manifest()
    with root.locked(run.lock_name("run")):
        if not run.has("exit.json"):
            raise Refusal(
                "not_finished", f"Run {run.id} has not ended yet.", "", "Acknowledge it when it has."
            )
        known = {
            file["name"]: file["sha256"] for file in (run.state("outputs.json") or {"outputs": []})["outputs"]
        }
        for name, sha256 in delivered.items():
            if known.get(name) != sha256:
                why = f"On the box {_shown(name)} is {known.get(name, 'not there')}."
                raise Refusal(
                    "hash_mismatch", "What arrived is not what the run made.", why, "Fetch the run again."
                )
        if not run.has("ack.json"):
            run.set_state("ack.json", {"at": time.time(), "outputs": delivered})
        remove_container(run)
    return {"run": status_of(run, None)}


# ------------------------------------------------------------------------------------------ the queue


def take_ticket(run: Run, manifest: dict[str, Any]) -> None:
    with run.root.locked("queue"):
        counter = os.path.join(run.root.folder("locks"), "ticket.json")
        number = (read_json(counter) or {"next": 1})["next"]
        write_json(counter, {"next": number + 1})
        run.set_state("ticket.json", {"ticket": number, "at": time.time()})
        _enter_queue(run, manifest, number)


def _enter_queue(run: Run, manifest: dict[str, Any], ticket: int) -> None:
    entry = {"run_id": run.id, "ticket": ticket, "of": manifest["slots"]["of"]}
    write_json(_queue_path(run, ticket), entry)


def _queue_path(run: Run, ticket: int) -> str:
    return os.path.join(run.root.folder("locks", "queue"), f"{ticket:012d}-{run.id}")


def _leave_queue(run: Run) -> None:
    ticket = run.state("ticket.json")
    if ticket is not None:
        _unlink(_queue_path(run, ticket["ticket"]))


def queue_entries(root: Root) -> list[dict[str, Any]]:
    """Runs that wait for a slot, in the order of their tickets."""
    folder = root.folder("locks", "queue")
    entries = (read_json(os.path.join(folder, name)) for name in sorted(_listed(folder)) if name[0] != ".")
    return [entry for entry in entries if entry is not None]


def _queue_position(run: Run, manifest: dict[str, Any], entries: list[dict[str, Any]]) -> int | None:
    """1 for the run that gets the next slot; runs that want other slots don't count."""
    position = 1
    for entry in entries:
        if entry["run_id"] == run.id:
            return position
        position += bool(set(entry["of"]) & set(manifest["slots"]["of"]))
    return None


def try_slots(run: Run, manifest: dict[str, Any], in_use: set[str]) -> tuple[list[int] | None, list[str]]:
    """Locks as many slots as the run wants, and leaves the queue; None while it is not its turn.

    `in_use` are the GPUs that hold somebody's memory. Those of them that no run of ours has are somebody
    else's: they come second, and are not taken.
    """
    orphans = []
    foreign = []
    ticket = run.state("ticket.json")
    assert ticket is not None
    of, wanted = manifest["slots"]["of"], manifest["slots"]["wanted"]
    taken: dict[str, int] = {}
    blocked = False
    with run.root.locked("queue"):
        for entry in queue_entries(run.root):
            if entry["ticket"] >= ticket["ticket"] or not set(entry["of"]) & set(of):
                continue
            other = Run(run.root, entry["run_id"])
            if other.has("exit.json") or other.manifest() is None:
                _unlink(_queue_path(other, entry["ticket"]))
                continue
            blocked = True
            orphans.append(other)
        for slot in of if not blocked else []:
            descriptor = take_lock(run.root.lock_path("slot-" + slot), wait=False)
            if descriptor is None:
                continue
            holder = unended_holder(run.root, slot)
            if holder is not None and holder.id != run.id:
                orphans.append(holder)
            elif slot in in_use:
                foreign.append(slot)
            else:
                taken[slot] = descriptor
                if len(taken) == wanted:
                    _hold_slots(run, list(taken))
                    return list(taken.values()), []
                continue
            os.close(descriptor)
    for descriptor in taken.values():
        os.close(descriptor)
    for other in orphans:
        revive(other)  # a run whose supervisor was killed must not block the queue for ever
    return None, foreign


def _hold_slots(run: Run, slots: list[str]) -> None:
    for slot in slots:
        write_json(_slot_path(run.root, slot), {"run_id": run.id})
    run.set_state("slots.json", {"slots": slots, "at": time.time()})
    _leave_queue(run)


def _slot_path(root: Root, slot: str) -> str:
    return os.path.join(root.folder("locks"), f"slot-{slot}.json")


def unended_holder(root: Root, slot: str) -> Run | None:
    """The run that has the slot until its exit.json, though all who held its lock were killed: its container
    may live on.
    """
    known = read_json(_slot_path(root, slot))
    if known is None:
        return None
    run = Run(root, known["run_id"])
    slots = run.state("slots.json")
    return run if slots and slot in slots["slots"] and not run.has("exit.json") else None


def retake_slots(run: Run) -> list[int]:
    """The locks of the run's slots, as far as nobody of ours holds them still."""
    slots = run.state("slots.json") or {"slots": []}
    locks = [take_lock(run.root.lock_path("slot-" + slot), wait=False) for slot in slots["slots"]]
    return [descriptor for descriptor in locks if descriptor is not None]


# ------------------------------------------------------------------------------------------ the supervisor


def stage_supervise(root: Root, run_id: str, descriptors: list[int]) -> int:
    """Takes one run from the queue to its exit.json; started again after a kill, it goes on from what
    it finds.
    """
    run = Run(root, run_id)
    if not descriptors and take_lock(run.lock_path("supervisor"), wait=False) is None:
        return 0
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    manifest = run.require_manifest()
    if run.has("exit.json"):
        return 0
    Supervisor(run, manifest).carry_through()
    return 0


class Supervisor:
    def __init__(self, run: Run, manifest: dict[str, Any]) -> None:
        self.run = run
        self.manifest = manifest
        self.progress = Progress()
        self.log_offset = 0
        self.signals: list[int] = []
        self.stage: subprocess.Popen[bytes] | None = None
        self.me = identity(os.getpid())
        self.beat_at = 0.0
        self.changed_at = time.time()
        self.changed = True
        self.killed_at = float("-inf")
        self.term_at = float("inf")
        self.began = time.monotonic()
        # Silence and grace are measured by this clock: the time of day may be set while a run goes on.
        self.moved_at = time.monotonic()
        self.stalled = False
        self.in_container = manifest["launcher"]["kind"] == "docker"
        self.slots: list[int] = []
        self.gpus_in_use: set[str] = set()
        self.gpu_users: tuple[Any, str] = (None, "")
        self.gpus_asked_at = float("-inf")

    def carry_through(self) -> None:
        self._catch_signals()
        if not self._is_launched():
            slots = self._wait_for_slots()
            if slots is None:
                finalise(self.run, lost=False)
                return
            self.slots = slots
            self._launch()
        self._watch()
        if self.in_container:
            self._watch_on()
        self._wait_for_orphan()
        self._beat(force=True)
        finalise(self.run, lost=not self.run.has("code.json"))
        remove_container(self.run)

    def _catch_signals(self) -> None:
        import signal

        for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda number, _frame: self.signals.append(number))

    def _is_launched(self) -> bool:
        return self.run.has("exec.json") or is_held(self.run.lock_path("exec"))

    def _wait_for_slots(self) -> list[int] | None:
        """The locks of our slots; None where the run is cancelled first."""
        ticket = self.run.state("ticket.json")
        assert ticket is not None
        if not os.path.lexists(_queue_path(self.run, ticket["ticket"])):
            _enter_queue(self.run, self.manifest, ticket["ticket"])
        while True:
            if self.run.has("cancel.json"):
                return None
            slots, foreign = try_slots(self.run, self.manifest, self._gpus_in_use())
            if slots is not None:
                self.progress.message = ""
                return slots
            message = f"GPU {', '.join(foreign)} is in use by {self._users_of(foreign)}" if foreign else ""
            self.changed = self.changed or message != self.progress.message
            self.progress.message = message
            self.progress.phase = "queued"
            self.signals.clear()
            self._beat()
            self._pause()

    def _gpus_in_use(self) -> set[str]:
        """The GPUs among our slots whose memory is in use, asked for now and then."""
        numbered = any(slot.isdigit() for slot in self.manifest["slots"]["of"])
        if numbered and time.monotonic() - self.gpus_asked_at > GPU_QUESTION_EVERY:
            self.gpus_in_use = {
                str(gpu["index"]) for gpu in _gpus() if gpu["memory_used_bytes"] > GPU_IDLE_BYTES
            }
            self.gpus_asked_at = time.monotonic()
        return self.gpus_in_use

    def _users_of(self, slots: list[str]) -> str:
        """Who has these GPUs, asked as often as which are in use."""
        question = (self.gpus_asked_at, slots)
        if question != self.gpu_users[0]:
            self.gpu_users = question, _gpu_users(set(slots))
        return self.gpu_users[1]

    def _launch(self) -> None:
        """Hands the slots to the stage that runs the command: they stay locked while either of us lives."""
        self.progress.phase = self.progress.phase if self.run.has("child.json") else "starting"
        self.changed = True
        stage = "_container" if self.in_container else "_exec"
        if os.name == "nt":
            self.stage = spawn_stage(self.run, stage, [])
            return
        lock = take_lock(self.run.lock_path("exec"), wait=True)
        assert lock is not None
        self.stage = spawn_stage(self.run, stage, [lock, *self.slots])
        os.close(lock)

    def _watch_on(self) -> None:
        """Who waited for the container is gone, and the container may live: a new one adopts it."""
        pause = 0.1
        while not self.run.has("code.json"):
            self.slots = self.slots or retake_slots(self.run)
            self._launch()
            self._watch()
            time.sleep(pause)
            pause = min(10.0, pause * 2)

    def _watch(self) -> None:
        while True:
            running = self.stage.poll() is None if self.stage else self._adopted_stage_runs()
            self._obey()
            self._read_log()
            self._beat()
            if not running:
                return
            self._pause()

    def _adopted_stage_runs(self) -> bool:
        return is_held(self.run.lock_path("exec"))

    def _wait_for_orphan(self) -> None:
        """The stage was killed and the command goes on without it: its exit code is lost, its slots
        must not be.
        """
        child = self.run.state("child.json")
        if self.run.has("code.json") or not is_same_process(child):
            return
        held = retake_slots(self.run)
        while is_same_process(child):
            self._obey()
            self._read_log()
            self._beat()
            self._pause()
        for descriptor in held:
            os.close(descriptor)

    def _pause(self) -> None:
        time.sleep(0.03 if time.monotonic() - self.began < 10 else 0.2)

    def _obey(self) -> None:
        """Passes signals on, and carries out a cancel: TERM, then KILL when the grace is over.

        A container ends by `stop` alone, which its own stage carries out: a signal that comes to us when
        somebody logs out must not end a run.
        """
        import signal

        if self.in_container:
            self.signals.clear()
            return

        kill = getattr(signal, "SIGKILL", signal.SIGTERM)
        cancel = self.run.state("cancel.json")
        child = self.run.state("child.json") if cancel or self.signals else None
        while self.signals and child:
            signal_group(child, self.signals.pop(0))
        if not cancel or not child or self.run.has("code.json"):
            return
        now = time.monotonic()
        if self.term_at == float("inf"):
            self.term_at = now
            if not self.run.has("term.json") and is_same_process(child):
                write_patiently(self.run, "term.json", {"at": time.time()}, wait=False)
                signal_group(child, signal.SIGTERM)
        elif now - self.term_at >= cancel["grace_seconds"] and now - self.killed_at >= KILL_AGAIN:
            self.killed_at = now
            signal_group(child, kill)

    def _read_log(self) -> None:
        status = _stat(self.run.path("log.txt"))
        if status is None or status.st_size <= self.log_offset:
            return
        if status.st_size - self.log_offset > BLOCK:
            self.log_offset = status.st_size - BLOCK
        descriptor = os.open(self.run.path("log.txt"), os.O_RDONLY | NO_FOLLOW)
        try:
            os.lseek(descriptor, self.log_offset, os.SEEK_SET)
            piece = os.read(descriptor, BLOCK)
        finally:
            os.close(descriptor)
        self.log_offset += len(piece)
        self.moved_at = time.monotonic()
        if self.progress.feed(piece):
            self.changed = True

    def _beat(self, force: bool = False) -> None:
        now = time.time()
        since = abs(now - self.beat_at)
        stalled = time.monotonic() - self.moved_at > self.manifest["stall_seconds"]
        force = force or stalled is not self.stalled
        if not (force or since >= BEAT_AT_LEAST or (self.changed and since >= BEAT_AT_MOST)):
            return
        child = self.run.state("child.json")
        if child is None:
            self.moved_at, stalled = time.monotonic(), False
        if self.changed:
            self.changed_at = now
        beat: dict[str, Any] = dict(
            self.me, at=now, changed_at=self.changed_at, child_pid=child["pid"] if child else None
        )
        beat.update(self.progress.as_json(), bytes_free=bytes_free(self.run.root.path), stalled=stalled)
        try:
            self.run.set_state("beat.json", beat)
        except OSError as problem:
            if problem.errno not in DISK_FULL:
                raise  # on a full disk the run matters more than its heartbeat
        self.beat_at = now
        self.stalled = stalled
        self.changed = False


def finalise(run: Run, lost: bool) -> None:
    """Hashes the outputs, shares them as blobs and writes exit.json last; doing it twice changes nothing."""
    if run.has("exit.json"):
        return
    child = run.state("child.json")
    code = run.state("code.json") or {
        "code": None,
        "signal": None,
        "ended_at": time.time(),
        "never_started": False,
    }
    cancelled = run.has("cancel.json") and (run.has("term.json") or child is None)
    remove_tree(run.state_path("secrets"))
    if not run.has("outputs.json"):
        write_patiently(run, "outputs.json", collect_outputs(run))
    ended: dict[str, Any] = {
        "code": code["code"],
        "signal": code["signal"],
        "never_started": bool(code["never_started"]) or (cancelled and child is None),
        "started_at": child["started_at"] if child else None,
        "ended_at": code["ended_at"],
        "boot_id": boot_id(),
        "cancelled": cancelled,
        "lost": (lost or bool(code.get("lost"))) and not cancelled,
        "oom": bool(code.get("oom")),
        "image": code.get("image"),
    }
    write_patiently(run, "exit.json", ended)
    _unlink(run.state_path("reserve"))
    _leave_queue(run)


def write_patiently(run: Run, name: str, value: dict[str, Any], wait: bool = True) -> None:
    """Writes what must not be lost even when the disk is full: gives up the reserve, then waits for space."""
    while True:
        try:
            run.set_state(name, value)
            return
        except OSError as problem:
            if problem.errno not in DISK_FULL:
                raise
        if run.has("reserve"):
            _unlink(run.state_path("reserve"))
        elif wait:
            time.sleep(1.0)
        else:
            return


def collect_outputs(run: Run) -> dict[str, Any]:
    """Plain files with safe names in out/, hashed and made read-only; the rest is named as skipped.

    Hidden files are never outputs but what a killed engine was writing: they are removed.
    """
    outputs: list[dict[str, Any]] = []
    skipped: list[str] = []
    folder = run.path("out")
    for name in sorted(_listed(folder)):
        path = os.path.join(folder, name)
        if name.startswith(".") and not stat.S_ISDIR(os.lstat(path).st_mode):
            with suppress(OSError):
                os.unlink(path)
            continue
        if not is_safe_name(name) or not stat.S_ISREG(os.lstat(path).st_mode):
            skipped.append(ascii(name)[1:-1])
            continue
        descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW)
        try:
            sha256 = hash_descriptor(descriptor)
            size = os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)
        os.chmod(path, 0o444)
        outputs.append({"name": name, "sha256": sha256, "bytes": size})
    _share_outputs(run, outputs)
    return {"outputs": outputs, "skipped": skipped[:100]}


def _share_outputs(run: Run, outputs: list[dict[str, Any]]) -> None:
    """Makes results blobs too, so that a run that builds on them need not upload them; only where it
    costs no space.
    """
    with suppress(OSError), run.root.locked("blobs"):
        for file in outputs:
            # There already, a full disk, or one without hard links: then the next run uploads it.
            with suppress(OSError):
                run.root.folder("blobs", file["sha256"][:2])
                os.link(os.path.join(run.path("out"), file["name"]), run.root.blob(file["sha256"]))
                os.utime(run.root.blob(file["sha256"]))


# --------------------------------------------------------------------------- the stage that runs the command


def stage_exec(root: Root, run_id: str, descriptors: list[int]) -> int:
    """Starts the command once in the life of its run, waits for it and writes down how it ended."""
    run = Run(root, run_id)
    if not descriptors and take_lock(run.lock_path("exec"), wait=False) is None:
        return 0
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    if run.has("exec.json") or run.has("exit.json"):
        return 0
    manifest = run.require_manifest()
    write_patiently(run, "exec.json", dict(identity(os.getpid()), at=time.time()))
    if run.has("cancel.json"):
        write_patiently(
            run, "code.json", {"code": None, "signal": None, "ended_at": time.time(), "never_started": True}
        )
        return 0
    _outlive_signals()
    _adopt_descendants()
    child = _start_command(run, manifest)
    if child is None:
        return 0
    write_patiently(run, "child.json", dict(identity(child.pid), started_at=time.time()))
    _wait_and_end_group(child)
    returned = child.wait()
    if returned != 0:
        tell_full_disk(run)
    write_patiently(
        run,
        "code.json",
        {
            "code": returned if returned >= 0 else None,
            "signal": -returned if returned < 0 else None,
            "ended_at": time.time(),
            "never_started": False,
        },
    )
    _end_descendants()
    return 0


def _outlive_signals() -> None:
    import signal

    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            # A function and not SIG_IGN: what is ignored would stay ignored in the command.
            signal.signal(getattr(signal, name), lambda _number, _frame: None)


def _adopt_descendants() -> None:
    """What the command leaves behind becomes ours (torchrun's ranks have sessions of their own)."""
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _start_command(run: Run, manifest: dict[str, Any]) -> subprocess.Popen[bytes] | None:
    import subprocess

    launcher = manifest["launcher"]
    options: dict[str, Any] = (
        {"start_new_session": True} if os.name != "nt" else {"creationflags": 0x00000200}
    )
    log = os.open(run.path("log.txt"), os.O_WRONLY | os.O_CREAT | os.O_APPEND | NO_FOLLOW, 0o600)
    try:
        return subprocess.Popen(
            launcher["argv"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=command_environment(run, launcher["env"]),
            cwd=launcher["cwd"] or run.folder,
            **options,
        )
    except OSError as problem:
        told = f"cannot start {launcher['argv'][0]}: {problem.strerror or problem} {problem.filename or ''}"
        os.write(log, (told + "\n").encode("utf-8", "replace"))
        value = {"code": 127, "signal": None, "ended_at": time.time(), "never_started": True}
        write_patiently(run, "code.json", value)
        return None
    finally:
        os.close(log)


def command_environment(run: Run, wanted: dict[str, str]) -> dict[str, str]:
    environment = {name: text for name, text in os.environ.items() if INHERITED.match(name)}
    environment["PYTHONUNBUFFERED"] = "1"  # progress is read from the log while it grows
    environment.update(wanted)
    environment["COSMOS_RUN_ID"] = run.id
    slots = (run.state("slots.json") or {"slots": []})["slots"]
    if slots and all(slot.isdigit() for slot in slots):
        environment["CUDA_VISIBLE_DEVICES"] = ",".join(slots)
    return environment


def _wait_and_end_group(child: subprocess.Popen[bytes]) -> None:
    """Waits, then ends what is left of the command's group while its id can't belong to anybody else yet."""
    import signal

    if not hasattr(os, "waitid"):
        return
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _end_descendants() -> None:
    import signal

    if not os.path.isdir("/proc/self"):
        return
    me = str(os.getpid())
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        left = [int(name) for name in os.listdir("/proc") if name.isdigit() and _parent(int(name)) == me]
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError, PermissionError):
                continue
        if not left:
            return


def _parent(pid: int) -> str:
    fields = _proc_stat(pid)
    return fields[1] if fields else ""


# ----------------------------------------------------------------------- the stage that waits for a container

SECRETS_TARGET = "/run/cosmos-secrets"
CONTAINER_LOG_LIMIT = 256 << 10
ENGINE_PATIENCE = (
    60.0  # seconds that a run waits for a container engine that is down, before it has a container
)
NOT_THERE = re.compile(r"(?i)no such (container|object|image|id)|(image|container) not known")
NOT_RUN_YET = ("created", "configured", "initialized")
OVER = ("exited", "stopped", "dead")
CODES_OF_A_RESTART = (137, 143, 255)  # of containers that ended with the machine, or by the engine's own end
CANNOT_START, TOOK_TOO_LONG = 125, 124  # exit codes; the first is what `docker run` says of itself


class EngineDownError(Exception):
    """The container engine doesn't answer; nothing is known of any container."""


class CannotStartError(Exception):
    """There will be no container, or it will never run; the text says why."""

    def __init__(self, why: str, code: int = CANNOT_START) -> None:
        super().__init__(why)
        self.code = code


class ContainerEngine:
    """docker or podman, by its command: argument lists in, text out."""

    def __init__(self, program: str) -> None:
        self.program = program

    def call(self, *arguments: str, patience: float = 120.0) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        import subprocess

        try:
            done = subprocess.run(
                [self.program, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=patience,
                check=False,
            )
        except OSError as problem:
            return 127, "", f"cannot start {self.program}: {problem.strerror or problem}"
        except subprocess.TimeoutExpired:
            return TOOK_TOO_LONG, "", f"{self.program} {arguments[0]} gave no answer within {patience:.0f} s"
        return (
            done.returncode,
            done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace").strip(),
        )

    def inspect(self, kind: str, name: str) -> dict[str, Any] | None:
        """What the engine knows of a `container` or `image`; None where there is none."""
        code, out, why = self.call("inspect", "--type", kind, name)
        if code == 0:
            try:
                [known] = json.loads(out)
            except ValueError:
                raise EngineDownError(f"{self.program} inspect gave no usable answer") from None
            return dict(known)
        if NOT_THERE.search(why):
            return None
        raise EngineDownError(why)

    def reachable(self) -> bool:
        return self.call("version", patience=30.0)[0] == 0

    def image_digest(self, name: str) -> str | None:
        """By which the same image is found again: that of its registry, else its own id."""
        known = self.inspect("image", name)
        if known is None:
            return None
        digests = known.get("RepoDigests") or []
        return str(digests[0].rpartition("@")[2] if digests else known["Id"])


def stage_container(root: Root, run_id: str, descriptors: list[int]) -> int:
    """Brings the run's one container to its end. Killed and started again, it goes on with the same one."""
    run = Run(root, run_id)
    if not descriptors and take_lock(run.lock_path("exec"), wait=False) is None:
        return 0
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    if run.has("code.json") or run.has("exit.json"):
        return 0
    manifest = run.require_manifest()
    write_patiently(run, "exec.json", dict(identity(os.getpid()), at=time.time()))
    _outlive_signals()
    ContainerWaiter(run, manifest).carry_through()
    return 0


class ContainerWaiter:
    """Creates the container or adopts the one that is there, starts it, waits, writes code.json."""

    def __init__(self, run: Run, manifest: dict[str, Any]) -> None:
        self.run = run
        self.manifest = manifest
        self.name = container_name(run)
        self.engine = ContainerEngine(manifest["launcher"]["container"]["program"])
        self.stopping: subprocess.Popen[bytes] | None = None
        self.killed_at = 0.0
        self.began = time.monotonic()

    def carry_through(self) -> None:
        try:
            container = self._begun()
        except CannotStartError as problem:
            self._say(str(problem))
            self._end(code=problem.code, never_started=True)
            return
        if container is not None:
            began_on = (self.run.state("child.json") or {}).get("boot_id") or boot_id()
            started_at = _engine_time(container["State"].get("StartedAt")) or time.time()
            child = dict(identity(os.getpid()), started_at=started_at, container=container["Id"])
            write_patiently(self.run, "child.json", child)
            self._conclude(self._wait(container["Id"]), restarted=began_on != boot_id())

    def _begun(self) -> dict[str, Any] | None:
        """The run's container, started now or before; None where there will be none: that is written down."""
        created = self.run.has("container.json")
        container = self._patiently(self._find if created or self._is_cancelled() else self._create)
        if container is None and created:
            self._say("the container is gone: somebody removed it")
            self._end(code=None, lost=True)
            return None
        if container is None or (_status(container) in NOT_RUN_YET and self._is_cancelled()):
            self._end(code=None, never_started=True)
            return None
        self._keep(container)
        return self._start(container)

    def _conclude(self, container: dict[str, Any] | None, restarted: bool) -> None:
        if container is None:
            self._say("the container was removed by somebody before it had ended")
            self._end(code=None, lost=True)
            return
        self._keep_output(container["Id"])
        state = container["State"]
        code, oom = int(state["ExitCode"]), bool(state.get("OOMKilled"))
        lost = restarted and code in CODES_OF_A_RESTART
        if oom:
            self._say("the container ran out of memory: OOM-killed")
        if lost:
            self._say("the box was restarted while the container ran")
        ended_at = _engine_time(state.get("FinishedAt"))
        self._end(code, lost=lost, oom=oom, image=self._image_of(container), ended_at=ended_at)

    def _find(self) -> dict[str, Any] | None:
        """Our container by its id, or by name and labels where we were killed before its id was noted."""
        known = self.run.state("container.json")
        if known is not None:
            return self.engine.inspect("container", known["id"])
        container = self.engine.inspect("container", self.name)
        if container is None:
            return None
        labels = container.get("Config", {}).get("Labels") or {}
        if any(labels.get(name) != text for name, text in _identifying_labels(self.run, self.manifest)):
            raise CannotStartError(
                f"a container named {self.name} is there already, and it is not of this run: left as it is"
            )
        return container

    def _patiently(self, ask: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
        """Waits for an engine that is down: for ever where our container may live, else for a while."""
        deadline = time.monotonic() + ENGINE_PATIENCE
        told = False
        while True:
            try:
                return ask()
            except EngineDownError as problem:
                if not self.run.has("container.json"):
                    if self._is_cancelled():
                        return None
                    if time.monotonic() > deadline or not _is_program(self.engine.program):
                        raise CannotStartError(f"{self.engine.program} does not answer: {problem}") from None
                if not told:
                    self._say(f"{self.engine.program} does not answer, waiting for it: {problem}")
                    told = True
            time.sleep(1.0)

    def _create(self) -> dict[str, Any] | None:
        try:
            self._prepare()
        except OSError as problem:
            told = f"{problem.strerror or problem} {problem.filename or ''}".strip()
            raise CannotStartError(f"the run's folder can't be prepared: {told}") from None
        code, out, why = self.engine.call(*create_arguments(self.run, self.manifest))
        if code == 0 and out.split():
            return {"Id": out.split()[-1], "State": {"Status": "created"}}
        # Whatever it said: what counts is whether the container is there, by an earlier attempt of ours.
        container = self._find()
        if container is None:
            raise EngineDownError(why) if code == TOOK_TOO_LONG else CannotStartError(why)
        return container

    def _prepare(self) -> None:
        """The log is shared with the container by a hard link in the one folder that it may write to."""
        link_to_log = os.path.join(self.run.path("out"), ".log")
        append_log(self.run, "")
        if not os.path.lexists(link_to_log):
            os.link(self.run.path("log.txt"), link_to_log)
        environment = container_environment(self.run, self.manifest)
        lines = [f"{name}={text}\n" for name, text in sorted(environment.items())]
        write_bytes(self.run.state_path("container.env"), "".join(lines).encode("utf-8"))
        self.run.root.folder("runs", self.run.id, "state", "secrets")
        for mount in self.manifest["launcher"]["container"]["mounts"]:
            if os.path.exists(mount["source"]):
                continue
            if mount["read_only"]:
                raise CannotStartError(f"the folder {mount['source']} does not exist on the box")
            os.makedirs(mount["source"], mode=0o700, exist_ok=True)

    def _keep(self, container: dict[str, Any]) -> None:
        if not self.run.has("container.json"):
            value = {"id": container["Id"], "name": self.name, "program": self.engine.program}
            write_patiently(self.run, "container.json", value)

    def _start(self, container: dict[str, Any]) -> dict[str, Any]:
        """Starts what is created; what was started before is left alone."""

        def start() -> dict[str, Any] | None:
            code, why = 0, ""
            if _status(container) in NOT_RUN_YET:
                now = time.time()
                code, _out, why = self.engine.call("start", container["Id"], patience=600.0)
                if code == 0:
                    return {"Id": container["Id"], "State": {"Status": "running", "StartedAt": now}}
            known = self.engine.inspect("container", container["Id"])
            if known is None:
                raise CannotStartError("the container was removed by somebody before it was started")
            if _status(known) in NOT_RUN_YET:
                if code == TOOK_TOO_LONG or not self.engine.reachable():
                    raise EngineDownError(why)  # it may start yet: giving up now could leave it running
                raise CannotStartError(why, int(known["State"].get("ExitCode") or CANNOT_START))
            return known

        started = self._patiently(start)
        assert started is not None
        return started

    def _wait(self, identifier: str) -> dict[str, Any] | None:
        """The container when it is over; None where it was removed. Outlives restarts of the engine."""
        import subprocess

        while True:
            waiting = subprocess.Popen(
                [self.engine.program, "wait", identifier],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            while waiting.poll() is None:
                self._obey(identifier)
                time.sleep(0.05 if time.monotonic() - self.began < 10 else 0.2)
            container = self._patiently(lambda: self.engine.inspect("container", identifier))
            if container is None or _status(container) in OVER:
                return container
            time.sleep(0.5)

    def _obey(self, identifier: str) -> None:
        """Carries out a cancel: the engine sends TERM, and KILL when the grace is over; then we insist."""
        import math
        import subprocess

        cancel = self.run.state("cancel.json")
        now = time.monotonic()
        if cancel is None or now - self.killed_at < KILL_AGAIN:
            return
        if self.stopping is None:
            write_patiently(self.run, "term.json", {"at": time.time()}, wait=False)
            command = ["stop", "-t", str(math.ceil(cancel["grace_seconds"]))]
        elif self.stopping.poll() is not None:
            command = ["kill"]
        else:
            return
        self.killed_at = now
        self.stopping = subprocess.Popen(
            [self.engine.program, *command, identifier],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _is_cancelled(self) -> bool:
        return self.run.has("cancel.json")

    def _keep_output(self, identifier: str) -> None:
        """What the container printed past our log, by programs that know nothing of COSMOS_LOG."""
        _code, out, err = self.engine.call("logs", "--tail", "1000", identifier)
        printed = (out + err).strip()[-CONTAINER_LOG_LIMIT:]
        if printed:
            append_log(self.run, printed + "\n")

    def _image_of(self, container: dict[str, Any]) -> str | None:
        try:
            return self.engine.image_digest(str(container["Image"]))
        except EngineDownError:
            return None

    def _say(self, text: str) -> None:
        append_log(self.run, f"{text}\n")

    def _end(
        self,
        code: int | None,
        never_started: bool = False,
        lost: bool = False,
        oom: bool = False,
        image: str | None = None,
        ended_at: float | None = None,
    ) -> None:
        if code not in (0, None):
            tell_full_disk(self.run)
        value: dict[str, Any] = {"code": code, "signal": None, "ended_at": ended_at or time.time()}
        value.update(never_started=never_started, lost=lost, oom=oom, image=image)
        write_patiently(self.run, "code.json", value)


def container_name(run: Run) -> str:
    return f"cosmos-{run.id}"


def _identifying_labels(run: Run, manifest: dict[str, Any]) -> list[tuple[str, str]]:
    # The folder too: two boxes of one user may share an engine, and copies of a project their run ids.
    return [("cosmos.run", run.id), ("cosmos.spec", manifest["spec_sha256"]), ("cosmos.root", run.root.path)]


def container_environment(run: Run, manifest: dict[str, Any]) -> dict[str, str]:
    environment = {"PYTHONUNBUFFERED": "1"}
    environment.update(manifest["launcher"]["env"])
    environment["COSMOS_RUN_ID"] = run.id
    environment["COSMOS_LOG"] = os.path.join(run.path("out"), ".log")
    return environment


def create_arguments(run: Run, manifest: dict[str, Any]) -> list[str]:
    """The one `create` of a run: named, labelled, as our own user; never --rm, which loses its end."""
    launcher = manifest["launcher"]
    container = launcher["container"]
    podman = container["program"] == "podman"
    arguments = ["create", "--name", container_name(run), "--pull", "never", "--init", "--ipc", "host"]
    for name, text in [*_identifying_labels(run, manifest), ("cosmos.owner", manifest["owner"])]:
        arguments += ["--label", f"{name}={text}"]
    arguments += ["--user", f"{os.getuid()}:{os.getgid()}", "--security-opt", "no-new-privileges"]
    if podman and os.getuid() != 0:
        arguments += ["--userns", "keep-id"]
    if not podman:  # which refuses a size together with the machine's own shared memory
        arguments += ["--shm-size", container["shm_size"]]
    if container["memory"] is not None:
        # As much swap as memory means none: an engine that swaps looks as if it hung.
        arguments += ["--memory", container["memory"], "--memory-swap", container["memory"]]
    if container["gpus"]:
        arguments += _gpu_arguments(run, podman)
    driver = "k8s-file" if podman else "json-file"
    arguments += ["--log-driver", driver, "--log-opt", "max-size=16m"]
    arguments += [
        "--env-file",
        run.state_path("container.env"),
        "--workdir",
        launcher["cwd"] or run.path("out"),
    ]
    arguments += ["--tmpfs", "/tmp:rw,exec,nosuid,mode=1777"]  # noqa: S108 - the container's own
    mounts = [(mount["source"], mount["target"], mount["read_only"]) for mount in container["mounts"]]
    mounts += [(run.path(name), run.path(name), name != "out") for name in ("in", "spec.json", "out")]
    mounts += [(run.state_path("secrets"), SECRETS_TARGET, True)]
    for source, target, read_only in mounts:
        arguments += ["--mount", _mount(os.path.realpath(source), target, read_only)]
    return [*arguments, "--entrypoint", launcher["argv"][0], container["image"], *launcher["argv"][1:]]


def _gpu_arguments(run: Run, podman: bool) -> list[str]:
    slots = [slot for slot in (run.state("slots.json") or {"slots": []})["slots"] if slot.isdigit()]
    if podman:
        return [word for slot in slots for word in ("--device", f"nvidia.com/gpu={slot}")]
    # The quotes are docker's own: without them it takes the comma for the end of the list.
    return ["--gpus", '"device={}"'.format(",".join(slots))] if slots else []


def _mount(source: str, target: str, read_only: bool) -> str:
    """One mount in the engine's words, which are a line of CSV: a comma in a path needs quotes."""
    import csv
    import io

    line = io.StringIO()
    fields = ["type=bind", f"source={source}", f"target={target}", *(["readonly"] if read_only else [])]
    csv.writer(line, lineterminator="").writerow(fields)
    return line.getvalue()


def _status(container: dict[str, Any]) -> str:
    return str(container["State"]["Status"]).lower()


def _engine_time(text: Any) -> float | None:
    """Seconds since 1970 of "2026-01-02T03:04:05.678Z"; None for the engine's "never"."""
    import calendar

    if isinstance(text, float):  # our own
        return text

    found = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)\Z", str(text))
    if found is None or found.group(1) < "1971":
        return None
    seconds = calendar.timegm(time.strptime(found.group(1), "%Y-%m-%dT%H:%M:%S")) + float(found.group(2) or 0)
    zone = found.group(3)
    if zone != "Z":
        hours, minutes = zone[1:].split(":")
        seconds -= (1 if zone[0] == "+" else -1) * (int(hours) * 3600 + int(minutes) * 60)
    return seconds


def _is_program(program: str) -> bool:
    import shutil

    return shutil.which(program) is not None


def append_log(run: Run, text: str) -> None:
    """Adds to the run's log, which is made where it is missing; a full disk costs the words only."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | NO_FOLLOW
    descriptor = os.open(run.path("log.txt"), flags, 0o600)
    try:
        os.write(descriptor, text.encode("utf-8", "replace"))
    except OSError as problem:
        if problem.errno not in DISK_FULL:
            raise
    finally:
        os.close(descriptor)


def tell_full_disk(run: Run) -> None:
    """Says in the log of a run that failed that its disk is full: what the engine said of it had no room."""
    if bytes_free(run.root.path) < RESERVE_BYTES:
        _unlink(run.state_path("reserve"))
        append_log(run, "\nthe disk of the box is full\n")


def remove_container(run: Run) -> None:
    """Removes the container of a run that is over, once; what can't be now is tried again by ack and gc."""
    known = run.state("container.json")
    if known is None or run.has("removed.json") or not run.has("exit.json"):
        return
    code, _out, why = ContainerEngine(known["program"]).call("rm", known["id"], patience=30.0)
    if code == 0 or NOT_THERE.search(why):
        with suppress(OSError):
            run.set_state("removed.json", {"at": time.time()})


# --------------------------------------------------------------------- what there is to tell of containers


def _checked_docker_question(docker: Any) -> dict[str, Any] | None:
    if docker is None:
        return None
    fits = isinstance(docker, dict) and docker.get("program") in CONTAINER_PROGRAMS
    if not fits or not (docker.get("image") == "" or _matches(IMAGE_NAME, docker.get("image"))):
        raise Refusal("bad_request", "`docker` must name `program` (docker or podman) and `image`.")
    return dict(docker)


def probe_docker(question: dict[str, Any], trial: bool) -> dict[str, Any]:
    """Whether the engine answers and has the image, how many containers of others it runs, and a trial."""
    engine = ContainerEngine(question["program"])
    code, version, why = engine.call("version", "--format", "{{.Server.Version}}", patience=30.0)
    answer: dict[str, Any] = dict(question, version=version.strip(), reachable=code == 0, why=why)
    answer.update(digest=None, others=0, trial=None)
    if code != 0:
        return answer
    answer["why"] = ""
    counts = []
    for options in ([], ["--filter", "label=cosmos.run"]):
        _code, listed, _why = engine.call("ps", "--quiet", *options)
        counts.append(len(listed.split()))
    answer["others"] = max(0, counts[0] - counts[1])
    if question["image"]:
        try:
            answer["digest"] = engine.image_digest(question["image"])
        except EngineDownError as problem:
            answer["why"] = str(problem)
    if trial and answer["digest"]:
        answer["trial"] = _try_container(engine, question["image"], question.get("gpus") is True)
    return answer


def _try_container(engine: ContainerEngine, image: str, gpus: bool) -> dict[str, Any]:
    """A container that ends at once: what would keep a run from starting shows here."""
    arguments = ["create", "--pull", "never", "--init", "--label", "cosmos.trial=1"]
    arguments += ["--user", f"{os.getuid()}:{os.getgid()}"]
    if gpus:
        arguments += ["--gpus", "all"] if engine.program == "docker" else ["--device", "nvidia.com/gpu=all"]
    code, out, why = engine.call(*arguments, "--entrypoint", "bash", image, "-c", "exit 0")
    if code != 0:
        return {"ok": False, "why": why}
    identifier = out.split()[-1]
    try:
        code, _out, why = engine.call("start", identifier)
        if code == 0:
            code, out, why = engine.call("wait", identifier, patience=60.0)
            why = why or (f"it ended with exit code {out.strip()}" if out.strip() != "0" else "")
        return {"ok": code == 0 and not why, "why": why}
    finally:
        engine.call("rm", "--force", identifier)


# ------------------------------------------------------------------------------------- progress from the log

PHASE_LINE = re.compile(r"\bphase: ?([a-z][a-z _-]{0,39})\s*$")
CHUNK_LINE = re.compile(r"([a-z][a-z _-]{0,39}): chunk (\d{1,6})/(\d{1,6})(?:, step (\d{1,6})/(\d{1,6}))?")
TQDM_BAR = re.compile(
    r"^(?P<label>[^|]{0,80}?):?\s*\d{1,3}%\|[^|]*\|\s*(?P<done>\d{1,6})/(?P<total>\d{1,6}) \["
)
STEP_LABEL = re.compile(r"(?i)step|sampling|denois|diffusion")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")

# source: transfer1 world_generation_pipeline.py, transfer.py. Its one bar there, without a label, counts
# chunks;
# the sampler prints nothing for its steps.
TRANSFER1_PHASES = (
    ("Initializing prompt upsampler", "loading"),
    ("Loading ctrl model from", "loading"),
    ("Loading distilled consolidated checkpoint", "loading"),
    ("Upsampling prompt", "upsampling prompt"),
    ("Running guardrail checks on all prompts", "checking prompt"),
    ("Running text embedding on all prompts", "encoding prompt"),
    ("Starting data augmentation", "reading controls"),
    ("Starting latent encoding", "encoding controls"),
    ("Starting diffusion sampling", "generating"),
    ("Starting VAE decode", "decoding"),
    ("Run guardrail on generated video", "checking result"),
    ("Saved video to", "saving"),
)


class Progress:
    """What the log says about how far the run has come."""

    def __init__(self) -> None:
        self.phase = ""
        self.chunk: int | None = None
        self.chunks: int | None = None
        self.step: int | None = None
        self.steps: int | None = None
        self.message = ""
        self._rest = b""

    def as_json(self) -> dict[str, Any]:
        names = ("phase", "chunk", "chunks", "step", "steps", "message")
        return {name: getattr(self, name) for name in names}

    def feed(self, piece: bytes) -> bool:
        """Takes the next bytes of the log; whether anything changed.

        Bars end their lines by a carriage return.
        """
        before = self.as_json()
        lines = re.split(rb"[\r\n]+", self._rest + piece)
        self._rest = lines.pop()[-4096:]
        if self._rest.endswith(b"]"):  # a bar is not ended until the next one is drawn
            lines.append(self._rest)
        for line in lines:
            text = ESCAPES.sub("", line.decode("utf-8", "replace")).strip()
            if text:
                self._take(text)
        return self.as_json() != before

    def _take(self, line: str) -> None:
        bar = TQDM_BAR.match(line)
        if bar:
            self._take_bar(bar.group("label").strip(), int(bar.group("done")), int(bar.group("total")))
            return
        self.message = line[-200:]
        chunk = CHUNK_LINE.search(line)
        phase = PHASE_LINE.search(line)
        if chunk:
            self.phase, self.chunk, self.chunks = (
                chunk.group(1).strip(),
                int(chunk.group(2)),
                int(chunk.group(3)),
            )
            self.step = int(chunk.group(4)) if chunk.group(4) else None
            self.steps = int(chunk.group(5)) if chunk.group(5) else None
        elif phase:
            self.phase = phase.group(1).strip()
        else:
            for words, name in TRANSFER1_PHASES:
                if words in line:
                    self.phase = name

    def _take_bar(self, label: str, done: int, total: int) -> None:
        if not label and self.phase:
            self.chunk, self.chunks = min(done + 1, total), total
        elif STEP_LABEL.search(label):
            self.step, self.steps = done, total


# ------------------------------------------------------------------------------------------ gc


def verb_gc(root: Root, request: dict[str, Any]) -> dict[str, Any]:
    """Lists what may go, and with `apply` moves it to trash/: acknowledged runs, blobs that no run
    refers to.
    """
    days, apply = request.get("older_than_days"), request.get("apply", False)
    if not _is_number(days) or days < 0 or not isinstance(apply, bool):
        raise Refusal("bad_request", "`older_than_days` must be a number and `apply` true or false.")
    before = time.time() - days * DAY
    with root.locked("gc"):
        trash = root.folder("trash")
        stale = _stale_trash(trash, time.time() - max(1.0, days) * DAY)
        runs = _collect_runs(root, before, trash if apply else None)
        blobs = _collect_blobs(root, before, trash if apply else None, {run["run_id"] for run in runs})
        uploads = _collect_incoming(root, min(before, time.time() - DAY), trash if apply else None)
        if apply:
            for name in stale:
                remove_tree(os.path.join(trash, name))
    return {
        "applied": apply,
        "runs": runs,
        "blobs": blobs,
        "uploads": uploads,
        "purged": stale if apply else [],
    }


def _collect_runs(root: Root, before: float, trash: str | None) -> list[dict[str, Any]]:
    collected = []
    for run_id in root.run_ids():
        run = Run(root, run_id)
        descriptor = take_lock(run.lock_path("run"), wait=False)
        if descriptor is None:
            continue
        try:
            ended = run.state("exit.json")
            supervised = is_held(run.lock_path("supervisor"))
            if not ended or not run.has("ack.json") or supervised or ended["ended_at"] > before:
                continue
            collected.append({"run_id": run_id, "bytes": _tree_bytes(run.folder)})
            if trash:
                remove_container(run)
                _to_trash(run.folder, trash)
                for role in ("supervisor", "exec", "run"):
                    _unlink(run.lock_path(role))
        finally:
            os.close(descriptor)
    return collected


def _collect_blobs(root: Root, before: float, trash: str | None, leaving: set[str]) -> list[dict[str, Any]]:
    collected = []
    with root.locked("blobs"):
        wanted = _referenced_blobs(root, leaving)
        folder = root.folder("blobs")
        for shelf in sorted(_listed(folder)):
            _require_folder(os.path.join(folder, shelf))
            for name in sorted(_listed(os.path.join(folder, shelf))):
                path = os.path.join(folder, shelf, name)
                status = os.lstat(path)
                if SHA256.match(name) and name not in wanted and status.st_mtime <= before:
                    collected.append({"sha256": name, "bytes": status.st_size})
                    if trash:
                        _to_trash(path, trash)
    return collected


def _referenced_blobs(root: Root, leaving: set[str]) -> set[str]:
    wanted: set[str] = set()
    for run_id in root.run_ids():
        if run_id in leaving:
            continue
        run = Run(root, run_id)
        wanted.update(file["sha256"] for file in (run.manifest() or {"inputs": []})["inputs"])
        wanted.update(file["sha256"] for file in (run.state("outputs.json") or {"outputs": []})["outputs"])
    return wanted


def _collect_incoming(root: Root, before: float, trash: str | None) -> list[str]:
    """Uploads that nobody went on with."""
    collected = []
    incoming = root.folder("incoming")
    for name in sorted(_listed(incoming)):
        path = os.path.join(incoming, name)
        times = [os.lstat(path).st_mtime]
        times += (
            [os.lstat(os.path.join(path, file)).st_mtime for file in _listed(path)]
            if os.path.isdir(path)
            else []
        )
        if max(times) <= before:
            collected.append(ascii(name)[1:-1])
            if trash:
                _to_trash(path, trash)
    return collected


def _to_trash(path: str, trash: str) -> str:
    """Returns where it lies now."""
    name = f"{int(time.time())}-{os.urandom(4).hex()}-{os.path.basename(path)[:160]}"
    target = os.path.join(trash, name)
    replace(path, target)
    return target


def _stale_trash(trash: str, before: float) -> list[str]:
    stamped = ((name.partition("-")[0], name) for name in sorted(_listed(trash)))
    return [name for stamp, name in stamped if stamp.isdigit() and int(stamp) < before]


def _tree_bytes(folder: str) -> int:
    """What removing the folder would free at most; each hard-linked file counts once."""
    sizes: dict[tuple[int, int], int] = {}
    for parent, _folders, files in os.walk(folder):
        for name in files:
            status = _stat(os.path.join(parent, name))
            if status is not None:
                sizes[status.st_dev, status.st_ino] = status.st_size
    return sum(sizes.values())


VERBS: dict[str, Callable[[Root, dict[str, Any]], dict[str, Any]]] = {
    "probe": verb_probe,
    "survey": verb_survey,
    "have": verb_have,
    "commit": verb_commit,
    "start": verb_start,
    "status": verb_status,
    "log": verb_log,
    "stop": verb_stop,
    "ack": verb_ack,
    "gc": verb_gc,
}
STAGES: dict[str, Callable[[Root, str, list[int]], int]] = {
    "_supervise": stage_supervise,
    "_exec": stage_exec,
    "_container": stage_container,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
