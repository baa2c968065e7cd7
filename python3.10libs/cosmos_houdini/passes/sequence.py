"""Numbered picture files that belong together, found from what a person types."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

from cosmos_houdini.errors import BadInputError, UsageError
from cosmos_houdini.passes.disk import in_words
from cosmos_houdini.passes.video_info import VideoInfo
from cosmos_houdini.passes.video_read import probe

PICTURES = frozenset({".exr", ".png", ".jpg", ".jpeg", ".tif", ".tiff"})
VIDEOS = frozenset({".mp4", ".mov", ".mkv", ".avi", ".webm"})

# $F4 ${F4} $F   %04d %d   ####   *
_NUMBER = re.compile(r"\$\{?F(?P<houdini>\d*)\}?|%0?(?P<c>\d*)d|(?P<hashes>#+)|(?P<star>\*)")
# A dash is a minus at the start of a name or after . or _; elsewhere it sets the number off: shot-0001.exr.
_MINUS = r"(?:(?<![^._])-)?"
_FILE = re.compile(rf"(?P<before>.*?)(?P<number>{_MINUS}\d+)(?P<after>\.[^.]+)")
PATTERNS = "shot.$F4.exr, shot.%04d.exr, shot.####.exr, shot.*.exr or a folder"


@dataclass(frozen=True)
class FrameSequence:
    """The files of a sequence by frame number, in order; `pattern` is what was asked for."""

    pattern: str
    numbers: tuple[int, ...]
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class VideoFile:
    """A video as a source; its frames are numbered from 1."""

    path: Path
    info: VideoInfo

    @property
    def pattern(self) -> str:
        return str(self.path)

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(range(1, self.info.frames + 1))


Source = Union[FrameSequence, VideoFile]


def find_source(text: str) -> Source:
    """The sequence or video that `text` names; BadInputError says what was looked for and what is there."""
    try:
        return _find(Path(text))
    except (OSError, ValueError) as error:  # a folder that may not be entered, a name that can't be one
        raise BadInputError(
            f"{text} can't be looked at.",
            "You don't have permission to enter its folder."
            if isinstance(error, PermissionError)
            else in_words(error),
            "Give yourself read and execute permission on the folder."
            if isinstance(error, PermissionError)
            else "Check the path.",
        ) from error


def _find(path: Path) -> Source:
    if path.suffix.lower() in VIDEOS:
        return VideoFile(path, probe(path))
    if path.is_dir():
        return _in_folder(path)
    match = _NUMBER.search(path.name)
    if match is None:
        return _single(path)
    return _matching(path, match)


def sequence_name(text: str) -> str:
    """What a sequence or video goes by: `render/shot_####.exr` -> `shot`, `render/shot/$F4.exr` -> `shot`."""
    path = Path(text)
    numbered = _NUMBER.search(path.name) is not None
    is_file = numbered or path.suffix.lower() in PICTURES | VIDEOS
    stem = _NUMBER.sub("", path.stem if is_file else path.name).strip("._-")
    folder = path.resolve()
    return stem or (folder.parent if is_file else folder).name or "shot"


def chosen(numbers: Iterable[int], first: Optional[int], last: Optional[int], step: int) -> tuple[int, ...]:
    """The frame numbers from `first` to `last`, every `step`th, all of which have to be there.

    Without a step, frames rendered at one constant step (1, 3, 5 …) count as whole. Raises BadInputError
    naming the missing frames, or where fewer than two are left.
    """
    if step < 1:
        raise UsageError(f"A frame step of {step} leads nowhere.", "Steps count upwards.", "Give 1 or more.")
    there = sorted(numbers)
    begin = there[0] if first is None else first
    end = there[-1] if last is None else last
    if step == 1 and len(there) > 2:
        gaps = {after - before for before, after in zip(there, there[1:])}
        step = gaps.pop() if len(gaps) == 1 else 1
        if step > 1 and first is not None:
            begin = next((number for number in there if number >= first), begin)
    wanted = range(begin, end + 1, step)
    if not wanted:
        raise BadInputError(
            f"The range of frames {begin} to {end} is empty.",
            f"Its first frame comes after its last one; there are frames {there[0]} to {there[-1]}.",
            "Give a --first that is not above --last.",
        )
    missing = sorted(set(wanted) - set(there))
    if missing:
        raise BadInputError(
            f"{_frames(missing)} missing from the range {begin} to {end}.",
            "A video needs every frame: a gap would shift all later ones against the other controls."
            + ("" if there[0] <= begin and end <= there[-1] else f" There are {there[0]} to {there[-1]}."),
            "Render the missing frames, or choose a range without them with --first and --last.",
        )
    if len(wanted) < 2:
        raise BadInputError(
            "Only 1 frame to encode.",
            "The models take videos, and a video of one frame is refused by them.",
            "Give a sequence of at least 2 frames.",
        )
    return tuple(wanted)


def _frames(numbers: list[int]) -> str:
    return f"Frame {numbers[0]} is" if len(numbers) == 1 else f"Frames {frame_ranges(numbers)} are"


def frame_ranges(numbers: Sequence[int]) -> str:
    """Sorted frame numbers in words: 3, 6-8."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    words = [f"{a}" if a == b else f"{a}-{b}" for a, b in runs]
    return ", ".join(words[:20]) + (f" and {len(words) - 20} more ranges" if len(words) > 20 else "")


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except FileNotFoundError as error:
        raise BadInputError(f"There is no folder {folder}.", in_words(error), "Check the path.") from error
    except NotADirectoryError as error:
        raise BadInputError(f"{folder} is not a folder.", in_words(error), "Check the path.") from error
    except PermissionError as error:
        raise BadInputError(
            f"The folder {folder} can't be read.",
            "You don't have permission to list it.",
            "Give yourself read and execute permission on the folder.",
        ) from error


def _in_folder(folder: Path) -> FrameSequence:
    groups = _groups(_names(folder))
    if not groups:
        raise BadInputError(
            f"The folder {folder} holds no numbered pictures.",
            f"Looked for names like shot.0001.exr ({', '.join(sorted(PICTURES))}).",
            f"Give {PATTERNS}.",
        )
    if len(groups) > 1:
        raise BadInputError(
            f"The folder {folder} holds {len(groups)} sequences.",
            f"They are: {_listed(groups)}.",
            "Name one of them.",
        )
    return _only(groups, str(folder), folder)


_Groups = dict[tuple[str, str], list[str]]


def _groups(names: Sequence[str]) -> _Groups:
    """Numbers, as they are written, by what stands before and after them in the names of pictures."""
    groups: _Groups = {}
    for name in names:
        match = _FILE.fullmatch(name)
        if match and match["after"].lower() in PICTURES and not name.startswith("."):
            groups.setdefault((match["before"], match["after"]), []).append(match["number"])
    return groups


def _listed(groups: _Groups) -> str:
    return ", ".join(
        f"{before}*{after} ({len(numbers)} file{'' if len(numbers) == 1 else 's'})"
        for (before, after), numbers in sorted(groups.items())
    )


def _only(groups: _Groups, pattern: str, folder: Path) -> FrameSequence:
    [((before, after), numbers)] = groups.items()
    return _sequence(pattern, [(int(text), folder / f"{before}{text}{after}") for text in numbers])


def _matching(path: Path, match: re.Match[str]) -> FrameSequence:
    if _NUMBER.search(path.name, match.end()):
        raise BadInputError(
            f"'{path.name}' has more than one place for the frame number.",
            "One is what numbers a sequence.",
            f"Give {PATTERNS}.",
        )
    width = len(match["hashes"]) if match["hashes"] else int(match["houdini"] or match["c"] or 1)
    before, after = path.name[: match.start()], path.name[match.end() :]
    number = rf"({_MINUS}\d{{{width},}})"
    expression = re.compile(re.escape(before) + number + re.escape(after))
    names = _names(path.parent)
    found = [(int(hit[1]), path.parent / name) for name in names if (hit := expression.fullmatch(name))]
    if not found and match["star"]:  # a shell's pattern, where the star is more than the number
        alike = _groups(fnmatch.filter(names, path.name))
        if len(alike) == 1:
            return _only(alike, str(path), path.parent)
        if alike:
            raise BadInputError(
                f"{path} matches {len(alike)} sequences.", f"They are: {_listed(alike)}.", "Name one of them."
            )
    if not found:
        others = _groups(names)
        raise BadInputError(
            f"No file matches {path}.",
            f"There are: {_listed(others)}." if others else "No numbered picture is there.",
            "Name one of these." if others else f"Give {PATTERNS}.",
        )
    return _sequence(str(path), found)


def _single(path: Path) -> FrameSequence:
    if not path.exists():
        raise BadInputError(
            f"There is no {path}.", "No file or folder has that name.", f"Give {PATTERNS}, or an mp4."
        )
    if path.suffix.lower() not in PICTURES:
        raise BadInputError(
            f"{path} is neither a picture nor a video that is known.",
            f"Known: {', '.join(sorted(PICTURES | VIDEOS))}.",
            f"Give {PATTERNS}, or an mp4.",
        )
    match = _FILE.fullmatch(path.name)
    pattern = f"{match['before']}*{match['after']}" if match else "shot.*.exr"
    raise BadInputError(
        f"{path} is one frame.",
        "The models take videos, and a video of one frame is refused by them.",
        f"Give the whole sequence, like {path.with_name(pattern)}",
    )


def _sequence(pattern: str, found: list[tuple[int, Path]]) -> FrameSequence:
    found.sort()
    for (number, path), (after, other) in zip(found, found[1:]):
        if number == after:
            raise BadInputError(
                f"Frame {number} is there twice in {pattern}.",
                f"{path.name} and {other.name} have the same number.",
                "Move one of them away, or give a pattern with padding like shot.$F4.exr.",
            )
    return FrameSequence(pattern, tuple(number for number, _ in found), tuple(path for _, path in found))
