"""What the model needs to know and nobody else may read: the token of the model hub."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..errors import BadInputError
from ..records.paths import expand_home

TOKEN = "HF_TOKEN"  # noqa: S105 - the name of the variable
LIMIT = 4096  # bytes


def read_token(file: str) -> str:
    """The token in `file`, "" where no file is named.

    BadInputError for a file that can't be read, that others may read, or that holds no token. No message of
    ours quotes what is in it.
    """
    if not file:
        return ""
    path = Path(expand_home(file))
    try:
        with path.open("rb") as handle:
            mode = os.fstat(handle.fileno()).st_mode
            content = handle.read(LIMIT + 1)
    except OSError as error:
        raise BadInputError(
            f"The token file {path} can't be read.",
            why=str(error.strerror or error),
            fix="Set docker.token_file to a file that you may read, or leave it empty and set HF_TOKEN.",
        ) from error
    if os.name != "nt" and stat.S_IMODE(mode) & 0o077:
        raise BadInputError(
            f"The token file {path} may be read by others.",
            why=f"Its mode is {stat.S_IMODE(mode):o}.",
            fix=f"Make it yours alone: chmod 600 '{path}'",
        )
    token = content.decode("ascii", "replace").strip()
    if not token or len(content) > LIMIT or not token.isprintable() or " " in token:
        raise BadInputError(
            f"The token file {path} holds no token.",
            why="A token is one word on one line.",
            fix="Write the token into it, and nothing else.",
        )
    return token
