"""The sequences that belong to a run, result, beauty and controls, and how COPs are told to read them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ...records.enums import Control

RESULT, BEAUTY = "result", "beauty"
# How pixels are to be read: as a scene's light, as a picture for a screen, or as numbers.
SCENE, DISPLAY, DATA = "scene", "display", "data"
SPACES = {Control.VIS: DISPLAY, Control.EDGE: DATA, Control.DEPTH: DATA, Control.SEG: DATA}
FLOATING = (".exr", ".hdr", ".rat")  # endings of files that hold light
# shot.####.exr, shot.$F4.exr, shot.${F4}.exr, shot.%04d.exr
NUMBERED = re.compile(
    r"(?P<before>.*?)(?:(?P<hashes>#+)|\$\{?F(?P<digits>\d?)\}?|%0?(?P<printf>\d*)d)(?P<after>[^#$%]*)",
    re.DOTALL,
)
PASSES_FILE = "passes.json"  # what Cosmos Encode writes beside the control videos


@dataclass(frozen=True)
class Span:
    """Frames of the shot, as they were rendered."""

    first: int
    last: int
    step: int = 1

    @property
    def count(self) -> int:
        return (self.last - self.first) // self.step + 1


@dataclass(frozen=True)
class Picture:
    """One sequence: files `before0001after`, numbered from `first` by `step`, as many as the shot has frames.

    `role` is what it shows, `space` how it is read, `note` what a person is told of it.
    """

    role: str
    before: str
    digits: int
    after: str
    first: int
    step: int
    span: Span
    space: str
    note: str = ""

    def path(self) -> str:
        """What a file node is told: each frame of the scene shows the shot's frame of that number."""
        if self.step == self.span.step == 1 and self.first == self.span.first:
            return f"{self.before}$F{self.digits}{self.after}"
        place = (
            f"floor(($F - {self.span.first}) / {self.span.step})"
            if self.span.step > 1
            else (f"$F - {self.span.first}")
        )
        inside = f"min(max({place}, 0), {self.span.count - 1})"  # first and last are held
        number = f"{self.first} + {self.step} * {inside}" if self.step > 1 else f"{self.first} + {inside}"
        return f"{self.before}`padzero({self.digits}, {number})`{self.after}"

    def file(self, number: int) -> Path:
        return Path(f"{self.before}{number:0{self.digits}d}{self.after}")


def extracted(role: str, told: Mapping[str, Any], span: Span, space: str, note: str = "") -> Picture:
    """A sequence that the runtime wrote, by its answer to `frames.extract`."""
    before, _, rest = str(told["pattern"]).rpartition("$F")
    digits = re.match(r"\d*", rest)
    number = digits[0] if digits is not None else ""
    first = int(told["first"])
    length = int(told["last"]) - first + 1
    span = Span(span.first, span.first + span.step * (length - 1), span.step)
    return Picture(role, before, int(number or 1), rest[len(number) :], first, 1, span, space, note)


def rendered(passes: Mapping[str, Any], span: Span) -> Optional[Picture]:
    """The beauty as it was rendered, by `passes.json`; None where its files are gone, or it was a video."""
    sources = {str(source["role"]): str(source["pattern"]) for source in passes["sources"]}
    parts = NUMBERED.fullmatch(sources.get(BEAUTY) or sources.get("frames") or "")
    if parts is None:
        return None
    before, after = parts["before"], parts["after"]
    digits = len(parts["hashes"]) if parts["hashes"] else int(parts["digits"] or parts["printf"] or 1)
    space = SCENE if after.lower().endswith(FLOATING) else DISPLAY
    note = "The beauty, as it was rendered."
    found = Picture(BEAUTY, before, digits, after, span.first, span.step, span, space, note)
    return found if found.file(span.first).is_file() else None


def read_passes(folder: Path) -> Optional[Mapping[str, Any]]:
    """`passes.json` of a set; None where there is none that can be read."""
    try:
        told: Any = json.loads((folder / PASSES_FILE).read_text(encoding="utf-8"))
        span_of(told)
        return dict(told) if told["sources"] is not None else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def span_of(passes: Mapping[str, Any]) -> Span:
    numbers = passes["frame_numbers"]
    return Span(int(numbers["first"]), int(numbers["last"]), int(numbers["step"]))
