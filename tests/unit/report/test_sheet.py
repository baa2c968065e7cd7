"""The contact sheet of real videos."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.report.sheet import GROUND, PANEL, SheetRow, contact_sheet, time_code

EXAMPLE = Path(__file__).parents[4] / "shared" / "data" / "cosmos_example1"


def cells(sheet, rows, columns, size):
    """The pixels of each cell, found by the even frame colours: [row][column] (h, w, 3)."""
    pixels = np.asarray(Image.open(sheet).convert("RGB"))
    filled = (pixels != GROUND).any(axis=2)
    # Cells are the only things whose rows are filled over most of the page.
    lines = np.flatnonzero(filled[:, 230:].mean(axis=1) > 0.8)
    tops = [lines[0], *lines[1:][np.diff(lines) > 1]]
    tops = [top for top in tops if filled[top : top + 20, 300].all()]
    across = np.flatnonzero(filled[tops[0] + 15, 200:]) + 200
    lefts = [across[0], *across[1:][np.diff(across) > 1]]
    assert len(tops) == rows
    assert len(lefts) == columns
    return [[pixels[top + 8 : top + size, left + 8 : left + size] for left in lefts] for top in tops]


def test_rows_and_columns_show_the_same_frames(make_video, tmp_path):
    rows = [SheetRow("beauty", make_video("a", 13)), SheetRow("result", make_video("b", 13))]
    sheet = contact_sheet(rows, tmp_path / "sheet.png", title="a street", columns=4)
    for row in cells(sheet, 2, 4, 100):
        for column, index in enumerate((0, 4, 8, 12)):
            assert abs(int(row[column].mean()) - (10 + 9 * index % 240)) <= 3


def test_a_shorter_video_leaves_a_cell_with_a_dash(make_video, tmp_path):
    rows = [SheetRow("depth", make_video("a", 5)), SheetRow("result", make_video("b", 13))]
    sheet = contact_sheet(rows, tmp_path / "sheet.png", title="a street", columns=3)
    depth, result = cells(sheet, 2, 3, 60)
    assert abs(int(depth[0].mean()) - 10) <= 3
    assert (depth[1] == PANEL).all()
    assert (depth[2] == PANEL).all()
    assert result[2].mean() > 100


def test_a_row_without_a_video_is_kept_empty(make_video, tmp_path):
    rows = [SheetRow("seg", None, "there is no id plane"), SheetRow("result", make_video("b", 13))]
    sheet = contact_sheet(rows, tmp_path / "sheet.png", title="a street", columns=3)
    assert (cells(sheet, 2, 3, 60)[0][0] == PANEL).all()


def test_a_video_of_fewer_frames_than_columns_shows_each_once(make_video, tmp_path):
    sheet = contact_sheet([SheetRow("result", make_video("b", 2))], tmp_path / "s.png", title="", columns=6)
    first, second = cells(sheet, 1, 2, 60)[0]
    assert first.mean() < second.mean()


@pytest.mark.parametrize("size", [Resolution(1280, 704), Resolution(704, 1280), Resolution(640, 480)])
def test_the_sheet_has_the_width_of_a_screen_and_a_margin_all_around(make_video, tmp_path, size):
    rows = [
        SheetRow(name, make_video(name, 7, size)) for name in ("beauty", "depth", "edge", "seg", "result")
    ]
    sheet = contact_sheet(
        rows, tmp_path / "sheet.png", title="prompt " * 500, details=["seed 1"] * 40, footer=["x" * 900]
    )
    pixels = np.asarray(Image.open(sheet))
    height, width = pixels.shape[:2]
    assert 1900 <= width <= 2400
    assert height < 3200
    for edge in (pixels[:40], pixels[-40:], pixels[:, :60], pixels[:, -60:]):
        assert (edge == GROUND).all()


def test_the_same_input_gives_the_same_sheet(make_video, tmp_path):
    video = make_video("a", 5)
    sheets = [
        contact_sheet([SheetRow("result", video)], tmp_path / name, title="x") for name in ("1.png", "2.png")
    ]
    assert sheets[0].read_bytes() == sheets[1].read_bytes()


def test_a_file_that_is_no_video_is_explained_and_leaves_nothing(make_video, tmp_path):
    broken = tmp_path / "broken.mp4"
    broken.write_text("not a video")
    rows = [SheetRow("depth", broken), SheetRow("result", make_video("a", 3))]
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BadInputError, match=r"broken\.mp4"):
        contact_sheet(rows, tmp_path / "sheet.png", title="x")
    assert sorted(tmp_path.iterdir()) == before


def test_no_video_at_all_is_an_error(tmp_path):
    with pytest.raises(BadInputError, match="at least one video"):
        contact_sheet([SheetRow("seg", None)], tmp_path / "sheet.png", title="x")
    assert list(tmp_path.iterdir()) == []


def test_time_codes_count_frames_of_the_rate():
    assert time_code(0, Fraction(24)) == "00:00:00"
    assert time_code(49, Fraction(24)) == "00:02:01"
    assert time_code(24 * 61, Fraction(24)) == "01:01:00"
    assert time_code(30, Fraction(30000, 1001)) == "00:01:00"
    assert time_code(30, Fraction(0)) == ""


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the example videos are not here")
def test_real_material_of_other_sizes_and_rates_fits_on_one_sheet(tmp_path):
    rows = [
        SheetRow("beauty", EXAMPLE / "example1_input_video.mp4", "640x480"),
        SheetRow("result", EXAMPLE / "example1_uniform_weights.mp4", "960x704"),
    ]
    sheet = contact_sheet(rows, tmp_path / "sheet.png", title="an office", columns=3)
    assert Image.open(sheet).width > 1900
