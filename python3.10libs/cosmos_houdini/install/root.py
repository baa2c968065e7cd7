"""The folder that Houdini is pointed at: the one that holds package.json."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..errors import BadInputError
from ..records.paths import expand_home

# What Houdini or its HOUDINI_PATH reads as something else than a part of a name: variables, the default path,
# commands, separators (SideFX docs ref/plugins, basics/config_env).
SPECIAL = '$&`;"\n'


def own_root() -> Path:
    """Where this very code is. A link on the way stays a link, so that `current` may lead elsewhere later."""
    return absolute(Path(__file__)).parents[3]


def check_root(root: Path, platform: str = sys.platform) -> None:
    """BadInputError where Houdini can't be pointed at `root`, or package.json isn't there."""
    text = root.as_posix()
    if platform == "win32":
        found = [sign for sign in SPECIAL if sign in text]
    else:
        found = [sign for sign in SPECIAL + ":\\" if sign in str(root)]
    if found:
        signs = " ".join("a line break" if sign == "\n" else sign for sign in found)
        raise BadInputError(
            f"Houdini can't be pointed at the folder {root}.",
            why=f"Its path holds {signs}, which Houdini does not read as a part of a name.",
            fix="Rename or move the folder, then install again from there.",
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInputError(
            f"Houdini can't be pointed at the folder {str(root)!a}.",
            why="Its name is not valid UTF-8, and a package file is.",
            fix="Rename the folder, then install again from there.",
        ) from error
    if not (root / "package.json").is_file():
        raise BadInputError(
            f"{root} holds no package.json.",
            why="Only a whole checkout of Cosmos Houdini can be installed into Houdini.",
            fix="Clone or unpack it again, and start the installation there.",
        )


def absolute(path: Path) -> Path:
    """The path from the top, without `..`; links stay as they are, `~` is filled in."""
    return Path(os.path.normpath(expand_home(path).absolute()))


def is_same_folder(one: str, other: Path) -> bool:
    """Whether both lead to one folder, whatever links and letter cases are on the way."""
    return os.path.normcase(os.path.realpath(one)) == os.path.normcase(os.path.realpath(other))
