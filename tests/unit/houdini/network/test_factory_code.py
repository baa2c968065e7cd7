from __future__ import annotations

from pathlib import Path

import pytest

from cosmos_houdini.houdini.network.factory_code import code, settings_in

SETTINGS = {"prompt": 'It\'s "wet" $HIP `x` @y {z} 100 % \\ \n 街', "use_seed": 1, "seed": 7, "guidance": 5.5}
# What Houdini could fill in or take away in a text of a parameter.
HOUDINI_EXPANDS = "$`\\"


@pytest.mark.parametrize("role", ["encode", "spec", "transfer", "load"])
def test_the_script_is_python_and_tells_its_settings(role):
    text = code(role, "Cosmos Spec", SETTINGS, Path("/opt/cosmos houdini"))
    compile(text, role, "exec")
    assert settings_in(text) == SETTINGS


def test_nothing_in_the_settings_is_for_houdini_to_expand():
    text = code("spec", "Cosmos Spec", SETTINGS, Path("/opt/$x"))
    block = text[text.index("settings = {") :]
    assert not set(block) & set(HOUDINI_EXPANDS)


def test_ordinary_prose_stays_readable():
    text = code("spec", "Cosmos Spec", {"prompt": "A street at night, rain; 24 mm."}, Path("/opt"))
    assert '"A street at night, rain; 24 mm."' in text


def test_settings_changed_by_hand_are_read_as_they_stand():
    text = code("spec", "Cosmos Spec", {"prompt": "A"}, Path("/opt"))
    changed = text.replace('"prompt": "A",', '"prompt": "B",\n    "seed": 3,')
    assert settings_in(changed) == {"prompt": "B", "seed": 3}


@pytest.mark.parametrize("text", ["", "settings = {open('x')\n}", "settings = {\n    broken\n}"])
def test_what_cant_be_read_is_as_on_a_new_node(text):
    assert settings_in(text) == {}
