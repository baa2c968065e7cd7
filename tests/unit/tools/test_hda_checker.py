"""The checker of digital assets finds each kind of damage, in its file and on its line."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hda.check import LIBRARIES, check_library
from hda.python_names import undefined, unresolved

ROOT = Path(__file__).parents[3]
ASSET = "Top_1cosmosspec"


@pytest.fixture
def library(tmp_path):
    """A copy of a library that has everything: menus, rules, masks, buttons, groups in tabs."""
    return Path(shutil.copytree(ROOT / "otls" / "cosmosspec.hda", tmp_path / "cosmosspec.hda"))


def damage(library, name, old, new, count=1):
    """Replaces `old` (which is there) once."""
    file = library / name
    text = file.read_bytes().decode()
    assert old in text, f"{name} has no {old!r}"
    file.write_bytes(text.replace(old, new, count).encode())


def only_error(library):
    """The one line that is said, without the way to the library."""
    [line] = check_library(library)
    return line.replace(f"{library}/", "")


def line_of(library, name, text):
    lines = (library / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_an_honest_library_is_let_be(library):
    assert check_library(library) == []


SCRIPT = f"{ASSET}/DialogScript"
DAMAGES = [
    # the frame of the library
    ("INDEX__SECTION", "Operator:", "Operater:", "'Operater' is no field of the index"),
    ("INDEX__SECTION", "Operator:     cosmosspec", "Operator:     cosmosspek", "the path says cosmosspec"),
    ("INDEX__SECTION", "oplib:/Top/cosmosspec?", "oplib:/Top/cosmos?", "the path names oplib:/Top/cosmos"),
    ("INDEX__SECTION", "Table:        Top", "Table:        Tops", "'Tops' is no table"),
    ("INDEX__SECTION", "Table:        Top", "Table:        Sop", "the table is Sop, and the path says Top"),
    ("INDEX__SECTION", "Inputs:       0 to 1", "Inputs:       0-1", "is not a number of inputs"),
    ("INDEX__SECTION", "Inputs:       0 to 1", "Inputs:       1 to 0", "the inputs go from more to less"),
    ("INDEX__SECTION", "Subnet:       false", "Subnet:       no", "Subnet is 'no'"),
    ("INDEX__SECTION", "Subnet:       false", "Subnet:       true", "the asset has no network inside"),
    ("INDEX__SECTION", "Label:        Cosmos Spec", "Label:", "the label is empty"),
    ("INDEX__SECTION", "Thu Jan  1", "2026-01-01", "is no date as Houdini writes it"),
    ("INDEX__SECTION", "pdgtype='node'", "pdgtype='nodes'", "pdgtype is 'nodes'"),
    ("INDEX__SECTION", "pdgtype='node'", "pdgtypes='node'", "'pdgtypes' is no key of Extra"),
    ("INDEX__SECTION", "subtype=cosmosspec", "subtype=cosmos", "subtype is 'cosmos'"),
    ("INDEX__SECTION", "pdgtype='node'", "pdgtype='scheduler'", "a scheduler has visibleoutputs=0"),
    ("INDEX__SECTION", "subtype=", "and subtype=", "Extra is not made of key=value words"),
    ("INDEX__SECTION", "?IconSVG", "?Icon", "is not this asset's IconSVG"),
    ("INDEX__SECTION", "License:", "Licence:", "'Licence' is no field of the index"),
    ("Sections.list", '""\n', "", 'its first line has to be ""'),
    (
        "Sections.list",
        f"{ASSET}\tTop/cosmosspec",
        f"{ASSET}\tTop/cosmospec",
        "is not how Top/cosmospec is written",
    ),
    ("Sections.list", f"{ASSET}\t", f"{ASSET} ", "is not a name on disk, a tab and a section"),
    ("Sections.list", "\n", "\r\n", "LF alone"),
    (f"{ASSET}/Sections.list", "Help\tHelp\n", "", "Help is there and not listed"),
    (f"{ASSET}/Sections.list", "Help\tHelp\n", "Help\tHelp\nHelp\tHelp\n", "Help is listed twice"),
    (
        f"{ASSET}/Sections.list",
        "Help\tHelp\n",
        "Help\tHelp\nOnCreated\tOnCreated\n",
        "OnCreated is listed and not there",
    ),
    (
        f"{ASSET}/TypePropertiesOptions",
        "UseDSParms := 1;",
        "UseDSParms := 1",
        "is not written as KEY := NUMBER;",
    ),
    (f"{ASSET}/TypePropertiesOptions", "UseDSParms := 1;\n", "", "UseDSParms is missing"),
    (f"{ASSET}/ExtraFileOptions", "{", "", "it is no JSON"),
    (
        f"{ASSET}/ExtraFileOptions",
        '"PythonModule/IsPython"',
        '"OnLoaded/IsPython"',
        "a section that isn't there",
    ),
    (f"{ASSET}/ExtraFileOptions", "/IsExpr", "/IsExpression", "is no option that Houdini knows"),
    (f"{ASSET}/ExtraFileOptions", "false", '"no"', "should be a bool"),
    (f"{ASSET}/Tools.shelf", "</tool>", "", "it is no XML"),
    (f"{ASSET}/Tools.shelf", "import toptoolutils", "import toptoolutils as", "the tool's script, line 1"),
    (
        f"{ASSET}/Tools.shelf",
        'toolMenuContext name="network"',
        'toolMenuContext name="net"',
        "no network context",
    ),
    (f"{ASSET}/Tools.shelf", "$HDA_ICON", "cosmos", "the tool's icon is 'cosmos'"),
    (f"{ASSET}/Tools.shelf", "<toolSubmenu>Cosmos</toolSubmenu>", "", "the tool names no submenu"),
    (f"{ASSET}/Tools.shelf", 'scriptType="python"', 'scriptType="hscript"', "the tool has no Python script"),
    (f"{ASSET}/Tools.shelf", "'$HDA_NAME'", "'cosmos'", "doesn't name the asset"),
    (f"{ASSET}/Tools.shelf", "genericTool", "genericTools", "the tool's script makes no node"),
    (f"{ASSET}/Tools.shelf", "<contextNetType>TOP", "<contextNetType>TOPS", "'TOPS' is no kind of network"),
    (f"{ASSET}/IconSVG", "</svg>", "", "it is no XML"),
    (f"{ASSET}/IconSVG", "svg", "html", "it is no XML"),
    # the interface
    (SCRIPT, "    name    cosmosspec", "    name    cosmos", "the script's name is cosmos"),
    (SCRIPT, "    script  cosmosspec\n", "", "the script has no script"),
    (SCRIPT, "parm {", "parm", "parm needs a { behind it"),
    (SCRIPT, "groupsimple {", "groupsimpel {", "'groupsimpel' is no word of a group"),
    (SCRIPT, "joinnext", "joinext", "'joinext' is no word of a parm"),
    (SCRIPT, "type    string", "type    strings", "'strings' is no type of a parameter"),
    (SCRIPT, 'name    "prompt"', 'name    "pro mpt"', "has no name that Houdini takes"),
    (SCRIPT, 'name    "runname"', 'name    "project"', "the name project is given twice"),
    (SCRIPT, 'label   "Name"\n', "\n", "runname has no label"),
    (SCRIPT, 'label   "Name"', 'label   "Name" "Again"', "'Again' stands where a word should begin"),
    (SCRIPT, 'label   "Name"', 'label   "Name"\n label "Again"', "'label' is said twice"),
    (
        SCRIPT,
        '"{ weights != own }"',
        '"{ weight != own }"',
        "asks for 'weight', and there is no such parameter",
    ),
    (SCRIPT, '"{ weights != own }"', '"weights != own"', "outside of braces"),
    (SCRIPT, '"{ weights != own }"', '"{ weights != }"', "not made of NAME OPERATOR VALUE"),
    (SCRIPT, '"{ weights != own }"', '"{ weights <> own }"', "unknown operator '<>'"),
    (SCRIPT, '"{ weights != own }"', '"{ 4weights != own }"', "can't be a parameter"),
    (SCRIPT, '"{ weights != own }"', '""', "the rule is empty"),
    (SCRIPT, 'default { "equal" }', 'default { "even" }', "is 'even', which is not in its menu"),
    (SCRIPT, '"own" "As Set Below"', '"equal" "As Set Below"', "has a token twice"),
    (SCRIPT, '"own" "As Set Below"', '"own" ""', "an entry without a label"),
    (SCRIPT, '"own" "As Set Below"', '"own"', "the menu has a token without a label"),
    (SCRIPT, 'default { "35" }', 'default { "many" }', "the default of num_steps is 'many'"),
    (SCRIPT, 'default { "35" }', 'default { "35" "1" }', "num_steps has 2 defaults and 1 component"),
    (SCRIPT, 'default { "35" }', "", "num_steps has no default"),
    (SCRIPT, 'default { "35" }', 'default { [ "$F" ] }', "is no expression and its language"),
    (SCRIPT, 'default { "1" }', 'default { "2" }', "the default of the toggle"),
    (SCRIPT, "range   { 1! 100 }", "range   { 100 1 }", "goes from 100 to 1"),
    (SCRIPT, "range   { 1! 100 }", "range   { 1! }", "is not two numbers"),
    (SCRIPT, "range   { 1! 100 }", "range   { 1? 100 }", "is not two numbers"),
    (SCRIPT, '"filechooser_mode" "read"', '"filechooser_mode" "open"', "'open' is no mode of a file chooser"),
    (SCRIPT, '"script_callback" "hou.phm()', '"script_calback" "hou.phm()', "'script_calback' is no tag"),
    (SCRIPT, "hou.phm().check_runs(kwargs)", "hou.phm().check_run(kwargs)", "PythonModule does not define"),
    (
        SCRIPT,
        "hou.phm().check_runs(kwargs)",
        "hou.phm().check_runs(kwargs",
        "the callback of checknow is no Python",
    ),
    (SCRIPT, "hou.phm().check_runs", "hou.phm.check_runs", "calls no function of PythonModule"),
    (SCRIPT, "hou.phm().check_runs", "hou.hdm().check_runs", "asks for hou.hdm"),
    (SCRIPT, "check_runs(kwargs)", "check_runs(kwarg)", "nothing defines 'kwarg'"),
    (
        SCRIPT,
        "{ setsource != folder }",
        "{ setsource != foldr }",
        "if setsource is 'foldr', which it never is",
    ),
    (SCRIPT, '"script_callback_language" "python"', '"script_callback_language" "perl"', "is no language"),
    (SCRIPT, '"group_type" "collapsible"', '"group_type" "simple"', "is a groupcollapsible"),
    (SCRIPT, 'parmtag { "editor" "1" }', 'parmtag { "editor" }', "parmtag needs two texts"),
    (SCRIPT, 'label   "Cosmos Spec"', 'label   "Cosmos Spec', "stands where a word should begin"),
    (SCRIPT, "menu {", "menu usetokenvalues {", "menu needs a { behind it"),
    (f"{ASSET}/PythonModule", "import", "import import", "no Python 3.9"),
    (f"{ASSET}/PythonModule", "check_runs", "check_run", "there is no 'check_run' in"),
    (f"{ASSET}/PythonModule", "nodes.buttons", "nodes.button", "there is no"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), DAMAGES, ids=[f"{d[0]}: {d[3]}" for d in DAMAGES])
def test_a_damage_is_found_in_its_file(library, name, old, new, said):
    damage(library, name, old, new, count=-1 if old == "\n" else 1)
    found = [line.replace(f"{library}/", "") for line in check_library(library)]
    assert any(line.startswith(f"{name}:") and said in line for line in found), found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("groupsimple {", "groupsimpel {"),
        ("joinnext", "joinext"),
        ('default { "equal" }', 'default { "even" }'),
        ('"{ weights != own }"', '"{ weight != own }"'),
        ("hou.phm().check_runs(kwargs)", "hou.phm().check_run(kwargs)"),
        ("range   { 1! 100 }", "range   { 100 1 }"),
    ],
)
def test_an_error_names_the_line(library, old, new):
    line = line_of(library, SCRIPT, old)
    damage(library, SCRIPT, old, new)
    said = only_error(library)
    assert said.startswith(f"{SCRIPT}:{line}: ")


def test_a_brace_that_is_missing_at_the_end_names_what_was_opened(library):
    text = (library / SCRIPT).read_text()
    (library / SCRIPT).write_text(text.rstrip()[:-1])
    assert only_error(library) == f"{SCRIPT}:3: the root that begins here is never closed"


def test_a_brace_too_much_is_found(library):
    text = (library / SCRIPT).read_text()
    (library / SCRIPT).write_text(text + "}\n")
    assert "'}' stands behind the end of the script" in only_error(library)


@pytest.mark.parametrize("name", ["INDEX__SECTION", "Sections.list", "houdini.hdalibrary"])
def test_a_library_without_its_frame_is_refused(library, name):
    (library / name).unlink()
    assert only_error(library).startswith(f"{name}:1: it is missing")


@pytest.mark.parametrize("name", ["DialogScript", "CreateScript", "TypePropertiesOptions", "Tools.shelf"])
def test_an_asset_without_a_section_that_it_needs_is_refused(library, name):
    (library / ASSET / name).unlink()
    found = check_library(library)
    assert any(f"{ASSET}/{name}:1: it is missing" in line for line in found)


def test_an_asset_folder_that_is_not_there_is_refused(library):
    shutil.rmtree(library / ASSET)
    assert f"{ASSET} is listed and not there" in only_error(library)


def test_a_stranger_in_the_library_is_found(library):
    (library / "Top_1other").mkdir()
    assert "Top_1other is there and not listed" in only_error(library)


def test_an_unknown_section_is_found(library):
    (library / ASSET / "OnCreate").write_text("")
    damage(library, f"{ASSET}/Sections.list", "Help\tHelp\n", "Help\tHelp\nOnCreate\tOnCreate\n")
    assert "OnCreate is no section that Houdini knows" in only_error(library)


def test_an_entry_without_its_asset_is_found(library):
    text = (library / "INDEX__SECTION").read_text()
    (library / "INDEX__SECTION").write_text(text + text.replace("cosmosspec", "cosmosother"))
    said = only_error(library)
    assert "'Top/cosmosother' is no asset of Sections.list" in said
    assert int(said.split(":")[1]) > len(text.splitlines())


def test_an_asset_without_its_entry_is_found(library):
    (library / "INDEX__SECTION").write_text("")
    assert "there is no entry for Top/cosmosspec" in only_error(library)


def test_the_checker_runs_by_itself_and_ends_with_1_for_an_error(library):
    command = [sys.executable, str(ROOT / "tools" / "hda" / "check.py"), str(library)]
    good = subprocess.run(command, capture_output=True, text=True, check=False)
    damage(library, SCRIPT, "joinnext", "joinext")
    bad = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout) == (0, "")
    assert (bad.returncode, bad.stderr) == (1, "1 libraries, 1 errors\n")
    assert re.fullmatch(
        rf"{re.escape(str(library))}/{SCRIPT}:\d+: 'joinext' is no word of a parm\n", bad.stdout
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "from cosmos_houdini.errors import CosmosErorr",
            "there is no 'CosmosErorr' in cosmos_houdini.errors",
        ),
        ("import cosmos_houdini.eror", "there is no module cosmos_houdini.eror"),
        ("from cosmos_houdini import errors\nerrors.CosmosErorr", "there is no 'CosmosErorr'"),
        ("import cosmos_houdini.errors as e\ne.Nothing()", "there is no 'Nothing' in cosmos_houdini.errors"),
        ("import cosmos_houdini.errors\ncosmos_houdini.errors.Nothing()", "there is no 'Nothing'"),
        ("def f():\n    from cosmos_houdini.records import nothing", "there is no 'nothing'"),
    ],
)
def test_a_name_of_ours_that_is_not_there_is_found_without_running_anything(text, said):
    [(line, found)] = unresolved(text, LIBRARIES)
    assert said in found
    assert line == text.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        "from cosmos_houdini.errors import CosmosError as E\nE.exit_code",
        "import cosmos_houdini.errors\ncosmos_houdini.errors.BadInputError('x').what",
        "from cosmos_houdini.records import enums\nenums.Control.DEPTH.value",
        "import os.path\nos.path.nothing",
        "hou.node('/obj').nothing()",
    ],
)
def test_names_that_are_there_and_names_of_others_are_let_be(text):
    assert unresolved(text, LIBRARIES) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from a import shelf\nshelf.runs(kwarg)", "kwarg"),
        ("def f(kwargs):\n    return nod.path()", "nod"),
        ("hou.phm().submit(kwargs, self)", "self"),
    ],
)
def test_a_name_that_nothing_defines_is_found(text, name):
    assert undefined(text) == [(text.count("\n") + 1, f"nothing defines '{name}'")]


@pytest.mark.parametrize(
    "text",
    [
        "hou.phm().submit(kwargs)",
        "import a.b as c\nfor d, e in c.f():\n    print(d, [g for g in e])",
        "def f(*a, b=1):\n    try:\n        return later(a, b)\n    except OSError as e:\n        raise e\n"
        "def later(*a):\n    with open(a[0]) as h:\n        return lambda i: (i, h)",
        "from a import *\nwhatever()",
    ],
)
def test_names_that_are_defined_in_any_way_are_let_be(text):
    assert undefined(text) == []


def test_a_scheduler_that_says_no_outputs_is_found(tmp_path):
    library = Path(shutil.copytree(ROOT / "otls" / "cosmosgpubox.hda", tmp_path / "cosmosgpubox.hda"))
    damage(library, "INDEX__SECTION", "Outputs:      0\n", "")
    assert "a scheduler has no outputs: it says Outputs: 0" in only_error(library)
