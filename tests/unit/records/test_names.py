from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmos_houdini.records.names import safe_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cityscape", "cityscape"),
        ("sq010_sh020-v3", "sq010_sh020-v3"),
        ("a shot with spaces", "a_shot_with_spaces"),
        ("a/b", "a_b"),
        ("a\\b", "a_b"),
        ("../../etc/passwd", "etc_passwd"),
        ("shot.0001.exr", "shot_0001_exr"),
        ("Ünïcödé", "Unicode"),
        ("-rf", "rf"),
        ("CON", "CON_"),
        ("nul", "nul_"),
        ("Com1", "Com1_"),
        ("lpt9", "lpt9_"),
        ("COM¹", "COM1_"),
        ("con.txt", "con_txt"),
        ("$(reboot); `x`", "reboot_x"),
        ("two\nlines\t", "two_lines"),
    ],
)
def test_names_stay_readable(name, expected):
    assert safe_name(name) == expected


@pytest.mark.parametrize("name", ["", ".", "..", "/", "   ", "🚗", "夜の街", "___", "\x00"])
def test_a_name_without_usable_letters_still_names_a_file(name):
    assert re.fullmatch(r"name-[0-9a-f]{6}", safe_name(name))


def test_names_that_lost_letters_stay_apart():
    several = ["夜の街", "昼の街", "city 夜", "city 昼", "x" * 300, "x" * 301]
    assert len({safe_name(name) for name in several}) == len(several)


def test_300_characters_become_60_that_begin_alike():
    short = safe_name("sunset_over_the_harbour_" * 13)
    assert len(short) == 60
    assert short.startswith("sunset_over_the_harbour_sunset")


@settings(deadline=None)
@given(st.text(max_size=400))
def test_every_name_becomes_one_that_every_file_system_takes(name):
    safe = safe_name(name)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,60}", safe)
    assert safe.lower() not in {"con", "prn", "aux", "nul", "com1", "lpt1"}
    assert not safe.startswith("-")
    assert safe_name(safe) == safe
