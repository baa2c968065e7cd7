"""Text that fits, whatever is in it."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from cosmos_houdini.report import text as module
from cosmos_houdini.report.text import ELLIPSIS, Style, draw_line, shorten, width_of, wrap

WILD = "Zürich – “neon” 東京の夜 🌃👩‍🚀 Łódź مرحبا\x00\x07 é \ufeff \ud800 $(rm -rf /)"


@pytest.fixture
def bare(monkeypatch):
    """A system without any fonts of its own."""
    monkeypatch.setattr(module, "SYSTEM_FONTS", ())
    caches = (module._system_fonts, module._source, module._replaced, module._font)
    for cache in caches:
        cache.cache_clear()
    yield
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


def test_wrapped_lines_are_within_the_width_and_keep_the_words():
    text = "a slow crane shot over a wet street at night with neon signs and steam from the gutters " * 2
    lines = wrap(text, 30, 500, 20)
    assert " ".join(lines) == " ".join(text.split())
    assert all(width_of(line, 30) <= 500 for line in lines)


def test_too_long_a_prompt_ends_in_an_ellipsis_within_the_width():
    lines = wrap("city lights " * 2000, 30, 500, 3)
    assert len(lines) == 3
    assert lines[-1].endswith(ELLIPSIS)
    assert width_of(lines[-1], 30) <= 500


def test_a_prompt_of_exactly_the_lines_has_no_ellipsis():
    assert wrap("one two", 30, 500, 1) == ["one two"]


def test_a_word_longer_than_the_line_is_broken():
    lines = wrap("x" * 300, 30, 200, 50)
    assert "".join(lines) == "x" * 300
    assert all(width_of(line, 30) <= 200 for line in lines)


def test_line_breaks_and_tabs_become_spaces():
    assert wrap("one\n\n two\tthree", 20, 1000, 3) == ["one two three"]


def test_no_text_is_no_line():
    assert wrap("", 20, 100, 3) == []
    assert wrap(" \n ", 20, 100, 3) == []


def test_shortening_cuts_between_words():
    assert shorten("robotic arms handle the paper cup", 30, 330) == f"robotic arms handle{ELLIPSIS}"


@pytest.mark.parametrize("text", [WILD, WILD[::-1], "".join(map(chr, range(0x20, 0x600)))])
def test_any_text_is_drawn_as_wide_as_it_was_measured(text):
    draw = ImageDraw.Draw(Image.new("RGB", (100, 40)))
    assert draw_line(draw, 10, 30, text, Style(24, (255, 255, 255))) == pytest.approx(10 + width_of(text, 24))


def test_letters_that_no_font_has_are_drawn_as_boxes(bare):
    canvas = Image.new("RGB", (60, 40))
    draw_line(ImageDraw.Draw(canvas), 5, 34, "東", Style(30, (255, 255, 255)))
    left, top, right, bottom = canvas.getbbox()
    assert 12 <= right - left <= 20
    assert 15 <= bottom - top <= 24
    assert canvas.getpixel(((left + right) // 2, (top + bottom) // 2)) == (0, 0, 0)


def test_accents_fall_back_to_plain_letters(bare):
    assert width_of("Zürich, Łódź, straße", 24) == width_of("Zurich, Lodz, strasse", 24)


def test_marks_and_joiners_take_no_room(bare):
    assert width_of("👩\u200d🚀", 24) == 2 * width_of("👩", 24)
