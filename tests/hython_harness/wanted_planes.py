"""Which planes a ROP is set up to write, and what its renderer calls their channels.

Karma writes a part for each AOV (husk's default), Mantra one part with layers. Names: facts on Karma and
Mantra output; the case of Mantra's Cryptomatte channels and the channels of an OpenGL depth image are
unverified.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import NotPlayedError, UnknownFactError
from .evaluation import component
from .scene import NodeState

if TYPE_CHECKING:
    from .session import Session

RANKS_IN_LEVEL = 2
FAR_CLIP = (
    10000.0  # of a camera object. A depth buffer runs from 0 to 1 there; that OpenGL's does is unverified
)


@dataclass(frozen=True)
class Wanted:
    """One plane: `content` is what the ray caster gives (beauty, depth, normal, ids, objects, materials,
    alpha).

    `levels` counts the pictures of a Cryptomatte; `half` is whether its numbers are 16 bit.
    """

    name: str
    channels: tuple[str, ...]
    content: str
    half: bool
    levels: int = 0


@dataclass(frozen=True)
class Output:
    """What one render of a ROP writes: its planes, and whether each has a part of its own."""

    planes: tuple[Wanted, ...]
    multi_part: bool
    miss: float  # the depth where a ray meets nothing
    far: float = 1.0  # what depths are divided by


class Reader:
    """Reads parms of one node by name; one that the node lacks counts as `default`."""

    def __init__(self, session: Session, state: NodeState) -> None:
        self._session, self.state = session, state

    def has(self, parm: str) -> bool:
        return self.state.find_parm(parm) is not None

    def number(self, parm: str, default: float = 0) -> float:
        value = self._value(parm, default)
        return float(value) if not isinstance(value, str) else default

    def on(self, parm: str, default: bool = False) -> bool:
        return bool(self.number(parm, default))

    def text(self, parm: str, default: str = "", frame: float | None = None) -> str:
        return str(self._value(parm, default, frame))

    def _value(self, parm: str, default: float | str, frame: float | None = None) -> float | str:
        found = self.state.find_parm(parm)
        if found is None:
            return default
        fact, index = found
        if fact.default is None and not self.state.channel(fact)[index].touched:
            return default  # no source tells what Houdini has there
        return component(self._session, self.state, fact, index, frame)


def output_of(session: Session, state: NodeState) -> Output:
    """Raises NotPlayedError for a ROP that the harness can't render."""
    reader = Reader(session, state)
    kind = state.fact.name
    if kind == "ifd":
        return Output(tuple(_mantra(reader)), multi_part=False, miss=1e10)
    if kind == "karma":
        return Output(tuple(_karma(reader)), multi_part=not reader.on("husk_legacyexr"), miss=0.0)
    if kind in ("usdrender", "usdrender_rop"):
        planes = [plane for source in lops_above(session, state) for plane in _lop(Reader(session, source))]
        return Output(_once(planes), multi_part=not reader.on("husk_legacyexr"), miss=0.0)
    if kind in ("opengl", "flipbook"):
        return Output(_opengl(session, reader), multi_part=False, miss=1.0, far=FAR_CLIP)
    raise NotPlayedError(f"the harness doesn't render {state.fact.key()}")


# Karma: parms of the AOV toggles (interface of karmastandardrendervars, 20.0.653); each with what it shows.
KARMA = {
    "hitPz": "depth",
    "hitN": "normal",
    "hitNg": "normal",
    "primid": "ids",
    "element": "ids",
    "mask": "alpha",
}


def _karma(reader: Reader) -> list[Wanted]:
    return [*_standard(reader), *_extra_vars(reader)]


def _standard(reader: Reader) -> list[Wanted]:
    found = []
    if reader.on("beauty"):
        found.append(
            Wanted("C", ("R", "G", "B", "A"), "beauty", not reader.text("beautyprecision").endswith("f"))
        )
    for name, content in KARMA.items():
        if reader.on(name):
            default = "half3" if content == "normal" else "float"
            half = reader.text(f"{name}precision", default).startswith("half")
            found.append(Wanted(name, _channels(name, content), content, half))
    return found


def _extra_vars(reader: Reader) -> list[Wanted]:
    """The multiparm of further render vars, `extrarendervars` or `rendervars`."""
    count = max(int(reader.number("extrarendervars")), int(reader.number("rendervars")))
    found = []
    for n in range(1, count + 1):
        if not reader.on(f"enable{n}", True):
            continue
        name, source = reader.text(f"name{n}"), reader.text(f"sourceName{n}")
        if reader.on(f"cryptomatte{n}"):
            found.append(_cryptomatte(name, source, int(reader.number(f"cryptomatterank{n}", 6)), "RGBA"))
        else:
            found.append(_by_source(name, source, reader.text(f"format{n}", "float")))
    return found


def _by_source(name: str, source: str, pixel_format: str) -> Wanted:
    plain = source.removeprefix("ray:")
    content = KARMA.get(plain, "beauty" if plain.startswith("C") else "ids")
    return Wanted(name, _channels(name, content), content, pixel_format.rstrip("34").endswith(("half", "h")))


def _channels(name: str, content: str) -> tuple[str, ...]:
    if content == "normal":
        return tuple(f"{name}.{axis}" for axis in "xyz")
    if content == "beauty":
        return ("R", "G", "B", "A") if name == "C" else tuple(f"{name}.{letter}" for letter in "RGB")
    return (name,)


def _cryptomatte(name: str, source: str, ranks: int, letters: str) -> Wanted:
    content = "materials" if "mat" in source.lower() or "mat" in name.lower() else "objects"
    return Wanted(name, tuple(letters), content, False, levels=-(-ranks // RANKS_IN_LEVEL))


def lops_above(session: Session, state: NodeState) -> list[NodeState]:
    """The LOP nodes above a render ROP, from its input or its `loppath`."""
    start = [source for source, _ in state.inputs.values()]
    path = Reader(session, state).text("loppath")
    node = session.scene.node(path, state) if path else None
    waiting, found = start + ([node] if node else []), []
    while waiting:
        source = waiting.pop(0)
        if source not in found and not source.flags.get("Bypass"):
            found.append(source)
        waiting += [above for above, _ in source.inputs.values() if above not in found]
    return found


def _lop(reader: Reader) -> list[Wanted]:
    kind = reader.state.fact.name
    if kind in ("karmastandardrendervars", "karmarenderproperties", "karmarendersettings", "karma"):
        return _karma(reader)
    if kind == "additionalrendervars":
        return _extra_vars(reader)
    if kind == "karmacryptomatte":
        found = []
        for prefix, name in (("prim", "CryptoObject"), ("mtl", "CryptoMaterial")):
            if reader.on(f"do{prefix}crypto"):
                ranks = int(reader.number(f"{prefix}cryptomaxoverlap")) or 6
                given = reader.text(f"{prefix}cryptoname") or name
                found.append(_cryptomatte(given, prefix, ranks, "RGBA"))
        return found
    if kind == "rendervar":
        name = reader.text("xn__driverparametersaovname_jebkd", reader.state.name)
        pixel_format = reader.text("xn__driverparametersaovformat_shbkd", "float")
        return [_by_source(name, reader.text("sourceName"), pixel_format)]
    return []


def _once(planes: list[Wanted]) -> tuple[Wanted, ...]:
    found: dict[str, Wanted] = {}
    for plane in planes:
        found.setdefault(plane.name, plane)
    return tuple(found.values())


MANTRA = {"Pz": "depth", "N": "normal", "Op_Id": "ids", "Prim_Id": "ids", "Af": "alpha"}


def _mantra(reader: Reader) -> list[Wanted]:
    found = [Wanted("C", ("R", "G", "B", "A"), "beauty", True)]
    for variable in ("Pz", "N"):
        if reader.on(f"vm_quickplane_{variable}"):
            found.append(_mantra_plane(variable, variable, "half"))
    for n in range(1, int(reader.number("vm_numaux")) + 1):
        if not reader.on(f"vm_disable_plane{n}"):
            variable = reader.text(f"vm_variable_plane{n}")
            channel = reader.text(f"vm_channel_plane{n}") or variable
            found.append(_mantra_plane(variable, channel, reader.text(f"vm_quantize_plane{n}", "half")))
    for n in range(1, int(reader.number("vm_cryptolayers")) + 1):
        if reader.on(f"vm_cryptolayerenable{n}", True):
            name, prop = reader.text(f"vm_cryptolayername{n}"), reader.text(f"vm_cryptolayerprop{n}")
            found.append(_cryptomatte(name, prop, int(reader.number(f"vm_cryptolayerrank{n}")) or 6, "rgba"))
    return found


def _mantra_plane(variable: str, channel: str, quantize: str) -> Wanted:
    content = MANTRA.get(variable)
    if content is None:
        raise UnknownFactError(f"the ray caster has nothing for Mantra's plane {variable!r}")
    return Wanted(channel, _channels(channel, content), content, quantize != "float")


def _opengl(session: Session, reader: Reader) -> tuple[Wanted, ...]:
    if reader.text("imagetype") in ("1", "1.0", "zdepth"):
        session.note_unknown("Driver/opengl: what the channels of a zdepth image are called")
        return (Wanted("Z", session.zdepth_channels, "depth", False),)
    return (Wanted("C", ("R", "G", "B", "A"), "beauty", True),)
