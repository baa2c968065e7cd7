"""The catalogue: what it says of each version, and that it agrees with the collection of facts it was made
from.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from hython_harness.facts import FOLDER, MANY, VERSIONS, catalogue
from hython_harness.parm_names import decode_parm, encode_parm

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared" / "facts" / "houdini_catalog.json"
FILES = ["object", "driver", "lop", "top", "cop2", "cop"]


def read(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_each_type_says_where_it_was_seen(name):
    told = read(name)
    assert set(told["sources"]) == {"interface", "21.0.631"}
    for kind, entry in told["types"].items():
        assert entry["seen"], kind
        for parm, row in entry["parms"].items():
            assert row["seen"], f"{kind}.{parm}"
            assert set(row["seen"]) <= set(entry["seen"]), f"{kind}.{parm}"


def test_each_addition_says_where_it_comes_from():
    additions = read("additions")
    rows = [
        (f"{kind}.{parm}", row) for kind, parms in additions["parms"].items() for parm, row in parms.items()
    ]
    rows += [(key, row) for key, row in additions["types"].items() if "since" in row or "contents" in row]
    without = [name for name, row in rows if not row.get("why") and not row.get("source")]
    assert [name for name in without if name != "Driver/topnet"] == []


def test_each_multiparm_of_the_additions_is_one():
    known = {(c, n): fact for v in VERSIONS for c, types in catalogue(v).items() for n, fact in types.items()}
    for key, counts in read("additions")["multiparms"].items():
        fact = known[tuple(key.split("/"))]
        for count in counts:
            assert fact.parms[count].kind == "multiparm", f"{key}.{count}"
            assert any(parm.parent == count for parm in fact.parms.values()), f"{key}.{count} repeats nothing"


def test_copernicus_begins_with_20_5():
    assert "Cop" not in catalogue("20.0")
    assert "file" in catalogue("20.5")["Cop"]
    assert "copnet" not in catalogue("20.0")["Object"]
    assert "ropimage" not in catalogue("20.0")["Top"]


def test_karma_s_cryptomatte_node_is_in_every_version_that_is_played():
    assert all("karmacryptomatte" in catalogue(version)["Lop"] for version in VERSIONS)


def test_a_parm_between_two_versions_that_have_it_is_certain_and_otherwise_not():
    fetch = catalogue("20.5")["Top"]["ropfetch"]
    assert fetch.certain
    assert fetch.parms["roppath"].certain
    assert not fetch.parms["pdg_commandtype"].certain  # in 21.0, not in 20.0
    assert "pdg_commandtype" not in catalogue("20.0")["Top"]["ropfetch"].parms
    assert catalogue("21.0")["Top"]["ropfetch"].parms["pdg_commandtype"].certain


def test_a_type_that_only_one_version_was_seen_with_is_a_guess_elsewhere():
    assert not catalogue("20.0")["Top"]["ropkarma"].certain
    assert catalogue("21.0")["Top"]["ropkarma"].certain


def test_inputs_are_those_of_the_dump_and_unlimited_where_the_dump_lists_none():
    top = catalogue("21.0")["Top"]
    assert (top["ropfetch"].inputs, top["waitforall"].inputs, top["localscheduler"].inputs) == (1, MANY, 0)
    assert catalogue("21.0")["Driver"]["merge"].inputs == MANY
    assert catalogue("21.0")["Cop"]["contactsheet"].inputs is None


def test_every_encoded_name_of_the_catalogue_is_the_code_of_its_attribute():
    text = "".join((FOLDER / f"{name}.json").read_text(encoding="utf-8") for name in FILES)
    names = set(re.findall(r'"(xn__\w+)"', text))
    assert len(names) > 20
    assert {name: encode_parm(decode_parm(name)) for name in names} == {name: name for name in names}
    assert encode_parm("driver:parameters:aov:name") == "xn__driverparametersaovname_jebkd"
    assert decode_parm("xn__shutteropen_0ta") == "shutter:open"


@pytest.mark.skipif(not SHARED.is_file(), reason="the collection of facts is not beside this checkout")
@pytest.mark.parametrize("name", FILES)
def test_the_catalogue_agrees_with_the_collection_of_facts(name):
    shared = json.loads(SHARED.read_text(encoding="utf-8"))
    for kind, entry in read(name)["types"].items():
        key = f"{name}/{kind}"
        parms = {}
        for part, rows in (("factory", shared["factory"]), ("houdini21", shared["houdini21"])):
            for parm, row in rows.get(key, {}).get("parms", {}).items():
                parms.setdefault(parm.replace("{}", "#"), {})[part] = row
        assert set(entry["parms"]) == set(parms), key
        for parm, row in entry["parms"].items():
            told = parms[parm].get("factory")
            assert len(row["seen"]) == len(parms[parm]), f"{key}.{parm}"
            if told is not None and "default" in row:
                assert row["default"] == told["default"], f"{key}.{parm}"
            if told is not None and "menu" in row:
                assert row["menu"] == told["menu"], f"{key}.{parm}"
            if told is not None and "type" in told:
                assert row.get("size", 1) == told.get("size", 1), f"{key}.{parm}"
