"""Where the runtime is, and making it: a virtual environment with the locked libraries.

It is what `make runtime` makes, on systems without make and in folders outside the checkout too.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..environment import RUNTIME_FOLDER, RUNTIME_VARIABLE, clean_environment, inside
from ..errors import BadInputError
from ..records.atomic import write_atomic
from ..records.locks import locked
from .root import absolute

MARK = ".cosmos-houdini"  # says that the environment is ours to change; whoever changes it holds a lock on it
PATIENCE = 1800.0  # seconds; another installation may have a slow line
# Where pip would put things elsewhere than into the environment.
_ELSEWHERE = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"}


@dataclass(frozen=True)
class Runtime:
    """The Python of the runtime; `named` where COSMOS_RUNTIME_PYTHON says which, else the checkout's own."""

    python: Path
    named: bool = False

    @property
    def folder(self) -> Path:
        return self.python.parents[1]

    @property
    def is_ours(self) -> bool:
        """Whether we may change it: the checkout's own, one that we made, or one that isn't there yet."""
        if not self.named or (self.folder / MARK).exists():
            return True
        return _has_layout(self.python) and not self.folder.exists()


def find_runtime(root: Path, environment: Mapping[str, str], platform: str = sys.platform) -> Runtime:
    """The runtime that a Houdini with this environment uses, there or not."""
    named = environment.get(RUNTIME_VARIABLE, "")
    if named:
        return Runtime(absolute(Path(named)), named=True)
    return Runtime(root.joinpath(RUNTIME_FOLDER, *inside(platform)))


def suggested_python(home: Path, environment: Mapping[str, str], platform: str) -> Path:
    """A place on this machine's own disk for a runtime whose checkout can't hold one."""
    if platform == "win32":
        place = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        place = home / "Library" / "Application Support"
    else:
        place = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    return place.joinpath("cosmos-houdini", "runtime", *inside(platform))


def check_base_python() -> None:
    """BadInputError where the Python that runs this is one that no environment should be made from."""
    program, hfs = Path(sys.executable or "python"), os.environ.get("HFS", "")
    of_houdini = bool(hfs) and Path(hfs) in program.parents
    if "hou" in sys.modules or program.stem.startswith("hython") or of_houdini:
        raise BadInputError(
            "The runtime can't be made with Houdini's own Python.",
            why=f"{program} would ask for a licence at each start, or go away with this version of Houdini.",
            fix="Start the installation with another Python, in a shell of its own.",
        )
    try:
        import ensurepip
        import venv
    except ImportError as error:
        raise BadInputError(
            f"{program} can't make virtual environments.",
            why=f"Its module {error.name} is missing; Debian and Ubuntu leave it out of python3.",
            fix="Install it (Debian, Ubuntu: apt install python3-venv), or start this with another Python.",
        ) from error
    del ensurepip, venv


def make_runtime(runtime: Runtime, root: Path, say: Callable[[str], None]) -> None:
    """Makes it, or goes on where it was interrupted, or brings its libraries up to date."""
    check_base_python()
    try:
        runtime.folder.mkdir(parents=True, exist_ok=True)
        with locked(runtime.folder / MARK, PATIENCE):
            _make(runtime, root, say)
    except OSError as error:
        raise no_room(runtime, root, error.strerror or str(error)) from error


def _make(runtime: Runtime, root: Path, say: Callable[[str], None]) -> None:
    say(f"making the runtime in {runtime.folder}")
    _call([sys.executable, "-I", "-m", "venv", str(runtime.folder)], "The environment can't be made.")
    _call(
        [
            *(str(runtime.python), "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"),
            *("--require-hashes", "--only-binary", ":all:", "-r", str(root / "requirements" / "runtime.txt")),
        ],
        "The libraries of the runtime can't be installed.",
        lambda line: _tell_library(line, say),
    )
    _link_package(runtime, root)
    if not runtime.named:
        (runtime.folder / ".installed").touch()  # for make, which would do it over


def _tell_library(line: str, say: Callable[[str], None]) -> None:
    match = re.match(r"\s*Collecting ([\w.-]+)==(\S+)", line)
    if match:
        say(f"  {match[1]} {match[2]}")


def _call(command: list[str], what: str, hear: Callable[[str], None] = lambda line: None) -> None:
    """Runs it to its end; BadInputError with its last words where it fails."""
    kept = clean_environment(os.environ).items()  # it may be a shell of Houdini's, with its libraries
    environment = {name: value for name, value in kept if name not in _ELSEWHERE}
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as child:
        assert child.stdout is not None
        last = deque[str](maxlen=4)
        for line in child.stdout:
            hear(line)
            if line.strip():
                last.append(line.strip())
    if child.returncode:
        version = "{}.{}".format(*sys.version_info)
        raise BadInputError(
            what,
            why=" / ".join(last) or f"{command[0]} ended with {child.returncode}.",
            fix="Check the network, the proxy and pip's index settings, then install again; it goes on from "
            f"here. Where a library doesn't come for Python {version}, use another, from 3.10 on.",
        )


def _link_package(runtime: Runtime, root: Path) -> None:
    """Makes our own package importable there, and a command of it, without writing into the checkout.

    A line of code in the .pth file, since Python before 3.13 reads paths in it in the encoding of the system.
    """
    ask = "import sysconfig; print(ascii(sysconfig.get_path('purelib')))"
    command = [str(runtime.python), "-I", "-c", ask]
    environment = clean_environment(os.environ)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    packages = Path(ast.literal_eval(done.stdout.strip()))
    libraries = root / "python3.10libs"
    write_atomic(packages / "cosmos_houdini.pth", f"import sys; sys.path.append({str(libraries)!a})\n")
    program = runtime.python.with_name("cosmos-houdini")
    if os.name == "nt":
        if not program.with_suffix(".exe").exists():
            write_atomic(program.with_suffix(".cmd"), '@"%~dp0python.exe" -m cosmos_houdini %*\r\n')
    elif not program.exists():
        write_atomic(program, f'#!/bin/sh\nexec {shlex.quote(str(runtime.python))} -m cosmos_houdini "$@"\n')
        program.chmod(0o755)


def _has_layout(python: Path) -> bool:
    return (python.parent.name, python.name) == inside(sys.platform)


def no_room(runtime: Runtime, root: Path, why: str) -> BadInputError:
    """For a folder that can't hold the runtime: how to have it elsewhere."""
    return BadInputError(
        f"The runtime can't be made in {runtime.folder}.",
        why=why,
        fix=f"Have it on this machine's own disk, in one command: {elsewhere(root)}",
    )


def elsewhere(root: Path) -> str:
    """The command, as it is typed on this system, that makes the runtime in a folder of this machine."""
    python = suggested_python(Path.home(), os.environ, sys.platform)
    program = root / "python3.10libs" / "cosmos_houdini"
    if sys.platform == "win32":
        return f'set "{RUNTIME_VARIABLE}={python}" && "{sys.executable}" "{program}" install'
    words = shlex.join([sys.executable, str(program), "install"])
    return f"{RUNTIME_VARIABLE}={shlex.quote(str(python))} {words}"
