"""The planes in a picture file, and which of them is the beauty, the depth, the normal and the ids.

Known names: facts on Karma and Mantra output (husk writes a part per AOV, or one part with layer prefixes).
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.cryptomatte import CryptoLayer
from cosmos_houdini.records.geometry import Resolution

# Lower case, most telling first; matched against the last words of a plane's name.
DEPTH_NAMES = ("hitpz", "pz", "depth", "depth.z", "z", "zfiltered")
NORMAL_NAMES = ("hitn", "n", "normal")
ID_NAMES = ("seg_id", "objectid", "op_id", "prim_id", "primid", "element")
BEAUTY_NAMES = ("", "c", "beauty", "rgba", "rgb", "combined", "color", "colour", "cf")
KNOWN_NAMES = {"depth": DEPTH_NAMES, "normal": NORMAL_NAMES, "id": ID_NAMES, "beauty": BEAUTY_NAMES}
WRITTEN_NAMES = {
    "depth": "Pz, hitPz, depth, Z, depth.Z, zfiltered",
    "normal": "N, hitN, normal",
    "id": "primid, element, Op_Id, Prim_Id, objectid, seg_id",
    "beauty": "C, beauty, rgba, or plain R G B",
}

_COLOUR = ("r", "g", "b", "a", "red", "green", "blue", "alpha")
_VECTOR = ("x", "y", "z")


@dataclass(frozen=True)
class Channel:
    """One channel of a file: its full name, its place in the part, its number type ("half", "uint8" …).

    `part` is the name of its part, "" in a file of one.
    """

    name: str
    subimage: int
    index: int
    type: str
    part: str = ""


@dataclass(frozen=True)
class Plane:
    """Channels that belong together, in order; `name` is "" for the plain R G B (A) of a file."""

    name: str
    channels: tuple[Channel, ...]

    @property
    def label(self) -> str:
        return self.name or "".join(channel.name for channel in self.channels)

    @property
    def type(self) -> str:
        return self.channels[0].type

    @property
    def whole_numbers(self) -> bool:
        """Whether the pixels are 8- or 16-bit display values rather than quantities."""
        return self.type in ("uint8", "uint16")

    def limited(self, count: int) -> Plane:
        """The first `count` channels."""
        return Plane(self.name, self.channels[:count])


@dataclass(frozen=True)
class Layout:
    """What one frame holds: the size of its display window, its planes and its Cryptomatte layers."""

    size: Resolution
    planes: tuple[Plane, ...]
    crypto: tuple[CryptoLayer, ...]

    def same_channel(self, wanted: Channel) -> Channel | None:
        """The channel that is here what `wanted` is in another frame: the same name in the same part.

        The name alone doesn't do: the parts of a multi-part file all call their channels R, G, B or Z.
        """
        found = [
            channel
            for plane in self.planes
            for channel in plane.channels
            if (channel.part, channel.name) == (wanted.part, wanted.name)
        ]
        in_place = [channel for channel in found if channel.subimage == wanted.subimage]
        return next(iter(in_place or found), None)  # pages of a TIFF share a name: there the place decides


def group_planes(channels: Sequence[Channel], part_names: Sequence[str]) -> tuple[Plane, ...]:
    """Groups channels into planes by layer prefix, or by the name of their part where they have none."""
    groups: dict[tuple[int, str], list[Channel]] = {}
    members = Counter(channel.subimage for channel in channels)
    for channel in channels:
        layer, dot, component = channel.name.rpartition(".")
        named = component.lower() in _COLOUR + _VECTOR
        an_id = component.lower() == "id"  # Karma's integer AOVs, as in primid.id (seen with Houdini 22.0)
        if not dot:
            part = part_names[channel.subimage] if len(part_names) > 1 else ""
            alone = part != "" and members[channel.subimage] == 1
            layer = (
                part if named or alone or (an_id and part) or component.lower() == part.lower() else component
            )
            if component.lower() == "z" and not part:
                layer = component
        elif not named and not an_id:
            layer = channel.name
        groups.setdefault((channel.subimage, layer), []).append(channel)
    return tuple(Plane(layer, _in_order(members)) for (_, layer), members in groups.items())


def find_plane(planes: Sequence[Plane], role: str) -> Plane | None:
    """The plane of a role by the known names, in any case, behind any layer prefix; None without."""
    for name in KNOWN_NAMES[role]:
        hits = [plane for plane in planes if _answers(plane, name, role)]
        if hits:
            return min(hits, key=lambda plane: plane.name.count("."))
    if role == "beauty":
        return next((plane for plane in planes if _is_colour(plane)), None) or _gray(planes)
    return None


def named_plane(planes: Sequence[Plane], name: str, role: str, where: str) -> Plane:
    """The plane called `name` (in any case; the last word is enough); BadInputError lists what is there."""
    wanted = name.lower()
    for plane in planes:
        if wanted in (plane.name.lower(), plane.label.lower()):
            return plane
    for plane in planes:
        if plane.name.lower().endswith("." + wanted):
            return plane
        for channel in plane.channels:
            if channel.name.lower() == wanted:
                return Plane(channel.name, (channel,))
    labels = [plane.label for plane in planes]
    near = difflib.get_close_matches(wanted, [label.lower() for label in labels], n=1, cutoff=0.4)
    meant = next((label for label in labels if near and label.lower() == near[0]), None)
    raise BadInputError(
        f"There is no plane '{name}' for {role} in {where}.",
        f"It holds: {', '.join(labels)}.",
        f"Did you mean '{meant}'?" if meant else "Name one of these.",
    )


def _answers(plane: Plane, name: str, role: str) -> bool:
    """Whether the plane goes by this known name: exactly, or behind layer prefixes."""
    own = plane.name.lower()
    if role == "beauty":
        return _is_colour(plane) and (own == name or (name != "" and own.endswith("." + name)))
    if len(plane.channels) < 3 and role == "normal":
        return False
    first = plane.channels[0].name.lower()
    return any(text == name or text.endswith("." + name) for text in (own, first))


def _is_colour(plane: Plane) -> bool:
    return [_component(channel) for channel in plane.channels[:3]] == ["r", "g", "b"]


def _gray(planes: Sequence[Plane]) -> Plane | None:
    """The only plane of whole numbers where it is a luminance: a gray PNG, JPEG or TIFF."""
    whole = [plane for plane in planes if plane.whole_numbers]
    return whole[0] if len(whole) == 1 and _component(whole[0].channels[0]) == "y" else None


def _in_order(channels: Sequence[Channel]) -> tuple[Channel, ...]:
    """R G B A X Y Z, then the others; a Y without X and Z is a luminance and goes before its alpha."""
    order: tuple[str, ...] = _COLOUR[:4] + _VECTOR
    if not {"x", "z"} & {_component(channel) for channel in channels}:
        order = ("y", *order)

    def rank(channel: Channel) -> tuple[int, int]:
        component = _component(channel)
        return (order.index(component) if component in order else len(order), channel.index)

    return tuple(sorted(channels, key=rank))


def _component(channel: Channel) -> str:
    """The last word of a channel's name: "r" of "C.R" and of "C.red"."""
    last = channel.name.rpartition(".")[2].lower()
    return {"red": "r", "green": "g", "blue": "b", "alpha": "a"}.get(last, last)
