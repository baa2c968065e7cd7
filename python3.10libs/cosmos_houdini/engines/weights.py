"""Control weights as they are sent: without the zeros, and never more than 1 together."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..records.enums import Control
from ..records.run_spec import ControlWeight

DIGITS = 6
CLOSE = 1e-9  # 0.1 + 0.2 + 0.7 is not more than 1, whatever the last bit says


def is_zero(weight: ControlWeight) -> bool:
    """Whether the control would count nowhere in the picture."""
    return weight.value == 0 and (weight.mask_path is None or weight.outside == 0)


def without_zeros(weights: Mapping[Control, ControlWeight]) -> dict[Control, ControlWeight]:
    """In the order of `Control`, so that equal runs give equal specs."""
    return {
        control: weights[control]
        for control in Control
        if control in weights and not is_zero(weights[control])
    }


def normalised(weights: Mapping[Control, float]) -> dict[Control, float]:
    """`w / max(1, sum(w))`, rounded down to 6 digits so that the sum stays at 1 or below.

    The model does the same (source: transfer1 inference_utils.py); done here, the spec says what will count.
    """
    total = math.fsum(weights.values())
    if total <= 1 + CLOSE:
        return dict(weights)
    scale = 10**DIGITS
    return {
        control: math.floor(weight / total * scale + CLOSE) / scale for control, weight in weights.items()
    }
