"""Sequences are found from what a person types, and their gaps are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from cosmos_houdini.errors import BadInputError, UsageError
from cosmos_houdini.passes.sequence import chosen, find_source, sequence_name


def touch(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()


@pytest.mark.parametrize(
    "pattern",
    ["shot.$F4.exr", "shot.${F4}.exr", "shot.$F.exr", "shot.%04d.exr", "shot.####.exr", "shot.*.exr", "."],
)
def test_every_way_to_write_a_pattern_finds_the_same_frames(tmp_path: Path, pattern: str) -> None:
    touch(tmp_path, *(f"shot.{number:04d}.exr" for number in (9, 10, 11)), "notes.txt", ".hidden.0001.exr")
    found = find_source(str(tmp_path / pattern))
    assert found.numbers == (9, 10, 11)
    assert [path.name for path in found.paths] == ["shot.0009.exr", "shot.0010.exr", "shot.0011.exr"]


def test_a_folder_with_two_sequences_lists_them(tmp_path: Path) -> None:
    touch(tmp_path, "a.1.exr", "a.2.exr", "b.1.png")
    with pytest.raises(BadInputError) as caught:
        find_source(str(tmp_path))
    assert "a.*.exr (2 files)" in caught.value.why
    assert "b.*.png (1 file)" in caught.value.why


def test_regular_expression_characters_in_names_are_plain_characters(tmp_path: Path) -> None:
    touch(tmp_path, "a+b(1).0001.exr", "a+b(1).0002.exr")
    assert find_source(str(tmp_path / "a+b(1).$F4.exr")).numbers == (1, 2)


def test_a_number_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "a.1.exr", "a.0001.exr", "a.2.exr")
    with pytest.raises(BadInputError, match="Frame 1 is there twice"):
        find_source(str(tmp_path / "a.*.exr"))


@pytest.mark.parametrize("name", ["nothing.$F4.exr", "missing/shot.$F4.exr", "gone.exr", "a.1.exr", "x.txt"])
def test_what_finds_no_sequence_says_what_to_give(tmp_path: Path, name: str) -> None:
    touch(tmp_path, "a.1.exr", "a.2.exr", "x.txt")
    with pytest.raises(BadInputError) as caught:
        find_source(str(tmp_path / name))
    assert caught.value.fix


def test_missing_frames_are_named() -> None:
    with pytest.raises(BadInputError) as caught:
        chosen([1, 2, 4, 5, 9, 10], None, None, 1)
    assert caught.value.what.startswith("Frames 3, 6-8 are missing")


def test_one_missing_frame_is_named_alone() -> None:
    with pytest.raises(BadInputError, match="Frame 3 is missing"):
        chosen([1, 2, 4], None, None, 1)


def test_a_range_may_leave_gaps_outside() -> None:
    assert chosen([1, 2, 4, 5, 6], 4, 6, 1) == (4, 5, 6)
    assert chosen([1, 2, 3, 4, 5, 6], 1, 6, 2) == (1, 3, 5)


def test_frames_rendered_at_a_constant_step_are_whole() -> None:
    assert chosen([1, 3, 5, 7], None, None, 1) == (1, 3, 5, 7)
    assert chosen([1, 3, 5, 7], 2, 7, 1) == (3, 5, 7)


def test_a_range_beyond_the_frames_is_refused() -> None:
    with pytest.raises(BadInputError, match="Frames 11-12 are missing"):
        chosen(range(1, 11), 5, 12, 1)


def test_one_frame_is_no_video() -> None:
    with pytest.raises(BadInputError, match="Only 1 frame"):
        chosen([7], None, None, 1)


def test_a_missing_frame_within_what_is_there_is_told_without_contradiction() -> None:
    with pytest.raises(BadInputError) as caught:
        chosen([1, 2, 3, 5, 6], None, None, 1)
    assert caught.value.what == "Frame 4 is missing from the range 1 to 6."
    assert "There are" not in caught.value.why


@pytest.mark.parametrize(("first", "last"), [(9, 4), (None, 0), (20, None)])
def test_an_empty_range_is_called_empty(first: int | None, last: int | None) -> None:
    with pytest.raises(BadInputError) as caught:
        chosen(range(1, 11), first, last, 1)
    assert "is empty" in caught.value.what
    assert "1 to 10" in caught.value.why


def test_a_star_for_more_than_the_number_finds_the_only_sequence(tmp_path: Path) -> None:
    touch(tmp_path, "shot.0001.exr", "shot.0002.exr", "plate.1.png")
    for pattern in ("*.exr", "sh*.exr", "shot*.exr"):
        assert find_source(str(tmp_path / pattern)).numbers == (1, 2)
    touch(tmp_path, "mask.0001.exr")
    with pytest.raises(BadInputError) as caught:
        find_source(str(tmp_path / "*.exr"))
    assert "shot.*.exr (2 files)" in caught.value.why


def test_a_pattern_without_files_proposes_the_patterns_that_have_some(tmp_path: Path) -> None:
    touch(tmp_path, "shot.0001.exr", "shot.0002.exr")
    with pytest.raises(BadInputError) as caught:
        find_source(str(tmp_path / "short.$F4.exr"))
    assert "shot.*.exr (2 files)" in caught.value.why


def test_a_step_of_nothing_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        chosen([1, 2, 3], None, None, 0)


@pytest.mark.parametrize("pattern", [".", "shot*.exr", "shot-*.exr", "shot-$F4.exr", "*.exr"])
def test_a_dash_before_the_number_is_no_minus(tmp_path: Path, pattern: str) -> None:
    touch(tmp_path, *(f"shot-{number:04d}.exr" for number in (1, 2, 3)))
    found = find_source(str(tmp_path / pattern))
    assert found.numbers == (1, 2, 3)
    assert [path.name for path in found.paths] == ["shot-0001.exr", "shot-0002.exr", "shot-0003.exr"]


@pytest.mark.parametrize("before", ["shot.", "shot_", ""])
@pytest.mark.parametrize("pattern", [".", "{}*.exr", "{}$F4.exr"])
def test_frames_before_zero_have_a_minus_after_a_dot_or_an_underscore(
    tmp_path: Path, before: str, pattern: str
) -> None:
    touch(tmp_path, *(f"{before}{number:05d}.exr" for number in (-2, -1)), f"{before}0000.exr")
    assert find_source(str(tmp_path / pattern.format(before))).numbers == (-2, -1, 0)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("render/shot.$F4.exr", "shot"),
        ("render/shot_####.exr", "shot"),
        ("render/shot-%04d.exr", "shot"),
        ("render/shot${F4}.exr", "shot"),
        ("render/shot.beauty.$F4.exr", "shot.beauty"),
        ("render/one/*.exr", "one"),
        ("render/two/$F4.exr", "two"),
        ("render/three/####.exr", "three"),
        ("render/four", "four"),
        ("render/five/", "five"),
        ("plates/take.2.mp4", "take.2"),
        ("*.exr", "here"),
        (".", "here"),
        ("/$F4.exr", "shot"),
    ],
)
def test_a_sequence_goes_by_what_its_name_is_without_the_number(
    tmp_path: Path, monkeypatch, text: str, name: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert sequence_name(text) == name
