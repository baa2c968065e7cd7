"""`install` and `uninstall` on people's preferences: what is written, kept, refused, and said."""

from __future__ import annotations

import dataclasses
import json
import os
import stat
import sys

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.install.carry_out import install, uninstall
from cosmos_houdini.install.package_file import Owner, package_text, read_package_file
from cosmos_houdini.install.preferences import Preferences
from cosmos_houdini.install.root import check_root, own_root

ROOT = own_root()
FILE = "packages/cosmos_houdini.json"


@pytest.fixture
def said():
    return []


@pytest.fixture
def ask(request_for, machine):
    """A request to a machine with Houdini 20.5 and 21.0."""
    here = machine("linux", "houdini20.5", "houdini21.0")
    return lambda **options: request_for(here, **options)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def actions(told):
    return [(entry["houdini"], entry["action"]) for entry in told["packages"]]


def test_each_houdini_gets_the_file_and_it_points_here(ask, home, said):
    told = install(ask(), said.append)
    assert actions(told) == [("20.5", "written"), ("21.0", "written")]
    package = json.loads((home / "houdini20.5" / FILE).read_text(encoding="utf-8"))
    assert {"COSMOS_HOUDINI": ROOT.as_posix()} in package["env"]
    assert (home / "houdini21.0" / FILE).read_bytes() == (home / "houdini20.5" / FILE).read_bytes()
    assert "start it anew" in said[-1]
    assert told["runtime"]["libraries"]["numpy"]


def test_doing_it_again_touches_nothing(ask, home, said):
    install(ask(), said.append)
    before = (home / "houdini20.5" / FILE).stat()
    assert actions(install(ask(), said.append)) == [("20.5", "is there"), ("21.0", "is there")]
    after = (home / "houdini20.5" / FILE).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert names(home / "houdini20.5" / "packages") == ["cosmos_houdini.json"]


def test_a_dry_run_writes_nothing_and_says_what_it_would(ask, home, said):
    told = install(ask(dry_run=True), said.append)
    assert actions(told) == [("20.5", "written"), ("21.0", "written")]
    assert f"would be written {home / 'houdini20.5' / FILE}" in said
    assert names(home / "houdini20.5") == []
    install(ask(), said.append)
    uninstall(ask(dry_run=True), said.append)
    assert (home / "houdini20.5" / FILE).exists()


def test_uninstalling_removes_the_files_and_nothing_else(ask, home, said):
    install(ask(), said.append)
    (home / "houdini20.5" / "packages" / "labs.json").write_text("{}")
    assert actions(uninstall(ask(), said.append)) == [("20.5", "removed"), ("21.0", "removed")]
    assert names(home / "houdini20.5" / "packages") == ["labs.json"]
    assert actions(uninstall(ask(), said.append)) == []
    assert any("No preferences folder holds" in line for line in said)


def test_without_any_houdini_there_is_nothing_to_uninstall(request_for, machine, said):
    assert actions(uninstall(request_for(machine("linux")), said.append)) == []


def test_versions_that_will_not_do_are_left_out(request_for, machine, home, said):
    told = install(request_for(machine("linux", "houdini18.5", "houdini20.5")), said.append)
    assert actions(told) == [("18.5", "left out"), ("20.5", "written")]
    assert not (home / "houdini18.5" / "packages").exists()
    assert any("left out" in line and "19.5 to 22" in line for line in said)


def test_where_only_such_versions_are_it_is_an_error(request_for, machine, said):
    with pytest.raises(BadInputError, match=r"needs Houdini 19\.5 to 22"):
        install(request_for(machine("linux", "houdini18.5")), said.append)


FOREIGN = {
    "somebody else's": '{"hpath": "/opt/other"}',
    "not JSON": "hello",
    "a list": "[]",
    "no text": b"\xff\xfe\x00",
}
CHANGES = {
    "turned off": lambda package: package.update(enable=False),
    "a variable more": lambda package: package["env"].append({"COSMOS_ENGINE_NAME": "preview"}),
    "another path": lambda package: package.update(hpath=["$COSMOS_HOUDINI", "/studio"]),
    "a key more": lambda package: package.update(show=True),
}


def changed_file(file, content):
    file.parent.mkdir(parents=True, exist_ok=True)
    if callable(content):
        package = json.loads(package_text(ROOT, None))
        content(package)
        content = json.dumps(package)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file.read_bytes()


@pytest.mark.parametrize("content", [*FOREIGN.values(), *CHANGES.values()], ids=[*FOREIGN, *CHANGES])
def test_a_file_that_we_did_not_write_so_is_somebody_elses(home, content):
    changed_file(home / "houdini20.5" / FILE, content)
    assert read_package_file(Preferences(home / "houdini20.5"), ROOT).owner is Owner.FOREIGN


def test_a_file_that_is_somebody_elses_stays_until_asked(ask, home, said):
    file = home / "houdini20.5" / FILE
    before = changed_file(file, CHANGES["turned off"])
    with pytest.raises(BadInputError) as error:
        install(ask(), said.append)
    assert str(file) in error.value.what
    assert "--force" in error.value.fix
    assert file.read_bytes() == before
    assert (home / "houdini21.0" / FILE).exists()  # the others are done all the same
    with pytest.raises(BadInputError):
        uninstall(ask(), said.append)
    assert file.read_bytes() == before
    assert not (home / "houdini21.0" / FILE).exists()

    install(ask(force=True), said.append)
    assert file.read_bytes() == (home / "houdini21.0" / FILE).read_bytes()


def another_copy(tmp_path):
    folder = tmp_path / "other copy"
    folder.mkdir()
    (folder / "package.json").write_text((ROOT / "package.json").read_text())
    return folder


def test_another_copy_is_replaced_by_installing_and_spared_by_uninstalling(ask, home, said, tmp_path):
    other = another_copy(tmp_path)
    file = home / "houdini20.5" / FILE
    changed_file(file, package_text(other, None))
    assert actions(uninstall(ask(), said.append)) == [("20.5", "left")]
    assert any(str(other) in line for line in said)
    assert actions(install(ask(), said.append))[0] == ("20.5", "rewritten")
    assert any(f"was for {other}" in line for line in said)
    changed_file(file, package_text(other, None))
    assert ("20.5", "removed") in actions(uninstall(ask(force=True), said.append))


def test_the_file_of_a_copy_that_is_gone_goes(ask, home, said, tmp_path):
    other = another_copy(tmp_path)
    changed_file(home / "houdini20.5" / FILE, package_text(other, None))
    (other / "package.json").unlink()
    assert actions(uninstall(ask(), said.append)) == [("20.5", "removed")]


def test_a_link_is_replaced_and_what_it_leads_to_stays(ask, home, said, tmp_path):
    other = another_copy(tmp_path)
    file = home / "houdini20.5" / FILE
    file.parent.mkdir()
    file.symlink_to(other / "package.json")
    install(ask(), said.append)
    assert not file.is_symlink()
    assert "$HOUDINI_PACKAGE_PATH" in (other / "package.json").read_text()


@pytest.mark.parametrize("in_the_way", ["packages", FILE])
def test_a_folder_that_can_not_hold_the_file_is_named_and_the_others_are_done(ask, home, said, in_the_way):
    blocked = home / "houdini20.5" / in_the_way
    if in_the_way == FILE:
        blocked.mkdir(parents=True)
    else:
        blocked.write_text("a file")
    changed_file(home / "houdini19.5" / FILE, CHANGES["turned off"])
    with pytest.raises(BadInputError) as error:
        install(ask(), said.append)
    assert str(blocked) in error.value.what
    assert str(home / "houdini19.5" / FILE) in error.value.what
    assert "--force" in error.value.fix
    assert "packages is a folder" in error.value.fix
    assert (home / "houdini21.0" / FILE).is_file()
    assert "start it anew" in said[-1]

    with pytest.raises(BadInputError) as error:
        uninstall(ask(), said.append)
    assert str(blocked) in error.value.what
    assert not (home / "houdini21.0" / FILE).exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_the_mode_of_other_files_is_that_of_ours(ask, home, said):
    """A part file that keeps its private mode would be unreadable to a farm that runs as another user."""
    (home / "plain").write_text("")
    install(ask(), said.append)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (home / "plain", home / "houdini20.5" / FILE)}
    assert len(modes) == 1


@pytest.mark.parametrize("sign", ["$", ";", "&", "`", ":", "\\", '"', "\n"])
def test_a_root_whose_path_houdini_would_misread_is_refused(tmp_path, sign):
    root = tmp_path / f"a{sign}b"
    with pytest.raises(BadInputError, match="can't be pointed at"):
        check_root(root, "linux")


def test_a_root_without_its_package_file_is_refused(tmp_path):
    with pytest.raises(BadInputError, match=r"no package\.json"):
        check_root(tmp_path, sys.platform)


def test_the_root_has_forward_slashes_on_windows_too():
    from pathlib import PureWindowsPath

    class Root(type(ROOT)):  # reads here, and is spelled as there
        def as_posix(self):
            return PureWindowsPath(r"D:\tools\cosmos houdini").as_posix()

    assert '"COSMOS_HOUDINI": "D:/tools/cosmos houdini"' in package_text(Root(ROOT), None)


def test_a_mistyped_runtime_is_named_before_anything_is_written(ask, home, said, tmp_path):
    request = ask()
    environment = {"COSMOS_RUNTIME_PYTHON": str(tmp_path / "no" / "such")}
    request = dataclasses.replace(
        request, machine=dataclasses.replace(request.machine, environment=environment)
    )
    with pytest.raises(BadInputError, match="which does not exist"):
        install(request, said.append)
    assert names(home / "houdini20.5") == []
