"""What Houdini loads at its start is well-formed, compiles, and names only what exists."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.houdini_files import package_errors, panel_errors, shelf_errors
from support.pythons import find_python

ROOT = Path(__file__).parents[3]
HOUDINIS = {"hou", "pdg", "PySide2", "PySide6", "hdefereval", "toolutils", "toptoolutils"}
HOUDINI_SIDE = [
    file.relative_to(ROOT).as_posix()
    for folder in ("python3.10libs/cosmos_houdini/houdini", "pdg/types")
    for file in sorted((ROOT / folder).rglob("*.py"))
]

SHELF = """<?xml version="1.0" encoding="UTF-8"?>
<shelfDocument>
  <toolshelf name="cosmos" label="Cosmos"><memberTool name="cosmos_x"/></toolshelf>
  <tool name="cosmos_x" label="X" icon="$COSMOS_HOUDINI/config/Icons/cosmosload.svg">
    <helpText>Does it.</helpText>
    <script scriptType="python"><![CDATA[from cosmos_houdini import errors
raise errors.BadInputError("x")]]></script>
  </tool>
</shelfDocument>
"""
PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<pythonPanelDocument>
  <interface name="cosmos" label="Cosmos" icon="MISC_python" showNetworkNavigationBar="false">
    <script><![CDATA[from cosmos_houdini.errors import CosmosError

def onCreateInterface():
    return CosmosError]]></script>
    <includeInPaneTabMenu menu_position="300" create_separator="false"/>
    <help></help>
  </interface>
</pythonPanelDocument>
"""
PACKAGE = {
    "enable": "houdini_version >= '19.5' and houdini_version < '23.0'",
    "env": [
        {"COSMOS_HOUDINI": "$HOUDINI_PACKAGE_PATH"},
        {"PYTHONPATH": {"value": "$COSMOS_HOUDINI/python3.10libs", "method": "prepend"}},
    ],
    "hpath": "$COSMOS_HOUDINI",
}


def test_the_shelves_of_the_checkout_are_in_order():
    files = sorted((ROOT / "toolbar").glob("*.shelf"))
    assert [error for file in files for error in shelf_errors(file, ROOT)] == []


def test_the_panels_of_the_checkout_are_in_order():
    files = sorted((ROOT / "python_panels").glob("*.pypanel"))
    assert [error for file in files for error in panel_errors(file, ROOT)] == []


def test_the_package_of_the_checkout_is_in_order():
    files = [file for file in [ROOT / "package.json"] if file.exists()]
    assert [error for file in files for error in package_errors(file, ROOT)] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("</tool>", "", "it is no XML"),
        ("shelfDocument", "shelf", "it is a shelf and no shelfDocument"),
        ("helpText", "help", "tool holds no help"),
        ("<helpText>Does it.</helpText>", "", "cosmos_x has no help"),
        ('memberTool name="cosmos_x"', 'memberTool name="cosmos_y"', "holds cosmos_y, which is no tool"),
        ('<memberTool name="cosmos_x"/>', "", "the shelf cosmos is empty"),
        (' label="X"', "", "tool has no label"),
        ("cosmosload.svg", "cosmosloads.svg", "the icon of cosmos_x is not there"),
        ("raise errors", "raise from errors", "the script of cosmos_x, line 2: no Python 3.9"),
        ("BadInputError", "BadInput", "there is no 'BadInput' in cosmos_houdini.errors"),
        ("import errors", "import erors as errors", "there is no 'erors' in cosmos_houdini"),
        (' scriptType="python"', "", "is not said to be python"),
        (
            'BadInputError("x")',
            "BadInputError(kwarg)",
            "the script of cosmos_x, line 2: nothing defines 'kwarg'",
        ),
        (
            "<shelfDocument>",
            '<shelfDocument><tool name="cosmos_x" label="Y" icon="z"/>',
            "two tools called cosmos_x",
        ),
    ],
)
def test_a_damaged_shelf_is_found(tmp_path, old, new, said):
    file = tmp_path / "cosmos.shelf"
    file.write_text(SHELF)
    assert shelf_errors(file, ROOT) == []
    assert old in SHELF
    file.write_text(SHELF.replace(old, new))
    errors = shelf_errors(file, ROOT)
    assert any(error.startswith("cosmos.shelf:") and said in error for error in errors), errors


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("</interface>", "", "it is no XML"),
        ("includeInPaneTabMenu", "includeInTabMenu", "interface holds no includeInTabMenu"),
        ("onCreateInterface", "onCreate", "the script of cosmos has no onCreateInterface"),
        ("import CosmosError", "import CosmosErorr", "there is no 'CosmosErorr'"),
        ("return CosmosError", "return CosmosError]", "line 4: no Python 3.9"),
        (' icon="MISC_python"', "", "interface has no icon"),
        ("pythonPanelDocument", "panelDocument", "it is a panelDocument"),
    ],
)
def test_a_damaged_panel_is_found(tmp_path, old, new, said):
    file = tmp_path / "cosmos.pypanel"
    file.write_text(PANEL)
    assert panel_errors(file, ROOT) == []
    assert old in PANEL
    file.write_text(PANEL.replace(old, new))
    errors = panel_errors(file, ROOT)
    assert any(said in error for error in errors), errors


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"enabled": True}, "'enabled' is no key of a package"),
        ({"enable": "houdini_version > 19.5"}, "enable can't be read"),
        ({"enable": "houdini_version > '19.5' && houdini_os == 'linux'"}, "enable can't be read"),
        ({"env": [{"A": "1", "B": "2"}]}, "env holds one variable an object"),
        ({"env": [{"A": {"value": "1", "method": "push"}}]}, "in a way that isn't known"),
        (
            {"env": [{"PYTHONPATH": "$COSMOS_HOUDINI/python3.9libs"}]},
            "there is no $COSMOS_HOUDINI/python3.9libs",
        ),
        ({"hpath": ["$HOUDINI_PACKAGE_PATH/houdini"]}, "there is no $HOUDINI_PACKAGE_PATH/houdini"),
    ],
)
def test_a_damaged_package_is_found(tmp_path, changed, said):
    file = tmp_path / "package.json"
    file.write_text(json.dumps(PACKAGE))
    assert package_errors(file, ROOT) == []
    file.write_text(json.dumps(PACKAGE | changed))
    errors = package_errors(file, ROOT)
    assert any(said in error for error in errors), errors


def test_a_package_that_is_no_json_or_adds_nothing_is_found(tmp_path):
    file = tmp_path / "package.json"
    file.write_text(json.dumps(PACKAGE)[:-1])
    assert "it is no JSON" in package_errors(file, ROOT)[0]
    file.write_text("{}")
    assert package_errors(file, ROOT) == ["package.json: it adds nothing to HOUDINI_PATH"]


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.13"])
def test_what_houdini_loads_compiles_in_the_pythons_of_houdini(version):
    python = find_python(version)
    if python is None:
        pytest.skip(f"there is no python{version} here")
    assert "python3.10libs/cosmos_houdini/houdini/interface/model.py" in HOUDINI_SIDE
    compile_all = (
        "import sys; from pathlib import Path\n"
        "for name in sys.argv[1:]: compile(Path(name).read_text(encoding='utf-8'), name, 'exec')"
    )
    done = subprocess.run(
        [python, "-W", "error", "-I", "-c", compile_all, *HOUDINI_SIDE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", HOUDINI_SIDE)
def test_what_houdini_loads_imports_nothing_but_its_own_modules_and_the_standard_library(name):
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 9))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            tops = {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            tops = {str(node.module).split(".")[0]}
        else:
            continue
        assert tops <= sys.stdlib_module_names | HOUDINIS | {"cosmos_houdini"}, f"line {node.lineno}"


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.13"])
def test_the_tables_can_be_loaded_by_the_pythons_of_houdini(version):
    python = find_python(version)
    if python is None:
        pytest.skip(f"there is no python{version} here")
    load = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from cosmos_houdini.houdini.interface import NODES, template_body\n"
        "print(sum(len(template_body(node)) > 100 for node in NODES.values()))\n"
        "assert not any(name.endswith('_settings') for name in sys.modules), 'a start pays for a cook'\n"
        "from cosmos_houdini.houdini.interface import *\n"
        "assert EncodeSettings.__name__ == 'EncodeSettings'"
    )
    done = subprocess.run(
        [python, "-I", "-c", load, str(ROOT / "python3.10libs")], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("5\n", "")
