"""A box in a temporary folder, driven by the agent's own words (JSON in, JSON out) and by real processes."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

AGENT = Path(__file__).resolve().parents[2] / "scripts" / "remote" / "agent.py"
IMPORTED = "import sys; sys.path.insert(0, sys.argv[1]); import agent; sys.exit(agent.main(sys.argv[2:]))"
PATIENCE = 30.0
OLDEST = "3.8"  # the oldest Python that the agent promises to run under


def wait_until(condition, what="it"):
    """Polls until `condition()` is true and returns what it returned; fails with `what` after a deadline."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    pytest.fail(f"waited {PATIENCE:.0f} s in vain for {what}")


class RefusedError(Exception):
    def __init__(self, error):
        super().__init__(error["what"])
        self.error = error
        self.kind = error["kind"]


class Box:
    agent = AGENT

    def __init__(self, root, python=sys.executable):
        self.root = root
        self.python = python
        self.gates = root.parent / f"{root.name}-gates"
        self.gates.mkdir()

    # -- the agent's verbs

    def call(self, verb, **request):
        done = subprocess.run(
            # As the connections start it: imported, so that it is compiled once and not for every verb.
            [self.python, "-I", "-S", "-c", IMPORTED, str(AGENT.parent), verb, "--root", str(self.root)],
            input=json.dumps(request).encode(),
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.stderr == b"", done.stderr.decode()
        assert done.stdout.count(b"\n") == 1
        answer = json.loads(done.stdout)
        assert answer["agent_version"] == 1
        if not answer["ok"]:
            assert done.returncode == 1
            raise RefusedError(answer["error"])
        assert done.returncode == 0
        return answer

    def status(self, run_id):
        return self.call("status", run_ids=[run_id])["runs"][0]

    def start(self, run_id):
        return self.call("start", run_id=run_id)

    def manifest(self, run_id, argv=("true",), inputs=(), **changes):
        manifest = {
            "schema_version": 1,
            "run_id": run_id,
            "owner": "somebody",
            "spec_sha256": "a" * 64,
            "submitted_at": "2026-01-01T00:00:00+00:00",
            "inputs": [
                {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
                for name, content in inputs
            ],
            "extra_files": [],
            "launcher": {"kind": "process", "argv": list(argv), "env": {}, "cwd": None},
            "slots": {"wanted": 1, "of": ["cpu0"]},
            "stall_seconds": 600,
        }
        manifest.update(changes)
        return manifest

    def upload(self, run_id, content):
        sha256 = hashlib.sha256(content).hexdigest()
        folder = self.root / "incoming" / run_id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / sha256).write_bytes(content)
        return folder / sha256

    def commit(self, run_id, argv=("true",), inputs=(), **changes):
        """Uploads the inputs (name, content) and commits a run of `argv`; the rest changes the manifest."""
        for _name, content in inputs:
            self.upload(run_id, content)
        manifest = self.manifest(run_id, argv, inputs)
        manifest["launcher"]["env"] = changes.pop("env", {})
        manifest.update(changes)
        return self.call("commit", run_id=run_id, manifest=manifest, spec={"of": run_id})

    def submit(self, run_id, shell, **changes):
        """Commits and starts a run of a line of shell."""
        self.commit(run_id, ("sh", "-c", shell), **changes)
        return self.start(run_id)

    # -- what a test looks at

    def run(self, run_id):
        return self.root / "runs" / run_id

    def state_file(self, run_id, name):
        path = self.run(run_id) / "state" / name
        return json.loads(path.read_text()) if path.exists() else None

    def log(self, run_id):
        path = self.run(run_id) / "log.txt"
        return path.read_text(errors="replace") if path.exists() else ""

    def wait_for_end(self, run_id):
        """Asks now and then, which brings a killed supervisor back, and looks at the disk in between."""
        self.status(run_id)
        end = self.run(run_id) / "state" / "exit.json"
        looks = itertools.count(1)

        def ended():
            return end.exists() or (not next(looks) % 20 and self.status(run_id)["exit"])

        wait_until(ended, f"the end of {run_id}")
        return self.status(run_id)

    def wait_for_words(self, run_id, words):
        return wait_until(lambda: words in self.log(run_id), f"{words!r} in the log of {run_id}")

    # -- gates: a command that waits until the test lets it go

    def gate(self, name):
        """Shell that waits for `open_gate(name)`, at most a minute."""
        path = self.gates / name
        return f"n=0; while [ ! -e '{path}' ] && [ $n -lt 3000 ]; do sleep 0.02; n=$((n+1)); done"

    def open_gate(self, name):
        (self.gates / name).touch()

    # -- violence

    def supervisor(self, run_id):
        """The process id of the run's supervisor, once its heartbeat names one that lives."""

        def alive():
            beat = self.state_file(run_id, "beat.json")
            return beat["pid"] if beat and is_running(beat["pid"]) else None

        return wait_until(alive, f"the supervisor of {run_id}")

    def stage(self, run_id):
        return wait_until(lambda: self.state_file(run_id, "exec.json"), "the stage")["pid"]

    def child(self, run_id):
        return wait_until(lambda: self.state_file(run_id, "child.json"), "the command")["pid"]

    def end_everything(self):
        for run in (self.root / "runs").glob("*"):
            for name, group in (("beat.json", False), ("exec.json", False), ("child.json", True)):
                known = self.state_file(run.name, name)
                if known and known["pid_start"] and started(known["pid"]) == known["pid_start"]:
                    (os.killpg if group else os.kill)(known["pid"], signal.SIGKILL)


def started(pid):
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def is_running(pid):
    return started(pid) != ""


def kill(*pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(map(is_running, pids)), f"the end of {pids}")
