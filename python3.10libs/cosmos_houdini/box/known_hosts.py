"""Reading known_hosts files as OpenSSH writes them: patterns, hashed names, ports, @revoked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Optional

REVOKED = "@revoked"
HASHED = "|1|"


@dataclass(frozen=True)
class KnownKey:
    """One key of a known_hosts file, and where it stands there."""

    kind: str
    blob: bytes
    revoked: bool
    file: Path
    line: int


def lookup_name(name: str, port: int) -> str:
    """How a host is written in known_hosts: the name, with the port where it isn't 22."""
    return name if port == 22 else f"[{name}]:{port}"


def known_keys(files: Iterable[Path], name: str) -> list[KnownKey]:
    """All keys that the files hold for the host `name` (as `lookup_name` writes it).

    A file that is missing or can't be read holds none. @cert-authority lines are left alone: a host is
    known by its own key here.
    """
    found = []
    for file in files:
        for number, line in enumerate(_lines(file), 1):
            key = _key_of(line, name.lower(), file, number)
            if key is not None:
                found.append(key)
    return found


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _key_of(line: str, name: str, file: Path, number: int) -> Optional[KnownKey]:
    fields = line.split()
    marker = fields.pop(0) if fields and fields[0].startswith("@") else ""
    if len(fields) < 3 or fields[0].startswith("#") or marker not in ("", REVOKED):
        return None
    if not _matches(fields[0], name):
        return None
    try:
        blob = base64.b64decode(fields[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    return KnownKey(fields[1], blob, marker == REVOKED, file, number)


def _matches(patterns: str, name: str) -> bool:
    if patterns.startswith(HASHED):
        return _matches_hash(patterns, name)
    names = patterns.lower().split(",")
    if any(fnmatchcase(name, _plain(pattern[1:])) for pattern in names if pattern.startswith("!")):
        return False
    return any(fnmatchcase(name, _plain(pattern)) for pattern in names if not pattern.startswith("!"))


def _plain(pattern: str) -> str:
    """Brackets are part of "[host]:port" and no set of characters, as fnmatch would have it."""
    return "".join("[[]" if letter == "[" else letter for letter in pattern)


def _matches_hash(pattern: str, name: str) -> bool:
    salt, _, wanted = pattern[len(HASHED) :].partition("|")
    try:
        # SHA-1 is what the format of known_hosts asks for; it hides names and proves nothing.
        found = hmac.new(base64.b64decode(salt), name.encode("utf-8"), hashlib.sha1).digest()
        return hmac.compare_digest(found, base64.b64decode(wanted))
    except (binascii.Error, ValueError):
        return False
