from __future__ import annotations

from pathlib import Path

import pytest

from cosmos_houdini.errors import UsageError
from cosmos_houdini.houdini.batch.order import read_order

SHOT = ["--hip", "shot.hip", "--camera", "/obj/cam1", "--prompt", "Rain"]


def test_a_shot_is_read_with_what_was_left_open():
    order = read_order(SHOT)
    assert (order.hip, order.camera, order.prompt) == (Path("shot.hip"), "/obj/cam1", "Rain")
    assert order.frames is None
    assert order.engine is None
    assert order.save == Path("shot.hip")
    assert order.load
    assert not order.dry_run


def test_everything_can_be_said():
    order = read_order(
        [
            *SHOT,
            *("--frames=-5-121", "--weight", "depth=0.4", "--weight", "edge=1", "--seed", "7"),
            *("--engine", "transfer1", "--num-gpus", "2", "--renderer", "karma"),
            *("--box", "remote", "--project", "somewhere", "--name", "city"),
            *("--negative-prompt", "fog", "--upscale", "--no-load", "--save", "out.hip", "--json"),
        ]
    )
    assert order.frames == (-5, 121)
    assert order.weights == {"depth": 0.4, "edge": 1.0}
    assert (order.camera, order.renderer) == ("/obj/cam1", "karma")
    assert order.project == Path("somewhere").absolute()
    assert (order.box, order.num_gpus, order.seed, order.upscale) == ("remote", 2, 7, True)
    assert (order.load, order.save, order.as_json) == (False, Path("out.hip"), True)


def test_rops_are_rendered_in_their_order():
    order = read_order(["--hip", "a.hip", "--rop", "/out/b", "--rop", "/out/a", "--prompt", "Rain"])
    assert order.rops == ("/out/b", "/out/a")


@pytest.mark.parametrize("words", [["--frames", "-5--1"], ["--frames=-5--1"]])
def test_frames_before_0_may_be_said_either_way(words):
    assert read_order([*SHOT, *words]).frames == (-5, -1)


def test_a_network_is_cooked_and_not_saved_unless_that_is_asked_for():
    assert read_order(["--hip", "a.hip", "--top", "/obj/topnet1"]).save is None
    assert read_order(["--hip", "a.hip", "--top", "/obj/topnet1", "--save", "b.hip"]).save == Path("b.hip")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--hip"),
        (["--hip", "a.hip"], "--camera"),
        (["--hip", "a.hip", "--camera", "/cam"], "--prompt is missing"),
        (["--hip", "a.hip", "--camera", "/cam", "--prompt", "  "], "--prompt is missing"),
        (["--hip", "a.hip", "--top", "/obj/t", "--prompt", "x", "--seed", "1"], "--top and --prompt, --seed"),
        (["--hip", "a.hip", "--top", "/obj/t", "--no-load"], "--top and --no-load"),
        ([*SHOT, "--rop", "/out/a"], "--camera and --rop"),
        (["--hip", "a", "--rop", "/o", "--renderer", "karma", "--prompt", "x"], "--renderer and --rop"),
        ([*SHOT, "--save", "a", "--no-save"], "--save and --no-save"),
        ([*SHOT, "--save", ""], "--save is empty"),
        ([*SHOT, "--project", " "], "--project is empty"),
        (["--hip", "a.hip", "--top", ""], "--top is empty"),
        (["--hip", "a.hip", "--rop", "", "--prompt", "x"], "--rop is empty"),
        ([*SHOT, "--weight", "depth=0", "--weight", "edge=0"], "No control counts"),
        ([*SHOT, "--seed", "-1"], "no seed"),
        ([*SHOT, "--frames", "9-1"], "no range of frames"),
        ([*SHOT, "--frames", "1..9"], "no range of frames"),
        ([*SHOT, "--weight", "dept=1"], "no weight, as depth=0.4"),
        ([*SHOT, "--weight", "depth=much"], "is no number"),
        ([*SHOT, "--weight", "depth=-1"], "0 or more"),
        ([*SHOT, "--weight", "depth=nan"], "0 or more"),
        ([*SHOT, "--num-gpus", "0"], "no number of GPUs"),
        ([*SHOT, "--seed", "one"], "--seed"),
        ([*SHOT, "--renderer", "arnold"], "karma"),
        ([*SHOT, "--promt", "x"], "--promt"),
        ([*SHOT, "--dry"], "--dry"),
    ],
)
def test_what_cant_be_carried_out_is_a_usage_error_that_says_how_to_write_it(words, told):
    with pytest.raises(UsageError) as error:
        read_order(words)
    assert told in error.value.what
    assert error.value.fix


def test_help_tells_of_every_option(capsys):
    with pytest.raises(SystemExit) as end:
        read_order(["--help"])
    assert not end.value.code
    text = capsys.readouterr().out
    for option in ("--hip", "--top", "--camera", "--dry-run", "--engine", "--save"):
        assert option in text
