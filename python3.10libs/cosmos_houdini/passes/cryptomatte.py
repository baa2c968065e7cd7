"""Cryptomatte: object masks as ranked pairs of id and coverage.

Source: Psyop's public Cryptomatte specification 1.2 (metadata keys, MurmurHash3_32 of the UTF-8 name, the
change of exponent that keeps ids from being NaN or denormal, manifest as JSON of name -> eight hex digits).
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.disk import in_words

HASH = "MurmurHash3_32"
CONVERSION = "uint32_to_float32"
KINDS = ("object", "asset", "material")


@dataclass(frozen=True)
class CryptoLayer:
    """One Cryptomatte of a file: `ranks` are (subimage, id channel, coverage channel), strongest first.

    `sidecar` is the file beside the picture that holds the manifest, "" where the header does.
    """

    name: str
    key: str
    ranks: tuple[tuple[int, int, int], ...]
    has_manifest: bool
    sidecar: str = ""

    @property
    def kind(self) -> str:
        """object, asset or material by the layer's name; "" for another."""
        return next((kind for kind in KINDS if kind in self.name.lower()), "")


def name_to_id(name: str) -> np.float32:
    """The id of a name as it stands in the pixels."""
    value = struct.pack("=I", name_to_bits(name))
    identifier: np.float32 = np.frombuffer(value, np.float32)[0]
    return identifier


def name_to_bits(name: str) -> int:
    """The same id as the 32 bits of that float, which is what the manifest writes in hex."""
    bits = murmur3_32(name.encode("utf-8"))
    if (bits >> 23) & 0xFF in (0, 0xFF):  # zero, denormal, infinite or NaN
        bits ^= 1 << 23
    return bits


def manifest_json(names: Iterable[str]) -> str:
    """The manifest for a file's header."""
    return json.dumps({name: f"{name_to_bits(name):08x}" for name in names}, separators=(",", ":"))


def layer_key(layer_name: str) -> str:
    """The seven hex digits under which a layer's metadata stands: `cryptomatte/KEY/name`, `…/hash` …"""
    return f"{murmur3_32(layer_name.encode('utf-8')):08x}"[:7]


def metadata(layer_name: str, names: Iterable[str]) -> dict[str, str]:
    """The header attributes of a layer."""
    prefix = f"cryptomatte/{layer_key(layer_name)}"
    return {
        f"{prefix}/name": layer_name,
        f"{prefix}/hash": HASH,
        f"{prefix}/conversion": CONVERSION,
        f"{prefix}/manifest": manifest_json(names),
    }


def murmur3_32(content: bytes, seed: int = 0) -> int:
    """MurmurHash3 x86 32 bit (Austin Appleby, public domain)."""
    mixed = seed
    whole = len(content) & ~3
    for start in range(0, whole, 4):
        mixed ^= _scramble(int.from_bytes(content[start : start + 4], "little"))
        mixed = ((mixed << 13) | (mixed >> 19)) & 0xFFFFFFFF
        mixed = (mixed * 5 + 0xE6546B64) & 0xFFFFFFFF
    if whole < len(content):
        mixed ^= _scramble(int.from_bytes(content[whole:], "little"))
    mixed ^= len(content)
    mixed = ((mixed ^ (mixed >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return mixed ^ (mixed >> 16)


def _scramble(word: int) -> int:
    word = (word * 0xCC9E2D51) & 0xFFFFFFFF
    word = ((word << 15) | (word >> 17)) & 0xFFFFFFFF
    return (word * 0x1B873593) & 0xFFFFFFFF


def find_layers(
    channels: Iterable[tuple[str, int, int]], attributes: Mapping[str, Any]
) -> tuple[CryptoLayer, ...]:
    """The Cryptomatte layers of a file, from (channel name, subimage, index) and its header attributes."""
    by_name = {name: (subimage, index) for name, subimage, index in channels}
    layers = []
    for attribute, value in attributes.items():
        match = re.fullmatch(r"cryptomatte/([^/]+)/name", attribute)
        if match is None:
            continue
        name, key = str(value), match[1]
        inline = attributes.get(f"cryptomatte/{key}/manifest")
        sidecar = "" if inline else str(attributes.get(f"cryptomatte/{key}/manif_file") or "")
        has_manifest = any(f"cryptomatte/{key}/{word}" in attributes for word in ("manifest", "manif_file"))
        ranks = _ranks(name, by_name)
        if ranks:
            layers.append(CryptoLayer(name, key, ranks, has_manifest, sidecar))
    return tuple(sorted(layers, key=lambda layer: layer.name))


def _ranks(name: str, by_name: Mapping[str, tuple[int, int]]) -> tuple[tuple[int, int, int], ...]:
    """NAME00.r/.g is rank 0 (id, coverage), NAME00.b/.a rank 1, NAME01.r/.g rank 2 …

    Some renderers put a layer prefix before the channels and not into the metadata; a name that is exact goes
    before one with a prefix, and of several prefixes (views of a stereo camera) the first is taken.
    """
    prefixed: dict[str, dict[int, dict[str, tuple[int, int]]]] = {}
    expression = re.compile(
        rf"(.*\.)?{re.escape(name)}(\d+)\.(r|g|b|a|red|green|blue|alpha)", re.IGNORECASE | re.DOTALL
    )
    for channel, place in by_name.items():
        match = expression.fullmatch(channel)
        if match:
            levels = prefixed.setdefault(match[1] or "", {})
            levels.setdefault(int(match[2]), {})[match[3][0].lower()] = place
    found = prefixed.get("") or next(iter(prefixed.values()), {})
    ranks = []
    for level in sorted(found):
        for id_component, coverage_component in (("r", "g"), ("b", "a")):
            members = found[level]
            if id_component in members and coverage_component in members:
                subimage, index = members[id_component]
                ranks.append((subimage, index, members[coverage_component][1]))
    return tuple(ranks)


def read_manifest(layer: CryptoLayer, attributes: Mapping[str, Any], folder: Path) -> dict[int, str]:
    """Id bits -> name, from the header or the sidecar file beside the picture; empty where there is none."""
    prefix = f"cryptomatte/{layer.key}/"
    text = attributes.get(prefix + "manifest")
    if text:
        return _parsed(str(text), f"the manifest of {layer.name}")
    sidecar = attributes.get(prefix + "manif_file")
    if not sidecar:
        return {}
    path = folder / str(sidecar)
    try:
        return _parsed(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise BadInputError(
            f"The manifest {path} of {layer.name} can't be read.",
            in_words(error),
            "Put the file that the renderer wrote beside the frames again.",
        ) from error


@lru_cache(maxsize=64)
def _parsed(text: str, where: str) -> dict[int, str]:
    try:
        return {int(bits, 16): name for name, bits in json.loads(text).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise BadInputError(
            f"{where} is not a Cryptomatte manifest.",
            f"It should be JSON of names and hex ids: {error}",
            "Render again, or choose another segmentation source (id).",
        ) from error


def strongest(ids: NDArray[np.float32], coverages: NDArray[np.float32]) -> NDArray[np.uint32]:
    """The id bits of the object that covers most of each pixel; 0 where that is the background.

    `ids` and `coverages` are (ranks, H, W). Ranks should be sorted by coverage, but a resized or filtered
    file may not be. The background's share is what the ranks leave of 1.
    """
    best = np.array(ids[0], np.float32, order="C")
    most = np.array(coverages[0], np.float32, order="C")
    total = most.copy()
    for rank_ids, rank_coverage in zip(ids[1:], coverages[1:]):
        share = np.ascontiguousarray(rank_coverage)
        better = share > most
        if better.any():
            np.copyto(best, rank_ids, where=better)
            np.maximum(most, share, out=most)
        total += share
    bits: NDArray[np.uint32] = best.view(np.uint32)
    # A float of zero is the background; so is a pixel of which no object has more than the background.
    bits[(most <= 0) | (most < 1 - total - 1e-4) | (best == 0)] = 0
    return bits
