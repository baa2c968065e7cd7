"""Expanded assets: installed as Houdini does, their parms, modules and buttons at work."""

from __future__ import annotations

import pytest

from hython_harness.dialog_script import ScriptError, read_script
from hython_harness.errors import NotPlayedError

from .thing import MODULE, SCRIPT


@pytest.fixture
def session(hython, library):
    session = hython("21.0")
    session.hou.hda.installFile(str(library))
    return session


@pytest.fixture
def thing(session):
    return session.hou.node("/obj").createNode("topnet").createNode("thing")


def test_an_installed_asset_is_a_type_of_its_table(session, thing, library):
    hou = session.hou
    kind = hou.nodeType(hou.topNodeTypeCategory(), "thing")
    assert (kind.name(), kind.description(), kind.maxNumInputs()) == ("thing", "A Thing", 1)
    [definition] = hou.hda.definitionsInFile(str(library))
    assert definition.nodeType() == thing.type() == kind
    assert definition.sections()["PythonModule"].contents() == MODULE
    assert thing.type().definition().libraryFilePath() == library.as_posix()
    assert session.top_source(thing).registered_name() == "thing"
    hou.hda.uninstallFile(str(library))
    assert hou.nodeType(hou.topNodeTypeCategory(), "thing") is None


def test_its_parms_are_those_of_the_dialog_script(session, thing):
    assert [parm.name() for parm in thing.parmTuples()] == [
        "backend", "amount", "size", "ends", "go", "old", "rows", "row1", "which",
    ]  # fmt: skip
    assert thing.evalParm("amount") == 1
    assert thing.parm("amount").evalAsString() == "much"
    assert thing.parm("backend").menuLabels() == ("This Machine", "SSH Host")
    assert thing.evalParm("sizey") == 704
    session.hou.playbar.setFrameRange(5, 9)
    assert thing.parmTuple("ends").eval() == (5, 10, 1)
    assert thing.parm("old").isHidden()
    thing.parm("rows").set(2)
    assert thing.parm("row2").unexpandedString() == "$HIP/x.exr"


def test_what_the_script_says_beside_that_is_kept_as_tags():
    script = read_script(SCRIPT)
    told = {parm.name: parm for parm in script.parms}
    assert told["backend"].tags["help"] == 'Where it "runs".'
    assert told["amount"].tags["disablewhen"] == '{ backend == local } { backend == "" }'
    assert told["which"].script_menu
    assert script.folders["size"] == ("Main", "Deeper")
    assert (script.name, script.label) == ("thing", "A Thing")


def test_creating_a_node_runs_its_script_and_a_button_its_callback(thing):
    assert thing.userData("made") == "yes"
    thing.parm("go").pressButton({"extra": 3})
    assert thing.comment() == "go3"
    made_bare = thing.parent().createNode("thing", run_init_scripts=False)
    assert made_bare.userData("made") is None


def test_a_parm_without_a_callback_can_t_be_pressed(session, thing):
    with pytest.raises(session.hou.OperationFailed, match="no callback"):
        thing.parm("old").pressButton()


@pytest.mark.parametrize("gone", ["INDEX__SECTION", "Sections.list", "houdini.hdalibrary"])
def test_a_library_without_one_of_its_files_is_refused(hython, library, gone):
    (library / gone).unlink()
    hou = hython().hou
    with pytest.raises(hou.OperationFailed, match=f"{gone} is missing"):
        hou.hda.installFile(str(library))


def test_a_listed_section_that_is_missing_is_refused(hython, library):
    (library / "Top_1thing" / "PythonModule").unlink()
    hou = hython().hou
    with pytest.raises(hou.OperationFailed, match="listed and missing"):
        hou.hda.installFile(str(library))


def test_a_packed_asset_is_not_played(hython, tmp_path):
    (tmp_path / "packed.hda").write_bytes(b"INDX")
    hou = hython().hou
    with pytest.raises(NotPlayedError):
        hou.hda.installFile(str(tmp_path / "packed.hda"))
    with pytest.raises(hou.OperationFailed, match="Unable to find"):
        hou.hda.installFile(str(tmp_path / "nothing.hda"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    label   \"A Thing\"", "    }\n    label   \"A Thing\"", "brace too many"),
        ("type    ordinal", "type    ordnal", "no type 'ordnal'"),
        ('name    "amount"', 'name    "backend"', "names come twice: backend"),
        ('            name    "amount"\n', "", "has no name"),
        ("    label   \"A Thing\"", "    label   \"A Thing", "can't be read"),
    ],
)  # fmt: skip
def test_a_broken_dialog_script_is_refused(old, new, said):
    assert old in SCRIPT
    with pytest.raises(ScriptError, match=said):
        read_script(SCRIPT.replace(old, new, 1))
