"""From a request to what will be read and made: nothing is decoded here but headers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.color import DisplayTransform
from cosmos_houdini.passes.cryptomatte import CryptoLayer
from cosmos_houdini.passes.fit import Placement, place
from cosmos_houdini.passes.planes import (
    DEPTH_NAMES,
    WRITTEN_NAMES,
    Channel,
    Layout,
    Plane,
    find_plane,
    named_plane,
)
from cosmos_houdini.passes.read import read_layout
from cosmos_houdini.passes.request import (
    LARGEST_EXPOSURE,
    EdgeSource,
    EncodeRequest,
    PassVideo,
    SegSource,
)
from cosmos_houdini.passes.sequence import PATTERNS, Source, VideoFile, chosen, find_source
from cosmos_houdini.records.geometry import Resolution

# Sources whose aspects differ by more than this were not framed by the same camera.
ASPECT_TOLERANCE = 0.01
# Rates nearer than this are one rate, written in two ways (24000/1001 and 23.976).
RATE_TOLERANCE = 1e-4
# x264 takes no longer side; the frames under way have to fit into memory.
LARGEST_SIDE = 16384
LARGEST_AREA = 8192 * 8192


@dataclass(frozen=True)
class Input:
    """One source, and what its first frame holds."""

    role: str
    source: Source
    layout: Layout


@dataclass(frozen=True)
class Use:
    """A plane of an input; `crypto` where the plane is the ranks of a Cryptomatte layer.

    `ids` says that whole numbers are ids: a gray PNG of ids looks like any gray picture.
    """

    input: Input
    plane: Plane
    crypto: CryptoLayer | None = None
    ids: bool = False

    @property
    def ready(self) -> bool:
        """Whether its pixels are display values, to be taken as they are."""
        return self.plane.whole_numbers and not self.ids

    @property
    def label(self) -> str:
        if isinstance(self.input.source, VideoFile):
            return self.input.source.path.name
        return self.crypto.name if self.crypto else self.plane.label


@dataclass(frozen=True)
class Skipped:
    """Why a video can't be made, and what would make it possible: a sentence each."""

    why: str
    fix: str


@dataclass(frozen=True)
class Plan:
    """What is read and made. `uses` are the planes by role (beauty, depth, normal, id, edge, seg)."""

    request: EncodeRequest
    inputs: tuple[Input, ...]
    numbers: tuple[int, ...]
    fps: Fraction
    placements: Mapping[str, Placement]
    uses: Mapping[str, Use]
    seg_source: SegSource | None
    made: tuple[PassVideo, ...]
    skipped: Mapping[PassVideo, Skipped]

    @property
    def resolution(self) -> Resolution:
        return self.placements[self.inputs[0].role].target

    @property
    def fit(self) -> str:
        """How the pictures of the main source come to the size, in words."""
        return self.placements[self.inputs[0].role].describe()

    def roles_of(self, video: PassVideo) -> tuple[str, ...]:
        """The roles whose planes this video is made from."""
        if video in (PassVideo.COLOR, PassVideo.VIS):
            return ("beauty",)
        if video is PassVideo.DEPTH:
            return ("depth",)
        if video is PassVideo.SEG:
            return ("seg",)
        if "edge" in self.uses:
            return ("edge",)
        chosen_roles = {
            EdgeSource.BEAUTY: ("beauty",),
            EdgeSource.GEOMETRY: ("depth", "normal", "id"),
            EdgeSource.BOTH: ("beauty", "depth", "normal", "id"),
        }[self.request.edge_source]
        return tuple(role for role in chosen_roles if role in self.uses and self._measures(role))

    def path_of(self, source: Source, number: int) -> Path:
        """The picture of a source at frame `number` of the main one: the same number, or the same position
        where the main source is a video, whose frames have no numbers of their own."""
        assert not isinstance(source, VideoFile)
        main = self.inputs[0].source
        place = (main if isinstance(main, VideoFile) else source).numbers.index(number)
        return source.paths[place]

    def _measures(self, role: str) -> bool:
        """A ready-made depth picture has no distances in it to find steps in."""
        return role == "beauty" or not self.uses[role].ready


def make_plan(request: EncodeRequest) -> Plan:
    """Looks at the sources' names and first headers; BadInputError for what can't be used at all.

    A video that can't be made stands in `skipped` with its reason; it is for the caller to mind or not.
    """
    _check_request(request)
    inputs = _open_inputs(request)
    fps = _rate(request, inputs)
    main = inputs[0]
    numbers = chosen(main.source.numbers, request.first, request.last, request.step)
    for other in inputs[1:]:
        _check_frames(main, other, numbers)
    target = _target(request, main.layout.size)
    _check_size(target)
    fit = place(main.layout.size, target, request.fit).fit
    placements = {one.role: place(one.layout.size, target, fit) for one in inputs}
    uses = _find_uses(request, {one.role: one for one in inputs})
    seg, seg_source = _find_seg(request, {one.role: one for one in inputs}, uses)
    if seg is not None:
        uses["seg"] = seg
        if seg.crypto is not None and "id" not in uses:
            uses["id"] = seg  # outlines of objects, for the edges from geometry
    draft = Plan(request, inputs, numbers, fps, placements, uses, seg_source, (), {})
    skipped: dict[PassVideo, Skipped] = {}
    for video in request.videos or tuple(PassVideo):
        reason = _impossible(draft, video)
        if reason is not None:
            skipped[video] = reason
    made = tuple(
        video for video in PassVideo if video in (request.videos or PassVideo) and video not in skipped
    )
    return Plan(request, inputs, numbers, fps, placements, uses, seg_source, made, skipped)


def _check_request(request: EncodeRequest) -> None:
    if not (math.isfinite(request.exposure) and abs(request.exposure) <= LARGEST_EXPOSURE):
        raise BadInputError(
            f"An exposure of {request.exposure:g} stops can't be used.",
            f"Exposure is a number from {-LARGEST_EXPOSURE:g} to {LARGEST_EXPOSURE:g}; 0 changes nothing.",
            "Give another --exposure.",
        )
    for rate in (request.fps, request.still_fps):
        if rate is not None and rate <= 0:
            raise BadInputError(
                f"A video of {rate} frames a second can't be made.",
                "A rate is above 0.",
                "Give another --fps.",
            )
    DisplayTransform(request.view, request.exposure)  # refuses a view that isn't there


def _rate(request: EncodeRequest, inputs: tuple[Input, ...]) -> Fraction:
    """The rate asked for, else that of the videos among the sources, else that of stills."""
    if request.fps is not None:
        return request.fps
    films = [one.source for one in inputs if isinstance(one.source, VideoFile)]
    if not films:
        return request.still_fps
    rate = films[0].info.fps
    if any(abs(film.info.fps - rate) > RATE_TOLERANCE * rate for film in films[1:]):
        listed = ", ".join(f"{film.path.name} {float(film.info.fps):g}" for film in films)
        raise BadInputError(
            "The source videos have different rates.",
            f"In frames a second: {listed}. All videos of a set have one rate.",
            "Give the rate of the set with --fps, or sources of one rate.",
        )
    if rate <= 0:
        raise BadInputError(
            f"{films[0].path} doesn't say how many frames a second it has.",
            "Its header holds no rate.",
            "Give the rate with --fps.",
        )
    return rate


def _open_inputs(request: EncodeRequest) -> tuple[Input, ...]:
    given = request.sources.given()
    if not given:
        raise BadInputError("No frames are given.", "There is nothing to encode.", f"Give {PATTERNS}.")
    inputs = []
    for role, text in given.items():
        source = find_source(text)
        if isinstance(source, VideoFile):
            channels = tuple(Channel(name, 0, index, "uint8") for index, name in enumerate("RGB"))
            layout = Layout(source.info.resolution, (Plane("", channels),), ())
        else:
            layout = read_layout(source.paths[0], source.numbers[0])
        inputs.append(Input(role, source, layout))
    return tuple(inputs)


def _check_frames(main: Input, other: Input, numbers: tuple[int, ...]) -> None:
    """Videos are matched by position, pictures by frame number."""
    if isinstance(main.source, VideoFile) or isinstance(other.source, VideoFile):
        if len(main.source.numbers) != len(other.source.numbers):
            raise BadInputError(
                f"{other.source.pattern} has {len(other.source.numbers)} frames, "
                f"{main.source.pattern} {len(main.source.numbers)}.",
                "A video has no frame numbers, so its frames are matched by position.",
                "Give sources of the same length.",
            )
    else:
        missing = sorted(set(numbers) - set(other.source.numbers))
        if missing:
            raise BadInputError(
                f"{other.source.pattern} lacks frames that {main.source.pattern} has: "
                f"{', '.join(map(str, missing[:20]))}{' …' if len(missing) > 20 else ''}.",
                "All passes of a shot need the same frames.",
                "Render the missing frames, or choose a range that both have.",
            )
    if abs(other.layout.size.aspect / main.layout.size.aspect - 1) > ASPECT_TOLERANCE:
        raise BadInputError(
            f"{other.source.pattern} has {other.layout.size} pixels, "
            f"{main.source.pattern} {main.layout.size}.",
            "Their aspects differ, so they don't show the same picture.",
            "Render all passes with the same camera and aspect.",
        )


def _target(request: EncodeRequest, size: Resolution) -> Resolution:
    if request.resolution is not None:
        return request.resolution
    if request.sizes is not None:
        return request.sizes.nearest(size).size
    return size if request.lossless else Resolution(max(2, size.width // 2 * 2), max(2, size.height // 2 * 2))


def _check_size(target: Resolution) -> None:
    if max(target.width, target.height) > LARGEST_SIDE or target.width * target.height > LARGEST_AREA:
        raise BadInputError(
            f"Videos of {target} can't be made.",
            f"A side has {LARGEST_SIDE} pixels at most, a picture as many as 8192x8192: "
            "neither the encoder nor the memory takes more.",
            "Give a smaller --size.",
        )


def _find_uses(request: EncodeRequest, inputs: Mapping[str, Input]) -> dict[str, Use]:
    uses: dict[str, Use] = {}
    for role in ("beauty", "depth", "normal", "id"):
        use = _find_use(role, getattr(request.planes, role), inputs)
        if use is not None:
            uses[role] = use
    for role in ("edge", "seg"):
        if role in inputs and not (role == "seg" and inputs[role].layout.crypto):
            plane = find_plane(inputs[role].layout.planes, "beauty") or inputs[role].layout.planes[0]
            uses[role] = Use(inputs[role], plane.limited(3))
    return uses


def _find_use(role: str, name: str | None, inputs: Mapping[str, Input]) -> Use | None:
    own = inputs.get(role)
    found = own or inputs.get("frames")
    if found is None:
        if name is not None:
            raise BadInputError(
                f"There are no frames to take the {role} plane '{name}' from.",
                "No sequence with all planes is given, nor one for this pass.",
                f"Give the frames, or a sequence for {role}.",
            )
        return None
    planes = _without_crypto(found.layout)
    if name is not None:
        if role == "id":
            for layer in found.layout.crypto:
                if layer.name.lower() == name.lower():
                    return _crypto_use(found, layer)
        plane = named_plane(found.layout.planes, name, role, found.source.pattern)
        _check_suits(plane, role, named=True)
    else:
        known = find_plane(planes, role)
        if known is None and own is not None and planes:
            known = planes[0]  # a sequence given for this pass holds it, whatever its name
        if known is None:
            return None
        plane = known
        if own is None and role != "beauty" and plane.whole_numbers:
            return None  # the gray of a PNG is a beauty, not a depth
        _check_suits(plane, role, named=False)
    counts = {"beauty": 3, "depth": 1, "normal": 3, "id": 1}
    if role == "id" and len(plane.channels) < 3:
        return Use(found, plane.limited(1), ids=True)
    if role in ("depth", "id") and plane.whole_numbers:
        counts[role] = 3
    return Use(found, plane.limited(counts[role]))


def _check_suits(plane: Plane, role: str, *, named: bool) -> None:
    """BadInputError for a plane of the wrong kind; `named` are those that somebody chose outright."""
    count = len(plane.channels)
    channels = f"It has {count} channel{'' if count == 1 else 's'}: {_channel_names(plane)}."
    what = f"The plane '{plane.label}' can't be the {role}."
    if role == "normal" and plane.whole_numbers:
        raise BadInputError(
            what,
            f"It holds whole numbers ({plane.type}), and normals point to all sides: they need float.",
            f"Render normals ({WRITTEN_NAMES['normal']}) to EXR, or leave --normal-frames out.",
        )
    if plane.whole_numbers:
        return
    if role in ("beauty", "normal") and count < 3:
        raise BadInputError(
            what,
            f"{channels} The {role} needs 3.",
            f"Name another with --{role}: {WRITTEN_NAMES[role]} are usual.",
        )
    if role in ("depth", "id") and named and count > 1:
        raise BadInputError(
            what,
            f"{channels} The {role} is 1 channel.",
            f"Name one of the channels, as in --{role} {plane.channels[0].name}, or another plane: "
            f"{WRITTEN_NAMES[role]} are usual.",
        )
    last = plane.label.lower().rpartition(".")[2]
    if role == "id" and named and last in DEPTH_NAMES and plane.type in ("half", "float"):
        raise BadInputError(
            what,
            "It holds distances; ids are whole numbers, one an object.",
            f"Name another with --id: {WRITTEN_NAMES['id']} are usual.",
        )


def _channel_names(plane: Plane) -> str:
    return ", ".join(channel.name for channel in plane.channels)


def _find_seg(
    request: EncodeRequest, inputs: Mapping[str, Input], uses: Mapping[str, Use]
) -> tuple[Use | None, SegSource | None]:
    if "seg" in uses and request.seg_source in (SegSource.AUTO, SegSource.COLORED):
        return uses["seg"], SegSource.COLORED
    layers = [
        (inputs[role], layer)
        for role in ("seg", "id", "frames")
        if role in inputs
        for layer in inputs[role].layout.crypto
    ]
    wanted = request.seg_source
    if wanted in (SegSource.AUTO, SegSource.ID) and request.planes.id is not None and "id" in uses:
        return uses["id"], SegSource.ID
    kinds = (SegSource.OBJECT, SegSource.ASSET, SegSource.MATERIAL)
    for kind in kinds if wanted is SegSource.AUTO else (wanted,):
        for found, layer in layers:
            if kind in kinds and layer.kind == kind.value:
                return _crypto_use(found, layer), kind
    if wanted is SegSource.AUTO and layers:
        return _crypto_use(*layers[0]), SegSource.OBJECT
    if wanted in (SegSource.AUTO, SegSource.ID) and "id" in uses:
        return uses["id"], (SegSource.COLORED if uses["id"].ready else SegSource.ID)
    return None, None


def _crypto_use(found: Input, layer: CryptoLayer) -> Use:
    by_place = {
        (channel.subimage, channel.index): channel
        for plane in found.layout.planes
        for channel in plane.channels
    }
    channels = tuple(
        by_place[subimage, index]
        for subimage, id_index, coverage_index in layer.ranks
        for index in (id_index, coverage_index)
    )
    return Use(found, Plane(f"cryptomatte {layer.name}", channels), layer)


def _without_crypto(layout: Layout) -> list[Plane]:
    taken = {(subimage, index) for layer in layout.crypto for subimage, index, _ in layer.ranks}
    names = [layer.name.lower() for layer in layout.crypto]
    return [
        plane
        for plane in layout.planes
        if not any((channel.subimage, channel.index) in taken for channel in plane.channels)
        and not any(f".{plane.name.lower()}".endswith(f".{name}") for name in names)
    ]


def _impossible(plan: Plan, video: PassVideo) -> Skipped | None:
    """Why this video can't be made from the planes of the plan, or None."""
    if video in (PassVideo.COLOR, PassVideo.VIS) and "beauty" not in plan.uses:
        return Skipped("No beauty plane was found.", _render_or_name("beauty"))
    if video is PassVideo.DEPTH and "depth" not in plan.uses:
        return Skipped("No depth plane was found.", _render_or_name("depth"))
    if video is PassVideo.SEG and "seg" not in plan.uses:
        return _no_seg(plan)
    if video is PassVideo.EDGE and not plan.roles_of(video):
        return _no_edges(plan)
    return None


def _render_or_name(role: str) -> str:
    return f"Render one ({WRITTEN_NAMES[role]}), or name it with --{role}."


def _no_seg(plan: Plan) -> Skipped:
    wanted = plan.request.seg_source
    ids = f"Render Cryptomatte or an id plane ({WRITTEN_NAMES['id']}), name a plane with --id"
    if wanted is SegSource.AUTO:
        return Skipped(
            "No Cryptomatte and no id plane was found.",
            f"{ids}, or give a ready coloured pass with --seg-frames.",
        )
    if wanted is SegSource.COLORED:
        return Skipped(
            "No ready coloured pass was found.", "Give one with --seg-frames, or choose --seg-source auto."
        )
    if wanted is SegSource.ID:
        return Skipped("No id plane was found.", f"{ids}, or choose --seg-source auto.")
    layers = [layer for one in plan.inputs for layer in one.layout.crypto]
    if not layers:
        return Skipped(
            f"No Cryptomatte of kind '{wanted}' was found; the frames hold none at all.",
            f"{ids}, or choose --seg-source auto.",
        )
    listed = ", ".join(f"{layer.name} ({layer.kind or 'of no known kind'})" for layer in layers)
    other = next((layer.kind for layer in layers if layer.kind), "auto")
    return Skipped(
        f"No Cryptomatte of kind '{wanted}' was found; the frames hold {listed}.",
        f"Choose --seg-source {other}, or render that Cryptomatte.",
    )


def _no_edges(plan: Plan) -> Skipped:
    geometry = any(role in plan.uses and not plan.uses[role].ready for role in ("depth", "normal", "id"))
    if plan.request.edge_source is EdgeSource.BEAUTY:
        return Skipped(
            "No beauty plane was found to find edges in.",
            "Choose --edge-source geometry." if geometry else _render_or_name("beauty"),
        )
    return Skipped(
        "No depth, normal or id plane was found to find edges in.",
        "Choose --edge-source beauty."
        if "beauty" in plan.uses
        else f"Render depth ({WRITTEN_NAMES['depth']}) or normals ({WRITTEN_NAMES['normal']}).",
    )
