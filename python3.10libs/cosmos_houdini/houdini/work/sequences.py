"""The frames that came from upstream, as sequences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Optional

from ...errors import BadInputError

PICTURES = (".exr", ".png", ".jpg", ".jpeg", ".tif", ".tiff")  # what the runtime reads
# The frame number stands before the suffix. A dash is a minus at the start of a name or after . or _ only.
_FILE = re.compile(r"(?P<before>.*?)(?P<number>(?:(?<![^._])-)?\d+)(?P<suffix>\.[A-Za-z]+)", re.DOTALL)
# Words in the name of a file, or else of its folder, that say which pass it holds.
ROLES: Mapping[str, tuple[str, ...]] = {
    "depth": ("depth", "z", "zdepth", "pz", "hitpz"),
    "normal": ("normal", "normals", "n", "hitn"),
    "id": ("id", "ids", "crypto", "cryptomatte", "objectid", "primid", "segid"),
    "edge": ("edge", "edges"),
    "seg": ("seg", "segmentation"),
    "beauty": ("beauty", "rgb", "rgba", "color", "colour", "c"),
}


@dataclass(frozen=True)
class Frames:
    """Files that differ by their frame number alone; `pattern` has `#` in its place."""

    pattern: str
    first: int
    last: int


def sequences(paths: Iterable[str]) -> list[Frames]:
    """The pictures among `paths`, by sequence, in the order in which each began; others are left out."""
    groups: dict[tuple[str, str], dict[int, int]] = {}
    for path in paths:
        folder, slash, name = path.replace("\\", "/").rpartition("/")
        match = _FILE.fullmatch(name)
        if match is not None and match["suffix"].lower() in PICTURES:
            key = (folder + slash + match["before"], match["suffix"])
            groups.setdefault(key, {})[int(match["number"])] = len(match["number"].lstrip("-"))
    return [
        Frames(before + "#" * min(digits.values()) + suffix, min(digits), max(digits))
        for (before, suffix), digits in groups.items()
    ]


def by_role(found: list[Frames]) -> tuple[Optional[Frames], dict[str, Frames]]:
    """The sequence that holds all planes, and those that hold one pass each, by role.

    A lone sequence holds all. Of several, each whose name says a pass (`shot_depth.####.exr`) holds that, and
    at most one other is left for all the rest. BadInputError where they can't be told apart.
    """
    if len(found) == 1:
        return found[0], {}
    roles: dict[str, Frames] = {}
    rest: list[Frames] = []
    for frames in found:
        role = role_of(frames.pattern)
        if role is None:
            rest.append(frames)
        elif role in roles:
            raise _unclear([roles[role], frames], f"Both look like {role}.")
        else:
            roles[role] = frames
    if len(rest) > 1:
        raise _unclear(rest, "Their names don't say which pass they hold.")
    return (rest[0] if rest else None), roles


def role_of(pattern: str) -> Optional[str]:
    """The pass that a file's name says, by its last word that says one; else its folder's name."""
    path = PurePosixPath(pattern)
    for text in (path.stem, path.parent.name):
        words = re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text).lower())
        for word in reversed(words):
            role = next((role for role, known in ROLES.items() if word in known), None)
            if role is not None:
                return role
    return None


def _unclear(which: list[Frames], why: str) -> BadInputError:
    names = " and ".join(PurePosixPath(frames.pattern).name for frames in which)
    return BadInputError(
        f"The sequences from upstream can't be told apart: {names}.",
        why=why,
        fix="Name the pass in each file, as in shot_depth.####.exr, or set Frames From to Files on Disk.",
    )
