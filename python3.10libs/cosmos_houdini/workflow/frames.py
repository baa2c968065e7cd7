"""A video as picture files, for programs that read sequences: written once, however often asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Optional

from ..records.atomic import write_atomic
from ..records.hashing import hash_file

PictureFormat = Literal["png", "exr"]


@dataclass(frozen=True)
class FrameSequence:
    """The files in their order; they are numbered from `first` to `last`, with four digits."""

    files: tuple[Path, ...]
    first: int = 1

    @property
    def folder(self) -> Path:
        return self.files[0].parent

    @property
    def last(self) -> int:
        return self.first + len(self.files) - 1

    @property
    def pattern(self) -> str:
        """The sequence as Houdini writes it: `folder/output.$F4.png`."""
        name, _, ending = self.files[0].name.rsplit(".", 2)
        return (self.folder / f"{name}.$F4.{ending}").as_posix()

    def as_json(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "pattern": self.pattern,
            "first": self.first,
            "last": self.last,
            "files": [str(file) for file in self.files],
        }


def frames_of(video: Path, folder: Path, picture_format: PictureFormat) -> FrameSequence:
    """The frames of `video` as files in `folder`; BadInputError for a video that can't be read."""
    made_from = folder / f".{video.stem}.{picture_format}.json"
    known = _known(made_from, video, folder, picture_format)
    if known is not None:
        return known
    from ..passes.video import write_frames  # the picture libraries, which frames that are there do without

    made_from.unlink(missing_ok=True)  # who dies half-way leaves no claim that all are there
    for old in folder.glob(f"{video.stem}.[0-9]*.{picture_format}"):
        old.unlink()  # of another video of this name: its last frames would hang on
    written = FrameSequence(tuple(write_frames(video, folder, format=picture_format)))
    claim = {"sha256": hash_file(video), "frames": len(written.files)}
    write_atomic(made_from, json.dumps(claim) + "\n")
    return written


def _known(made_from: Path, video: Path, folder: Path, ending: str) -> Optional[FrameSequence]:
    try:
        claim: Any = json.loads(made_from.read_bytes())
        count, sha256 = int(claim["frames"]), claim["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    files = tuple(folder / f"{video.stem}.{number:04d}.{ending}" for number in range(1, count + 1))
    if not files or not all(file.is_file() for file in files) or hash_file(video) != sha256:
        return None
    return FrameSequence(files)
