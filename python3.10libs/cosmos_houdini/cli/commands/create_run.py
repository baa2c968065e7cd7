"""`create-run`: PromptSpec, engine, weights and parameters -> RunSpec."""

from __future__ import annotations

import dataclasses
from typing import Any, Optional

import click

from ... import authoring
from ...errors import UsageError
from ...records.enums import BlurStrength, CannyThreshold, Control
from ...records.prompt_spec import PromptSpec
from ...records.run_spec import ControlWeight, Parameters, RunSpec
from ..session import Session, session_options
from ..variadic import VariadicCommand
from ..words import NUMBER, named_twice, typed_number, typed_word


@click.command(
    cls=VariadicCommand,
    variadic={"--weights": r"[+-]?[0-9.]+([eE][+-]?\d+)?"},
    epilog="Example: cosmos-houdini create-run last --weights 0.3 0.4 0.2 0.1 --engine preview --seed 7",
)
@click.argument("prompt_spec", metavar="PROMPT_SPEC")
@click.option("--name", help="[default: the prompt spec's]")
@click.option("--engine", help="preview or transfer1. [default: engine.name]")
@click.option(
    "--weights",
    multiple=True,
    type=NUMBER,
    metavar="VIS EDGE DEPTH SEG",
    help="All four at once; 0 leaves one out.",
)
@click.option("--weight", "single", multiple=True, metavar="CONTROL=NUMBER", help="One weight, as depth=0.4.")
@click.option(
    "--weight-mask",
    "masks",
    multiple=True,
    metavar="CONTROL=VIDEO",
    help="Where the weight holds: a mask video or still, white inside.",
)
@click.option(
    "--weight-outside",
    "outside",
    multiple=True,
    metavar="CONTROL=NUMBER",
    help="The weight outside the mask. [default: 0]",
)
@click.option("--like", metavar="RUN", help="Start from another run's engine, weights and parameters.")
@click.option("--seed", type=int, help="Another number, another result.")
@click.option("--num-steps", type=click.IntRange(min=1), help="Denoising steps.")
@click.option("--guidance", type=NUMBER, help="How closely the prompt is followed.")
@click.option("--sigma-max", type=NUMBER, help="How much the input video is dissolved into noise, 0 to 80.")
@click.option("--fps", type=click.IntRange(min=1), help="The rate that the result is written at.")
@click.option("--blur-strength", help="Of a vis control that the engine computes.")
@click.option("--canny-threshold", help="Of an edge control that the engine computes.")
@click.option("--distilled/--no-distilled", default=None, help="The one-step model (edge only).")
@click.option("--av-sample/--no-av-sample", default=None, help="The driving model (hdmap, lidar).")
@click.option(
    "--upsample-prompt/--no-upsample-prompt", default=None, help="Let a language model enrich the prompt."
)
@click.option(
    "--offload-diffusion-transformer/--keep-diffusion-transformer",
    default=None,
    help="Free the GPU of it while it isn't needed.",
)
@click.option(
    "--offload-text-encoder/--keep-text-encoder", default=None, help="The same for the text encoder."
)
@click.option(
    "--offload-guardrail-models/--keep-guardrail-models", default=None, help="The same for the guardrails."
)
@click.option(
    "--offload-prompt-upsampler/--keep-prompt-upsampler",
    default=None,
    help="The same for the prompt upsampler.",
)
@session_options
def create_run(
    session: Session,
    prompt_spec: str,
    name: Optional[str],
    engine: Optional[str],
    weights: tuple[float, ...],
    single: tuple[str, ...],
    masks: tuple[str, ...],
    outside: tuple[str, ...],
    like: Optional[str],
    blur_strength: Optional[str],
    canny_threshold: Optional[str],
    **parameters: Any,
) -> None:
    """Record how to make it: engine, weights and parameters. Weights default to equal parts."""
    prompt = session.store.prompt(prompt_spec)
    model = session.store.run(like) if like is not None else None
    if blur_strength is not None:
        parameters["blur_strength"] = typed_word(blur_strength, BlurStrength, "--blur-strength")
    if canny_threshold is not None:
        parameters["canny_threshold"] = typed_word(canny_threshold, CannyThreshold, "--canny-threshold")
    run, file = authoring.create_run(
        session.store,
        prompt,
        engine=engine or (model.engine if model else session.config.engine.name),
        weights=chosen_weights(session, prompt, model, weights, single, masks, outside),
        parameters=_parameters(session, model, parameters),
        name=name,
    )
    session.answer(
        {
            "id": run.id,
            "file": str(file),
            "engine": run.engine,
            "weights": {str(control): weight.as_json() for control, weight in run.control_weights.items()},
        },
        f"{run.id}  {session.relative(file)}",
    )
    shown = ", ".join(f"{control} {weight.value:g}" for control, weight in run.control_weights.items())
    session.say(f"{run.engine}: {shown or 'no control'}")
    session.say(f"Next: cosmos-houdini check {run.id}, then cosmos-houdini run {run.id}")


def chosen_weights(
    session: Session,
    prompt: PromptSpec,
    model: Optional[RunSpec],
    in_order: tuple[float, ...],
    single: tuple[str, ...],
    masks: tuple[str, ...],
    outside: tuple[str, ...],
) -> dict[Control, ControlWeight]:
    """What was typed; else those of the model run, else equal parts."""
    numbers = authoring.weights_in_order(prompt, in_order) if in_order else {}
    numbers.update(assignments(single, "--weight"))
    chosen = {control: ControlWeight(number) for control, number in numbers.items()}
    given = bool(in_order or single)
    if not given and model is not None:
        chosen = dict(model.control_weights)
    elif not given:
        chosen = {c: ControlWeight(number) for c, number in authoring.equal_weights(prompt).items()}
    outer = assignments(outside, "--weight-outside")
    for control, path in _named(masks, "--weight-mask", "mask.mp4").items():
        if control not in chosen:
            raise UsageError(
                f"--weight-mask {control}={path}: {control} has no weight.",
                fix=f"Add --weight {control}=0.5.",
            )
        relative, sha256 = authoring.named_file(session.store, path)
        chosen[control] = ControlWeight(chosen[control].value, relative, sha256, outer.pop(control, 0.0))
    if outer:
        control = next(iter(outer))
        raise UsageError(f"--weight-outside {control} needs a --weight-mask for {control}.")
    return chosen


def _parameters(session: Session, model: Optional[RunSpec], typed: dict[str, Any]) -> Parameters:
    """What was typed wins over the model run, that over the settings."""
    base = model.parameters if model is not None else authoring.parameters_of(session.config.engine)
    return dataclasses.replace(base, **{key: value for key, value in typed.items() if value is not None})


def assignments(texts: tuple[str, ...], option: str) -> dict[Control, float]:
    """The numbers of `CONTROL=NUMBER`."""
    named = _named(texts, option, "0.4")
    return {control: typed_number(value, f"{option} {control}") for control, value in named.items()}


def _named(texts: tuple[str, ...], option: str, example: str) -> dict[Control, str]:
    """What `CONTROL=VALUE` says for each control; UsageError where one is named twice."""
    named: dict[Control, str] = {}
    for text in texts:
        word, equals, value = text.partition("=")
        if not equals:
            raise UsageError(
                f"{option} {text} should be written as CONTROL=VALUE.", fix=f"As in {option} depth={example}."
            )
        control = typed_word(word, Control, option)
        if control in named:
            raise named_twice(option, str(control))
        named[control] = value
    return named
