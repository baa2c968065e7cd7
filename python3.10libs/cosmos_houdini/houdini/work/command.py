"""The command lines of our work items: `cosmos-houdini job …` with the runtime's plain Python.

A command goes through several hands: the local scheduler fills in `$VARIABLES`, whatever quotes stand
around them, and cuts the text by the rules of a POSIX shell; other schedulers write it into scripts. So each
value is percent-encoded, down to letters that mean nothing to anybody; `job --encoded` decodes them.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

KEPT = "/:,._-="  # readable, and harmless in every shell and to PDG's tokens; letters and digits are, too


def job_command(python: Path, verb: str, options: Mapping[str, Any]) -> str:
    """The command that does `verb` (encode, spec, transfer, load) with `options` (name -> value).

    True becomes a bare option; None, False and empty lists are left out; a list repeats the option.
    """
    # Forward slashes, which Windows takes too: a backslash would be an escape to who cuts the text. With -I
    # the runtime's Python heeds no PYTHONHOME or PYTHONPATH, which Houdini sets for its own.
    words = [shlex.quote(python.as_posix()), "-I", "-m", "cosmos_houdini", "job", "--encoded", verb]
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        for single in value if isinstance(value, (list, tuple)) else [value]:
            if single is True:
                words.append(option)
            elif single is not None and single is not False:
                words.append(f"{option}={encoded(single)}")
    return " ".join(words)


def encoded(value: Any) -> str:
    """The value as text of `A-Z a-z 0-9 / : , . _ - = %`."""
    text = f"{value!r}" if isinstance(value, float) else str(value)
    # quote() lets ~ be, which at the beginning of a word is a home folder to some.
    return quote(text, safe=KEPT).replace("~", "%7E")
