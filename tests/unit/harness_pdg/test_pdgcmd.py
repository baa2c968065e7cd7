"""What a job tells its work item by pdgcmd, and what becomes of it."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .topnet import commands, cook, items, states

JOB = Path(__file__).parents[2] / "hython_harness" / "pdg" / "job"
# As in SideFX's pdgcmd.py, Houdini 19.5 to 21: what jobs give by name.
SIGNATURES = {
    "addOutputFile": "result_data workitem_id server_addr result_data_tag subindex and_success to_stdout "
    "raise_exc duration hash_code batch_size",
    "addOutputFiles": "output_file_array workitem_id server_addr output_file_tag subindex to_stdout "
    "raise_exc duration hash_codes",
    "workItemSetCookPercent": "cook_percent workitem_id subindex server_addr to_stdout raise_exc",
    "workItemSetCustomState": "custom_state workitem_id subindex server_addr to_stdout raise_exc",
    "workItemAppendLog": "log_data log_type workitem_id subindex server_addr to_stdout raise_exc",
    "workItemStartCook": "workitem_id subindex server_addr to_stdout raise_exc",
    "workItemSuccess": "workitem_id subindex server_addr to_stdout raise_exc",
    "workItemFailed": "workitem_id server_addr to_stdout raise_exc",
    "workItemCancelled": "workitem_id server_addr raise_exc",
    "getWorkItemJSON": "workitem_id subindex server_addr raise_exc",
}


@pytest.fixture
def pdgcmd(monkeypatch):
    monkeypatch.syspath_prepend(str(JOB))
    monkeypatch.delitem(sys.modules, "pdgcmd", raising=False)
    import pdgcmd

    yield pdgcmd
    sys.modules.pop("pdgcmd", None)


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_arguments_are_those_of_houdinis_own(pdgcmd, name):
    assert list(inspect.signature(getattr(pdgcmd, name)).parameters) == SIGNATURES[name].split()


def test_without_a_result_server_the_calls_only_print():
    calls = (
        "import pdgcmd; pdgcmd.setStringAttrib('a', 'b'); pdgcmd.addOutputFile('/a.png'); "
        "pdgcmd.workItemSetCookPercent(5); pdgcmd.workItemAppendLog('x')"
    )
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PDG_")}
    done = subprocess.run(
        [sys.executable, "-c", calls], cwd=JOB, env=bare, capture_output=True, text=True, check=True
    )
    assert "/a.png" in done.stdout


def test_job_files_are_plain_old_python():
    """They run in whatever Python a job has; 3.9 is the oldest that Houdini brings."""
    for file in JOB.glob("*.py"):
        ast.parse(file.read_text(), feature_version=(3, 9))


def test_a_job_reports_attributes_files_and_how_far_it_is(scene, tmp_path):
    out = tmp_path / "out.mp4"
    node = commands(
        scene,
        f"open({str(out)!r}, 'w').close(); pdgcmd.setStringAttrib('run', 'rs_é'); "
        f"pdgcmd.workItemSetCookPercent(50); pdgcmd.workItemSetCustomState('half'); "
        f"pdgcmd.setIntAttrib('n', 3, 1); pdgcmd.setFloatAttrib('f', 2.5); "
        f"pdgcmd.setStringAttribArray('many', ['a', 'b']); pdgcmd.workItemAppendLog('one line', 3); "
        f"pdgcmd.addOutputFile({str(out)!r}, result_data_tag='file/video', hash_code=7)",
    )
    [item] = cook(node)
    assert item.state.name == "CookedSuccess", item.logMessages
    assert item.stringAttribValue("run") == "rs_é"
    assert item.intAttribArray("n") == [0, 3]
    assert item.floatAttribValue("f") == 2.5
    assert item.stringAttribArray("many") == ["a", "b"]
    assert (item.cookPercent, item.customState) == (50.0, "half")
    assert "one line" in item.logMessages
    assert [(file.path, file.tag, file.hash) for file in item.outputFiles] == [(str(out), "file/video", 7)]


def test_many_files_are_reported_at_once(scene):
    node = commands(scene, "pdgcmd.addOutputFiles(['/a.exr', '/b.png'], output_file_tag=['file/image', ''])")
    [item] = cook(node)
    assert [(file.path, file.tag) for file in item.outputFiles] == [
        ("/a.exr", "file/image"),
        ("/b.png", "file/image"),
    ]


def test_a_wrong_type_is_an_error_of_the_job(scene):
    node = commands(scene, "pdgcmd.setStringAttrib('a', 3)")
    [item] = cook(node)
    assert states(node) == ["CookedFail"]
    assert "TypeError" in item.logMessages
    calm = commands(scene, "pdgcmd.setStringAttrib('a', 3, raise_exc=False)", name="calm")
    cook(calm)
    assert states(calm) == ["CookedSuccess"]


def test_a_job_may_end_its_item_itself(scene):
    node = commands(scene, "pdgcmd.workItemFailed(pdgcmd.getItemIdFromEnv()); time.sleep(.3)")
    cook(node)
    assert states(node) == ["CookedFail"]
    other = commands(scene, "pdgcmd.workItemSuccess(pdgcmd.getItemIdFromEnv()); sys.exit(1)", name="other")
    cook(other)
    assert states(other) == ["CookedSuccess"]


def test_a_job_asks_for_its_item(scene):
    node = commands(
        scene,
        "import json; told = json.loads(pdgcmd.getWorkItemJSON(pdgcmd.getItemIdFromEnv(), -1)); "
        "pdgcmd.setStringAttrib('asked', told['name'])",
    )
    [item] = cook(node)
    assert item.stringAttribValue("asked") == item.name


@pytest.mark.parametrize("mapped", [0, 1])
def test_paths_keep_the_word_of_the_working_folder_without_path_mapping(scene, tmp_path, mapped):
    out = tmp_path / "out.txt"
    scene.local.parm("pdg_mapmode").set(mapped)
    node = commands(scene, f"open({str(out)!r}, 'a').write('x'); pdgcmd.addOutputFile({str(out)!r})")
    cook(node)
    [file] = items(node)[0].outputFiles
    assert file.path == ("__PDG_DIR__/out.txt" if mapped else str(out))
    assert node.getPDGNode().scheduler.localizePath(file.path) == str(out)
    cook(node)
    assert out.read_text() == "x"  # it was found there, and not written again
