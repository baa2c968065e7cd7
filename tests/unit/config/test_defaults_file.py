"""config/config.toml documents every setting and belongs to nobody."""

from __future__ import annotations

import re

import pytest

from cosmos_houdini import config
from cosmos_houdini.config import CHOICES, DEFAULTS_FILE, SECTIONS, _kinds
from cosmos_houdini.errors import BadInputError

TEXT = DEFAULTS_FILE.read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^\[(\w+)\]\n(.*?)(?=^\[|\Z)", TEXT, re.MULTILINE | re.DOTALL))


def test_it_has_the_sections_in_their_order():
    assert list(BLOCKS) == list(SECTIONS)


@pytest.mark.parametrize("section", SECTIONS)
def test_it_names_every_key_of_a_section_and_no_other(section):
    named = re.findall(r"^(?:# )?(\w+) =", BLOCKS[section], re.MULTILINE)
    assert sorted(named) == sorted(_kinds(section))


@pytest.mark.parametrize("key", CHOICES)
def test_it_names_every_choice_beside_its_key(key):
    section, name = key.split(".")
    [line] = re.findall(rf"^{name} = .*$", BLOCKS[section], re.MULTILINE)
    assert set(CHOICES[key]) <= set(re.findall(r"\w+", line.partition("#")[2]))


def test_it_holds_no_host_user_or_key_of_anybody(sources):
    remote = sources.load().remote
    assert (remote.host, remote.user, remote.key_file) == ("", "", "")
    assert not re.search(r"\w@\w|/home/|/root|/Users/|\d+\.\d+\.\d+\.\d+|\.pem|id_rsa", TEXT)


def test_it_tells_the_order_and_the_rule_for_variables():
    comment = " ".join(TEXT.partition("[remote]")[0].replace("#", "").split())
    assert "COSMOS_<SECTION>_<KEY>" in comment
    assert "command line wins over the environment" in comment


def test_a_checkout_that_lost_it_says_so(sources, monkeypatch, tmp_path):
    monkeypatch.setattr(config, "DEFAULTS_FILE", tmp_path / "gone.toml")
    with pytest.raises(BadInputError, match=r"gone\.toml can't be read"):
        sources.load()
