"""Which names from the box we let near our disk."""

from __future__ import annotations

import re

SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+=@-]{0,199}\Z")
SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}\Z")
SHA256 = re.compile(r"[0-9a-f]{64}\Z")
WINDOWS_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)")


def is_safe_name(name: str) -> bool:
    """A plain file name on any system: no folder, no "..", no control character, no device of Windows.

    The agent keeps the same rule; it is checked again here, since a box may be anybody's machine.
    """
    return bool(SAFE_NAME.match(name)) and not WINDOWS_DEVICE.match(name) and not name.endswith(".")


def is_safe_id(run_id: str) -> bool:
    return bool(SAFE_ID.match(run_id)) and ".." not in run_id and not WINDOWS_DEVICE.match(run_id)


def is_sha256(text: str) -> bool:
    return bool(SHA256.match(text))
