"""`hython -m cosmos_houdini.houdini.batch`, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from cosmos_houdini.houdini.network.build import Wishes, build

pytestmark = [pytest.mark.slow, pytest.mark.cook]


SHOT = ("--hip", "HIP", "--camera", "/obj/cam1", "--prompt", "x")


def batch(*words, version="21.0"):
    """The finished process."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = ["-m", "hython_harness", "--version", version, "-m", "cosmos_houdini.houdini.batch", *words]
    return subprocess.run(
        [sys.executable, *map(str, command)], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def shot(scene):
    """The hip file of a shot, saved; the scene that it was made in."""
    scene.save()
    return scene


def test_a_camera_becomes_a_result_in_cops_and_a_saved_scene(open_scene, shot):
    saved = shot.hip.parent / "done.hip"
    words = ["--hip", shot.hip, "--camera", "/obj/cam1", "--prompt", "Rain", "--engine", "preview"]
    done = batch(*words, "--renderer", "mantra", "--frames", "1-2", "--seed", "4", "--save", saved)
    assert done.returncode == 0, done.stdout + done.stderr
    [run] = shot.store.runs()
    record = shot.store.run(run.id)
    assert (run.status, record.parameters.seed) == ("SUCCESS", 4)
    assert set(map(str, record.control_weights)) >= {"vis", "edge", "depth", "seg"}
    lines = done.stdout.splitlines()
    assert any("rendering 2/2" in line or "encode" in line for line in lines)
    again = open_scene()
    again.hou.hipFile.load(saved.as_posix(), ignore_load_warnings=True)
    comp = again.hou.node("/obj/cosmos_comp")
    assert any("result" in child.name() for child in comp.children())
    twice = batch(*words, "--renderer", "mantra", "--frames", "1-2", "--seed", "4", "--no-save")
    assert twice.returncode == 0, twice.stdout + twice.stderr
    assert [one.id for one in shot.store.runs()] == [run.id]


def test_a_dry_run_tells_the_plan_and_does_nothing(shot):
    before = sorted(shot.hip.parent.rglob("*"))
    words = ["--hip", shot.hip, "--camera", "/obj/cam1", "--prompt", "Rain", "--engine", "preview"]
    done = batch(*words, "--dry-run")
    assert done.returncode == 0, done.stderr
    for step in ("passes", "encode", "run", "load", "save"):
        assert f"\n{step}" in done.stdout
    assert str(shot.store.paths.videos("shot")) in done.stdout
    assert sorted(shot.hip.parent.rglob("*")) == before
    told = batch(*words, "--dry-run", "--json")
    assert json.loads(told.stdout.splitlines()[-1])["event"] == "plan"


def test_a_network_is_cooked_and_its_items_are_told(shot):
    build(wishes=Wishes(rops=("/out/passes",), frames=(1, 2), engine="preview", prompt="Rain"))
    shot.save()
    done = batch("--hip", shot.hip, "--top", "/obj/cosmos_topnet")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [run.status for run in shot.store.runs()] == ["SUCCESS"]
    assert "cosmos_transfer" in done.stdout
    assert "cooked" in done.stdout


def test_a_failed_item_ends_with_the_code_of_a_failed_run_and_its_words(shot):
    build(wishes=Wishes(rops=("/out/passes",), frames=(1, 2), engine="preview"))
    shot.save()
    done = batch("--hip", shot.hip, "--top", "/obj/cosmos_topnet", "--json")
    assert done.returncode == 5, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["event"] == "error"
    assert "There is no prompt." in told["why"]


def test_frames_that_are_not_rendered_tell_what_their_batch_said_once(shot):
    build(wishes=Wishes(rops=("/out/passes",), frames=(1, 3), engine="preview", prompt="Rain"))
    shot.hou.node("/out/passes").parm("camera").set("/obj/nobody")
    shot.save()
    done = batch("--hip", shot.hip, "--top", "/obj/cosmos_topnet", "--json")
    assert done.returncode == 5, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["what"] == "3 of 3 work items failed."
    assert told["why"].count("/obj/nobody") == 1
    assert all("cosmos_passes_" in name for name in told["why"].partition(":")[0].split(", "))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 2, "--hip"),
        (("--hip", "HIP"), 2, "--camera"),
        (("--hip", "HIP", "--camera", "/obj/cam1"), 2, "--prompt"),
        (("--hip", "HIP", "--camera", "/obj/nobody", "--prompt", "x"), 3, "/obj/nobody"),
        (("--hip", "HIP", "--rop", "/out/nobody", "--prompt", "x"), 3, "no ROP /out/nobody"),
        (("--hip", "HIP", "--rop", "/obj/cam1", "--prompt", "x"), 3, "is no ROP"),
        (("--hip", "nowhere.hip", "--camera", "/obj/cam1", "--prompt", "x"), 3, "no scene"),
        ((*SHOT, "--engine", "transfer9", "--dry-run"), 3, "no engine 'transfer9'"),
        ((*SHOT, "--frames", "5-5", "--dry-run"), 3, "the model takes 2 to"),
        ((*SHOT, "--save", "/nowhere/done.hip", "--dry-run"), 3, "can't be saved as /nowhere/done.hip"),
        ((*SHOT[:3], "/out/passes", "--prompt", "x", "--dry-run"), 3, "/out/passes is no camera"),
        (("--hip", "HIP", "--top", "/obj/cosmos_topnet/localscheduler"), 3, "is a scheduler"),
        (("--hip", "HIP", "--top", "/obj/nobody"), 3, "no node /obj/nobody"),
        (("--hip", "HIP", "--top", "/obj/cam1"), 3, "no TOP network"),
    ],
)
def test_wrong_words_end_with_the_codes_of_the_command_line(shot, words, code, told):
    build()
    shot.save()
    done = batch(*[shot.hip if word == "HIP" else word for word in words])
    assert done.returncode == code, done.stdout + done.stderr
    assert told in done.stderr
    assert "fix:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dry_run_of_a_network_tells_what_would_cook(shot):
    build()
    shot.save()
    done = batch("--hip", shot.hip, "--top", "/obj/cosmos_topnet", "--dry-run", "--json")
    plan = json.loads(done.stdout.splitlines()[-1])
    assert (plan["event"], plan["node"]) == ("plan", "/obj/cosmos_topnet/cosmos_load")
    assert plan["after"][0] == "/obj/cosmos_topnet/cosmos_passes"
    assert plan["after"][-1] == "/obj/cosmos_topnet/cosmos_runs_done"
    assert not shot.project.exists()
