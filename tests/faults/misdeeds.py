"""Checkouts of the model whose `transfer.py` misbehaves; torchrun and Docker stay what they are."""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path

from box.model import ENTRY
from faults.shot import Answer, Shot

# What every misdeed can use: `out`, `video`, `say`, `wait_for` (a file that the test makes), `make_video`.
HEAD = '''\
"""In the place of the model: the preview engine, and something that goes wrong."""

import os
import signal
import sys
import time
from pathlib import Path

from cosmos_houdini.preview.__main__ import main

out = Path(os.environ["COSMOS_LOG"]).parent
video = out / "output.mp4"

def say(text):
    sys.stderr.write(text + "\\n")
    sys.stderr.flush()

def wait_for(name):
    while not (out / name).exists():
        time.sleep(0.05)

def make_video():
    code = main()
    if code:
        sys.exit(code)

'''

# Says that it is there, and makes the video when the test lets it go.
WAITS = 'say("ready")\nwait_for(".go")\nmake_video()\n'


def use_model(shot: Shot, program: str, **settings: str) -> Path:
    """The shot's runs use a checkout of their own on the box, whose engine is `program`; returns where."""
    home = shot.box.here_path(shot.box.home)
    name = f"checkout-{uuid.uuid4().hex[:8]}"
    shutil.copytree(home / shot.box.checkout, home / name)
    (home / name / ENTRY).write_text(HEAD + program)
    owner = home.stat()
    for path in (home / name, *(home / name).rglob("*")):
        shutil.chown(path, owner.st_uid, owner.st_gid)
    shot.set(docker__checkout=json.dumps(name), **settings)
    return home / name


def let_go(shot: Shot, name: str = ".go") -> None:
    """Makes the file that a misdeed waits for; hidden, so that it is no output of the run."""
    (shot.on_box / "out" / name).touch()


def log_on_box(shot: Shot) -> str:
    log = shot.on_box / "log.txt"
    return log.read_text("utf-8", "replace") if log.is_file() else ""


def wait_for_words(shot: Shot, words: str) -> None:
    shot.wait_until(lambda: words in log_on_box(shot), f"{words!r} in the log of the run")


def wait_for_end_on_box(shot: Shot) -> None:
    shot.wait_until(lambda: shot.state_file("exit.json").exists(), "the end of the run on the box")


def failed(shot: Shot, kind: str) -> Answer:
    """The record says so, by this kind of failure, and so does what is typed next; nothing starts anew."""
    made = shot.box.containers_ever(shot.run_id)
    failure = shot.record.execution.failure
    assert str(shot.record.execution_status) == "FAILED"
    assert failure is not None
    assert failure.kind == kind, failure
    for command in ("attach", "run"):
        answer = shot.type(command, shot.run_id, code=5)
        for text in (failure.what, failure.why, failure.fix, f"--like {shot.run_id}"):
            assert text in answer.err
    assert shot.run_id not in shot.type("status").out, "a failure that was told waits for nobody"
    assert shot.box.containers_ever(shot.run_id) == made
    return answer
