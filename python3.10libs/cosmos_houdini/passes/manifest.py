"""`passes.json`: what a set of control videos was made from, and how."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.depth import DepthRange
from cosmos_houdini.passes.disk import in_words
from cosmos_houdini.passes.plan import Skipped
from cosmos_houdini.passes.request import PassVideo
from cosmos_houdini.passes.segmentation import Colour
from cosmos_houdini.records.atomic import write_atomic
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.records.strict import Fields

SCHEMA_VERSION = 1
FILE_NAME = "passes.json"
COLOURS_NAME = "segmentation_colors.json"


@dataclass(frozen=True)
class SourceRecord:
    """A source by role; `fingerprint` hashes name, size, time and inode of each of its files."""

    role: str
    pattern: str
    files: int
    fingerprint: str


@dataclass(frozen=True)
class EncodedVideo:
    """One video of a set: its file name, the hash of its content, and what it was made with.

    `channels` are the planes by role; `settings` what else decides its pixels, as text; `warnings` what was
    seen in its pixels.
    """

    file: str
    sha256: str
    channels: Mapping[str, str]
    settings: Mapping[str, str]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class PassSet:
    """The videos in a folder.

    Only the call of `encode` that returned it knows: `reused`, asked for and found unchanged; `kept`, there
    from an earlier call and not asked for; `removed`, the names of files that no longer fitted the set.
    """

    folder: Path
    name: str
    resolution: Resolution
    fps: Fraction
    frame_numbers: tuple[int, ...]
    fit: str
    sources: tuple[SourceRecord, ...]
    videos: Mapping[PassVideo, EncodedVideo]
    skipped: Mapping[PassVideo, Skipped]
    depth_range: DepthRange | None = None
    colours: Mapping[str, Colour] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    reused: tuple[PassVideo, ...] = ()
    kept: tuple[PassVideo, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def frames(self) -> int:
        return len(self.frame_numbers)

    def path(self, video: PassVideo) -> Path:
        """Where a video of the set is; KeyError for one that was not made."""
        return self.folder / self.videos[video].file

    def lists_its_colours(self) -> bool:
        """Whether the list that goes with a segmentation is there; true without a segmentation."""
        return PassVideo.SEG not in self.videos or (self.folder / COLOURS_NAME).is_file()

    def save(self) -> None:
        """Writes `passes.json`, and beside a segmentation its colours by object name."""
        if PassVideo.SEG in self.videos:
            colours = {name: list(colour) for name, colour in sorted(self.colours.items())}
            write_atomic(self.folder / COLOURS_NAME, _text(colours))
        write_atomic(self.folder / FILE_NAME, _text(self.as_json()))

    def as_json(self) -> dict[str, Any]:
        depth = self.depth_range
        return {
            "schema_version": SCHEMA_VERSION,
            "name": self.name,
            "resolution": str(self.resolution),
            "fps": str(self.fps),
            "frame_numbers": _range_json(self.frame_numbers),
            "fit": self.fit,
            "sources": [vars(source) for source in self.sources],
            "videos": {
                video.value: {
                    "file": made.file,
                    "sha256": made.sha256,
                    "channels": dict(made.channels),
                    "settings": dict(made.settings),
                    "warnings": list(made.warnings),
                }
                for video, made in self.videos.items()
            },
            "skipped": {
                video.value: {"why": reason.why, "fix": reason.fix} for video, reason in self.skipped.items()
            },
            "depth_range": None
            if depth is None
            else {"near": depth.near, "far": depth.far, "how": depth.how},
            "colours": {name: list(colour) for name, colour in sorted(self.colours.items())},
            "warnings": list(self.warnings),
        }

    @staticmethod
    def load(folder: Path) -> PassSet:
        """Reads `folder/passes.json` strictly; BadInputError for a file that is missing, damaged or newer."""
        path = folder / FILE_NAME
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise BadInputError(
                f"{folder} holds no {FILE_NAME}.",
                "No set of control videos was encoded there.",
                "Run: cosmos-houdini passes encode FRAMES",
            ) from error
        except (OSError, ValueError) as error:
            raise BadInputError(
                f"{path} can't be read.", in_words(error), "Encode the passes again."
            ) from error
        try:
            return _loaded(folder, Fields(value, str(path)))
        except (ValueError, ZeroDivisionError) as error:
            raise BadInputError(
                f"{path} holds a wrong value.", str(error), "Encode the passes again."
            ) from error


def _loaded(folder: Path, fields: Fields) -> PassSet:
    version = fields.whole("schema_version")
    if version > SCHEMA_VERSION:
        raise BadInputError(
            f"{fields.where} was written by a newer version.",
            f"It has schema {version}; this one knows {SCHEMA_VERSION}.",
            "Update cosmos-houdini, or encode the passes again.",
        )
    depth = fields.child("depth_range")
    loaded = PassSet(
        folder=folder,
        name=fields.text("name"),
        resolution=Resolution.parse(fields.text("resolution")),
        fps=Fraction(fields.text("fps")),
        frame_numbers=_frame_numbers(fields),
        fit=fields.text("fit"),
        sources=tuple(_source(Fields(one, f"{fields.where}: sources")) for one in fields.items("sources")),
        videos={
            PassVideo(key): _video(Fields(one, f"{fields.where}: {key}"))
            for key, one in fields.mapping("videos").items()
        },
        skipped={
            PassVideo(key): _skipped(Fields(one, f"{fields.where}: {key}"))
            for key, one in fields.mapping("skipped").items()
        },
        depth_range=None if depth is None else _depth(depth),
        colours={name: _colour(value) for name, value in fields.mapping("colours").items()},
        warnings=tuple(str(text) for text in fields.items("warnings")),
    )
    fields.finish()
    return loaded


def _range_json(numbers: tuple[int, ...]) -> dict[str, int]:
    return {"first": numbers[0], "last": numbers[-1], "step": numbers[1] - numbers[0]}


def _frame_numbers(fields: Fields) -> tuple[int, ...]:
    child = fields.child("frame_numbers")
    if child is None:
        return ()
    numbers = range(child.whole("first"), child.whole("last") + 1, child.whole("step"))
    child.finish()
    return tuple(numbers)


def _source(fields: Fields) -> SourceRecord:
    source = SourceRecord(
        fields.text("role"), fields.text("pattern"), fields.whole("files"), fields.text("fingerprint")
    )
    fields.finish()
    return source


def _video(fields: Fields) -> EncodedVideo:
    channels = {role: str(label) for role, label in fields.mapping("channels").items()}
    settings = {key: str(value) for key, value in fields.mapping("settings").items()}
    warnings = tuple(str(text) for text in fields.items("warnings"))
    video = EncodedVideo(fields.text("file"), fields.text("sha256"), channels, settings, warnings)
    fields.finish()
    if Path(video.file).name != video.file:
        raise BadInputError(
            f"{fields.where} names a file outside of its folder.", video.file, "Encode the passes again."
        )
    return video


def _skipped(fields: Fields) -> Skipped:
    reason = Skipped(fields.text("why"), fields.text("fix"))
    fields.finish()
    return reason


def _depth(fields: Fields) -> DepthRange:
    chosen = DepthRange(fields.number("near"), fields.number("far"), fields.text("how"))
    fields.finish()
    return chosen


def _colour(value: Any) -> Colour:
    red, green, blue = (int(one) for one in value)
    return (red, green, blue)


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
