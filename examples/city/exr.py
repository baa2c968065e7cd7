"""Writing a frame the way Karma and husk do: a part for each render var, or one part with layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
import OpenImageIO as oiio  # noqa: N813 - the library's own abbreviation

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.cryptomatte import metadata
from cosmos_houdini.passes.disk import explain_write_error
from cosmos_houdini.records.atomic import replacing

from .camera import FRAMES_A_SECOND
from .frame import Planes
from .scene import Scene
from .vectors import Floats

LEVELS = 3  # CryptoObject00, 01, 02: two pairs of id and coverage in each


class Parts(str, Enum):
    """How the planes lie in the file: husk's default, or its legacy mode."""

    MULTI = "multi"
    SINGLE = "single"


@dataclass(frozen=True)
class RenderVar:
    """One render var: its channels' full names, their type and its (H, W, channels) pixels."""

    name: str
    channels: tuple[str, ...]
    type: str
    pixels: Floats


def write_frame(path: Path, planes: Planes, scene: Scene, parts: Parts, number: int) -> None:
    """Writes one EXR, ZIP compressed; it appears under `path` when it is whole.

    Raises BadInputError where the disk doesn't take it.
    """
    crypto = {"CryptoObject": scene.names, "CryptoMaterial": scene.material_names}
    write_variables(path, _variables(planes), crypto, parts, number)


def write_variables(
    path: Path,
    variables: list[RenderVar],
    crypto: Mapping[str, tuple[str, ...]],
    parts: Parts,
    number: int,
) -> None:
    """Writes these render vars only; `crypto` names what each Cryptomatte layer among them may hold.

    Raises BadInputError where the disk doesn't take it.
    """
    if parts is Parts.SINGLE:
        specs = [_spec(variables, "", crypto, number)]
        pixels = [np.concatenate([variable.pixels for variable in variables], axis=2)]
    else:
        specs = [
            _spec([variable], variable.name, _layer_of(variable.name, crypto), number)
            for variable in variables
        ]
        pixels = [variable.pixels for variable in variables]
    with explain_write_error(path), replacing(path) as part:
        _write(part, path, specs, pixels)


def _variables(planes: Planes) -> list[RenderVar]:
    variables = [
        RenderVar("C", ("R", "G", "B", "A"), "half", planes.beauty),
        RenderVar("hitPz", ("hitPz",), "float", planes.depth[..., None]),
        RenderVar("hitN", ("hitN.x", "hitN.y", "hitN.z"), "half", planes.normal),
        RenderVar("primid", ("primid",), "float", planes.primid[..., None]),
    ]
    for layer, ranked in (("CryptoObject", planes.objects), ("CryptoMaterial", planes.materials)):
        for level in range(LEVELS):
            name = f"{layer}{level:02d}"
            channels = tuple(f"{name}.{component}" for component in "RGBA")
            variables.append(RenderVar(name, channels, "float", ranked[..., 4 * level : 4 * level + 4]))
    return variables


def _layer_of(name: str, crypto: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {layer: names for layer, names in crypto.items() if name.startswith(layer)}


def _spec(
    variables: list[RenderVar], part: str, crypto: Mapping[str, tuple[str, ...]], number: int
) -> oiio.ImageSpec:
    height, width = variables[0].pixels.shape[:2]
    channels = [channel for variable in variables for channel in variable.channels]
    types = [variable.type for variable in variables for _ in variable.channels]
    spec = oiio.ImageSpec(width, height, len(channels), oiio.FLOAT)
    spec.channelnames = tuple(channels)
    spec.channelformats = tuple(oiio.TypeDesc(kind) for kind in types)
    if len(set(types)) == 1:
        spec.set_format(oiio.TypeDesc(types[0]))
    spec.attribute("compression", "zip")
    spec.attribute("Software", "Cosmos Houdini example city")
    spec.attribute("FramesPerSecond", "rational", (FRAMES_A_SECOND, 1))
    spec.attribute("Frame", number)
    if part:
        spec.attribute("oiio:subimagename", part)
    for layer, names in crypto.items():
        for key, value in metadata(layer, names).items():
            spec.attribute(key, value)
    return spec


def _write(part: Path, final: Path, specs: list[oiio.ImageSpec], pixels: list[Floats]) -> None:
    output = oiio.ImageOutput.create(str(part))
    if output is None:
        raise _refused(final, oiio.geterror())
    opened = output.open(str(part), tuple(specs)) if len(specs) > 1 else output.open(str(part), specs[0])
    done = bool(opened)
    for subimage, image in enumerate(pixels):
        if done and subimage:
            done = bool(output.open(str(part), specs[subimage], "AppendSubimage"))
        done = done and bool(output.write_image(np.ascontiguousarray(image).data))
    why = output.geterror()
    if not output.close() or not done:
        raise _refused(final, why or output.geterror())


def _refused(path: Path, why: str) -> BadInputError:
    return BadInputError(
        f"The frame {path} can't be written.",
        why,
        "Look at the free space and the permissions of its folder.",
    )
