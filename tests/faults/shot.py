"""One run for the box, the person who types, and what holds whatever is broken."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from box.box import GpuBox
from cosmos_houdini import authoring
from cosmos_houdini.passes.video import count_decodable
from cosmos_houdini.records.enums import Control, Status
from cosmos_houdini.records.run_spec import ControlWeight, Parameters, RunSpec
from cosmos_houdini.records.store import Store
from support.shots import write_video

# Short, so that "longer than every timeout" is seconds; the ways through the code are the same.
PATIENCE = {"remote__connect_seconds": "3.0", "remote__patience_seconds": "20.0"}

FRAMES = 3
COMMAND_LINE = ("-m", "cosmos_houdini")
HASTY = (str(Path(__file__).parents[1] / "support" / "hasty_client.py"),)  # the same with short timeouts


@dataclass
class Answer:
    code: int
    out: str
    err: str


class Shot:
    """A project of somebody who knows the box, with one run that has not been submitted."""

    def __init__(self, box: GpuBox, folder: Path) -> None:
        self.box = box
        self.folder = folder
        self.project = box.write_project(folder / "project", **PATIENCE)
        self.environment = {**os.environ, **box.write_person(folder / "home")}
        self.statuses: dict[str, list[str]] = {}  # of every run, as its record went through them
        self.run_id = self.new_run("a street").id

    @property
    def store(self) -> Store:
        return Store(self.project)

    @property
    def record(self) -> RunSpec:
        return self.store.run(self.run_id)

    @property
    def remote_dir(self) -> str:
        text = (self.project / "cosmos.toml").read_text()
        return next(line.split('"')[1] for line in text.splitlines() if line.startswith("remote_dir"))

    def new_run(self, prompt: str, frames: int = FRAMES, ballast: int = 0) -> RunSpec:
        """`ballast`: bytes that make the control video larger, different for each prompt; nobody decodes
        them."""
        path = self.project / "inputs" / "videos" / f"x{frames}" / "depth.mp4"
        video = path if path.is_file() else write_video(path, frames=frames)
        if ballast:
            noise = random.Random(prompt).randbytes(ballast)
            video = self.project / "inputs" / "videos" / sha256(noise).hexdigest()[:8] / "depth.mp4"
            video.parent.mkdir(parents=True)
            video.write_bytes(path.read_bytes() + struct.pack(">I4s", 8 + ballast, b"free") + noise)
        controls = {Control.DEPTH: authoring.named_video(self.store, str(video))}
        spec, _ = authoring.create_prompt(self.store, "shot", prompt, controls=controls)
        weights = {Control.DEPTH: ControlWeight(1)}
        run, _ = authoring.create_run(
            self.store, spec, engine="transfer1", weights=weights, parameters=Parameters(seed=len(prompt))
        )
        self.statuses[run.id] = []
        return run

    def set(self, **settings: str) -> None:
        """Changes the project's settings; `docker__memory='"64m"'`, values as TOML writes them."""
        remote_dir = self.remote_dir
        text = self.box.settings(remote_dir, **{**PATIENCE, **settings})
        (self.project / "cosmos.toml").write_text(text)

    def second_copy(self) -> Path:
        """The project folder as somebody else has it: the same records, no outputs yet."""
        copy = self.folder / f"copy-{len(list(self.folder.iterdir()))}"
        shutil.copytree(self.project, copy, ignore=shutil.ignore_patterns("outputs"))
        return copy

    # ------------------------------------------------------------------------------------ what is typed

    def start(
        self, *words: str, project: Path | None = None, program: Sequence[str] = COMMAND_LINE
    ) -> subprocess.Popen[str]:
        """A command that goes on by itself."""
        return subprocess.Popen(
            [sys.executable, *program, *words],
            cwd=project or self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def type(
        self,
        *words: str,
        project: Path | None = None,
        code: int | None = 0,
        program: Sequence[str] = COMMAND_LINE,
    ) -> Answer:
        """A command to its end; never with a traceback, and with the exit code that is expected."""
        return self.end(self.start(*words, project=project, program=program), code)

    def end(self, process: subprocess.Popen[str], code: int | None = 0) -> Answer:
        out, err = process.communicate(timeout=300)
        answer = Answer(process.returncode, out, err)
        assert "Traceback" not in err, err
        if code is not None:
            assert answer.code == code, f"ended with {answer.code}:\n{out}\n{err}"
        return answer

    def kill(self, process: subprocess.Popen[str]) -> None:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)

    # ------------------------------------------------------------------------------------ what is seen

    def wait_until(self, condition: Callable[[], object], what: str, seconds: float = 90.0) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return
            time.sleep(0.05)
        raise AssertionError(f"never: {what}")

    @property
    def box_root(self) -> Path:
        """The agent's folder on the box, as this machine's root reaches it; `remote_dir` may be absolute."""
        root = self.box.here_path(str(PurePosixPath(self.box.home, self.remote_dir)))
        return root / ".cosmos_houdini"

    @property
    def on_box(self) -> Path:
        """The run's folder on the box."""
        return self.box_root / "runs" / self.run_id

    def state_file(self, name: str, run_id: str = "") -> Path:
        """A state file of the run on the box."""
        return self.box_root / "runs" / (run_id or self.run_id) / "state" / name

    def container_runs(self) -> bool:
        return bool(self.box.docker("ps", "--quiet", "--filter", f"label=cosmos.run={self.run_id}"))

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Reads the records again and again, to see whether one ever goes back."""
        over = threading.Event()

        def watch() -> None:
            while not over.is_set():
                for run_id, seen in list(self.statuses.items()):
                    status = str(self.store.run(run_id).execution_status)
                    if not seen or seen[-1] != status:
                        seen.append(status)
                over.wait(0.02)

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def succeeded(self, project: Path | None = None, run_id: str = "") -> bool:
        """The record says so, and the video is there and decodes to its end."""
        store = Store(project or self.project)
        run_id = run_id or self.run_id
        places = store.paths.output(run_id)
        if store.run(run_id).execution_status is not Status.SUCCESS:
            return False
        told = json.loads(places.result.read_text())
        whole = sha256(places.video.read_bytes()).hexdigest() == told["sha256"]
        return whole and count_decodable(places.video) == told["frames"]

    def check(self, most: int = 1) -> None:
        """At most one container was ever made for each run, and no record ever went back."""
        for run_id, statuses in self.statuses.items():
            made = self.box.containers_ever(run_id)
            assert len(made) <= most, f"{len(made)} containers were made for {run_id}"
            ranks = [_rank(status) for status in statuses]
            assert ranks == sorted(ranks), f"the record went through {statuses}"
            if self.store.run(run_id).execution_status is Status.SUCCESS:
                assert self.succeeded(run_id=run_id)


class Bystander:
    """A run of somebody else on the same box that has ended; whatever happens, nothing touches it."""

    def __init__(self, shot: Shot) -> None:
        self.box = shot.box
        self.place = f"{shot.box.home}/{shot.remote_dir}/.cosmos_houdini/runs/rs_bystander"
        folder = self.folder
        (folder / "out").mkdir(parents=True)
        (folder / "state").mkdir()
        (folder / "out" / "output.mp4").write_bytes(b"somebody else's video")
        (folder / "state" / "exit.json").write_text("{}")
        for path in (*[folder, *folder.parents][:4], *folder.rglob("*")):
            shutil.chown(path, _owner_of(shot.box), None)
            path.chmod(0o700 if path.is_dir() else 0o400)
        self.before = self.look()

    @property
    def folder(self) -> Path:
        """As this machine's root reaches it; after a reboot of the box that is another path."""
        return self.box.here_path(self.place)

    def look(self) -> dict[str, tuple[int, bytes]]:
        folder = self.folder
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    def check(self) -> None:
        assert self.look() == self.before, "a run that had nothing to do with it was touched"


def _rank(status: str) -> int:
    return {"PENDING": 0, "RUNNING": 1}.get(status, 2)


def _owner_of(box: GpuBox) -> int:
    return int(box.inside("id", "-u", box.user))


def codes(answers: Sequence[Answer]) -> list[int]:
    return [answer.code for answer in answers]
