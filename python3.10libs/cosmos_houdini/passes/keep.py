"""What stays of an earlier call: videos that are unchanged, and videos that still fit their set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.cryptomatte import CryptoLayer
from cosmos_houdini.passes.manifest import COLOURS_NAME, EncodedVideo, PassSet, SourceRecord
from cosmos_houdini.passes.picture_file import checked_file
from cosmos_houdini.passes.plan import Input, Plan
from cosmos_houdini.passes.request import EncodeRequest, PassVideo
from cosmos_houdini.passes.sequence import Source, VideoFile, find_source
from cosmos_houdini.records.hashing import hash_file, hash_json


@dataclass
class Kept:
    """Earlier videos that stay, the sources they need beside those of now, and why the others go."""

    videos: dict[PassVideo, EncodedVideo] = field(default_factory=dict)
    sources: dict[str, SourceRecord] = field(default_factory=dict)
    unfit: dict[PassVideo, str] = field(default_factory=dict)


def record(role: str, source: Source) -> SourceRecord:
    """The fingerprint of a source; BadInputError, naming the frame, for one that is no file."""
    if isinstance(source, VideoFile):
        there = [(source.path, source.path.stat())]
    else:
        there = [(path, checked_file(path, number)) for number, path in zip(source.numbers, source.paths)]
    seen = [[path.name, one.st_size, one.st_mtime_ns, one.st_ino] for path, one in there]
    return SourceRecord(role, source.pattern, len(seen), hash_json(seen))


def sources_mark(fingerprints: list[str]) -> str:
    """The sources of one video in its settings: a hash over the fingerprints, role by role."""
    return hash_json(fingerprints)[:16]


def names_mark(source: Input, layer: CryptoLayer | None) -> str:
    """The hash of the sidecar file that names a segmentation's objects; "" where there is none."""
    if layer is None or not layer.sidecar or isinstance(source.source, VideoFile):
        return ""
    path = source.source.paths[0].parent / layer.sidecar
    return hash_file(path)[:16] if path.is_file() else "missing"


def unchanged(
    before: PassSet | None, video: PassVideo, settings: Mapping[str, str], request: EncodeRequest
) -> bool:
    if request.force or before is None or video not in before.videos:
        return False
    return before.videos[video].settings == settings and _intact(before, video)


def still_fitting(before: PassSet | None, plan: Plan, now: Mapping[str, SourceRecord]) -> Kept:
    """The earlier videos that weren't asked for now, and fit what is made now; `now` are its sources by role.

    A video that the sources of now should have given, and can't, was asked for.
    """
    kept = Kept()
    if before is None:
        return kept
    for video, made in before.videos.items():
        if video in plan.made:
            continue
        inputs = _inputs(before, made)
        if video in plan.skipped and any(one.role in now for one in inputs):
            kept.unfit[video] = "it can't be made of these frames and settings any more"
            continue
        why = _misfit(before, video, plan, inputs, now)
        if why:
            kept.unfit[video] = why
            continue
        kept.videos[video] = made
        kept.sources.update({one.role: one for one in inputs if one.role not in now})
    return kept


def remove_unfit(before: PassSet | None, result: PassSet) -> tuple[str, ...]:
    """Removes files of the earlier set that are not in `result`: they would be taken for a part of it."""
    if before is None:
        return ()
    gone = [made.file for video, made in before.videos.items() if video not in result.videos]
    if PassVideo.SEG not in result.videos and (result.folder / COLOURS_NAME).exists():
        gone.append(COLOURS_NAME)
    for name in gone:
        (result.folder / name).unlink(missing_ok=True)
    return tuple(gone)


def _intact(before: PassSet, video: PassVideo) -> bool:
    path = before.path(video)
    return path.is_file() and hash_file(path) == before.videos[video].sha256


def _inputs(before: PassSet, made: EncodedVideo) -> tuple[SourceRecord, ...]:
    """The sources that this video was made from, by the mark in its settings; empty where none has it."""
    by_role = {one.role: one for one in before.sources}
    candidates = []
    for role in made.channels:
        names = (role, "id", "frames") if role == "seg" else (role, "seg", "frames")
        candidates.append([by_role[name] for name in names if name in by_role])
    for combination in product(*candidates):
        if sources_mark([one.fingerprint for one in combination]) == made.settings.get("sources"):
            return tuple(dict.fromkeys(combination))
    return ()


def _misfit(
    before: PassSet,
    video: PassVideo,
    plan: Plan,
    inputs: tuple[SourceRecord, ...],
    now: Mapping[str, SourceRecord],
) -> str:
    """Why an earlier video doesn't belong to the set of now; empty where it does."""
    settings = before.videos[video].settings
    coding = "lossless" if settings.get("lossless") == "true" else "not lossless"
    misfits = {
        f"it has another size ({before.resolution})": before.resolution != plan.resolution,
        f"it has another rate ({float(before.fps):g} fps)": before.fps != plan.fps,
        "it has other frames": before.frame_numbers != plan.numbers,
        f"it was fitted in another way ({settings.get('fit')})": settings.get("fit") != plan.fit,
        f"it is {coding}": settings.get("lossless") != str(plan.request.lossless).lower(),
        "the frames it was made from have changed": not inputs or any(_changed(one, now) for one in inputs),
        "the names of its objects have changed": _renamed(before.videos[video], plan),
        "it isn't as it was encoded": not _intact(before, video),
    }
    return next((why for why, wrong in misfits.items() if wrong), "")


def _renamed(made: EncodedVideo, plan: Plan) -> bool:
    """Whether the sidecar of the Cryptomatte that this video was made from has other names than then."""
    before = made.settings.get("names")
    marks = [
        names_mark(one, layer)
        for one in plan.inputs
        for layer in one.layout.crypto
        if layer.name == made.channels.get("seg")
    ]
    return before is not None and bool(marks) and before not in marks


def _changed(earlier: SourceRecord, now: Mapping[str, SourceRecord]) -> bool:
    """Whether a source has other files than before; one that has gone since has not changed."""
    if earlier.role in now:
        return now[earlier.role].fingerprint != earlier.fingerprint
    try:
        found = record(earlier.role, find_source(earlier.pattern))
    except (BadInputError, OSError):
        return False
    return found.fingerprint != earlier.fingerprint
