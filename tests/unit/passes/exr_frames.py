"""Small synthetic shots as real EXR files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import OpenImageIO as oiio  # noqa: N813 - the library's own abbreviation

from cosmos_houdini.passes.cryptomatte import name_to_id

TYPES = {"float16": "half", "float32": "float", "uint32": "uint"}
NAMES = ("/city/ground", "/city/bldg_01", "/city/bldg_02", "/city/car")


@dataclass
class Part:
    """One part of an EXR: channel name -> (H, W) array; float16 arrays are stored as half."""

    channels: dict[str, np.ndarray]
    attributes: dict[str, str] = field(default_factory=dict)
    name: str = ""


def write_exr(path: Path, *parts: Part, compression: str = "zip", tiled: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    specs = []
    for part in parts:
        first = next(iter(part.channels.values()))
        kinds = [TYPES[str(plane.dtype)] for plane in part.channels.values()]
        base = kinds[0] if len(set(kinds)) == 1 else "float"
        spec = oiio.ImageSpec(first.shape[1], first.shape[0], len(part.channels), base)
        spec.channelnames = tuple(part.channels)
        spec.channelformats = tuple(oiio.TypeDesc(kind) for kind in kinds)
        spec.attribute("compression", compression)
        if part.name:
            spec.attribute("oiio:subimagename", part.name)
        if tiled:
            spec.tile_width = spec.tile_height = 32
        for key, value in part.attributes.items():
            spec.attribute(key, value)
        specs.append(spec)
    output = oiio.ImageOutput.create(str(path))
    opened = output.open(str(path), tuple(specs)) if len(specs) > 1 else output.open(str(path), specs[0])
    assert opened, output.geterror()
    for number, part in enumerate(parts):
        if number:
            assert output.open(str(path), specs[number], "AppendSubimage"), output.geterror()
        if len(part.channels) == 1 and next(iter(part.channels.values())).dtype == np.uint32:
            pixels = next(iter(part.channels.values()))[:, :, None]
        else:
            pixels = np.stack([a.astype(np.float32) for a in part.channels.values()], axis=-1)
        assert output.write_image(np.ascontiguousarray(pixels)), output.geterror()
    assert output.close(), output.geterror()


@dataclass
class Shot:
    """A street of a few objects: planes by name for a frame; sizes are multiples of 4."""

    width: int = 160
    height: int = 88

    def ids(self, frame: int) -> np.ndarray:
        """0 the sky, 1 the ground, 2 and 3 buildings, 4 a car that moves by 4 pixels a frame."""
        ids = np.zeros((self.height, self.width), np.float32)
        ids[self.height // 2 // 4 * 4 :] = 1
        ids[16:64, 20:60] = 2
        ids[24:64, 88:120] = 3
        x = (8 + 4 * frame) % (self.width - 24)
        ids[64:80, x : x + 24] = 4
        return ids

    def depth(self, frame: int) -> np.ndarray:
        """Scene units; 0 where nothing is hit."""
        ids = self.ids(frame)
        rows = np.arange(self.height, dtype=np.float32)[:, None] - self.height // 2 // 4 * 4
        ground = 40.0 / np.maximum(rows + 1, 1)
        return np.select([ids == 1, ids == 2, ids == 3, ids == 4], [ground + 0 * ids, 8, 12, 3], 0).astype(
            np.float32
        )

    def beauty(self, frame: int) -> np.ndarray:
        """(H, W, 3) scene-linear half."""
        colours = np.array(
            [[0.5, 0.7, 1.0], [0.1, 0.1, 0.1], [0.6, 0.3, 0.1], [0.2, 0.5, 0.2], [2.0, 0.1, 0.1]]
        )
        return colours[self.ids(frame).astype(int)].astype(np.float16)

    def normal(self, frame: int) -> np.ndarray:
        facing = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1], [1, 0, 0]])
        return facing[self.ids(frame).astype(int)].astype(np.float16)

    def crypto(self, frame: int, layer: str = "CryptoObject") -> dict[str, np.ndarray]:
        table = np.array([0.0, *(name_to_id(name) for name in NAMES)], np.float32)
        ids = self.ids(frame).astype(int)
        covered = (ids > 0).astype(np.float32)
        zero = np.zeros_like(covered)
        return {
            f"{layer}00.r": table[ids],
            f"{layer}00.g": covered,
            f"{layer}00.b": zero,
            f"{layer}00.a": zero,
        }

    def channels(self, frame: int) -> dict[str, np.ndarray]:
        beauty, normal = self.beauty(frame), self.normal(frame)
        return {
            **{name: beauty[..., k] for k, name in enumerate("RGB")},
            "A": np.ones_like(beauty[..., 0]),
            "Pz": self.depth(frame),
            **{f"N.{name}": normal[..., k] for k, name in enumerate("xyz")},
            "Op_Id": self.ids(frame),
        }


def write_picture(path: Path, pixels: np.ndarray, names: tuple[str, ...] | None = None) -> None:
    """(H, W) or (H, W, C) whole numbers or float as PNG, TIFF or JPEG; alpha, if any, is unassociated."""
    path.parent.mkdir(parents=True, exist_ok=True)
    layers = pixels if pixels.ndim == 3 else pixels[..., None]
    kind = {"uint8": "uint8", "uint16": "uint16", "uint32": "uint", "int32": "int", "float32": "float"}
    spec = oiio.ImageSpec(layers.shape[1], layers.shape[0], layers.shape[2], kind[str(layers.dtype)])
    if names:
        spec.channelnames = names
        spec.alpha_channel = names.index("A") if "A" in names else -1
    spec.attribute("oiio:UnassociatedAlpha", 1)
    output = oiio.ImageOutput.create(str(path))
    assert output.open(str(path), spec), output.geterror()
    assert output.write_image(np.ascontiguousarray(layers)), output.geterror()
    assert output.close(), output.geterror()
