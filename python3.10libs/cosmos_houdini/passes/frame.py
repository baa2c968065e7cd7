"""One frame of all videos: from its planes to the pictures that are encoded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.passes.color import DisplayTransform
from cosmos_houdini.passes.cryptomatte import read_manifest, strongest
from cosmos_houdini.passes.depth import DepthRange, depth_picture
from cosmos_houdini.passes.edge import canny_edges, geometry_edges, joined
from cosmos_houdini.passes.fit import Placement
from cosmos_houdini.passes.plan import Input, Plan, Use
from cosmos_houdini.passes.read import Pixels, Reading, plan_reading, read_planes
from cosmos_houdini.passes.request import EdgeSource, PassVideo
from cosmos_houdini.passes.segmentation import (
    Colour,
    colour_of_id,
    colour_of_name,
    flat_colours,
    touching_ids,
    whole_ids,
)
from cosmos_houdini.passes.sequence import VideoFile
from cosmos_houdini.passes.vis import blurred
from cosmos_houdini.passes.yuv import Picture


@dataclass(frozen=True)
class FramePictures:
    """The pictures of one frame, at the final size, and the objects with their colours that are in it.

    `touching` are the pairs of objects that have a border in common, where somebody asked to look.
    """

    pictures: Mapping[PassVideo, Picture]
    colours: Mapping[str, Colour]
    touching: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class _Planes:
    """What was read of one frame: pixels and header attributes by input role and plane label."""

    pixels: Mapping[tuple[str, str], Pixels]
    attributes: Mapping[str, Mapping[str, Any]]

    def of(self, use: Use) -> Pixels:
        return self.pixels[use.input.role, use.plane.label]


class FrameMaker:
    """Makes the pictures of any frame of a plan; safe to call from several threads at once."""

    def __init__(self, plan: Plan, videos: tuple[PassVideo, ...], depth: DepthRange | None) -> None:
        self._plan = plan
        self._videos = videos
        self._depth = depth
        self._transform = DisplayTransform(plan.request.view, plan.request.exposure)
        self._roles = {role for video in videos for role in plan.roles_of(video)}
        self.readings = self._plan_readings()

    def bytes_per_frame(self) -> int:
        """About how much memory one frame takes while it is worked on."""
        total = 0
        for role, reading in self.readings.items():
            size = next(one.layout.size for one in self._plan.inputs if one.role == role)
            channels = sum(span.end - span.begin for span in reading.spans)
            total += size.width * size.height * (8 * channels + 16)
        target = self._plan.resolution
        return total + target.width * target.height * 24 * max(1, len(self._videos))

    def make(
        self, number: int, video_frames: Mapping[str, Picture], *, look_for_borders: bool = False
    ) -> FramePictures:
        """Reads and makes frame `number`; `video_frames` holds that frame of the inputs that are videos."""
        planes = self._read(number, video_frames)
        shown: Picture | None = None
        if "beauty" in self._roles:
            use = self._plan.uses["beauty"]
            shown = self._placement(use).smooth(self._transform.apply(planes.of(use)))
        ids, names = self._ids(planes)
        pictures: dict[PassVideo, Picture] = {}
        colours: dict[str, Colour] = {}
        touching: frozenset[tuple[str, str]] = frozenset()
        for video in self._videos:
            if video is PassVideo.COLOR:
                assert shown is not None
                pictures[video] = shown
            elif video is PassVideo.VIS:
                assert shown is not None
                pictures[video] = blurred(shown, self._plan.request.blur)
            elif video is PassVideo.DEPTH:
                pictures[video] = self._depth_picture(planes)
            elif video is PassVideo.EDGE:
                pictures[video] = self._edges(planes, shown, ids.get("id"))
            elif "seg" in ids:
                pictures[video], colours = self._flat(ids["seg"], names)
                if look_for_borders:
                    touching = frozenset(
                        (_object_name(one, names), _object_name(other, names))
                        for one, other in touching_ids(ids["seg"])
                    )
            else:
                use = self._plan.uses["seg"]
                ready = DisplayTransform().apply(planes.of(use))
                pictures[video] = np.asarray(self._placement(use).nearest(ready), np.uint8)
        return FramePictures(pictures, colours, touching)

    def _plan_readings(self) -> dict[str, Reading]:
        readings = {}
        for one in self._plan.inputs:
            planes = [
                use.plane
                for role, use in self._plan.uses.items()
                if role in self._roles and use.input.role == one.role
            ]
            if planes and not isinstance(one.source, VideoFile):
                readings[one.role] = plan_reading(one.layout, tuple(dict.fromkeys(planes)))
        return readings

    def _read(self, number: int, video_frames: Mapping[str, Picture]) -> _Planes:
        pixels: dict[tuple[str, str], Pixels] = {}
        attributes: dict[str, Mapping[str, Any]] = {}
        for one in self._plan.inputs:
            if one.role in video_frames:
                pixels[one.role, one.layout.planes[0].label] = video_frames[one.role]
            elif one.role in self.readings:
                path = self._plan.path_of(one.source, number)
                found, attributes[one.role] = read_planes(path, number, self.readings[one.role])
                pixels.update({(one.role, label): block for label, block in found.items()})
        return _Planes(pixels, attributes)

    def _placement(self, use: Use) -> Placement:
        return self._plan.placements[use.input.role]

    def _sampled(self, role: str, planes: _Planes) -> Pixels:
        use = self._plan.uses[role]
        return self._placement(use).nearest(planes.of(use))

    def _depth_picture(self, planes: _Planes) -> Picture:
        use = self._plan.uses["depth"]
        if use.ready:
            return self._placement(use).smooth(DisplayTransform().apply(planes.of(use)))
        assert self._depth is not None
        return self._placement(use).smooth(depth_picture(_one(planes.of(use)), self._depth))

    def _ids(self, planes: _Planes) -> tuple[dict[str, NDArray[np.uint32]], Mapping[int, str] | None]:
        """Ids at the final size for the roles that are wanted, and the names of those of the seg plane."""
        found: dict[str, NDArray[np.uint32]] = {}
        names: Mapping[int, str] | None = None
        for role in ("id", "seg"):
            use = self._plan.uses.get(role)
            if role not in self._roles or use is None or use.ready:
                continue
            if use.crypto is None and len(use.plane.channels) > 1:
                continue  # a coloured pass in float
            if role == "seg" and use == self._plan.uses.get("id") and "id" in found:
                found[role] = found["id"]
            else:
                sampled = self._placement(use).nearest(planes.of(use))
                if use.crypto is None:
                    found[role] = whole_ids(sampled[:, :, 0])
                else:
                    ranks = np.moveaxis(np.asarray(sampled, np.float32), 2, 0)
                    found[role] = strongest(ranks[0::2], ranks[1::2])
            if role == "seg" and use.crypto is not None:
                names = self._names(use, use.input, planes)
        return found, names

    def _names(self, use: Use, source: Input, planes: _Planes) -> Mapping[int, str]:
        assert use.crypto is not None
        assert not isinstance(source.source, VideoFile)
        return read_manifest(use.crypto, planes.attributes[source.role], source.source.paths[0].parent)

    def _flat(
        self, ids: NDArray[np.uint32], names: Mapping[int, str] | None
    ) -> tuple[Picture, dict[str, Colour]]:
        if names is None:
            picture, seen = flat_colours(ids, colour_of_id)
            return picture, {str(number): colour_of_id(number) for number in seen}
        picture, seen = flat_colours(ids, lambda bits: colour_of_name(_object_name(bits, names)))
        found = (_object_name(bits, names) for bits in seen)
        return picture, {name: colour_of_name(name) for name in found}

    def _edges(self, planes: _Planes, shown: Picture | None, ids: NDArray[np.uint32] | None) -> Picture:
        ready = self._plan.uses.get("edge")
        if ready is not None:
            brightest = DisplayTransform().apply(planes.of(ready)).max(axis=2)
            return self._placement(ready).lines(np.asarray(np.where(brightest > 127, 255, 0), np.uint8))
        request = self._plan.request
        roles = self._plan.roles_of(PassVideo.EDGE)
        inside = self._without_bars(roles)
        canny = None
        if "beauty" in roles:
            assert shown is not None
            canny = canny_edges(np.ascontiguousarray(shown[inside]), request.canny)
        if canny is not None and (request.edge_source is EdgeSource.BEAUTY or roles == ("beauty",)):
            return self._with_bars(canny, inside)
        depth = self._sampled("depth", planes) if "depth" in roles else None
        normal = self._sampled("normal", planes) if "normal" in roles else None
        geometry = geometry_edges(
            None if depth is None else _one(depth[inside]),
            None if normal is None else np.asarray(normal[inside], np.float32),
            ids[inside] if "id" in roles and ids is not None else None,
        )
        return self._with_bars(geometry if canny is None else joined(canny, geometry), inside)

    def _without_bars(self, roles: tuple[str, ...]) -> tuple[slice, slice]:
        """The rows and columns that all planes of these roles fill; black bars would draw lines."""
        boxes = [self._placement(self._plan.uses[role]).inner for role in roles]
        rows = slice(max(box[1] for box in boxes), min(box[1] + box[3] for box in boxes))
        columns = slice(max(box[0] for box in boxes), min(box[0] + box[2] for box in boxes))
        return rows, columns

    def _with_bars(self, edges: Picture, inside: tuple[slice, slice]) -> Picture:
        target = self._plan.resolution
        if edges.shape == (target.height, target.width):
            return edges
        canvas = np.zeros((target.height, target.width), np.uint8)
        canvas[inside] = edges
        return canvas


def _object_name(bits: int, names: Mapping[int, str] | None) -> str:
    """The name of an object, else its id: digits for one of an id plane, hex for one of a Cryptomatte."""
    if names is None:
        return str(bits)
    return names.get(bits) or f"{bits:08x}"


def _one(pixels: Pixels) -> NDArray[np.float32]:
    """(H, W, 1) -> (H, W) float, contiguous."""
    return np.ascontiguousarray(pixels[:, :, 0], np.float32)
