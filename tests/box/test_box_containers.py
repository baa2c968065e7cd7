"""What runs in the box's containers: the model's own command line in two ranks, and what goes wrong."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from cosmos_houdini.passes.video import VideoWriter, probe
from cosmos_houdini.records.geometry import Resolution

SIZE = Resolution(320, 176)
EATER = "pieces = []\nwhile True: pieces.append(b'x' * 10_000_000)"


@pytest.fixture
def order(gpu_box, tmp_path):
    """A folder on the box with a control video and a spec, and the options of a container that sees it."""
    with VideoWriter(tmp_path / "edge.mp4", SIZE, 24) as writer:
        for number in range(5):
            frame = np.zeros((SIZE.height, SIZE.width, 3), np.uint8)
            frame[40:120, 60 + 8 * number] = 255
            writer.write(frame)
    folder = f"{gpu_box.home}/{gpu_box.fresh_folder()}"
    spec = {"prompt": "A street", "sigma_max": 80, "edge": {"input_control": f"{folder}/edge.mp4"}}
    made = gpu_box.ssh("mkdir", "-p", f"{folder}/out")
    assert made.returncode == 0, made.stderr
    there = gpu_box.here_path(folder)
    (there / "edge.mp4").write_bytes((tmp_path / "edge.mp4").read_bytes())
    (there / "spec.json").write_text(json.dumps(spec))
    user = gpu_box.ssh("id", "-u").stdout.strip()
    options = ["--rm", "--init", "--ipc=host", "--user", f"{user}:{user}", "--workdir", "/workspace"]
    options += ["--volume", f"{folder}:{folder}", "--env", "HOME=/tmp"]
    options += ["--volume", f"{gpu_box.home}/{gpu_box.checkout}:/workspace:ro"]
    return folder, options


@pytest.mark.parametrize(
    "entry",
    [["cosmos_transfer1/diffusion/inference/transfer.py"], ["-m", "cosmos_houdini.preview"]],
    ids=["transfer.py", "module"],
)
def test_torchrun_runs_the_engine_in_two_ranks_by_the_models_own_command_line(gpu_box, order, entry):
    folder, options = order
    command = ["torchrun", "--nproc_per_node=2", *entry, "--controlnet_specs", f"{folder}/spec.json"]
    command += ["--num_gpus", "2", "--video_save_folder", f"{folder}/out"]
    answer = gpu_box.ssh("docker", "run", *options, gpu_box.image, *command, timeout=180)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    if entry[0].endswith("transfer.py"):
        assert answer.stderr.count("rank 0 of 2") == answer.stderr.count("rank 1 of 2") == 1
    video = probe(gpu_box.here_path(f"{folder}/out/output.mp4"))
    assert (video.frames, video.resolution) == (5, Resolution(1280, 704))
    assert gpu_box.ssh("stat", "--format=%U", f"{folder}/out/output.mp4").stdout == "cosmosbox\n"


def test_a_refusal_of_the_engine_is_the_containers_exit_code(gpu_box, order):
    folder, options = order
    gpu_box.here_path(f"{folder}/spec.json").write_text('{"nonsense": {}}')
    command = ["torchrun", "--nproc_per_node=2", "cosmos_transfer1/diffusion/inference/transfer.py"]
    answer = gpu_box.ssh(
        *["docker", "run", *options, gpu_box.image, *command, "--controlnet_specs", f"{folder}/spec.json"],
        timeout=180,
    )
    assert answer.returncode == 1
    assert "Invalid hint_key: nonsense" in answer.stdout + answer.stderr


def test_a_container_that_takes_more_memory_than_its_limit_is_killed_and_docker_says_so(gpu_box):
    name = gpu_box.fresh_folder()
    answer = gpu_box.ssh(
        *["docker", "run", "--name", name, "--label", f"cosmos.run={name}", "--memory", "64m"],
        *[gpu_box.image, "python3", "-c", EATER],
    )
    assert answer.returncode == 137
    assert gpu_box.docker("inspect", "--format", "{{.State.OOMKilled}}", name) == "true"
    assert "oom" in [event["Action"] for event in gpu_box.container_events(name)]
    gpu_box.docker("rm", name)


def test_the_diary_knows_the_containers_that_are_gone(gpu_box):
    name = gpu_box.fresh_folder()
    assert gpu_box.containers_ever(name) == []
    made = [
        gpu_box.docker("create", "--label", f"cosmos.run={name}", gpu_box.image, "true")
        for _again in range(2)
    ]
    gpu_box.docker("rm", *made)
    ends = time.monotonic() + 10
    while len(gpu_box.containers_ever(name)) < 2 and time.monotonic() < ends:
        time.sleep(0.05)
    assert gpu_box.containers_ever(name) == made


def test_a_container_outlives_a_restart_of_docker_or_does_not_as_asked(lone_box):
    name = lone_box.fresh_folder()
    lone_box.docker("run", "--detach", "--name", name, "--init", lone_box.image, "sleep", "600")
    for hard in (False, True):
        lone_box.restart_docker(hard=hard)
        assert lone_box.docker("inspect", "--format", "{{.State.Running}}", name) == "true"
    lone_box.restart_docker(keep_containers=False)
    lone_box.restart_docker(keep_containers=False)
    assert lone_box.docker("inspect", "--format", "{{.State.Running}}", name) == "false"
    lone_box.restart_docker()
    lone_box.docker("rm", name)


def test_the_image_can_be_missing(lone_box):
    with lone_box.without_image():
        answer = lone_box.ssh("docker", "run", lone_box.image, "true", timeout=120)
        assert answer.returncode == 125
    assert lone_box.ssh("docker", "run", "--rm", lone_box.image, "true").returncode == 0
