"""The variants of a shot, and the wedge node that makes them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Union

from ...errors import BadInputError
from ..interface.spec import SPEC
from ..interface.spec_settings import NAMES
from ..interface.values import check_number, check_whole
from ..work.prose import has_signs

# Menus of the wedge node (Houdini 20.0 parm dump): type# and wedgetype# by their index.
FLOAT, INTEGER, STRING = 0, 2, 4
VALUE_LIST = 2
VALUE_PARM = {FLOAT: "floatvalue", INTEGER: "intvalue", STRING: "strvalue"}

Value = Union[str, int, float]


@dataclass(frozen=True)
class Wedge:
    """What to vary; each combination of these is a variant. `weights` are numbers by control."""

    prompts: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()
    weights: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def axes(self) -> dict[str, tuple[Value, ...]]:
        """The attribute and the values of everything that is varied, as Cosmos Spec reads them."""
        axes: dict[str, tuple[Value, ...]] = {"cosmos_prompt": self.prompts, "seed": self.seeds}
        for control, values in self.weights.items():
            axes[f"weight_{control}"] = tuple(float(value) for value in values)  # 1 beside 0.5 is no integer
        return {name: values for name, values in axes.items() if values}

    def columns(self) -> dict[str, list[Value]]:
        """For each attribute one value for each variant: all combinations, the last axis fastest.

        BadInputError where nothing is varied, and for a value that can't stand in a wedge.
        """
        axes = self.axes()
        self._check()
        if not axes:
            raise BadInputError(
                "The wedge has nothing to vary.",
                why="It has no prompts, no seeds and no weights, so it would make no work items.",
                fix="Name at least one of them, or build the network without a wedge.",
            )
        variants = list(itertools.product(*axes.values()))
        return {name: [variant[place] for variant in variants] for place, name in enumerate(axes)}

    def _check(self) -> None:
        for prompt in self.prompts:
            if not prompt.strip():
                raise BadInputError(
                    "A prompt of the wedge is empty.", fix="Leave it out, or say what is seen."
                )
            if has_signs(prompt):
                raise BadInputError(
                    f"The prompt '{prompt}' can't stand in a wedge.",
                    why="Houdini's Wedge fills in what follows a $ and what is in backquotes.",
                    fix="Say it without these signs, or write it into Prompt of Cosmos Spec.",
                )
        for control, values in self.weights.items():
            if control not in NAMES:
                raise BadInputError(
                    f"The wedge varies the weight of '{control}', which is no control.",
                    why=f"The controls are {', '.join(NAMES)}.",
                )
            for value in values:
                check_number(f"A weight of {control} in the wedge", SPEC.field(f"weight_{control}"), value)
        for seed in self.seeds:
            check_whole("A seed of the wedge", SPEC.field("seed"), seed)

    def parms(self) -> Iterator[tuple[str, Any]]:
        """The parameters of the wedge node, in an order in which each is there when it is set."""
        columns = self.columns()
        yield "wedgecount", len(next(iter(columns.values())))
        yield "wedgeattributes", len(columns)
        for place, (name, values) in enumerate(columns.items(), 1):
            kind = _kind(values[0])
            yield f"name{place}", name
            yield f"type{place}", kind
            yield f"wedgetype{place}", VALUE_LIST
            yield f"values{place}", len(values)
            for number, value in enumerate(values, 1):
                yield f"{VALUE_PARM[kind]}{place}_{number}", value


def _kind(value: Value) -> int:
    if isinstance(value, str):
        return STRING
    return INTEGER if isinstance(value, int) else FLOAT
