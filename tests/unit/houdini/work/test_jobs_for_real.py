"""The commands that our nodes give their items, carried out as the local scheduler does."""

from __future__ import annotations

import json
import os
import shlex
import subprocess

import pytest

from cosmos_houdini.houdini.runtime import python
from cosmos_houdini.houdini.work import encode, transfer
from cosmos_houdini.houdini.work.command import job_command
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.store import Store
from support.pdg_pieces import Holder, Item, Node
from support.shots import write_video

pytestmark = pytest.mark.slow
PROMPT = 'It\'s "wet" at $HOME; `x` & 街\nsecond line'


@pytest.fixture
def project(houdini, tmp_path):
    folder = tmp_path / "my shöt $HOME" / "cosmos"
    folder.mkdir(parents=True)
    return folder


def carried_out(item):
    """Runs an item's command in the hands of the local scheduler; returns its last JSON line."""
    words = shlex.split(os.path.expandvars(item.command))
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_encode_spec_and_transfer_hand_on_what_was_typed(project):
    color = write_video(project / "source" / "beauty.mp4")
    frames = Node("cosmosencode", wired=False, framesource="pattern", frames=str(color), setname="a b",
                  project=str(project), make_edge=0, make_depth=0, make_seg=0)  # fmt: skip
    holder = Holder()
    encode.generate(frames, holder, [])
    [encoded] = holder.items
    made = carried_out(encoded)
    assert made["folder"] == encoded.attributes["cosmos_videos"]

    specified = Item()
    asked = {"project": project.as_posix(), "name": "a b", "prompt": PROMPT, "controls": made["folder"],
             "engine": "preview", "weight": ["vis=0.75"], "seed": 3}  # fmt: skip
    specified.setCommand(job_command(python(), "spec", asked))
    described = carried_out(specified)
    store = Store(project)
    run = store.run(described["id"])
    assert store.prompt_of(run).prompt == PROMPT
    assert run.parameters.seed == 3
    assert {name: one.value for name, one in run.control_weights.items()} == {Control.VIS: 0.75}
    assert carried_out(specified)["id"] == run.id

    specified.setStringAttrib("cosmos_run_id", run.id)
    specified.setStringAttrib("cosmos_project", project.as_posix())
    after = Holder()
    transfer.generate(Node("cosmostransfer"), after, [specified])
    result = carried_out(after.items[0])
    assert result["video"] == after.items[0].attributes["cosmos_video"]
    assert store.paths.output(run.id).video.is_file()
