"""`install` and `uninstall`: what is asked for on the command line, and what is said about it.

One parser for both ways in: the command of the runtime, and a Python that has nothing but itself.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from .. import __version__
from ..errors import CosmosError, UsageError
from .carry_out import Request, install, uninstall
from .preferences import Machine
from .root import own_root

INTERRUPTED = 130
MISSING_RUNTIME = 3
ABOUT = {
    "install": "Install into Houdini: a package file into its preferences, and the runtime beside the "
    "package. Doing it again changes nothing, or brings it up to date.",
    "uninstall": "Take the package file out of Houdini's preferences again. Projects and the runtime stay.",
}
EXAMPLES = {
    "install": "cosmos-houdini install --houdini-prefs ~/houdini20.5",
    "uninstall": "cosmos-houdini uninstall --dry-run",
}
NAMES = tuple(ABOUT)


class _Parser(argparse.ArgumentParser):
    """Raises instead of ending the process, so that --json gets its errors as JSON."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", fix=f"See {self.prog} --help.")


def main(arguments: Sequence[str]) -> int:
    """One command line, beginning with its name; prints, and returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:  # a terminal of Windows may lack letters of a folder's name
            reconfigure(errors="backslashreplace")
    try:
        return run(arguments)
    except CosmosError as error:
        if "--json" in arguments:
            print(json.dumps({"event": "error", **error.as_json()}), flush=True)
        else:
            print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("\ninterrupted. Type the same command again to go on.", file=sys.stderr)
        return INTERRUPTED


def run(arguments: Sequence[str]) -> int:
    """As `main`, but raises CosmosError instead of printing one."""
    name, chosen = arguments[0], _parser(arguments[0]).parse_args(arguments[1:])
    request = Request(
        root=own_root(),
        machine=Machine.here(),
        named=tuple(chosen.houdini_prefs),
        every=chosen.all,
        force=chosen.force,
        dry_run=chosen.dry_run,
    )
    say: Callable[[str], None] = _silent if chosen.json else _say
    say(f"Cosmos Houdini {__version__} in {request.root}" + (", dry run" if chosen.dry_run else ""))
    told = (install if name == "install" else uninstall)(request, say)
    if chosen.json:
        _say(json.dumps(told, indent=2))
    return 0


def say_what_is_missing(error: ModuleNotFoundError) -> int:
    """For any other command, where the libraries aren't there yet; returns the exit code."""
    program = (
        f'"{sys.executable}" "{Path(__file__).parents[1]}"' if os.name == "nt" else "python3 " + sys.argv[0]
    )
    text = CosmosError(
        "The runtime of Cosmos Houdini is missing here.",
        why=f"This Python ({sys.executable}) has no {error.name}; only install and uninstall work without.",
        fix=f"Run {program} install, then use the cosmos-houdini of the runtime that it names.",
    )
    print(f"error: {text}", file=sys.stderr)
    return MISSING_RUNTIME


def _parser(name: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"cosmos-houdini {name}",
        description=ABOUT[name],
        epilog=f"Example: {EXAMPLES[name]}",
        allow_abbrev=False,
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--houdini-prefs",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a preferences folder, as ~/houdini20.5; may be given again "
        "[default: what HOUDINI_USER_PREF_DIR says, else every one that is found]",
    )
    which.add_argument(
        "--all",
        action="store_true",
        help="every preferences folder that is found, whatever HOUDINI_USER_PREF_DIR says",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument(
        "--force",
        action="store_true",
        help="also where the package file was changed by hand, is somebody else's, or another copy's",
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    return parser


def _say(text: Any) -> None:
    print(text, flush=True)


def _silent(text: str) -> None:
    """With --json there is one answer, at the end."""
