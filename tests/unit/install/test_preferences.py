"""The preferences folders are found where each system has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.install.preferences import Machine, choose


def found(machine, named=(), every=False):
    """Folder below home -> version, in the order in which they come."""
    chosen = choose(machine, named, every)
    return {one.folder.relative_to(machine.home).as_posix(): one.version for one in chosen}


@pytest.mark.parametrize(
    ("platform", "folders"),
    [
        ("linux", {"houdini19.5": (19, 5), "houdini20.5": (20, 5)}),
        ("darwin", {f"Library/Preferences/houdini/{v}": (int(v[:2]), int(v[3])) for v in ("20.0", "21.0")}),
        ("win32", {"Documents/houdini20.5": (20, 5), "Documents/houdini22.0": (22, 0)}),
    ],
)
def test_each_system_has_its_own_place(machine, platform, folders):
    assert found(machine(platform, *folders)) == folders


def test_what_only_looks_like_preferences_is_left(machine, home):
    here = machine("linux", "houdini20.5", "houdini", "houdini20.5.bak", "houdini20.5.278", "myhoudini20.5")
    (home / "houdini21.0").write_text("a file")
    assert found(here) == {"houdini20.5": (20, 5)}


def test_versions_are_in_order_of_number(machine):
    assert list(found(machine("linux", "houdini100.0", "houdini20.5", "houdini9.5"))) == [
        "houdini9.5",
        "houdini20.5",
        "houdini100.0",
    ]


@pytest.mark.parametrize("variable", ["OneDrive", "OneDriveCommercial", "OneDriveConsumer"])
def test_documents_that_onedrive_has_taken_are_looked_at(machine, home, variable):
    here = machine("win32", "Cloud/Documents/houdini20.5", environment={variable: str(home / "Cloud")})
    assert found(here) == {"Cloud/Documents/houdini20.5": (20, 5)}


def test_onedrive_of_a_company_is_found_without_a_variable(machine):
    here = machine("win32", "OneDrive - A Studio/Documents/houdini20.5", "Documents")
    assert found(here) == {"OneDrive - A Studio/Documents/houdini20.5": (20, 5)}


def test_documents_that_were_moved_are_where_windows_says(machine, home):
    here = machine("win32", "elsewhere/Dokumente/houdini21.0", documents=home / "elsewhere" / "Dokumente")
    assert found(here) == {"elsewhere/Dokumente/houdini21.0": (21, 0)}


def test_a_folder_to_which_two_ways_lead_comes_once(machine, home):
    here = machine("win32", "Documents/houdini20.5", documents=home / "Documents")
    (home / "OneDrive").mkdir()
    (home / "OneDrive" / "Documents").symlink_to(home / "Documents")
    assert len(choose(here, [], True)) == 1


def test_the_variable_of_houdini_wins(machine, home):
    here = machine(
        "linux", "houdini20.5", "prefs", environment={"HOUDINI_USER_PREF_DIR": str(home / "prefs")}
    )
    assert found(here) == {"prefs": None}
    assert found(here, every=True) == {"prefs": None, "houdini20.5": (20, 5)}


def test_a_variable_that_leads_nowhere_yields_to_what_is_found(machine, home):
    here = machine("linux", "houdini20.5", environment={"HOUDINI_USER_PREF_DIR": str(home / "gone")})
    assert found(here) == {"houdini20.5": (20, 5)}


@pytest.mark.parametrize(
    ("pattern", "folders"),
    [
        ("set/houdini__HVER__", ["set/houdini20.5", "set/houdini21.0", "set/houdiniX", "set/21.0"]),
        ("[set]/v__HVER__.d", ["[set]/v20.5.d", "[set]/v21.0.d", "[set]/v21.0", "s/v21.0.d"]),
        ("set/__HVER__/a__HVER__", ["set/20.5/a20.5", "set/21.0/a21.0", "set/21.0/a20.5"]),
    ],
)
def test_the_variable_may_name_all_versions_at_once(machine, home, pattern, folders):
    here = machine("linux", *folders, environment={"HOUDINI_USER_PREF_DIR": str(home / pattern)})
    assert found(here) == {folders[0]: (20, 5), folders[1]: (21, 0)}


def test_the_variable_may_begin_with_the_home_folder(machine):
    here = machine("linux", "p20.5", environment={"HOUDINI_USER_PREF_DIR": "~/p__HVER__"})
    assert found(here) == {"p20.5": (20, 5)}


def test_named_folders_win_over_everything(machine, home):
    here = machine("linux", "houdini20.5", "mine", environment={"HOUDINI_USER_PREF_DIR": str(home / "mine")})
    assert found(here, [home / "houdini20.5", home / "mine" / "packages"]) == {
        "houdini20.5": (20, 5),
        "mine": None,
    }


def test_a_named_folder_may_be_one_that_houdini_has_not_made_yet(machine, home):
    assert found(machine("linux"), [home / "houdini20.5"]) == {"houdini20.5": (20, 5)}


def test_a_mistyped_folder_is_refused(machine, home):
    for folder in (home / "hodini20.5", home / "no" / "houdini20.5"):
        with pytest.raises(BadInputError) as error:
            choose(machine("linux"), [folder], False)
        assert str(folder) in error.value.what


@pytest.mark.parametrize(
    ("platform", "example"),
    [
        ("linux", "houdini20.5"),
        ("darwin", "Library/Preferences/houdini/20.5"),
        ("win32", "Documents/houdini20.5"),
    ],
)
def test_no_folder_at_all_says_where_it_was_looked_for(machine, home, platform, example):
    with pytest.raises(BadInputError) as error:
        choose(machine(platform), [], False)
    assert str(home) in error.value.why
    assert error.value.fix.endswith(f"--houdini-prefs {home / example}")


def test_the_examples_of_a_fix_are_folders_that_would_do(machine, home):
    """What the error above proposes is accepted when typed."""
    with pytest.raises(BadInputError) as error:
        choose(machine("darwin", "Library/Preferences/houdini"), [], False)
    proposed = Path(error.value.fix.partition("--houdini-prefs ")[2])
    assert [one.version for one in choose(Machine("darwin", home, {}), [proposed], False)] == [(20, 5)]


@pytest.mark.parametrize(
    ("version", "supported"),
    [("18.5", False), ("19.0", False), ("19.5", True), ("20.0", True), ("22.0", True), ("23.0", False)],
)
def test_versions_that_will_do(machine, version, supported):
    [one] = choose(machine("linux", f"houdini{version}"), [], False)
    assert one.is_supported is supported
