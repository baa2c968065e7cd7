"""The box answers as a real one: by OpenSSH's client, rsync, and Docker in its user's hands."""

from __future__ import annotations

import subprocess

from box.box import Gpu
from box.places import BOX


def test_its_user_comes_in_by_key_and_is_at_home(gpu_box):
    answer = gpu_box.ssh("sh", "-c", "id -un; pwd; hostname; cat")
    assert answer.stdout.split() == ["cosmosbox", gpu_box.home, "cosmosbox"], answer.stderr


def test_words_and_input_arrive_as_they_were_given(gpu_box):
    answer = gpu_box.ssh("cat", "-", text="two\nlines $(and) 'more'\n")
    assert answer.stdout == "two\nlines $(and) 'more'\n"
    assert gpu_box.ssh("printf", "%s|", "a b", "$HOME", "'").stdout == "a b|$HOME|'|"


def test_the_machine_has_no_such_user_and_the_box_has_this_machines_others():
    passwd = subprocess.run(["getent", "passwd", "cosmosbox"], capture_output=True, text=True, check=False)
    assert passwd.stdout == ""


def test_the_user_may_use_docker_and_not_root(gpu_box):
    answer = gpu_box.ssh("docker", "version", "--format", "{{.Server.Version}}")
    assert answer.returncode == 0, answer.stderr
    assert gpu_box.ssh("cat", "/etc/shadow").returncode != 0


def test_the_engine_is_the_boxs_own(gpu_box):
    assert gpu_box.docker("info", "--format", "{{.DockerRootDir}}") == "/run/box/docker"
    assert "cosmos-test" in gpu_box.docker("image", "ls")
    answer = gpu_box.ssh("docker", "info", "--format", "{{.Name}} {{.Driver}}")
    assert answer.stdout.split() == ["cosmosbox", "overlay2"]


def test_rsync_brings_a_file_there_and_back(gpu_box, tmp_path):
    config = tmp_path / "config"
    config.write_text(gpu_box.ssh_config)
    ssh = f"ssh -F {config} -o BatchMode=yes"
    content = bytes(range(256)) * 4000
    (tmp_path / "sent").write_bytes(content)
    name = gpu_box.fresh_folder()
    for way in ([f"{tmp_path}/sent", f"gpubox:{name}"], [f"gpubox:{name}", f"{tmp_path}/back"]):
        subprocess.run(["rsync", "-e", ssh, *way], check=True)
    assert (tmp_path / "back").read_bytes() == content


def test_a_program_can_be_hidden(lone_box):
    with lone_box.hidden("rsync"):
        answer = lone_box.ssh("rsync", "--version")
        assert (answer.returncode, "not found" in answer.stderr) == (127, True)
    assert lone_box.ssh("rsync", "--version").returncode == 0


def test_its_nvidia_smi_tells_of_the_gpus_that_a_test_wants(lone_box):
    query = ("nvidia-smi", "--query-gpu=index,memory.used,utilization.gpu", "--format=csv,noheader,nounits")
    assert lone_box.ssh(*query).returncode == 127
    with lone_box.gpus(Gpu(0), Gpu(1, used=40000, load=97, processes=((4711, 39000),))):
        assert lone_box.ssh(*query).stdout.splitlines() == ["0, 4, 0", "1, 40000, 97"]
        apps = ("nvidia-smi", "--query-compute-apps=gpu_uuid,pid,used_memory", "--format=csv,noheader")
        assert lone_box.ssh(*apps).stdout == "GPU-00000001, 4711, 39000 MiB\n"


def test_checkout_and_checkpoints_lie_where_the_real_ones_do(gpu_box):
    answer = gpu_box.ssh("find", f"{gpu_box.checkout}/checkpoints", "-name", "*_control.pt")
    assert f"{gpu_box.checkout}/checkpoints/nvidia/Cosmos-Transfer1-7B/depth_control.pt" in answer.stdout


def test_nothing_of_it_lies_outside_the_checkouts_own_folder(gpu_box):
    mounts = subprocess.run(["cat", "/proc/mounts"], capture_output=True, text=True, check=True).stdout
    assert str(BOX) not in mounts
    assert gpu_box.home not in mounts
