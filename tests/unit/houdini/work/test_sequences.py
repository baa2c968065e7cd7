from __future__ import annotations

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.houdini.work.sequences import Frames, by_role, role_of, sequences


def frames(pattern, first=1, last=2):
    return Frames(pattern, first, last)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["a.0001.exr", "a.0002.exr"], [frames("a.####.exr")]),
        (["a.9.exr", "a.10.exr"], [frames("a.#.exr", 9, 10)]),
        (["a.0999.exr", "a.1000.exr"], [frames("a.####.exr", 999, 1000)]),
        (["shot-0001.exr", "shot-0002.exr"], [frames("shot-####.exr")]),
        (["a.-1.exr", "a.2.exr"], [frames("a.#.exr", -1, 2)]),
        (["v2/a_v03.0001.EXR", "v2/a_v03.0002.EXR"], [frames("v2/a_v03.####.EXR")]),
        (["C:\\r\\a.1.png", "C:\\r\\a.2.png"], [frames("C:/r/a.#.png")]),
        (
            ["a.0001.exr", "a.0001.json", "log.txt", "scene.0001.hip", "still.exr"],
            [frames("a.####.exr", 1, 1)],
        ),
        (["b.1.exr", "a.1.exr", "b.2.exr"], [frames("b.#.exr"), frames("a.#.exr", 1, 1)]),
        ([], []),
    ],
)
def test_files_that_differ_by_their_number_are_one_sequence(names, found):
    assert sequences(names) == found


@pytest.mark.parametrize(
    ("pattern", "role"),
    [
        ("r/shot_depth.####.exr", "depth"),
        ("r/shotDepth.####.exr", "depth"),
        ("r/depth/shot.####.exr", "depth"),
        ("r/depth/shot_beauty.####.exr", "beauty"),
        ("r/crypto.####.exr", "id"),
        ("r/shot_N.####.exr", "normal"),
        ("r/indepth.####.exr", None),
        ("r/shot.####.exr", None),
    ],
)
def test_a_name_says_the_pass_by_its_last_word_else_by_the_folder(pattern, role):
    assert role_of(pattern) == role


def test_a_lone_sequence_holds_all_planes_whatever_it_is_called():
    depth = frames("r/depth.####.exr")
    assert by_role([depth]) == (depth, {})


def test_of_several_sequences_one_may_be_left_for_all_the_rest():
    whole, depth, ids = (
        frames("r/shot.####.exr"),
        frames("r/shot_depth.####.exr"),
        frames("r/shot_id.####.exr"),
    )
    assert by_role([depth, whole, ids]) == (whole, {"depth": depth, "id": ids})
    assert by_role([depth, ids]) == (None, {"depth": depth, "id": ids})


@pytest.mark.parametrize("names", [("a", "b"), ("a_depth", "b_depth")])
def test_sequences_that_cant_be_told_apart_are_told(names):
    with pytest.raises(BadInputError, match="can't be told apart") as told:
        by_role([frames(f"r/{name}.####.exr") for name in names])
    assert all(name in told.value.what for name in names)
    assert "shot_depth" in told.value.fix
