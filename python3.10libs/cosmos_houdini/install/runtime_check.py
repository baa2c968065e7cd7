"""Looking at a runtime: does it start, what is in it, does it fit this copy of Cosmos Houdini."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ..environment import RUNTIME_VARIABLE, clean_environment, inside
from ..errors import BadInputError
from .root import is_same_folder
from .runtime import Runtime, elsewhere

START_SECONDS = 300.0  # a first import of the libraries from a network disk, with a virus scanner watching
# Distribution -> the module that stands for it: what requirements/runtime.in asks for.
LIBRARIES = {
    "av": "av",
    "click": "click",
    "numpy": "numpy",
    "opencv-python-headless": "cv2",
    "OpenImageIO": "OpenImageIO",
    "paramiko": "paramiko",
    "Pillow": "PIL",
    "tomli": "tomli",
    "tqdm": "tqdm",
}
BUILT_IN_FROM = {"tomli": (3, 11)}  # the standard library has it

QUESTION = """
import importlib, importlib.metadata, json, sys
found, failed = {}, {}
for name, module in json.loads(sys.argv[1]).items():
    try:
        importlib.import_module(module)
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        found[name] = ""
    except Exception as error:  # a library that is half there may raise anything
        failed[name] = type(error).__name__ + ": " + str(error)
try:
    import cosmos_houdini
    package = cosmos_houdini.__path__[0]
except ImportError:
    package = ""
said = dict(python=list(sys.version_info[:3]), libraries=found, failed=failed, package=package)
print(json.dumps(said))
"""


@dataclass(frozen=True)
class Contents:
    """What a runtime said of itself. `failed`: library -> why it can't be imported; `package`: our own."""

    python: tuple[int, ...]
    libraries: dict[str, str]
    failed: dict[str, str]
    package: str

    @property
    def version(self) -> str:
        return ".".join(map(str, self.python))


def look_at(runtime: Runtime) -> Optional[Contents]:
    """What is in the runtime; None where there is none; BadInputError for one that doesn't start."""
    if not os.path.lexists(runtime.python):
        _check_other_system(runtime)
        return None
    command = [str(runtime.python), "-I", "-c", QUESTION, json.dumps(LIBRARIES)]
    try:
        done = subprocess.run(
            command,
            env=clean_environment(os.environ),
            capture_output=True,
            timeout=START_SECONDS,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _does_not_start(runtime, str(error)) from error
    try:
        said = json.loads(done.stdout.splitlines()[-1])
        return Contents(tuple(said["python"]), said["libraries"], said["failed"], said["package"])
    except (IndexError, ValueError, KeyError, TypeError) as error:
        last = done.stderr.strip().splitlines()[-1:] or [f"It ended with {done.returncode}."]
        raise _does_not_start(runtime, last[0]) from error


def problems(contents: Contents, root: Path) -> list[str]:
    """What keeps a runtime from serving this copy, one sentence each; empty where it is ready."""
    found = []
    if contents.python < (3, 10):
        found.append(f"Its Python is {contents.version}, and 3.10 is the oldest that will do.")
    for name in LIBRARIES:
        if name in BUILT_IN_FROM and contents.python >= BUILT_IN_FROM[name]:
            continue
        if name in contents.failed:
            found.append(f"{name} can't be imported ({contents.failed[name]}).")
    if not contents.package:
        found.append("cosmos_houdini itself can't be imported there.")
    elif not is_same_folder(contents.package, root / "python3.10libs" / "cosmos_houdini"):
        found.append(f"It belongs to another copy of Cosmos Houdini, {Path(contents.package).parents[1]}.")
    return found


def outdated(contents: Contents, root: Path) -> list[str]:
    """Libraries whose version is not one that is locked, as "numpy 1.26.4"."""
    locked = locked_versions((root / "requirements" / "runtime.txt").read_text(encoding="utf-8"))
    return [
        f"{name} {version}"
        for name, version in contents.libraries.items()
        if version and version not in locked.get(name.lower(), {version})
    ]


def locked_versions(text: str) -> dict[str, set[str]]:
    """Name -> the versions that a lock file allows; more than one where they go by the Python."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE):
        versions.setdefault(name.lower(), set()).add(version)
    return versions


def _check_other_system(runtime: Runtime) -> None:
    """A checkout that several systems share has one .runtime, and that serves the system which made it."""
    other = inside("linux" if inside(sys.platform) == inside("win32") else "win32")
    if (runtime.folder / "pyvenv.cfg").exists() and (runtime.folder / other[0]).is_dir():
        raise BadInputError(
            f"The runtime in {runtime.folder} was made by another system.",
            why=f"It holds {other[0]}/ where this system has {inside(sys.platform)[0]}/.",
            fix=f"Give this system one of its own, in one command: {elsewhere(runtime.folder.parent)}",
        )


def _does_not_start(runtime: Runtime, why: str) -> BadInputError:
    if runtime.named and not runtime.is_ours:
        fix = f"Name a Python that starts in {RUNTIME_VARIABLE}, or unset it."
    else:
        fix = (
            f"Delete the folder {runtime.folder} and install again. If another machine made it and uses it, "
            f"leave it, and name one of this machine's own in {RUNTIME_VARIABLE} (docs/houdini.md)."
        )
    return BadInputError(f"The runtime {runtime.python} does not start.", why=why, fix=fix)
