"""Settings read from the parameters of a node: what holds for all, then transfer, load and the box."""

from __future__ import annotations

import pytest

from cosmos_houdini.houdini.interface import NODES, TransferSettings
from support.node_settings import SETTINGS, read, refused


def test_a_node_of_each_kind_has_settings():
    assert set(SETTINGS) == set(NODES)


@pytest.mark.parametrize("name", NODES)
def test_every_parameter_with_a_value_is_read(name):
    node = NODES[name]
    everything_on = {f.name: 1 for f in node.own_fields() if f.kind == "toggle"}
    branches = {
        "cosmosencode": {"framesource": "pattern", "depthrange": "manual", "rate": "custom"},
        "cosmosspec": {"setsource": "folder", "setfolder": "/sets/a", "weights": "own"},
        "cosmosload": {"runsource": "run"},
    }
    asked = set()
    values = {f.name: f.default for f in node.own_fields()} | everything_on | branches.get(name, {})

    def evaluate(parm):
        asked.add(parm)
        return values[parm]

    SETTINGS[name].read(evaluate)
    assert asked == {f.name for f in node.own_fields()}


def test_a_new_transfer_leaves_its_run_going_and_checks_first():
    settings = read("cosmostransfer")
    assert settings == TransferSettings("", None, None, None, True, False, None, None)


def test_a_transfer_reads_its_choices():
    settings = read(
        "cosmostransfer",
        box="remote",
        use_num_gpus=1,
        num_gpus=2,
        cuda_devices="0, 3",
        check=0,
        onstop="cancel",
        upscale=1,
        upscale_weight=0.7,
        frames_format="exr",
        project="/p",
    )
    assert settings == TransferSettings("/p", "remote", 2, "0, 3", False, True, 0.7, "exr")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"upscale": 1, "upscale_weight": 0.0}, "Upscale Weight of Cosmos Transfer is 0"),
        ({"upscale": 1, "upscale_weight": 1.5}, "from 0 to 1"),
        ({"cuda_devices": "0;1"}, "Which GPUs of Cosmos Transfer is '0;1'"),
        ({"cuda_devices": "1,1"}, "names a GPU twice"),
        ({"cuda_devices": "0,1", "use_num_gpus": 1, "num_gpus": 4}, "names 2 ('0,1'), and GPUs is 4"),
        ({"use_num_gpus": 1, "num_gpus": 0}, "GPUs of Cosmos Transfer is 0"),
        ({"box": "here"}, "Run On of Cosmos Transfer is 'here'"),
    ],
)
def test_a_transfer_that_cant_be_done_is_explained(changed, said):
    assert said in refused(read, "cosmostransfer", **changed)


def test_the_gpus_that_are_named_are_counted():
    assert read("cosmostransfer", cuda_devices="0,3").num_gpus == 2


def test_a_load_reads_its_choices():
    assert read("cosmosload").run is None
    settings = read("cosmosload", runsource="run", comparison="none", copnet="/obj/comp", load_controls=0)
    assert (settings.run, settings.comparison, settings.copnet) == ("last", None, "/obj/comp")
    assert (settings.result, settings.beauty, settings.controls) == (True, True, False)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"runsource": "run", "run": ""}, "Run of Cosmos Load is empty"),
        ({"load_result": 0, "load_beauty": 0, "load_controls": 0}, "is to load nothing"),
        ({"comparison": "split"}, "Compare By of Cosmos Load is 'split'"),
    ],
)
def test_a_load_that_cant_be_done_is_explained(changed, said):
    assert said in refused(read, "cosmosload", **changed)


@pytest.mark.parametrize(("token", "cancels"), [("node", None), ("leave", False), ("cancel", True)])
def test_the_scheduler_says_what_a_stopped_cook_does_or_leaves_it_to_the_node(token, cancels):
    assert read("cosmosgpubox", onstop=token).cancel_on_stop is cancels


def test_the_scheduler_leaves_its_patience_to_the_settings_until_it_is_switched_on():
    assert read("cosmosgpubox", patience_seconds=5.0).patience_seconds is None
    assert read("cosmosgpubox", use_patience_seconds=1, patience_seconds=5.0).patience_seconds == 5.0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"poll_seconds": 0.0}, "from 0.2 to 60"),
        ({"max_items": 0}, "Runs Under Way at Once of Cosmos GPU Box is 0"),
        ({"max_items": ""}, "Runs Under Way at Once of Cosmos GPU Box is empty"),
    ],
)
def test_a_scheduler_that_cant_work_so_is_explained(changed, said):
    assert said in refused(read, "cosmosgpubox", **changed)
