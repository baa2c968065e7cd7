"""What the way to the GPU box costs, beside what one would type by hand: ssh, docker and rsync."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cosmos_houdini import authoring
from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.connection import Upload
from cosmos_houdini.box.manifest import Launcher, Manifest, Slots
from cosmos_houdini.box.ssh import SshConnection
from cosmos_houdini.box.ssh_config import resolve
from cosmos_houdini.config import load_config
from cosmos_houdini.passes.video import VideoWriter
from cosmos_houdini.progress import silent
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.records.run_spec import ControlWeight, Parameters
from cosmos_houdini.records.store import Store
from cosmos_houdini.workflow.box import Box
from cosmos_houdini.workflow.follow import follow_all
from cosmos_houdini.workflow.patience import Patience
from delay_line import DelayLine
from rows import Row

# The box of the tests, which is no part of the program and typed as tests are.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
test_box: Any = importlib.import_module("box.box")
engine: Any = importlib.import_module("box.engine")
locks: Any = importlib.import_module("box.locks")

PAIRS = 5
DELAY = 0.015  # seconds one way: 30 ms there and back
FOLLOWED, FOLLOW_SECONDS = 50, 20.0
CONTROLS = (Control.VIS, Control.EDGE, Control.DEPTH, Control.SEG)


def measure() -> list[Row]:
    """One row that says why, where this machine can have no box."""
    why = test_box.why_not()
    if why:
        return [Row("GPU box", 0, "", "", f"not measured: {why}")]
    lease = locks.Lease()
    try:
        box = test_box.up()
        with tempfile.TemporaryDirectory() as folder, locks.alone():
            person = Person(box, Path(folder))
            rows = [*_submission(person), *_uploads(person), *_following(person)]
    finally:
        lease.give_back(test_box.down_unless_kept)
    return rows


class Person:
    """Somebody with a project, who knows the box."""

    def __init__(self, box: Any, folder: Path) -> None:
        self.box = box
        self.folder = folder
        # A person's Python keeps what it compiled.
        kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self.environment = {**kept, **box.write_person(folder / "home")}
        self.store = Store(box.write_project(folder / "project", remote__transfer='"rsync"'))
        os.environ.update(box.write_person(folder / "home"))  # our own connections read the same files

    def type(self, *words: str) -> None:
        command = [sys.executable, "-m", "cosmos_houdini", *words, "--quiet"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, cwd=self.store.paths.root, env=self.environment, check=True, **quiet)  # type: ignore[call-overload]

    def connection(self, port: int | None = None) -> SshConnection:
        """A connection of our own, through 127.0.0.1:`port` where a port is given."""
        chosen = {"remote.host": "127.0.0.1", "remote.port": str(port)} if port else {}
        if port:
            chosen |= {"remote.user": self.box.user, "remote.key_file": str(self.box.key_file)}
            self._know(port)
        remote = load_config(self.store.paths.root, command_line=chosen).remote
        return SshConnection(resolve(remote), remote)

    def _know(self, port: int) -> None:
        key = self.box.known_hosts.read_text().split(maxsplit=1)[1]
        with (self.folder / "home" / ".ssh" / "known_hosts").open("a") as known:
            known.write(f"[127.0.0.1]:{port} {key}")


# ------------------------------------------------------------------------------- from `run` to the container


def _submission(person: Person) -> Iterator[Row]:
    videos = {
        control: _noise(person.store.paths.root / "inputs" / "videos" / "n" / f"{control}.mp4", number)
        for number, control in enumerate(CONTROLS)
    }
    first_bytes, second_bytes = (_bytes_of_run(person, videos, number) for number in range(2))
    numbers = iter(range(2, 100))
    pairs = [_pair(person, videos, next(numbers)) for _ in range(PAIRS)]
    yield Row(
        "from `run` to the container's start over bare `ssh box docker run`",
        _ratio(pairs),
        "times",
        "at most 1.5",
        f"{_told(pairs)}; the controls are there already",
    )
    anew = []
    for _ in range(PAIRS):
        shutil.rmtree(person.store.paths.decoded)
        anew.append(_pair(person, videos, next(numbers)))
    yield Row(
        "the same, with videos that pre-flight has never looked at",
        _ratio(anew),
        "times",
        "",
        f"{_told(anew)}; every frame of four videos is decoded before anything is sent",
    )
    logins = max(pair.logins for pair in pairs + anew)
    yield Row("connections opened for a run", logins, "", "at most 2", "logins that sshd counted")
    yield Row(
        "bytes sent by a second run with the same controls",
        round(100 * second_bytes / first_bytes, 2),
        "%",
        "under 1",
        f"{second_bytes / 1e3:.0f} kB against {first_bytes / 1e6:.1f} MB on the cable",
    )


@dataclass(frozen=True)
class Pair:
    """Seconds from typing to the start of the container, by hand and by us; ours also to what comes before.

    `busy` are those that our process used a processor for.
    """

    bare: float
    ours: float
    committed: float
    created: float
    busy: float
    logins: int


def _pair(person: Person, videos: dict[Control, Path], number: int) -> Pair:
    bare = _seconds_to_container(person, f"bare-{number}", lambda label: _bare(person, label))
    run_id = _create(person, videos, number)
    before, begun, busy = _logins(person), time.time(), _busy()
    ours = _seconds_to_container(person, run_id, lambda name: person.type("run", name, "--detach"))
    busy, logins = _busy() - busy, _logins(person) - before
    person.type("attach", run_id)  # the next one shall not wait for its slot
    home = person.box.here_path(person.box.home)
    [folder] = home.glob(f"*/.cosmos_houdini/runs/{run_id}")
    committed, created = (
        (folder / name).stat().st_mtime - begun for name in ("manifest.json", "state/container.json")
    )
    return Pair(bare, ours, committed, created, busy, logins)


def _ratio(pairs: list[Pair]) -> float:
    return round(statistics.median(pair.ours / pair.bare for pair in pairs), 2)


def _told(pairs: list[Pair]) -> str:
    def median(name: str) -> float:
        return float(statistics.median(getattr(pair, name) for pair in pairs))

    return (
        f"{median('ours'):.2f} s against {median('bare'):.2f} s, median of {len(pairs)} pairs: the order is "
        f"on the box after {median('committed'):.2f} s, the container made after {median('created'):.2f} s, "
        f"our process busy for {median('busy'):.2f} s"
    )


def _busy() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _bare(person: Person, label: str) -> None:
    words = ("docker", "run", "--rm", "--label", f"cosmos.run={label}", person.box.image, "true")
    assert person.box.ssh(*words).returncode == 0


def _seconds_to_container(person: Person, label: str, start: Callable[[str], None]) -> float:
    begun = time.time()
    start(label)
    for _ in range(200):
        for event in engine.diary():
            attributes = event.get("Actor", {}).get("Attributes", {})
            if event.get("Action") == "start" and attributes.get("cosmos.run") == label:
                return float(str(event["timeNano"])) / 1e9 - begun
        time.sleep(0.1)
    raise AssertionError(f"no container of {label}")


def _create(person: Person, videos: dict[Control, Path], seed: int) -> str:
    controls = {control: authoring.named_video(person.store, str(video)) for control, video in videos.items()}
    prompt, _ = authoring.create_prompt(person.store, "n", "noise", controls=controls)
    weights = {control: ControlWeight(0.25) for control in controls}
    parameters = Parameters(seed=seed)
    run, _ = authoring.create_run(
        person.store, prompt, engine="transfer1", weights=weights, parameters=parameters
    )
    return run.id


def _bytes_of_run(person: Person, videos: dict[Control, Path], seed: int) -> int:
    run_id = _create(person, videos, seed)
    sent = _bytes_sent(person, lambda: person.type("run", run_id, "--detach"))
    person.type("attach", run_id)
    return sent


def _bytes_sent(person: Person, action: Callable[[], None]) -> int:
    """What went out to the box meanwhile, by the count of our end of its cable."""
    cable = next(
        Path(f"/sys/class/net/{line.split()[1].split('@')[0].rstrip(':')}")
        for line in subprocess.run(
            ["ip", "-o", "-4", "addr", "show", "to", person.box.here],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
    )
    counter = cable / "statistics" / "tx_bytes"
    before = int(counter.read_text())
    action()
    return int(counter.read_text()) - before


def _logins(person: Person) -> int:
    log = Path(test_box.RUN) / "sshd.log"
    return log.read_text(errors="replace").count("Accepted publickey")


def _noise(path: Path, seed: int, frames: int = 12) -> Path:
    """A control video that doesn't compress: about 15 MB."""
    path.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    with VideoWriter(path, Resolution(1280, 704), 24) as writer:
        for _ in range(frames):
            writer.write(random.integers(0, 255, (704, 1280), dtype=np.uint8))
    return path


# -------------------------------------------------------------------------------------------------- uploads


def _uploads(person: Person) -> Iterator[Row]:
    large = [_random(person.folder / f"large-{n}", 12 << 20) for n in range(5)]
    small = [_random(person.folder / f"small-{n}", 60 << 10) for n in range(60)]
    yield _upload_row(person, "first upload of 5 videos (60 MB)", large, None, "at least 0.9 of its rate")
    yield _upload_row(person, "first upload of 60 small files", small, None, "at least 1 / 1.2 of its rate")
    line = DelayLine((person.box.host, person.box.port), DELAY)
    try:
        name = "first upload of 60 small files, 30 ms away"
        yield _upload_row(person, name, small, line.port, "at least 1 / 1.2 of its rate")
    finally:
        line.close()


def _upload_row(person: Person, name: str, files: list[Path], port: int | None, goal: str) -> Row:
    connection = person.connection(port)
    agent = Agent(connection)
    agent.have([])  # connected and installed, as after the first question of a run
    pairs = []
    for number in range(PAIRS):
        uploads = [Upload(file, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files]
        with _clock() as plain:
            _rsync(person, files, f"plain-{name[-3:].strip()}-{number}", port)
        with _clock() as ours:
            connection.upload(uploads, f"bench-{len(files)}-{port or 0}-{number}", silent)
        pairs.append((plain[0], ours[0]))
    connection.close()
    ratio = statistics.median(plain / ours for plain, ours in pairs)
    plain_seconds, our_seconds = (statistics.median(values) for values in zip(*pairs))
    note = f"{our_seconds:.2f} s against {plain_seconds:.2f} s of plain `rsync -a`, median of {PAIRS} pairs"
    return Row(f"{name}: ours over rsync", round(ratio, 2), "of its rate", goal, note)


def _rsync(person: Person, files: list[Path], folder: str, port: int | None) -> None:
    options = f"-F /dev/null -i {person.box.key_file} -o BatchMode=yes -o StrictHostKeyChecking=no"
    options += f" -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -p {port or person.box.port}"
    target = f"{person.box.user}@{'127.0.0.1' if port else person.box.host}:{folder}/"
    subprocess.run(["rsync", "-a", "-e", f"ssh {options}", *map(str, files), target], check=True)


def _random(path: Path, size: int) -> Path:
    path.write_bytes(os.urandom(size))
    return path


@contextlib.contextmanager
def _clock() -> Iterator[list[float]]:
    seconds: list[float] = []
    begun = time.perf_counter()
    yield seconds
    seconds.append(time.perf_counter() - begun)


# ------------------------------------------------------------------------------------------------ following


def _following(person: Person) -> Iterator[Row]:
    connection = person.connection()
    agent = Agent(connection)
    box = Box("gpubox", connection, agent)
    names = [_sleeping(agent, number) for number in range(FOLLOWED)]
    store = _Forgetful()
    begun, busy = time.perf_counter(), time.process_time()

    def stop(_run_id: str, _progress: object) -> None:
        if time.perf_counter() - begun > FOLLOW_SECONDS:
            raise TimeoutError

    with contextlib.suppress(TimeoutError):
        list(follow_all(store, names, box, Patience("--all", box.name, silent), stop))  # type: ignore[arg-type]
    share = (time.process_time() - busy) / (time.perf_counter() - begun)
    opened = connection.opened
    for name in names:
        agent.stop(name, 0.0)
    connection.close()
    note = f"of this process, over {FOLLOW_SECONDS:.0f} s; {opened} connection"
    yield Row(f"following {FOLLOWED} runs on one box", round(100 * share, 1), "% of a core", "under 5", note)


class _Forgetful:
    """A store that keeps nothing: these runs have no record."""

    def update_run(self, *_: object) -> None:
        return None


def _sleeping(agent: Agent, number: int) -> str:
    name = f"bench-follow-{number}"
    manifest = Manifest(
        run_id=name,
        owner="bench",
        spec_sha256="0" * 64,
        submitted_at="2026-01-01T00:00:00+00:00",
        inputs=(),
        launcher=Launcher("process", ("sleep", "120")),
        slots=Slots(1, (f"bench{number}",)),
    )
    agent.commit(manifest, {})
    agent.start(name)
    return name
