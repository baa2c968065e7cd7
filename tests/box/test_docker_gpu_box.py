"""The GPU box of the workflow with real containers; only the way there (ssh) is left out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cosmos_houdini import authoring
from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.local import LocalConnection
from cosmos_houdini.config import load_config
from cosmos_houdini.engines.transfer1_checkpoints import CHECKPOINTS
from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.video import VideoWriter
from cosmos_houdini.records.enums import Control, Status
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.records.run_spec import ControlWeight, Parameters
from cosmos_houdini.records.store import Store
from cosmos_houdini.workflow.deliver import outcome
from cosmos_houdini.workflow.doctor import examine_box
from cosmos_houdini.workflow.gpu_box import GpuBox
from cosmos_houdini.workflow.look import look
from cosmos_houdini.workflow.plan import plan
from support.docker_engine import IMAGE, box, engine  # noqa: F401
from support.script_box import carry_out

SIZE = Resolution(1280, 704)


def write_video(path, size=SIZE, frames=3):
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp = np.linspace(20, 220, size.height, dtype=np.uint8)[:, None].repeat(size.width, 1)
    with VideoWriter(path, size, 24) as writer:
        for index in range(frames):
            writer.write(np.roll(ramp, 5 * index, axis=0))
    return path


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "cosmos-transfer1"
    write_video(folder / "answer.mp4")
    # As on many boxes: the checkpoints lie on another disk.
    far = tmp_path / "large disk" / "checkpoints"
    far.mkdir(parents=True)
    (far / "base_model.pt").touch()
    (folder / "checkpoints").symlink_to(far)
    return folder


@pytest.fixture
def store(tmp_path, checkout):
    project = tmp_path / "project"
    project.mkdir()
    (project / "cosmos.toml").write_text(
        f"""
        [remote]
        host = "gpubox"
        [docker]
        image = "{IMAGE}"
        checkout = "{checkout}"
        hf_home = "{tmp_path}/hf"
        shm_size = "64m"
        """
    )
    return Store(project)


@pytest.fixture
def run(store):
    video = write_video(store.paths.root / "inputs" / "videos" / "x" / "depth.mp4")
    controls = {Control.DEPTH: authoring.named_video(store, str(video))}
    prompt, _ = authoring.create_prompt(store, "shot", "a $(touch /tmp/pwned) street", controls=controls)
    return authoring.create_run(
        store,
        prompt,
        engine="transfer1",
        weights={Control.DEPTH: ControlWeight(1)},
        parameters=Parameters(seed=3),
    )[0]


@pytest.fixture
def gpu_box(store, box):
    connection = LocalConnection(box.root)
    return GpuBox("gpubox", connection, Agent(connection), load_config(store.paths.root))


def log_of(store, run):
    return store.paths.output(run.id).log.read_text()


def test_a_run_of_the_model_goes_the_whole_way(store, run, gpu_box, engine, box, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    done = carry_out(store, run, gpu_box)
    assert done.execution_status is Status.SUCCESS, log_of(store, run)
    assert done.execution.box == "gpubox"
    told = log_of(store, run)
    assert "--standalone --nproc_per_node=1 cosmos_transfer1/diffusion/inference/transfer.py" in told
    assert "a token of 9 letters" in told
    assert "hf_secret" not in told
    assert engine.ever_created(run.id, box.root) == 1
    assert '"image": "sha256:' in store.paths.output(run.id).result.read_text()


def test_the_upscaling_run_sends_no_byte_of_the_video_again(store, run, gpu_box, checkout):
    carry_out(store, run, gpu_box)
    bigger, _ = store.add_run(authoring.upscaling_run(store.run(run.id), 0.5))
    write_video(checkout / "answer.mp4", Resolution(3840, 2112))

    def refuse(*_arguments):
        raise AssertionError("something was uploaded")

    gpu_box.connection.upload = refuse
    done = carry_out(store, bigger, gpu_box)
    assert done.execution_status is Status.SUCCESS, log_of(store, bigger)
    assert "controlnet_specs" in log_of(store, bigger)


@pytest.mark.parametrize(
    ("breakage", "kind"),
    [
        ("image", "image_missing"),
        ("checkpoints", "missing_checkpoint"),
        ("base_model", "missing_checkpoint"),
    ],
)
def test_what_is_missing_on_the_box_is_named(store, run, gpu_box, checkout, breakage, kind):
    settings = gpu_box.config
    if breakage == "image":
        docker = dataclasses.replace(settings.docker, image="cosmos:none")
        gpu_box = dataclasses.replace(gpu_box, config=dataclasses.replace(settings, docker=docker))
    if breakage == "checkpoints":
        (checkout / "checkpoints").unlink()
    if breakage == "base_model":
        (checkout / "checkpoints" / "base_model.pt").unlink()
    done = carry_out(store, run, gpu_box)
    assert done.execution_status is Status.FAILED
    assert done.execution.failure.kind == kind, (done.execution.failure, log_of(store, run))
    assert run.id in str(outcome(done))


def test_a_run_that_wants_more_gpus_than_there_are_is_refused_before_anything_is_sent(store, run, gpu_box):
    remote = dataclasses.replace(gpu_box.config.remote, gpus="2,3")
    gpu_box = dataclasses.replace(gpu_box, config=dataclasses.replace(gpu_box.config, remote=remote))
    with pytest.raises(BadInputError, match="wants 4 GPUs"):
        gpu_box.slots(plan(store, run, 4), None)
    assert gpu_box.slots(plan(store, run, 2), None).of == ("2", "3")
    assert gpu_box.slots(plan(store, run, 1), "3").of == ("3",)
    with pytest.raises(BadInputError, match="no GPU 5"):
        gpu_box.slots(plan(store, run, 1), "5")


def test_without_an_image_the_settings_are_named(store, run, gpu_box):
    docker = dataclasses.replace(gpu_box.config.docker, image="")
    gpu_box = dataclasses.replace(gpu_box, config=dataclasses.replace(gpu_box.config, docker=docker))
    with pytest.raises(BadInputError, match="image"):
        carry_out(store, run, gpu_box)


def test_paths_of_the_settings_start_at_the_boxs_home(gpu_box, monkeypatch):
    monkeypatch.setenv("HOME", "/somebody")
    assert str(gpu_box.place("cosmos-transfer1")) == "/somebody/cosmos-transfer1"
    assert str(gpu_box.place("/data/x/../y")) == "/data/y"


def findings(gpu_box):
    return {finding.name: finding for finding in examine_box(gpu_box)}


def test_the_doctor_finds_all_well_down_to_a_container(gpu_box, checkout, engine):
    docker = dataclasses.replace(gpu_box.config.docker, gpus="none")
    gpu_box = dataclasses.replace(gpu_box, config=dataclasses.replace(gpu_box.config, docker=docker))
    for file in CHECKPOINTS.values():
        (checkout / "checkpoints" / file).parent.mkdir(parents=True, exist_ok=True)
        (checkout / "checkpoints" / file).touch()
    found = findings(gpu_box)
    assert [name for name, finding in found.items() if not finding.ok and name != "disk"] == []
    assert list(found) == [
        *(
            "connection",
            "agent",
            "disk",
            "checkout",
            "checkpoints of transfer1",
            "docker",
            "image",
            "container",
        )
    ]
    assert engine.docker("ps", "-aq", "--filter", "label=cosmos.trial").stdout == ""


def test_the_doctor_names_everything_that_is_missing_with_its_fix(gpu_box, checkout):
    docker = dataclasses.replace(gpu_box.config.docker, image="cosmos:none")
    gpu_box = dataclasses.replace(gpu_box, config=dataclasses.replace(gpu_box.config, docker=docker))
    (checkout / "checkpoints").unlink()
    checkout.rename(checkout.parent / "elsewhere")
    found = findings(gpu_box)
    failed = [name for name, finding in found.items() if not finding.ok and name != "disk"]
    assert failed == ["GPUs", "checkout", "checkpoints of transfer1", "image"]
    assert all(found[name].fix for name in failed)


def test_the_doctor_stops_at_an_engine_that_does_not_answer(gpu_box, monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    found = findings(gpu_box)
    assert list(found)[-1] == "docker"
    assert "nobody.sock" in found["docker"].seen


def test_a_look_at_the_box_tells_of_image_checkpoints_and_runs(store, run, gpu_box, checkout):
    carry_out(store, run, gpu_box)
    seen = look(gpu_box)
    assert seen.probe.docker.digest.startswith("sha256:")
    assert seen.checkout is True
    assert seen.checkpoints["transfer1"]["base"] is False
    assert seen.runs[run.id].acknowledged
