"""The package file in a preferences folder: what it says, whose it is, writing and removing it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Optional

from ..environment import ROOT_VARIABLE, RUNTIME_VARIABLE
from ..errors import BadInputError
from ..records.atomic import write_atomic
from .preferences import Preferences
from .root import is_same_folder

FILE_NAME = "cosmos_houdini.json"
# A key more would be a variable to Houdini (SideFX docs ref/plugins), so the file can't be signed; it is ours
# when it says nothing that we wouldn't say.
OWN_KEYS = {"enable", "load_package_once", "env", "hpath"}
OWN_VARIABLES = {ROOT_VARIABLE, "PYTHONPATH", RUNTIME_VARIABLE}


class Owner(Enum):
    """Whose a package file is."""

    NOBODY = "there is none"
    THIS = "this copy of Cosmos Houdini"
    GONE = "a copy of Cosmos Houdini that is not there any more"
    OTHER = "another copy of Cosmos Houdini"
    FOREIGN = "somebody else"


@dataclass(frozen=True)
class PackageFile:
    """What is there now; `root` is the folder that it points at, "" where it is none of ours."""

    path: Path
    text: str
    owner: Owner
    root: str = ""


def package_text(root: Path, runtime_python: Optional[Path]) -> str:
    """The file's text: `root`/package.json with absolute paths, in forward slashes on every system."""
    package = json.loads((root / "package.json").read_text(encoding="utf-8"))
    variables = [{ROOT_VARIABLE: root.as_posix()}]
    variables += [entry for entry in package["env"] if ROOT_VARIABLE not in entry]
    if (
        runtime_python is not None
    ):  # a Houdini that is started from a menu sees nothing of a shell's variables
        variables.append({RUNTIME_VARIABLE: runtime_python.as_posix()})
    package["env"] = variables
    return json.dumps(package, indent=4, ensure_ascii=False) + "\n"


def read_package_file(preferences: Preferences, root: Path) -> PackageFile:
    """What is there; BadInputError where it can't be read."""
    path = preferences.folder / "packages" / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return PackageFile(path, "", Owner.NOBODY)
    except UnicodeDecodeError:
        return PackageFile(path, "", Owner.FOREIGN)
    except OSError as error:
        raise _unusable(path, "read", error) from error
    target = _root_in(text)
    if target is None:
        return PackageFile(path, text, Owner.FOREIGN)
    if is_same_folder(target, root):
        owner = Owner.THIS
    else:
        owner = Owner.OTHER if (Path(target) / "package.json").is_file() else Owner.GONE
    return PackageFile(path, text, owner, target)


def write_package_file(path: Path, text: str) -> None:
    try:
        write_atomic(path, text)
    except OSError as error:
        raise _unusable(path, "written", error) from error


def remove_package_file(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _unusable(path, "removed", error) from error


def _root_in(text: str) -> Optional[str]:
    """The folder that a package file of ours points at; None for any other, and for ours with changes."""
    try:
        package = json.loads(text)
    except ValueError:
        return None
    if (
        not isinstance(package, dict)
        or not set(package) <= OWN_KEYS
        or not isinstance(package.get("env"), list)
    ):
        return None
    # `false` is what a person writes to turn it off; that is to stay.
    if not isinstance(package.get("enable"), str) or package.get("hpath") != f"${ROOT_VARIABLE}":
        return None
    variables: dict[str, Any] = {}
    for entry in package["env"]:
        if not isinstance(entry, dict):
            return None
        variables.update(entry)
    root = variables.get(ROOT_VARIABLE)
    return root if isinstance(root, str) and set(variables) <= OWN_VARIABLES else None


def _unusable(path: Path, verb: str, error: OSError) -> BadInputError:
    room = "" if verb == "read" else " and that the disk has room"
    return BadInputError(
        f"The package file {path} can't be {verb}.",
        why=error.strerror or str(error),
        fix=f"Check that packages is a folder that you may write in{room}, then try again.",
    )
