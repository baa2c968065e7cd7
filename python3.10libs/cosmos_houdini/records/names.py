"""Names that people type, made into names that every file system takes."""

from __future__ import annotations

import hashlib
import re
import unicodedata

LONGEST = 60
_WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))]
)


def safe_name(name: str) -> str:
    """A file name part of at most 60 of `A-Z a-z 0-9 _ -`, never empty, `.` or a Windows device.

    Where letters had to be dropped or cut, a short hash of the whole name keeps two names apart.
    """
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    readable = re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_-")
    lost = any(char.isalnum() and not char.isascii() for char in plain) or len(readable) > LONGEST
    if lost or not readable:
        mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
        readable = f"{readable[: LONGEST - 7].strip('_-') or 'name'}-{mark}"
    if readable.lower() in _WINDOWS_DEVICES:
        readable += "_"
    return readable
