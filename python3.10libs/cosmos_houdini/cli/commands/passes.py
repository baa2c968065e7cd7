"""`passes inspect` and `passes encode`: rendered frames -> control videos."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, TypeVar

import click

from ...passes.request import EdgeSource, EncodeRequest, Fit, PassVideo, PlaneNames, SegSource, Sources
from ...records.enums import BlurStrength, CannyThreshold
from ...workflow.encoding import ALIASES, EncodeWishes, encode_request, even_size
from ..session import Session, session_options
from ..words import NUMBER, typed_word

if TYPE_CHECKING:  # loads the picture libraries, which --help does without
    from ...passes.manifest import PassSet

PRESETS = "none, very_low, low, medium, high or very_high. [default: from the settings]"
Command = TypeVar("Command", bound=Callable[..., Any])


@click.group(epilog="Example: cosmos-houdini passes inspect 'render/shot.$F4.exr'")
def passes() -> None:
    """Rendered frames: look at them, encode them as control videos."""


def request_options(command: Command) -> Command:
    """FRAMES and the options that say what to make of them, for a command that gets an EncodeRequest."""

    @click.argument("frames", required=False)
    @encode_options
    @session_options
    @functools.wraps(command)
    def wrapped(session: Session, **options: Any) -> Any:
        own = {name: options.pop(name) for name in ("force",) if name in options}
        return command(session, request_of(session, **options, **own), **own)

    return wrapped  # type: ignore[return-value]


def encode_options(command: Command) -> Command:
    """The options that say what to make of frames, as `request_of` takes them."""

    @click.option("--beauty-frames", metavar="FRAMES", help="Another sequence or mp4 for the beauty alone.")
    @click.option(
        "--depth-frames", metavar="FRAMES", help="… for depth; pictures and mp4 count as ready-made."
    )
    @click.option("--normal-frames", metavar="FRAMES", help="… for normals.")
    @click.option("--id-frames", metavar="FRAMES", help="… for ids and cryptomatte.")
    @click.option("--edge-frames", metavar="FRAMES", help="Ready-made edges.")
    @click.option("--seg-frames", metavar="FRAMES", help="Ready-made segmentation.")
    @click.option("--beauty", metavar="PLANE", help="The plane that is the beauty. [default: by known names]")
    @click.option("--depth", metavar="PLANE", help="The plane that is the depth.")
    @click.option("--normal", metavar="PLANE", help="The plane that is the normal.")
    @click.option("--id", "id_plane", metavar="PLANE", help="The plane that holds ids.")
    @click.option(
        "--only", metavar="LIST", help="Which videos, as in color,depth,seg. [default: all that can be]"
    )
    @click.option("--name", help="The folder below inputs/videos. [default: the sequence's name]")
    @click.option("--size", metavar="WxH", help="An exact size. [default: the engine's nearest]")
    @click.option(
        "--fit", type=click.Choice([str(fit) for fit in Fit]), help="Where the aspect isn't the engine's."
    )
    @click.option("--fps", type=click.IntRange(min=1), help="[default: a video's own; passes.fps for stills]")
    @click.option("--first", type=int, help="First frame number.")
    @click.option("--last", type=int, help="Last frame number.")
    @click.option("--step", type=click.IntRange(min=1), default=1, help="Every n-th frame. [default: 1]")
    @click.option(
        "--near", type=NUMBER, help="The distance that is white, in scene units. [default: from the clip]"
    )
    @click.option("--far", type=NUMBER, help="The distance that is darkest.")
    @click.option(
        "--edge-source",
        type=click.Choice([str(source) for source in EdgeSource]),
        help="Edges of the beauty, of depth, normals and ids, or of both. [default: passes.edge_source]",
    )
    @click.option(
        "--seg-source",
        type=click.Choice([str(source) for source in SegSource]),
        default="auto",
        help="What an object is. [default: auto, the first there is]",
    )
    @click.option("--canny-threshold", metavar="PRESET", help=PRESETS)
    @click.option("--blur-strength", metavar="PRESET", help=PRESETS)
    @click.option(
        "--view", metavar="NAME", help="A view of the OCIO configuration. [default: the plain sRGB curve]"
    )
    @click.option("--exposure", type=NUMBER, help="Stops, before the view.")
    @click.option("--lossless", is_flag=True, default=None, help="Exact pixels, larger files.")
    @functools.wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        return command(*arguments, **options)

    return wrapped  # type: ignore[return-value]


@passes.command(epilog="Example: cosmos-houdini passes inspect 'render/shot.$F4.exr'")
@request_options
def inspect(session: Session, request: EncodeRequest) -> None:
    """Say what FRAMES hold and what each control would use.

    FRAMES is a pattern (shot.$F4.exr, shot.%04d.exr, shot.####.exr, shot.*.exr), a folder, or a video.
    """
    from ...passes.inspect import inspect as look

    found = look(request)
    session.answer(found.as_json(), found.as_text())


@passes.command(
    short_help="Write the control videos of FRAMES.",
    epilog="Example: cosmos-houdini passes encode 'render/shot.$F4.exr' --name city --fps 24",
)
@click.option("--force", is_flag=True, help="Encode again what has not changed, too.")
@request_options
def encode(session: Session, request: EncodeRequest, force: bool) -> None:
    """Write inputs/videos/NAME/{color,depth,edge,segmentation,vis}.mp4 and passes.json.

    FRAMES is a pattern (shot.$F4.exr, shot.%04d.exr, shot.####.exr, shot.*.exr), a folder, or a video.
    Unchanged frames and settings are not encoded again.
    """
    make_videos(session, request)
    folder = shlex.quote(session.relative(request.folder))
    session.say(f"Next: cosmos-houdini create-spec NAME PROMPT --controls {folder}")


def encode_frames(session: Session, frames: str, name: str) -> Path:
    """Encodes one sequence with the settings' defaults; returns the folder of the videos."""
    request = request_of(session, frames=frames, name=name, seg_source="auto", step=1)
    make_videos(session, request)
    return request.folder


def make_videos(session: Session, request: EncodeRequest) -> PassSet:
    """Encodes, and tells what was made."""
    from ...passes.encode import encode as make

    with session.progress() as report:
        made = make(request, report)
    session.event("result", folder=str(request.folder), **made.as_json())
    session.say(_told(session, made))
    for warning in made.warnings:
        session.warn(warning)
    return made


def _told(session: Session, made: PassSet) -> str:
    """What was made and what was not, a line each."""
    fit = f"  {made.fit}" if made.fit else ""
    lines = [f"{made.frames} frames of {made.resolution} at {float(made.fps):g} fps{fit}"]
    for video, encoded in made.videos.items():
        how = (
            "kept from before"
            if video in made.kept
            else "unchanged"
            if video in made.reused
            else ", ".join(dict.fromkeys(encoded.channels.values()))
        )
        lines.append(f"{video!s:<7} {session.relative(made.path(video))}  ({how})")
    for video, reason in made.skipped.items():
        lines.append(f"{video!s:<7} not made: {reason.why} {reason.fix}")
    return "\n".join(lines)


def request_of(
    session: Session,
    *,
    frames: Optional[str] = None,
    name: Optional[str] = None,
    only: Optional[str] = None,
    size: Optional[str] = None,
    fit: Optional[str] = None,
    fps: Optional[int] = None,
    edge_source: Optional[str] = None,
    seg_source: str,
    canny_threshold: Optional[str] = None,
    blur_strength: Optional[str] = None,
    view: Optional[str] = None,
    exposure: Optional[float] = None,
    lossless: Optional[bool] = None,
    id_plane: Optional[str] = None,
    force: bool = False,
    **rest: Any,
) -> EncodeRequest:
    """What was typed, completed by the settings."""
    sources = {
        role: rest.get(f"{role}_frames") for role in ("beauty", "depth", "normal", "id", "edge", "seg")
    }
    planes = {role: rest.get(role) for role in ("beauty", "depth", "normal")}
    wishes = EncodeWishes(
        sources=Sources(frames=frames, **sources),
        planes=PlaneNames(**planes, id=id_plane),
        name=name,
        videos=_videos(only),
        resolution=None if size is None else even_size(size, "--size"),
        fit=Fit(fit) if fit else None,
        fps=fps,
        first=rest.get("first"),
        last=rest.get("last"),
        step=rest.get("step") or 1,
        near=rest.get("near"),
        far=rest.get("far"),
        blur=typed_word(blur_strength, BlurStrength, "--blur-strength") if blur_strength else None,
        canny=typed_word(canny_threshold, CannyThreshold, "--canny-threshold") if canny_threshold else None,
        edge_source=EdgeSource(edge_source) if edge_source else None,
        seg_source=SegSource(seg_source),
        view=view,
        exposure=exposure,
        lossless=lossless,
        force=force,
    )
    return encode_request(session.store, session.config, wishes)


def _videos(only: Optional[str]) -> Optional[tuple[PassVideo, ...]]:
    if only is None:
        return None
    return tuple(
        typed_word(ALIASES.get(word.strip().lower(), word), PassVideo, "--only")
        for word in only.split(",")
        if word.strip()
    )
