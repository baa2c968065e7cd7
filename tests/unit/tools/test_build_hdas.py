"""The digital assets and the node help in the checkout are what the tables say."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import build_hdas
from cosmos_houdini.houdini.interface import NODES
from hda.check import check_library
from hda.dialog_script import dialog_script, plain, quoted
from hda.help_text import help_text
from hda.names import escape, unescape
from hda.script_parser import parse
from support.pythons import find_python

ROOT = Path(__file__).parents[3]
VALIDATOR = ROOT.parent / "shared" / "tools" / "validate_expanded_hda.py"
ASSETS = sorted((ROOT / "otls").glob("*.hda"))


def test_the_checkout_holds_what_the_tables_say():
    assert build_hdas.differences(ROOT) == [], "run: python tools/build_hdas.py"


def test_each_node_has_an_asset_and_a_page_of_help():
    assert [folder.stem for folder in ASSETS] == sorted(NODES)
    assert sorted(file.stem for file in (ROOT / "help/nodes/top").glob("*.txt")) == sorted(NODES)


def test_what_is_missing_changed_or_too_much_is_named_and_mended(tmp_path):
    for folder in build_hdas.FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    script = tmp_path / "otls/cosmosload.hda/Top_1cosmosload/DialogScript"
    script.write_text(script.read_text().replace("Open Folder", "Open"))
    (tmp_path / "otls/cosmosspec.hda/houdini.hdalibrary").unlink()
    (tmp_path / "help/nodes/top/cosmosold.txt").write_text("= Old =")
    wrong = [
        "help/nodes/top/cosmosold.txt belongs to no node",
        "otls/cosmosload.hda/Top_1cosmosload/DialogScript differs",
        "otls/cosmosspec.hda/houdini.hdalibrary is missing",
    ]
    assert build_hdas.differences(tmp_path) == wrong
    assert build_hdas.write(tmp_path) == wrong
    assert build_hdas.differences(tmp_path) == []


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.13"])
def test_every_python_writes_the_same(version):
    python = find_python(version)
    if python is None:
        pytest.skip(f"there is no python{version} here")
    done = subprocess.run(
        [python, "-I", str(ROOT / "tools" / "build_hdas.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.parametrize("folder", ASSETS, ids=lambda folder: folder.stem)
def test_the_checker_finds_nothing_wrong(folder):
    assert check_library(folder) == []


def test_a_second_opinion_finds_nothing_wrong():
    if not VALIDATOR.is_file():
        pytest.skip("the shared validator is not beside this checkout")
    done = subprocess.run(
        [sys.executable, str(VALIDATOR), *map(str, ASSETS)], capture_output=True, text=True, check=False
    )
    count = len(ASSETS)
    assert (
        done.stdout == f"{count} libraries, {count} assets ({count} without Contents), 0 errors, 0 warnings\n"
    )


@pytest.mark.parametrize("node", NODES.values(), ids=NODES)
def test_the_script_has_every_parameter_of_the_table_in_its_order(node):
    entries = [entry for entry in parse(dialog_script(node)).all_inside() if entry.kind == "parm"]
    assert [entry.name for entry in entries] == [field.name for field in node.fields()]
    for entry, field in zip(entries, node.fields()):
        assert (entry.menu or (0, ()))[1] == field.menu
        assert entry.rules.get("hidewhen", (0, ""))[1] == field.hide_when
        if field.has_value and not field.expression:
            [default] = entry.values["default"][1]
            assert default == (field.default if isinstance(field.default, str) else f"{field.default:g}")


@pytest.mark.parametrize("node", NODES.values(), ids=NODES)
def test_the_script_is_plain_ascii(node):
    # Older versions show other characters of a label wrongly.
    assert dialog_script(node).isascii()


@pytest.mark.parametrize("node", NODES.values(), ids=NODES)
def test_the_help_explains_every_parameter_of_ours(node):
    text = help_text(node)
    for field in node.fields():
        assert (f"#id: {field.name}\n" in text) == (not field.factory)
    assert f"#internal: {node.name}\n" in text
    assert f'"""{node.summary}"""' in text


def test_a_text_with_quotes_and_lines_stays_one_text():
    assert quoted('say "C:\\x"\n  twice') == '"say \\"C:\\\\x\\" twice"'


def test_a_tooltip_has_no_wiki_marks():
    assert (
        plain("_control videos_ in `outputs/RUN`, weight_depth")
        == "control videos in outputs/RUN, weight_depth"
    )


@pytest.mark.parametrize("section", ["Top/cosmos_x", "ns::Top/a_b::1.0", "INDEX_SECTION", "Tools.shelf"])
def test_a_section_is_escaped_and_found_again(section):
    assert unescape(escape(section)) == section


def test_a_name_of_a_namespaced_asset_is_escaped_as_houdini_does():
    assert escape("labs::Top/foo_bar::1.1") == "labs_8_8Top_1foo__bar_8_81.1"


@pytest.mark.parametrize("disk", ["a_b", "_", "a_2b"])
def test_an_underscore_that_escapes_nothing_is_refused(disk):
    assert unescape(disk) is None
