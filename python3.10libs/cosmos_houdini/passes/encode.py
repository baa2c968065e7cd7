"""Rendered frames to control videos: the one call behind `passes encode`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.checks import check_asked, check_folder, check_ids, check_name
from cosmos_houdini.passes.color import configuration_mark
from cosmos_houdini.passes.depth import DepthRange, checked_range, scan_range
from cosmos_houdini.passes.disk import explain_write_error
from cosmos_houdini.passes.keep import (
    Kept,
    names_mark,
    record,
    remove_unfit,
    sources_mark,
    still_fitting,
    unchanged,
)
from cosmos_houdini.passes.manifest import FILE_NAME, EncodedVideo, PassSet, SourceRecord
from cosmos_houdini.passes.pipeline import Seen, cores, encode_frames, one_thread_each
from cosmos_houdini.passes.plan import Plan, make_plan
from cosmos_houdini.passes.request import EncodeRequest, PassVideo, SegSource
from cosmos_houdini.passes.segmentation import TOO_NEAR, TOO_NEAR_TO_TOUCH, Colour, apart, too_near
from cosmos_houdini.passes.sequence import VideoFile, frame_ranges
from cosmos_houdini.progress import Meter, Report, silent
from cosmos_houdini.records.atomic import remove_stale_parts
from cosmos_houdini.records.hashing import hash_file, hash_json

# Raised when the same request would give other pixels than before, so that old videos aren't taken as
# unchanged.
RECIPE = "3"
MOST_NAMED = 2  # pairs of neighbours in one warning
MOST_WARNINGS = 20  # of one kind: more is no longer read


def encode(request: EncodeRequest, report: Report = silent) -> PassSet:
    """Makes the videos of `request` in its folder, with `passes.json` and the colours of its segmentation.

    Videos whose sources and settings are unchanged are left as they are and named in `reused`. Videos of an
    earlier call that weren't asked for now stay in the set, named in `kept`, while they fit it: in size,
    rate, frames, fit and coding, and made from sources that haven't changed since. Others are removed and
    named in `removed`. Raises BadInputError; then no file under a final name is half-written.
    """
    plan = make_plan(request)
    check_asked(plan)
    check_folder(plan)
    before = _before(request)
    check_name(before, request)
    remove_stale_parts(request.folder)
    records = {one.role: record(one.role, one.source) for one in plan.inputs}
    settings = {video: _settings(plan, video, records) for video in plan.made}
    reused = tuple(video for video in plan.made if unchanged(before, video, settings[video], request))
    todo = tuple(video for video in plan.made if video not in reused)
    kept = still_fitting(before, plan, records)
    videos = dict(kept.videos)
    if before is not None:
        videos |= {video: before.videos[video] for video in reused}
    depth = before.depth_range if before and PassVideo.DEPTH in videos else None
    colours: Mapping[str, Colour] = before.colours if before and PassVideo.SEG in videos else {}
    skipped = {video: reason for video, reason in plan.skipped.items() if video not in videos}
    same = before is not None and before.skipped == skipped and before.videos == videos
    if before is not None and same and not todo and before.lists_its_colours():
        return replace(before, reused=reused, kept=tuple(kept.videos))
    with _no_empty_folder(request.folder):
        if todo:
            check_ids(plan)
            with one_thread_each():
                if PassVideo.DEPTH in todo:
                    depth = _depth_range(plan, report)
                meter = Meter(report, "encode", len(plan.numbers), "frames")
                seen = encode_frames(plan, todo, depth, meter)
            if PassVideo.SEG in todo:
                colours = seen.colours
            for video in todo:
                videos[video] = _encoded(plan, video, settings[video], depth, seen)
        result = PassSet(
            folder=request.folder,
            name=request.name,
            resolution=plan.resolution,
            fps=plan.fps,
            frame_numbers=plan.numbers,
            fit=plan.fit,
            sources=tuple((records | kept.sources).values()),
            videos={video: videos[video] for video in PassVideo if video in videos},
            skipped=skipped,
            depth_range=depth,
            colours=colours,
            warnings=tuple(text for video in PassVideo if video in videos for text in videos[video].warnings),
            reused=reused,
            kept=tuple(kept.videos),
        )
        with explain_write_error(request.folder / FILE_NAME):
            result.save()
            removed = remove_unfit(before, result)
    return replace(result, removed=removed, warnings=result.warnings + _removals(before, kept, removed))


@contextmanager
def _no_empty_folder(folder: Path) -> Iterator[None]:
    """After an error, removes the folder and its parents that were not there before, where they are empty."""
    new = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        yield
    except BaseException:
        with suppress(OSError):  # not empty, or never made
            for one in new:
                one.rmdir()
        raise


def _settings(plan: Plan, video: PassVideo, records: Mapping[str, SourceRecord]) -> dict[str, str]:
    """Everything that decides the pixels of a video, as text."""
    request = plan.request
    roles = plan.roles_of(video)
    settings = {
        "recipe": RECIPE,
        "size": str(plan.resolution),
        "fps": str(plan.fps),
        "frames": hash_json(list(plan.numbers))[:16],
        "fit": plan.fit,
        "lossless": str(request.lossless).lower(),
        "sources": sources_mark([records[plan.uses[role].input.role].fingerprint for role in roles]),
        "planes": ", ".join(f"{role}: {plan.uses[role].label}" for role in roles),
    }
    if "beauty" in roles and not plan.uses["beauty"].ready:
        settings["view"] = request.view or "sRGB curve"
        settings["exposure"] = f"{request.exposure:g}"
        if request.view and configuration_mark():
            settings["configuration"] = configuration_mark()
    if video is PassVideo.DEPTH:
        settings["near"], settings["far"] = (
            "auto" if end is None else f"{end!r}" for end in (request.near, request.far)
        )
    elif video is PassVideo.EDGE:
        settings["edge_source"] = "ready" if roles == ("edge",) else str(request.edge_source)
        settings["canny"] = str(request.canny)
    elif video is PassVideo.SEG:
        settings["seg_source"] = str(plan.seg_source)
        names = names_mark(plan.uses["seg"].input, plan.uses["seg"].crypto)
        if names:
            settings["names"] = names
    elif video is PassVideo.VIS:
        settings["blur"] = str(request.blur)
    return settings


def _before(request: EncodeRequest) -> PassSet | None:
    """What an earlier call left; a record that can't be read means: begin anew."""
    try:
        return PassSet.load(request.folder)
    except BadInputError:
        return None


def _depth_range(plan: Plan, report: Report) -> DepthRange | None:
    use = plan.uses["depth"]
    request = plan.request
    if use.ready or isinstance(use.input.source, VideoFile):
        return None
    if request.near is not None and request.far is not None:
        return checked_range(request.near, request.far, "given")
    frames = [(number, plan.path_of(use.input.source, number)) for number in plan.numbers]
    meter = Meter(report, "depth range", len(frames), "frames")
    return scan_range(frames, use.plane, request.near, request.far, cores(), meter.advance)


def _encoded(
    plan: Plan, video: PassVideo, settings: Mapping[str, str], depth: DepthRange | None, seen: Seen
) -> EncodedVideo:
    channels = {role: plan.uses[role].label for role in plan.roles_of(video)}
    path = plan.request.folder / video.file_name
    warnings: list[str] = []
    if video is PassVideo.DEPTH:
        warnings = _depth_warnings(depth, seen)
    elif video is PassVideo.SEG:
        warnings = _seg_warnings(plan, seen)
    return EncodedVideo(video.file_name, hash_file(path), channels, settings, tuple(warnings))


def _depth_warnings(depth: DepthRange | None, seen: Seen) -> list[str]:
    warnings = []
    if depth is not None and depth.near >= depth.far:
        warnings.append(f"The depth is one distance only ({depth.near:g}): the control says nothing.")
    elif depth is not None and depth.far / depth.near < 1.01:
        warnings.append(f"The depth hardly varies ({depth.near:g} to {depth.far:g}): the control is noise.")
    black = seen.frames_without_depth
    if black:
        frames = f"frame {black[0]} is" if len(black) == 1 else f"frames {frame_ranges(black)} are"
        warnings.append(f"The depth of {frames} black: no pixel there has a distance.")
    return warnings


def _seg_warnings(plan: Plan, seen: Seen) -> list[str]:
    if plan.seg_source is SegSource.COLORED:
        return []  # ready-made: its colours are not ours
    if not seen.colours:
        return ["The segmentation is empty: no object is in any frame."]
    alike = too_near(seen.colours)
    warnings = [
        f"'{one}' and '{other}' have nearly the same colour ({distance:.0f}/255 apart): "
        f"{TOO_NEAR:g} is safe. Rename one of them, or segment by asset or material."
        for one, other, distance in alike[:MOST_WARNINGS]
    ]
    told = {frozenset(pair[:2]) for pair in alike}
    touching = sorted(
        (apart(seen.colours[one], seen.colours[other]), one, other)
        for one, other in seen.touching
        if frozenset((one, other)) not in told
    )
    near = [pair for pair in touching if pair[0] < TOO_NEAR_TO_TOUCH]
    if near:
        pairs = [f"'{one}' and '{other}' ({distance:.0f}/255 apart)" for distance, one, other in near]
        more = f" and {len(pairs) - MOST_NAMED} more" if len(pairs) > MOST_NAMED else ""
        warnings.append(
            f"Neighbours in the segmentation have similar colours: "
            f"{', '.join(pairs[:MOST_NAMED])}{more}. Their borders are hard to see. "
            "Rename one of them, or segment by asset or material."
        )
    return warnings


def _removals(before: PassSet | None, kept: Kept, removed: tuple[str, ...]) -> tuple[str, ...]:
    reasons = {} if before is None else {before.videos[video].file: why for video, why in kept.unfit.items()}
    other = "its segmentation is not there any more"
    return tuple(
        f"Removed {name}: it no longer fits the set ({reasons.get(name, other)})." for name in removed
    )
