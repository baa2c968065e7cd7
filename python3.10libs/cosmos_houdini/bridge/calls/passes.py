"""`passes.inspect` and `passes.encode`."""

from __future__ import annotations

from typing import Any

from ...passes.request import EdgeSource, EncodeRequest, Fit, PassVideo, PlaneNames, SegSource, Sources
from ...records.enums import BlurStrength, CannyThreshold
from ...records.strict import as_word
from ...workflow.encoding import ALIASES, EncodeWishes, encode_request, even_size
from ..call import Call
from ..messages import WrongParametersError
from ..parameters import Parameters
from ..project import Project, project_of
from ..service import Service

ROLES = ("frames", "beauty", "depth", "normal", "id", "edge", "seg")


def inspect(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """What the frames hold, and what each control would use; no pixel is decoded."""
    project = project_of(asked)
    request = _request(project, asked)
    from ...passes.inspect import inspect as look

    return look(request).as_json()


def encode(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """Writes the control videos; what is unchanged is not encoded again."""
    project = project_of(asked)
    request = _request(project, asked)
    from ...passes.encode import encode as make

    made = make(request, call.report)
    return {
        "folder": str(made.folder),
        "paths": {str(video): str(made.path(video)) for video in made.videos},
        "frames": made.frames,
        "reused": [str(video) for video in made.reused],
        **made.as_json(),
    }


def _request(project: Project, asked: Parameters) -> EncodeRequest:
    """`frames` and `sources` (role -> pattern) say where, `planes` (role -> name) what; the rest is as typed
    behind `passes encode`."""
    sources = {role: project.place(text) for role, text in asked.text_map("sources").items() if text}
    frames = asked.optional_text("frames")
    if frames:
        sources["frames"] = project.place(frames)
    planes = asked.text_map("planes")
    _known(asked, "sources", sources, ROLES)
    _known(asked, "planes", planes, ("beauty", "depth", "normal", "id"))
    first, last = _range(asked)
    size = asked.optional_text("size")
    wishes = EncodeWishes(
        sources=Sources(**sources),
        planes=PlaneNames(**planes),
        name=asked.optional_text("name"),
        engine=asked.optional_text("engine"),
        videos=_videos(asked),
        resolution=even_size(size, "size") if size else None,
        fit=asked.optional_word("fit", Fit),
        fps=asked.at_least_one("fps"),
        first=first,
        last=last,
        step=asked.at_least_one("step") or 1,
        near=asked.optional_number("near"),
        far=asked.optional_number("far"),
        blur=asked.optional_word("blur_strength", BlurStrength),
        canny=asked.optional_word("canny_threshold", CannyThreshold),
        edge_source=asked.optional_word("edge_source", EdgeSource),
        seg_source=asked.optional_word("seg_source", SegSource) or SegSource.AUTO,
        view=asked.optional_text("view"),
        exposure=asked.optional_number("exposure"),
        lossless=asked.flag("lossless") if asked.value("lossless") is not None else None,
        force=asked.flag("force"),
    )
    asked.finish()
    return encode_request(project.store, project.config, wishes)


def _known(asked: Parameters, key: str, given: dict[str, str], known: tuple[str, ...]) -> None:
    """Refuses a misspelt role, with the nearest one."""
    block = Parameters(given, f"{asked.where}: {key}")
    for name in known:
        block.value(name)
    block.finish()


def _videos(asked: Parameters) -> tuple[PassVideo, ...] | None:
    """`controls`: which videos to make; all that can be where it is missing. `color` is always among them."""
    if asked.value("controls") is None:
        return None
    where = f"{asked.where}: 'controls'"
    chosen = [as_word(ALIASES.get(word, word), PassVideo, where) for word in asked.texts("controls")]
    return tuple(dict.fromkeys(chosen))


def _range(asked: Parameters) -> tuple[int | None, int | None]:
    """The first and the last frame number of `range`; None where it is open."""
    ends = asked.items("range")
    if not ends:
        return None, None
    if len(ends) != 2 or any(isinstance(end, bool) or not isinstance(end, (int, type(None))) for end in ends):
        raise WrongParametersError(f"{asked.where}: 'range' should be two frame numbers, [first, last].")
    return ends[0], ends[1]
