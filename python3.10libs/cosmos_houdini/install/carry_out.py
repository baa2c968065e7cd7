"""Carrying out `install` and `uninstall`: the folders, the runtime, the package files, in this order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..environment import RUNTIME_VARIABLE
from ..errors import BadInputError
from .network_share import share_kind
from .package_file import (
    FILE_NAME,
    Owner,
    PackageFile,
    package_text,
    read_package_file,
    remove_package_file,
    write_package_file,
)
from .preferences import BEYOND, OLDEST, Machine, Preferences, choose, look_for
from .root import check_root
from .runtime import Runtime, elsewhere, find_runtime, make_runtime
from .runtime_check import Contents, look_at, outdated, problems

Say = Callable[[str], None]
SUPPORTED = "{}.{} to {}".format(*OLDEST, BEYOND[0] - 1)


@dataclass(frozen=True)
class Request:
    """What was asked for. `named`: preferences folders; `every`: all that are found."""

    root: Path
    machine: Machine
    named: tuple[Path, ...] = ()
    every: bool = False
    force: bool = False
    dry_run: bool = False


def install(request: Request, say: Say) -> dict[str, Any]:
    """Returns what was done, as `--json` prints it; BadInputError where a part could not be.

    The folders are looked at first, so that a mistyped one costs no download. What can be done is done
    before an error about the rest: one broken folder keeps no other Houdini from it.
    """
    root = request.root
    check_root(root, request.machine.platform)
    chosen = choose(request.machine, request.named, request.every)
    usable = [one for one in chosen if one.is_supported]
    if not usable:
        raise BadInputError(
            f"Cosmos Houdini needs Houdini {SUPPORTED}.",
            why=f"Found were only {', '.join(f'{one.name} ({one.folder})' for one in chosen)}.",
            fix="Start a newer Houdini once, which makes its preferences folder, then install again.",
        )
    runtime = find_runtime(root, request.machine.environment, request.machine.platform)
    contents = _ready(request, runtime, say)
    text = package_text(root, runtime.python if runtime.named else None)
    done, refused, failed = [], list[Path](), list[BadInputError]()
    for one in chosen:
        if not one.is_supported:
            say(f"left out  {one.folder}: Cosmos Houdini needs Houdini {SUPPORTED}")
            done.append(_told(one, one.folder / "packages" / FILE_NAME, "left out"))
            continue
        try:
            there = read_package_file(one, root)
            if there.owner is Owner.FOREIGN and not request.force:
                refused.append(there.path)
                continue
            action = _put(there, text, request.dry_run)
        except BadInputError as error:
            failed.append(error)
            continue
        say(f"{_may(action, request)} {there.path}{_instead_of(there)}")
        done.append(_told(one, there.path, action))
    if any(entry["action"].endswith("written") for entry in done) and not request.dry_run:
        say("Houdini reads package files when it starts: start it anew. What then appears: docs/houdini.md")
    _raise_all(failed, refused, "overwritten")
    return {
        "root": str(root),
        "dry_run": request.dry_run,
        "runtime": {"python": str(runtime.python), **_told_contents(contents)},
        "packages": done,
    }


def uninstall(request: Request, say: Say) -> dict[str, Any]:
    """Returns what was done; BadInputError where a file of this name is not ours to remove."""
    done, refused, failed = [], list[Path](), list[BadInputError]()
    for one in look_for(request.machine, request.named, request.every):
        try:
            there = read_package_file(one, request.root)
        except BadInputError as error:
            failed.append(error)
            continue
        if there.owner is Owner.NOBODY:
            continue
        if there.owner is Owner.FOREIGN and not request.force:
            refused.append(there.path)
            continue
        if there.owner is Owner.OTHER and not request.force:
            say(f"left      {there.path}: it belongs to the copy in {there.root}; --force takes it too")
            done.append(_told(one, there.path, "left"))
            continue
        try:
            if not request.dry_run:
                remove_package_file(there.path)
        except BadInputError as error:
            failed.append(error)
            continue
        say(f"{_may('removed', request)} {there.path}")
        done.append(_told(one, there.path, "removed"))
    _raise_all(failed, refused, "removed")
    if not done:
        say("No preferences folder holds a package file of Cosmos Houdini.")
    say(f"To be rid of everything, delete {request.root} as well; projects keep their records and results.")
    return {"root": str(request.root), "dry_run": request.dry_run, "packages": done}


def _ready(request: Request, runtime: Runtime, say: Say) -> Contents | None:
    """The runtime's contents, after it was made or mended where need be; None in a dry run before that."""
    root = request.root
    contents = look_at(runtime)
    wrong = problems(contents, root) if contents else ["There is none yet."]
    old = outdated(contents, root) if contents and runtime.is_ours else []
    if wrong or old:
        if not runtime.is_ours:
            raise _foreign_runtime(runtime, root, wrong)
        if request.dry_run:
            say(f"would make  {runtime.folder}" if contents is None else f"would mend  {runtime.folder}")
            return contents
        make_runtime(runtime, root, say)
        contents = look_at(runtime)
        wrong = problems(contents, root) if contents else [f"{runtime.python} is still not there."]
    if wrong:
        raise BadInputError(
            f"The runtime in {runtime.folder} does not work.",
            why=" ".join(wrong),
            fix="Delete that folder, then install again.",
        )
    assert contents is not None
    say(f"runtime   {runtime.python}: Python {contents.version}")
    say("          " + ", ".join(f"{name} {version}" for name, version in contents.libraries.items()))
    kind = share_kind(runtime.folder)
    if kind:
        say(f"note      The runtime is on a share ({kind}): each start of it reads its libraries from there.")
        say(f"          To have it on this machine's own disk: {elsewhere(root)}")
    return contents


def _foreign_runtime(runtime: Runtime, root: Path, wrong: list[str]) -> BadInputError:
    lock = root / "requirements" / "runtime.txt"
    if not runtime.python.exists():
        return BadInputError(
            f"{RUNTIME_VARIABLE} names {runtime.python}, which does not exist.",
            fix=f"Name a Python that is there, or unset it; or let one be made: {elsewhere(root)}",
        )
    return BadInputError(
        f"The Python that {RUNTIME_VARIABLE} names, {runtime.python}, can't serve as the runtime.",
        why=" ".join(wrong),
        fix=f"It is not ours to change. Install there what {lock} lists, and put {root / 'python3.10libs'} "
        f"into a .pth file of it; or name a folder that doesn't exist yet, and it is made: {elsewhere(root)}",
    )


def _put(there: PackageFile, text: str, dry_run: bool) -> str:
    if there.text == text:
        return "is there"
    if not dry_run:
        write_package_file(there.path, text)
    return "written" if there.owner is Owner.NOBODY else "rewritten"


def _instead_of(there: PackageFile) -> str:
    """What was there before, where that is another copy."""
    return f" (was for {there.root})" if there.owner in (Owner.OTHER, Owner.GONE) else ""


def _may(action: str, request: Request) -> str:
    return f"would be {action}" if request.dry_run and action != "is there" else f"{action:<9}"


def _raise_all(failed: list[BadInputError], refused: list[Path], verb: str) -> None:
    """One error of everything that was not done; nothing where all was."""
    if refused:
        failed = [*failed, _refusal(refused, verb)]
    if not failed:
        return
    parts = [(error.what, error.why, error.fix) for error in failed]
    what, why, fix = (" ".join(dict.fromkeys(filter(None, texts))) for texts in zip(*parts))
    raise BadInputError(what, why, fix)


def _refusal(paths: list[Path], verb: str) -> BadInputError:
    return BadInputError(
        f"{', '.join(map(str, paths))} was not {verb}.",
        why="It is not as Cosmos Houdini writes it: changed by hand, or somebody else's.",
        fix=f"Look at it; if it may be {verb}, type the same command with --force. Changes of your own are "
        "safe in a package file of another name.",
    )


def _told(one: Preferences, path: Path, action: str) -> dict[str, Any]:
    version = None if one.version is None else "{}.{}".format(*one.version)
    return {"houdini": version, "file": str(path), "action": action}


def _told_contents(contents: Contents | None) -> dict[str, Any]:
    if contents is None:
        return {"version": None, "libraries": {}}
    return {"version": contents.version, "libraries": contents.libraries}
