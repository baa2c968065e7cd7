"""Row 9: what people write and what a box answers is never more than text."""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path

import pytest

from box.model import ENTRY
from cosmos_houdini.records.enums import Status
from faults.quick_engine import PROGRAM, QuickEngine

# An agent whose answers are changed on the way; NAME is what the outputs are called.
RENAMING = """\
#!/usr/bin/python3 -IS
import json
import subprocess
import sys

done = subprocess.run(["/usr/bin/python3", *sys.argv[1:]], stdout=subprocess.PIPE)
answer = json.loads(done.stdout)
for run in answer.get("runs", []):
    for output in run["outputs"] or []:
        output["name"] = {name!r}
print(json.dumps(answer))
sys.exit(done.returncode)
"""
NAMES = [
    "../../../cosmos.toml",
    "/etc/motd",
    "..",
    "a/b.mp4",
    "a\nb.mp4",
    "-rf",
    "\x1b[2Joutput.mp4",
    "CON.mp4",
]

ANSWERS = {
    "100 MB": ("#!/bin/sh\nhead -c 104857600 /dev/zero | tr '\\0' x\n", "larger than 32 MB"),
    "words that are no JSON": ("#!/bin/sh\necho 'Welcome to gpubox!'\n", "Welcome to gpubox!"),
    "nothing": ("#!/bin/sh\nexit 0\n", "printed nothing"),
    "100,000 open brackets": (
        "#!/bin/sh\nhead -c 100000 /dev/zero | tr '\\0' '['\n",
        "no usable answer",
    ),
    "JSON of another version": (
        '#!/bin/sh\necho \'{"ok": true, "agent_version": 99}\'\n',
        "of another version",
    ),
    "JSON of our version without the fields": (
        '#!/bin/sh\necho \'{"ok": true, "agent_version": 1}\'\n',
        "no usable answer",
    ),
}

STRANGE_OUTPUTS = """
import pathlib
out = pathlib.Path(given["--video_save_folder"])
(out / "passwd.mp4").symlink_to("/etc/passwd")
(out / "up").symlink_to("../../..")
for name in ("a\\nb.mp4", "-rf", "$(touch pwned).mp4", "..mp4", "'; rm -rf x;'", "\\x1b[2J"):
    (out / name).write_bytes(b"x")
"""
LINKED_OUTPUT = """
os.replace(target, target + ".real")
os.symlink(target + ".real", target)
"""


@pytest.fixture
def traps(shot, tmp_path):
    """A text that a shell would do harm with; checks that none did, here or on the box."""
    pwned, victim = Path(f"/tmp/pwned-{uuid.uuid4().hex}"), "victim"
    homes = [tmp_path / "home", shot.project, shot.box.here_path(shot.box.home)]
    kept = [home / victim for home in homes]
    for folder in kept:
        folder.mkdir()
    yield "\n".join(
        [
            'it\'s a "street" `touch {0}` \\',
            "$(touch {0})",
            "$(printf 'done by a %s' shell >&2)",
            "'; touch {0}; rm -rf victim ~/victim; '",
            '"; rm -rf victim ~/victim; "',
            "EOF",
            "%s %n {{}} --help",
            "é 漢字 🌃",
        ]
    ).format(pwned)
    assert not pwned.exists()
    assert all(folder.is_dir() for folder in kept)
    shutil.rmtree(kept[-1])


@pytest.mark.fault("9", "prompt and names with quotes, newlines, `$(touch …)`, `; rm -rf`, a line `EOF`")
def test_hostile_texts_reach_the_engine_as_they_are_and_do_nothing(shot, row, traps):
    videos = shot.project / "inputs" / "videos"
    folder = videos / "it's $(touch pwned); rm -rf victim"
    shutil.copytree(videos / "x3", folder)
    row.did("in the prompt, the negative prompt, the shot's name, the run's name and a folder's name")
    told = shot.type(
        *("create-spec", traps, traps, "--negative-prompt", traps, "--json"),
        *("--control-inputs", f"depth:{folder / 'depth.mp4'}"),
    )
    made = shot.type(
        *("create-run", json.loads(told.out)["id"], "--engine", "transfer1", "--name", traps, "--json"),
    )
    run_id = json.loads(made.out)["id"]
    shot.type("run", run_id)
    assert shot.succeeded(run_id=run_id)
    assert len(shot.box.containers_ever(run_id)) == 1
    sent = json.loads((shot.box_root / "runs" / run_id / "spec.json").read_text())
    assert sent["prompt"] == traps
    assert sent["negative_prompt"] == traps
    assert run_id in shot.type("status", "--verbose").out
    assert run_id in shot.type("list").out
    assert "done by a shell" not in shot.type("logs", run_id).out
    row.came(
        "nothing was executed, here or there; the spec on the box holds the very text; the run succeeded"
    )


@pytest.mark.fault("9", "a prompt of 1 MB")
def test_a_prompt_of_a_megabyte_arrives_whole(shot, row, quick, tmp_path):
    shot.set(docker__checkout=quick.setting)
    text = "\n".join(f'{number} it\'s "a" $(street)' for number in range(45_000))[: 1 << 20]
    (tmp_path / "prompt.txt").write_text(text)
    told = shot.type(
        *("create-spec", "long", "--prompt-file", str(tmp_path / "prompt.txt"), "--json"),
        *("--control-inputs", "depth:inputs/videos/x3/depth.mp4"),
    )
    made = shot.type("create-run", json.loads(told.out)["id"], "--engine", "transfer1", "--json")
    run_id = json.loads(made.out)["id"]
    row.did(f"{len(text)} characters from a file")
    shot.type("run", run_id)
    assert shot.succeeded(run_id=run_id)
    sent = json.loads((shot.box_root / "runs" / run_id / "spec.json").read_text())
    assert sent["prompt"] == text
    row.came("the spec on the box holds the very text; the run succeeded")


@pytest.mark.fault("9", "outputs whose names on the box lead elsewhere, or are links")
def test_what_the_engine_writes_under_strange_names_stays_on_the_box(shot, row):
    quick = QuickEngine(shot.box, PROGRAM + STRANGE_OUTPUTS)
    shot.set(docker__checkout=quick.setting)
    row.did("the engine wrote links out of its folder and names with newlines, `$(…)`, quotes, escapes")
    shot.type("run", shot.run_id)
    assert shot.succeeded()
    here = {path.name for path in (shot.project / "outputs" / shot.run_id).iterdir()}
    assert here == {"output.mp4", "result.json", "log.txt", "spec.json", "sheet.png"}
    row.came("only the verified video came")

    (quick.folder / ENTRY).write_text(PROGRAM + LINKED_OUTPUT)
    linked = shot.new_run("a linked result").id
    row.did("another engine gave a link in the place of its video")
    answer = shot.type("run", linked, code=5)
    assert "there is no video" in answer.err
    assert shot.store.run(linked).execution_status is Status.FAILED
    row.came("that run failed: there is no video")
    quick.remove()


@pytest.mark.fault("9", "an agent that names its outputs `../…`, absolute, with control characters")
def test_names_from_the_agent_that_lead_elsewhere_are_refused(shot, row, quick):
    shot.set(docker__checkout=quick.setting)
    shot.type("run", shot.run_id, "--detach")
    shot.wait_until(shot.state_file("exit.json").exists, "the end of the run on the box")
    settings = (shot.project / "cosmos.toml").read_text()
    row.did("`attach` typed with " + ", ".join(f"`{ascii(name)[1:-1]}`" for name in NAMES))
    for name in NAMES:
        with shot.box.program("python3", RENAMING.format(name=name)):
            answer = shot.type("attach", shot.run_id, code=4)
            assert "no safe file name" in answer.err
            assert "\x1b[2J" not in answer.err
    assert not (shot.project / "outputs" / shot.run_id / "output.mp4").exists()
    assert (shot.project / "cosmos.toml").read_text() == settings
    assert not shot.record.execution_status.final
    shot.type("attach", shot.run_id)
    assert shot.succeeded()
    row.came(
        "each ended with 4 and said which name is not safe; no file was written; with the true names "
        "`attach` brought the verified video"
    )


@pytest.mark.fault("9", "an agent that answers with something else")
def test_answers_that_are_none_are_named_and_cost_no_run(shot, row, quick):
    shot.set(docker__checkout=quick.setting)
    quick.hold()
    row.did("before the run is submitted (`run`) and while it works (`attach`): " + ", ".join(ANSWERS))
    begin_and_end = (("run", Status.PENDING), ("attach", Status.RUNNING))
    for word, status in begin_and_end:
        for program, told in ANSWERS.values():
            with shot.box.program("python3", program):
                answer = shot.type(word, shot.run_id, code=4)
                assert told in answer.err, answer.err
                assert "fix:" in answer.err
                assert len(answer.err) < 2000
            assert shot.record.execution_status in (status, Status.PENDING)
        if word == "run":
            shot.type("run", shot.run_id, "--detach")
            shot.wait_until(shot.container_runs, "the container of the run")
    quick.release()
    shot.type("attach", shot.run_id)
    assert shot.succeeded()
    assert len(shot.box.containers_ever(shot.run_id)) == 1
    row.came(
        "each ended with 4 and said what it got instead of an answer; the run went on and came home whole"
    )
