"""The preferences folders of Houdini: where they are on each system, and which of them are meant.

Sources: SideFX docs basics/config_env (HOUDINI_USER_PREF_DIR, __HVER__) and ref/plugins (packages/ in it).
"""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ..errors import BadInputError
from .root import absolute

OLDEST, BEYOND = (19, 5), (23, 0)  # as `enable` in package.json says it
VARIABLE = "HOUDINI_USER_PREF_DIR"
ANY_VERSION = "__HVER__"
_VERSION = r"(\d+)\.(\d+)"


@dataclass(frozen=True)
class Preferences:
    """One folder; `version` is None where its name tells none."""

    folder: Path
    version: Optional[tuple[int, int]] = None

    @property
    def is_supported(self) -> bool:
        return self.version is None or OLDEST <= self.version < BEYOND

    @property
    def name(self) -> str:
        return "Houdini" if self.version is None else "Houdini {}.{}".format(*self.version)


@dataclass(frozen=True)
class Machine:
    """What decides where preferences are; `documents` is Windows' own word for where Documents are."""

    platform: str
    home: Path
    environment: Mapping[str, str]
    documents: Optional[Path] = None

    @classmethod
    def here(cls) -> Machine:
        return cls(sys.platform, Path.home(), dict(os.environ), documents_of_windows())


def choose(machine: Machine, named: Sequence[Path], every: bool) -> list[Preferences]:
    """As `look_for`; BadInputError where there is none."""
    chosen = look_for(machine, named, every)
    if not chosen:
        pattern = machine.environment.get(VARIABLE, "")
        looked = [pattern] if pattern else []
        looked += [str(place / _folder_name(place)) for place in places(machine)]
        raise BadInputError(
            "No preferences folder of Houdini was found.",
            why=f"Looked for {', '.join(looked)}.",
            fix="Start Houdini once, which makes it; or name it, as in --houdini-prefs "
            f"{places(machine)[0] / _folder_name(places(machine)[0]).replace('X.Y', '20.5')}",
        )
    return chosen


def look_for(machine: Machine, named: Sequence[Path], every: bool) -> list[Preferences]:
    """The folders that are meant, oldest version first; those of unsupported versions among them.

    Named ones win; else what HOUDINI_USER_PREF_DIR says, since it is this person's Houdini; else, or for
    `every`, all that are found. BadInputError where a named one can't be right.
    """
    if named:
        return [_named(folder) for folder in named]
    pattern = machine.environment.get(VARIABLE, "")
    found = list(_from_variable(pattern, machine.home)) if pattern else []
    if not found or every:
        found += [one for place in places(machine) for one in _in_place(place)]
    return sorted(_once(found), key=lambda one: (one.version or (0, 0), str(one.folder)))


def places(machine: Machine) -> list[Path]:
    """The folders in which Houdini makes its preferences folders, on this system."""
    if machine.platform == "darwin":
        return [machine.home / "Library" / "Preferences" / "houdini"]
    if machine.platform != "win32":
        return [machine.home]
    # Documents may have been moved, by the person or by OneDrive; Houdini asks Windows. Where Windows didn't
    # tell us, each place that it may have meant is looked at. Some installations use the home folder itself.
    guesses = [machine.documents] if machine.documents else []
    for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
        if machine.environment.get(name):
            guesses.append(Path(machine.environment[name]) / "Documents")
    guesses += [machine.home / "Documents"]
    guesses += [folder / "Documents" for folder in sorted(machine.home.glob("OneDrive*"))]
    return list(dict.fromkeys([*guesses, machine.home]))


def documents_of_windows() -> Optional[Path]:
    """The folder that Windows calls Documents; None on other systems, or where it doesn't say."""
    if sys.platform != "win32":
        return None
    import winreg

    where = r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, where) as key:
            text = str(winreg.QueryValueEx(key, "Personal")[0])
    except OSError:
        return None
    return Path(os.path.expandvars(text))


def _named(folder: Path) -> Preferences:
    folder = absolute(folder)
    if folder.name == "packages":
        folder = folder.parent
    version = _version_of(folder)
    # One that is named as Houdini names it may be made before Houdini does; anything else may be mistyped.
    if not folder.is_dir() and (version is None or not folder.parent.is_dir()):
        raise BadInputError(
            f"The preferences folder {folder} does not exist.",
            fix="Check its name; Houdini shows it at Windows > Shell: echo $HOUDINI_USER_PREF_DIR",
        )
    return Preferences(folder, version)


def _from_variable(pattern: str, home: Path) -> Iterator[Preferences]:
    """HOUDINI_USER_PREF_DIR as it is set: one folder, or one for each version in place of __HVER__."""
    text = re.sub(r"^~(?=[/\\]|$)", lambda _: str(home), pattern)
    parts = text.split(ANY_VERSION)
    # The version is the same at each place where it stands.
    name = re.escape(parts[0]) + "".join(
        (rf"(?P<version>{_VERSION})" if index == 0 else "(?P=version)") + re.escape(part)
        for index, part in enumerate(parts[1:])
    )
    for found in sorted(glob.glob("*".join(map(glob.escape, parts)))):  # noqa: PTH207
        match, folder = re.fullmatch(name, found), Path(found)
        if match is None or not folder.is_dir():
            continue
        yield Preferences(folder, (int(match[2]), int(match[3])) if parts[1:] else _version_of(folder))


def _in_place(place: Path) -> Iterator[Preferences]:
    name = re.compile(_folder_name(place).replace("X.Y", _VERSION))
    for folder in _folders(place):
        match = name.fullmatch(folder.name)
        if match:
            yield Preferences(folder, (int(match[1]), int(match[2])))


def _folder_name(place: Path) -> str:
    """What Houdini calls a folder there; on macOS the name houdini is the folder above."""
    return "X.Y" if place.name == "houdini" else "houdiniX.Y"


def _version_of(folder: Path) -> Optional[tuple[int, int]]:
    match = re.fullmatch(rf"(?:houdini)?{_VERSION}", folder.name)
    return (int(match[1]), int(match[2])) if match else None


def _folders(place: Path) -> Iterator[Path]:
    try:
        found = sorted(entry for entry in place.iterdir() if entry.is_dir())
    except OSError:  # not there, or not ours to look into: then there is nothing that we could install into
        return
    yield from found


def _once(found: Iterable[Preferences]) -> list[Preferences]:
    """Each folder once, however many ways lead to it."""
    return list({os.path.normcase(os.path.realpath(one.folder)): one for one in found}.values())
