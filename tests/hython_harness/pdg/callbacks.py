"""Which callbacks PDG calls on a type, and what with: a misspelt one is never called, as nobody says."""

from __future__ import annotations

import inspect
import re
from typing import Any

# SideFX docs tops/processors, tops/partitioners and tops/schedulers_callbacks (20.5), and public types.
OF_NODES = {"onConfigureNode": 1, "onPreCook": 0, "onPostCook": 0, "onSelectTask": 1, "onDeselectTask": 1}
ARGUMENTS: dict[str, dict[str, int]] = {
    "processor": {
        **OF_NODES, "onGenerate": 3, "onRegenerate": 4, "onAddInternalDependencies": 3,
        "onPrepareTask": 1, "onCookTask": 1, "onPostCookTask": 1,
    },
    "partitioner": {**OF_NODES, "onPartition": 2},
    "scheduler": {
        "onStart": 0, "onStop": 0, "onStartCook": 2, "onSetupCook": 0, "onSchedule": 1, "onScheduleStatic": 3,
        "onTick": 0, "onStopCook": 1, "onCancelWorkItems": 2,
    },
}  # fmt: skip
NAMED_LIKE_ONE = re.compile(r"on[A-Z]\w*")


def check_callbacks(cls: type, base: type, kind: str) -> None:
    """TypeError for a callback that PDG doesn't have, and for one that it can't call."""
    for name in sorted(set(dir(cls)) - set(dir(object))):
        own: Any = getattr(cls, name)
        if not NAMED_LIKE_ONE.fullmatch(name) or own is getattr(base, name, None):
            continue
        given = ARGUMENTS[kind].get(name)
        if given is None and not hasattr(base, name):
            raise TypeError(f"{cls.__name__}.{name}: PDG calls nothing of that name on a {kind}")
        if given is not None and callable(own):
            _check_arguments(f"{cls.__name__}.{name}", own, given)


def _check_arguments(shown: str, callback: Any, given: int) -> None:
    try:
        inspect.signature(callback).bind(*[None] * (given + 1))
    except TypeError as error:
        raise TypeError(f"{shown}: PDG calls it with {given} arguments beside self: {error}") from None
