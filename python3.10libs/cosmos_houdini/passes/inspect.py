"""What is in some frames and what could be made of them, behind `passes inspect`. Decodes no pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cosmos_houdini.passes.plan import Input, Plan, make_plan
from cosmos_houdini.passes.request import EdgeSource, EncodeRequest, PassVideo
from cosmos_houdini.passes.sequence import VideoFile


@dataclass(frozen=True)
class PlaneFound:
    """A plane with its channels and number type."""

    name: str
    channels: tuple[str, ...]
    type: str


@dataclass(frozen=True)
class CryptoFound:
    """A Cryptomatte layer; `kind` is object, asset, material or empty."""

    name: str
    kind: str
    ranks: int
    manifest: bool


@dataclass(frozen=True)
class SourceFound:
    """One source: where it is, its frames, its size and what the first frame holds."""

    role: str
    pattern: str
    first: int
    last: int
    frames: int
    resolution: str
    planes: tuple[PlaneFound, ...]
    cryptomatte: tuple[CryptoFound, ...]


@dataclass(frozen=True)
class VideoPossible:
    """What a video would be made from; where `uses` is empty, why it can't be and what would help."""

    video: PassVideo
    uses: tuple[str, ...]
    why_not: str = ""
    fix: str = ""


@dataclass(frozen=True)
class Inspection:
    """What `encode` would do with the same request; `frames` are those it would take."""

    sources: tuple[SourceFound, ...]
    frames: int
    first: int
    last: int
    resolution: str
    fps: str
    fit: str
    videos: tuple[VideoPossible, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "sources": [
                {
                    **vars(source),
                    "planes": [{**vars(plane), "channels": list(plane.channels)} for plane in source.planes],
                    "cryptomatte": [vars(layer) for layer in source.cryptomatte],
                }
                for source in self.sources
            ],
            "frames": self.frames,
            "first": self.first,
            "last": self.last,
            "resolution": self.resolution,
            "fps": self.fps,
            "fit": self.fit,
            "videos": {
                one.video.value: {"uses": list(one.uses), "why_not": one.why_not, "fix": one.fix}
                for one in self.videos
            },
        }

    def as_text(self) -> str:
        """For a person at a terminal."""
        lines: list[str] = []
        for source in self.sources:
            gaps = "" if source.frames == source.last - source.first + 1 else " (with gaps)"
            lines.append(f"{source.pattern}")
            lines.append(
                f"  frames {source.first}-{source.last}{gaps}, {source.frames} in all, {source.resolution}"
            )
            width = max((len(plane.name) for plane in source.planes), default=0)
            for plane in source.planes:
                lines.append(
                    f"  plane        {plane.name:{width}}  {plane.type:7} {' '.join(plane.channels)}"
                )
            for layer in source.cryptomatte:
                manifest = "with names" if layer.manifest else "without names"
                lines.append(f"  cryptomatte  {layer.name}  {layer.ranks} ranks, {manifest}")
        lines += ["", f"{self.frames} frames ({self.first}-{self.last}) at {self.fps} fps, {self.fit}", ""]
        for one in self.videos:
            if one.uses:
                lines.append(f"  {one.video.value:6} from {', '.join(one.uses)}")
            else:
                lines.append(f"  {one.video.value:6} can't be made: {one.why_not}")
                lines.append(f"         {one.fix}")
        return "\n".join(lines)


def inspect(request: EncodeRequest) -> Inspection:
    """Looks at names and headers; BadInputError for what `encode` would refuse before reading pixels."""
    plan = make_plan(request)
    return Inspection(
        sources=tuple(_found(one) for one in plan.inputs),
        frames=len(plan.numbers),
        first=plan.numbers[0],
        last=plan.numbers[-1],
        resolution=str(plan.resolution),
        fps=str(plan.fps),
        fit=plan.placements[plan.inputs[0].role].describe(),
        videos=tuple(
            _possible(plan, video) for video in PassVideo if video in plan.made or video in plan.skipped
        ),
    )


def _found(one: Input) -> SourceFound:
    numbers = one.source.numbers
    return SourceFound(
        role=one.role,
        pattern=one.source.pattern,
        first=numbers[0],
        last=numbers[-1],
        frames=len(numbers),
        resolution=str(one.layout.size),
        planes=tuple(
            PlaneFound(plane.label, tuple(channel.name for channel in plane.channels), plane.type)
            for plane in one.layout.planes
        ),
        cryptomatte=tuple(
            CryptoFound(layer.name, layer.kind, len(layer.ranks), layer.has_manifest)
            for layer in one.layout.crypto
        ),
    )


def _possible(plan: Plan, video: PassVideo) -> VideoPossible:
    reason = plan.skipped.get(video)
    if reason is not None:
        return VideoPossible(video, (), reason.why, reason.fix)
    uses = tuple(f"{role} ({_described(plan, role)})" for role in plan.roles_of(video))
    canny = plan.request.edge_source is not EdgeSource.GEOMETRY and uses[0].startswith("beauty")
    if video is PassVideo.EDGE and canny:
        uses = (f"Canny {plan.request.canny} on {uses[0]}", *uses[1:])
    return VideoPossible(video, uses)


def _described(plan: Plan, role: str) -> str:
    use = plan.uses[role]
    if isinstance(use.input.source, VideoFile):
        return f"{use.label}, ready-made" if role != "beauty" else use.label
    if use.crypto is not None:
        return f"cryptomatte {use.crypto.name}"
    return f"{use.label}, ready-made" if use.ready and role != "beauty" else use.label
