"""What a GPU box orders of its agent; the containers themselves are tested in tests/box."""

from __future__ import annotations

import sys

import pytest

from cosmos_houdini import authoring
from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.local import LocalConnection
from cosmos_houdini.config import load_config
from cosmos_houdini.errors import BadInputError
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.run_spec import ControlWeight, Parameters
from cosmos_houdini.workflow.boxes import box_named, default_box, open_box
from cosmos_houdini.workflow.gpu_box import GpuBox
from cosmos_houdini.workflow.plan import plan

SETTINGS = {"remote.host": "gpubox", "docker.image": "cosmos:1", "docker.gpus": "none"}


@pytest.fixture
def box(tmp_path, store, monkeypatch):
    """Makes a GPU box with some settings; its user's home is /home/artist."""
    monkeypatch.setenv("HOME", "/home/artist")

    def make(**settings):
        chosen = {**SETTINGS, **{name.replace("__", "."): text for name, text in settings.items()}}
        connection = LocalConnection(tmp_path / "box")
        config = load_config(store.paths.root, environment={}, command_line=chosen)
        return GpuBox("gpubox", connection, Agent(connection), config)

    return make


@pytest.fixture
def order(store, run):
    """The plan of a run of the named engine."""

    def make(engine="transfer1", gpus=1):
        prompt = store.prompt(run.prompt_spec_id)
        weights = {Control.DEPTH: ControlWeight(1)}
        of_engine, _ = authoring.create_run(
            store, prompt, engine=engine, weights=weights, parameters=Parameters()
        )
        return plan(store, of_engine, gpus)

    return make


def launched(box, order):
    return box.launcher(order, order.build(str(box.layout.run(order.run.id)), box.config.paths.checkpoints))


def test_the_model_is_mounted_where_its_own_scripts_expect_it(box, order):
    launcher = launched(box(), order())
    mounts = {mount.target: (mount.source, mount.read_only) for mount in launcher.container.mounts}
    assert mounts["/workspace"] == ("/home/artist/cosmos-transfer1", True)
    assert mounts["/workspace/checkpoints"] == ("/home/artist/cosmos-transfer1/checkpoints", True)
    cache = "/home/artist/.cache/huggingface"
    assert mounts[cache] == (cache, False)
    assert (launcher.cwd, launcher.env["PYTHONPATH"], launcher.env["HF_HOME"]) == (
        "/workspace",
        "/workspace",
        cache,
    )
    assert launcher.argv[0] == "bash"
    assert launcher.argv[1].endswith("/inference.sh")


def test_checkpoints_elsewhere_keep_their_path(box, order):
    launcher = launched(box(paths__checkpoints="/data/checkpoints"), order())
    assert ("/data/checkpoints", "/data/checkpoints") in [
        (mount.source, mount.target) for mount in launcher.container.mounts
    ]


def test_a_path_may_be_written_from_the_home_on(box, order):
    mounts = launched(box(docker__checkout="~/ct1"), order()).container.mounts
    assert "/home/artist/ct1" in [mount.source for mount in mounts]


def test_the_preview_needs_neither_model_nor_gpu(box, order):
    opened = box(remote__gpus="0,1")
    launcher = launched(opened, order("preview", gpus=2))
    assert launcher.cwd is None
    assert launcher.env["NUM_GPU"] == "2"
    assert all("/bin/" in mount.source for mount in launcher.container.mounts)
    assert opened.slots(order("preview"), None).of == ("cpu0",)


def test_the_arguments_travel_as_a_file_of_words_ended_by_nul(box, order):
    of_run = order()
    [file] = box().extra_files(of_run, of_run.build("/box/runs/r", "checkpoints"))
    words = file.text.split("\0")
    assert words[0] == "cosmos_transfer1/diffusion/inference/transfer.py"
    assert words[words.index("--controlnet_specs") + 1] == "/box/runs/r/spec.json"
    assert words[-1] == ""


def test_the_token_comes_from_the_environment_and_is_no_part_of_the_order(box, order, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    opened = box()
    assert opened.secrets() == {"HF_TOKEN": "hf_secret"}
    assert "hf_secret" not in str(launched(opened, order()).as_json())
    monkeypatch.delenv("HF_TOKEN")
    assert opened.secrets() == {}


@pytest.mark.parametrize("setting", ["docker__shm_size", "docker__memory"])
def test_a_size_that_docker_does_not_take_is_named(box, order, setting):
    with pytest.raises(BadInputError, match="64 GB"):
        launched(box(**{setting: "64 GB"}), order())


def test_models_go_to_the_gpu_box_and_previews_stay_here(store):
    config = load_config(store.paths.root, environment={}, command_line=SETTINGS)
    assert (default_box(config, "transfer1"), default_box(config, "preview")) == ("gpubox", "local")
    assert (box_named(config, "local"), box_named(config, "remote")) == ("local", "gpubox")
    without = load_config(store.paths.root, environment={}, command_line={})
    assert default_box(without, "transfer1") == "local"
    with pytest.raises(BadInputError, match="no GPU box"):
        box_named(without, "remote")


def test_a_box_that_the_settings_do_not_name_is_not_guessed(store):
    config = load_config(store.paths.root, environment={}, command_line=SETTINGS)
    with pytest.raises(BadInputError, match="another"):
        open_box(store, config, "another")


def test_the_token_may_lie_in_a_file_of_ones_own(box, tmp_path, monkeypatch):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    file = tmp_path / "token"
    file.write_text("hf_filed\n")
    file.chmod(0o600)
    assert box(docker__token_file=str(file)).secrets() == {"HF_TOKEN": "hf_filed"}
    monkeypatch.setenv("HF_TOKEN", "hf_set")
    assert box(docker__token_file=str(file)).secrets() == {"HF_TOKEN": "hf_set"}


@pytest.mark.skipif(sys.platform == "win32", reason="modes")
@pytest.mark.parametrize(
    ("content", "mode", "told"),
    [
        ("hf_open", 0o644, "chmod 600"),
        ("hf_group", 0o640, "chmod 600"),
        ("", 0o600, "no token"),
        ("two words", 0o600, "no token"),
        ("hf_a\nhf_b", 0o600, "no token"),
        ("hf_" + "x" * 5000, 0o600, "no token"),
        (None, 0o600, "can't be read"),
    ],
)
def test_a_token_file_that_can_not_be_trusted_is_refused_without_quoting_it(
    box, tmp_path, monkeypatch, content, mode, told
):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    file = tmp_path / "token"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    with pytest.raises(BadInputError) as caught:
        box(docker__token_file=str(file)).secrets()
    assert told in str(caught.value)
    assert not content or content not in str(caught.value)
