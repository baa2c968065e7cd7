"""What Cosmos Spec is told, by its parameters and by the attributes of a wedge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

from ...errors import BadInputError
from ...records.strict import nearest
from .spec import CONTROLS, SPEC, WEDGED
from .values import Evaluate, Values, check_number, check_whole

NAMES = tuple(control for control, _, _ in CONTROLS)
OFFLOADED = ("diffusion_transformer", "text_encoder", "guardrail_models", "prompt_upsampler")
WHOLE = ("seed", "num_steps", "fps")
NUMBERS = ("guidance", "sigma_max")


@dataclass(frozen=True)
class Weight:
    """How strongly a control counts; with a mask (a path), `value` inside and `outside` outside of it."""

    value: float
    mask: Optional[str] = None
    outside: float = 0.0


@dataclass(frozen=True)
class SpecSettings:
    """The parameters of Cosmos Spec, checked. None leaves a choice to the engine or the project's settings.

    `set_folder` None means the set of the upstream item; `weights` None, equal parts for its controls.
    `parameters` holds what was chosen, by the names of a run record. `attributes` tells for each name in
    `WEDGED`, and for `weight`, which attributes of a work item go before it; empty where none do.
    """

    prompt: str
    negative_prompt: Optional[str]
    name: Optional[str]
    project: str
    engine: Optional[str]
    set_folder: Optional[str]
    weights: Optional[Mapping[str, Weight]]
    parameters: Mapping[str, Any]
    attributes: Mapping[str, tuple[str, ...]]

    @staticmethod
    def read(evaluate: Evaluate) -> SpecSettings:
        """BadInputError for a value that can't be used, in what/why/fix.

        An empty prompt is let be here, since a wedge may bring it; `for_item` looks at it.
        """
        values = Values(SPEC, evaluate)
        settings = SpecSettings(
            prompt=values.text("prompt"),
            negative_prompt=values.optional_text("negative_prompt"),
            name=values.optional_text("runname"),
            project=values.text("project"),
            engine=values.optional_token("engine"),
            set_folder=values.text("setfolder") if values.token("setsource") == "folder" else None,
            weights=_weights(values) if values.token("weights") == "own" else None,
            parameters=_parameters(values),
            attributes=_attributes(values) if values.flag("usewedges") else {},
        )
        if settings.set_folder == "":
            raise BadInputError(
                "Set Folder of Cosmos Spec is empty.",
                why="'Control Set From' says that the set is a folder on disk.",
                fix="Press Choose..., or take the set of the upstream item.",
            )
        return settings

    def for_item(self, attributes: Mapping[str, Any]) -> SpecSettings:
        """The settings for a work item that has `attributes` (name -> value): these go before the parameters.

        BadInputError for an attribute that can't be used, for no prompt, and where no control counts.
        """
        found = {name: _first(attributes, names) for name, names in self.attributes.items() if name in WEDGED}
        chosen = dict(self.parameters)
        for name, (attribute, value) in ((n, hit) for n, hit in found.items() if hit is not None):
            if name in WHOLE:
                chosen[name] = check_whole(f"The attribute {attribute}", SPEC.field(name), value)
            elif name in NUMBERS:
                chosen[name] = check_number(f"The attribute {attribute}", SPEC.field(name), value)
        prompt = found.get("prompt")
        if prompt is not None and not str(prompt[1]).strip():
            raise BadInputError(
                f"The attribute {prompt[0]} is empty.",
                why="It goes before the Prompt of Cosmos Spec, and the model makes what the prompt says.",
                fix="Write what is to be seen into it, or take the attribute away.",
            )
        settings = replace(
            self,
            prompt=_text(prompt, self.prompt),
            negative_prompt=_text(found.get("negative_prompt"), self.negative_prompt or "") or None,
            parameters=chosen,
            weights=self._wedged_weights(attributes),
        )
        settings._check()
        return settings

    def misspelled(self, names: Iterable[str]) -> list[str]:
        """Of the `names` of attributes, what is nearly the weight of a control is told: it is not read."""
        told = []
        for name in names:
            for begin in self.attributes.get("weight", ()):
                rest = name[len(begin) :]
                meant = nearest(rest, NAMES) if name.startswith(begin) and rest not in NAMES else None
                if meant:
                    told.append(f"The attribute {name} is no weight. Did you mean {begin}{meant}?")
        return told

    def weights_json(self) -> Optional[dict[str, Any]]:
        """Control -> number, or an object with the mask, its inside and outside; None for equal parts."""
        if self.weights is None:
            return None
        return {
            control: weight.value
            if weight.mask is None
            else {"mask": weight.mask, "inside": weight.value, "outside": weight.outside}
            for control, weight in self.weights.items()
        }

    def _wedged_weights(self, attributes: Mapping[str, Any]) -> Optional[Mapping[str, Weight]]:
        weights = dict(self.weights or {})
        wedged = False
        for control in NAMES:
            hit = _first(attributes, tuple(begin + control for begin in self.attributes.get("weight", ())))
            if hit is not None:
                field = SPEC.field(f"weight_{control}")
                number = check_number(f"The attribute {hit[0]}", field, hit[1])
                weights[control] = replace(weights.get(control, Weight(number)), value=number)
                wedged = True
        return weights if wedged else self.weights

    def _check(self) -> None:
        if not self.prompt:
            names = ", ".join(self.attributes.get("prompt", ()))
            raise BadInputError(
                "There is no prompt.",
                why="The Prompt of Cosmos Spec is empty"
                + (f", and the work item has no attribute {names}." if names else "."),
                fix="Write what is to be seen into Prompt.",
            )
        if self.parameters.get("sigma_max") == 0:
            raise BadInputError(
                "Sigma Max is 0.",
                why="Without any noise the input video would come back as it is.",
                fix="Set it above 0, usually 70.",
            )
        if self.weights is not None and not any(
            weight.value or (weight.mask is not None and weight.outside) for weight in self.weights.values()
        ):
            raise BadInputError(
                "No control counts: every weight is 0 or switched off.",
                why="The model needs at least one control to follow.",
                fix="Give a weight above 0, or set Weights to equal parts.",
            )


def _weights(values: Values) -> dict[str, Weight]:
    return {
        control: Weight(
            values.number(f"weight_{control}"),
            values.optional_text(f"mask_{control}"),
            values.number(f"outside_{control}"),
        )
        for control in NAMES
        if values.flag(f"use_{control}")
    }


def _parameters(values: Values) -> dict[str, Any]:
    chosen: dict[str, Any] = {name: values.whole_if(f"use_{name}", name) for name in WHOLE}
    chosen.update({name: values.number_if(f"use_{name}", name) for name in NUMBERS})
    flags = ("distilled", "upsample_prompt", *(f"offload_{name}" for name in OFFLOADED))
    chosen.update({name: values.flag(name) or None for name in flags})
    return {name: value for name, value in chosen.items() if value is not None}


def _attributes(values: Values) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values.text(f"attr_{name}").split()) for name in (*WEDGED, "weight")}


def _first(attributes: Mapping[str, Any], names: tuple[str, ...]) -> Optional[tuple[str, Any]]:
    return next(((name, attributes[name]) for name in names if name in attributes), None)


def _text(hit: Optional[tuple[str, Any]], otherwise: str) -> str:
    return otherwise if hit is None else str(hit[1]).strip()
