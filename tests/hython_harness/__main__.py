"""`python -m hython_harness [--version 20.5] [-m MODULE | SCRIPT] ARGUMENTS`: runs a script as hython does.

PDG types and assets of the folders in HOUDINI_PATH are there, as in a Houdini with our package. The exit code
is what `hou.exit` was given; 70 where Houdini would have swallowed something that can't be meant.
`HYTHON_HARNESS_UNKNOWNS=FILE` appends the facts that no source tells and that the script relied on.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

from . import start_up
from .session import Session

USAGE = (
    "usage: python -m hython_harness [--version 20.0|20.5|21.0] (SCRIPT | -m MODULE | -c CODE) [ARGUMENTS]"
)


def main(arguments: list[str]) -> int:
    version = os.environ.get("HYTHON_HARNESS_VERSION", "21.0")
    while arguments and arguments[0] == "--version":
        version, arguments = arguments[1], arguments[2:]
    if (
        not arguments
        or arguments[0] in ("-h", "--help")
        or (arguments[0] in ("-m", "-c") and len(arguments) < 2)
    ):
        print(USAGE, file=sys.stderr)
        return 2
    session = Session(version, plugins=start_up.houdini_path())
    with session.installed():
        code = _run(arguments)
    for line in session.oddities:
        print(f"hython_harness: {line}", file=sys.stderr)
    _report_unknowns(session)
    return code or (70 if session.oddities else 0)


def _run(arguments: list[str]) -> int:
    try:
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        elif arguments[0] == "-c":
            sys.argv = ["-c", *arguments[2:]]
            exec(compile(arguments[1], "<string>", "exec"), {"__name__": "__main__"})
        else:
            sys.argv = list(arguments)
            sys.path.insert(0, str(Path(arguments[0]).resolve().parent))
            runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    return 0


def _report_unknowns(session: Session) -> None:
    path = os.environ.get("HYTHON_HARNESS_UNKNOWNS")
    if path and session.unknowns:
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in sorted(session.unknowns))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
