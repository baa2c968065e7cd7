"""How much each control counts at each pixel, normalised as the model does it.

Source: transfer1 inference_utils.py. Numbers alone: w / max(1, sum). As soon as one weight is a map, all are
maps, clamped at 0, and the rule holds for each pixel; a numeric 0 is then taken for "not given" and becomes
1.0, while the text "0" stays 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Union

import cv2
import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.engines.transfer1_sizes import CHUNK_FRAMES
from cosmos_houdini.engines.weight_maps import read_weight_map
from cosmos_houdini.errors import BadInputError
from cosmos_houdini.preview.arguments import ControlBlock
from cosmos_houdini.preview.refusal import RefusalError, file_refusal
from cosmos_houdini.records.geometry import Resolution

Plane = NDArray[np.float32]
Weight = Union[float, Plane]  # one number, or (H, W, 1)


@dataclass(frozen=True)
class WeightMap:
    """A map as stored, (T, h, w); it is stretched to 121 frames and to the picture when it is used."""

    stored: NDArray[Any]

    def at(self, frame: int, resolution: Resolution) -> Plane:
        """(H, W), by trilinear interpolation; behind frame 121 the last stays."""
        count = self.stored.shape[0]
        place = (min(frame, CHUNK_FRAMES - 1) + 0.5) * count / CHUNK_FRAMES - 0.5
        place = min(max(place, 0.0), count - 1.0)
        before = math.floor(place)
        after, part = min(before + 1, count - 1), place - before
        plane = self.stored[before].astype(np.float32)
        if part > 0:
            plane = plane * (1 - part) + self.stored[after].astype(np.float32) * part
        if plane.shape != (resolution.height, resolution.width):
            size = (resolution.width, resolution.height)
            plane = cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(np.maximum(plane, 0), np.float32)


@dataclass(frozen=True)
class Weights:
    """The weights of all controls, in the order of the spec."""

    hints: tuple[str, ...]
    given: tuple[Union[float, WeightMap], ...]

    @property
    def mapped(self) -> bool:
        return any(isinstance(weight, WeightMap) for weight in self.given)

    @cached_property
    def _numbers(self) -> dict[str, Weight]:
        numbers = [float(weight) for weight in self.given if not isinstance(weight, WeightMap)]
        total = max(1.0, sum(numbers))
        return {hint: number / total for hint, number in zip(self.hints, numbers)}

    def at(self, frame: int, resolution: Resolution) -> dict[str, Weight]:
        """Hint -> its normalised weight at `frame`: a number, or (H, W, 1) where any weight is a map."""
        if not self.mapped:
            return self._numbers
        planes = [
            weight.at(frame, resolution) if isinstance(weight, WeightMap) else max(0.0, weight)
            for weight in self.given
        ]
        total = np.zeros((resolution.height, resolution.width), np.float32)
        for plane in planes:
            total += plane
        np.maximum(total, 1.0, out=total)
        return {hint: (plane / total)[..., np.newaxis] for hint, plane in zip(self.hints, planes)}

    def describe(self) -> str:
        """`vis 0.25, depth map`: for the log and the corner of the picture."""
        if self.mapped:
            words = ["map" if isinstance(weight, WeightMap) else f"{weight:.2g}" for weight in self.given]
        else:
            words = [f"{weight:.2f}" for weight in self._numbers.values()]
        return ", ".join(f"{hint} {word}" for hint, word in zip(self.hints, words))


def read_weights(controls: Sequence[ControlBlock]) -> Weights:
    """Reads the maps that the controls name; RefusalError for one that the model couldn't load."""
    given = [control.fields["control_weight"] for control in controls]
    mixed = any(_is_map(weight) for weight in given)
    weights = [_read_map(weight) if _is_map(weight) else _number(weight, mixed=mixed) for weight in given]
    return Weights(tuple(control.hint for control in controls), tuple(weights))


def _is_map(weight: object) -> bool:
    return isinstance(weight, str) and weight.endswith(".pt")


def _number(weight: Any, *, mixed: bool) -> float:
    if mixed and not weight:
        return 1.0
    number = float(weight)
    return number if math.isfinite(number) else 1.0


def _read_map(name: str) -> WeightMap:
    try:
        stored = read_weight_map(Path(name), mapped=True)
    except OSError as error:
        raise file_refusal(error, name) from error
    except BadInputError as error:
        raise RefusalError("_pickle.UnpicklingError", error.what, error.why) from error
    if stored.ndim not in (2, 3):
        raise RefusalError("ValueError", f"Weight map must be 2D or 3D, got shape {stored.shape}")
    if stored.size == 0:
        raise RefusalError("RuntimeError", f"Weight map is empty, got shape {stored.shape}")
    return WeightMap(stored if stored.ndim == 3 else stored[np.newaxis])
