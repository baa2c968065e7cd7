"""One of several processes that use a project's records at once; test_processes.py starts it.

python crowd_worker.py crowd ROOT NAME COUNT RUN_ID ...     create, update, race, and tell what was seen
python crowd_worker.py updates ROOT RUN_ID                  update one run until killed
python crowd_worker.py flips FILE                           rewrite one file until killed
python crowd_worker.py create FILE TEXT HARD_LINKS          create_atomic once
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import random
import sys
from pathlib import Path

from cosmos_houdini.records.atomic import create_atomic, write_atomic
from cosmos_houdini.records.enums import Status
from cosmos_houdini.records.prompt_spec import PromptSpec
from cosmos_houdini.records.run_spec import RunSpec
from cosmos_houdini.records.store import Store, timestamp

SAME_MOMENT = "2024-05-17T12:00:00.000001+00:00"


def crowd(root, name, count, counted, *raced):
    store = Store(Path(root))
    chance = random.Random(name)
    created, seen, unreadable = [], [], 0

    def note(run_id, status):
        seen.append((run_id, str(status)))

    for step in range(int(count)):
        # The very same record from every process and in every step: each has to become one of its own.
        prompt, _ = store.add_prompt(PromptSpec("same", "same", SAME_MOMENT))
        run, _ = store.add_run(RunSpec(f"run of {name}", prompt.id, "preview", timestamp()))
        created += [prompt.id, run.id]
        mark = f"{name}.{step};"
        store.update_run(counted, lambda run, mark=mark: with_phase(run, (run.execution.phase or "") + mark))
        for run_id in raced:
            note(run_id, store.run(run_id).execution_status)
            wish = chance.choice([Status.PENDING, Status.RUNNING, Status.RUNNING])
            if step == int(count) - 1:
                wish = chance.choice([Status.SUCCESS, Status.FAILED, Status.CANCELLED])
            after = store.update_run(
                run_id, lambda run, wish=wish: dataclasses.replace(run, execution_status=wish)
            )
            note(run_id, after.execution_status)
        unreadable += sum(line.status == "?" for line in store.runs())
    for run_id in raced:
        note(run_id, store.run(run_id).execution_status)
    print(json.dumps({"created": created, "seen": seen, "unreadable": unreadable}))


def updates(root, run_id):
    store = Store(Path(root))
    for step in itertools.count():
        text = f"{step} " + "x" * 20_000
        store.update_run(run_id, lambda run, text=text: with_phase(run, text))
        print(step, flush=True)


def flips(file):
    for step in itertools.count():
        write_atomic(Path(file), "ab"[step % 2] * 300_000)
        print(step, flush=True)


def create(file, text, hard_links):
    if hard_links == "no":

        def refuse(*_paths):
            raise PermissionError("this volume has no hard links")

        os.link = refuse
    try:
        create_atomic(Path(file), text * 10_000)
    except FileExistsError:
        print("was there")
    else:
        print("made it")


def with_phase(run, phase):
    return dataclasses.replace(run, execution=dataclasses.replace(run.execution, phase=phase))


if __name__ == "__main__":
    {"crowd": crowd, "updates": updates, "flips": flips, "create": create}[sys.argv[1]](*sys.argv[2:])
