"""Names of nodes: what Houdini takes for a name, and what it makes of one that is taken."""

from __future__ import annotations

import re
from collections.abc import Container

VALID = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")


def is_valid(name: str) -> bool:
    return VALID.fullmatch(name) is not None


def valid(name: str) -> str:
    """The name with what isn't allowed replaced by an underscore."""
    made = re.sub(r"[^A-Za-z0-9_.\-]", "_", name)
    return made if is_valid(made) else f"_{made}"


def unique(name: str, taken: Container[str]) -> str:
    """The name, or with the next free number at its end."""
    if name not in taken:
        return name
    base = name.rstrip("0123456789")
    number = int(name[len(base) :] or 0) + 1
    while f"{base}{number}" in taken:
        number += 1
    return f"{base}{number}"


def first_name(type_name: str, taken: Container[str]) -> str:
    """What Houdini calls a node that nobody names: its type without namespace and version, with a number."""
    parts = type_name.split("::")
    plain = parts[-2] if len(parts) > 1 and re.fullmatch(r"[\d.]+", parts[-1]) else parts[-1]
    base = valid(plain)
    return unique(base if base[-1].isdigit() else f"{base}1", taken)
