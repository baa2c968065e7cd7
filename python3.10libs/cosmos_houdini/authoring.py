"""Making records out of what a person names: texts, control videos, weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Optional

from .config import EngineSettings
from .engines.registry import engine as engine_named
from .errors import BadInputError, UsageError
from .passes.known_video import known_info
from .records.content import Content, known_hash
from .records.enums import Control
from .records.prompt_spec import ControlInput, PromptSpec, RegionalPrompt
from .records.run_spec import ControlWeight, Parameters, RunSpec
from .records.store import Store, timestamp
from .records.strict import as_word

WEIGHT_ORDER = (Control.VIS, Control.EDGE, Control.DEPTH, Control.SEG)


def control_from_text(store: Store, text: str) -> tuple[Control, ControlInput]:
    """Reads `depth:PATH`, or just `depth` for a control that the engine computes from the input video.

    UsageError for a colon with nothing behind it.
    """
    word, colon, path = text.partition(":")
    control = as_word(word.strip().lower(), Control, f"The control '{text}'")
    if not colon:
        return control, ControlInput()
    if not path.strip():  # a shell variable that is unset, most likely: not the wish to have it computed
        raise UsageError(
            f"'{text}' names no video.",
            why="Nothing follows the colon.",
            fix=f"Write {control}:VIDEO, or just {control} to have the engine compute it.",
        )
    return control, named_video(store, path)


def named_video(store: Store, path: str) -> ControlInput:
    """A video of the project with its hash; BadInputError where it is missing, outside, or no video."""
    relative, sha256 = named_file(store, path)
    file = store.paths.resolve(relative, path)
    content = Content(file, store.paths.decoded, sha256)
    known_info(content, file)
    content.save()
    return ControlInput(relative, sha256)


def named_file(store: Store, path: str) -> tuple[str, str]:
    """A file as records name it: its path relative to the project, and its hash."""
    relative = store.paths.inside(path)
    file = store.paths.resolve(relative, path)
    if not file.is_file():
        raise BadInputError(
            f"{path} does not exist." if not file.exists() else f"{path} is a folder, not a file.",
            why=f"Looked for {file}.",
            fix="Check the path. Control videos are made with: cosmos-houdini passes encode FRAMES.",
        )
    try:
        return relative, known_hash(file, store.paths.decoded)
    except OSError as error:
        raise BadInputError(f"{path} can't be read.", why=str(error), fix="Check its permissions.") from error


def controls_of_folder(store: Store, folder: str) -> tuple[Optional[str], dict[Control, ControlInput]]:
    """The colour video (None where there is none) and the controls in a folder of encoded passes."""
    from .passes.manifest import PassSet  # loads the picture libraries, which other records don't need

    made = PassSet.load(Path(folder))
    for video, encoded in made.videos.items():
        file = made.path(video)
        if file.is_file() and known_hash(file, store.paths.decoded) != encoded.sha256:
            raise BadInputError(
                f"{file} is not the video that was encoded there.",
                why="Its content differs from what passes.json says: it was replaced or edited.",
                fix="Encode the passes again, or name your own video with --control-inputs.",
            )
    paths = {str(video): str(made.path(video)) for video in made.videos}
    colour = paths.pop("color", None)
    return colour, {Control(name): named_video(store, path) for name, path in paths.items()}


def prompt_spec(
    store: Store,
    name: str,
    prompt: str,
    *,
    negative_prompt: Optional[str] = None,
    input_video: Optional[str] = None,
    controls: Mapping[Control, ControlInput],
    regions: Sequence[RegionalPrompt] = (),
    metadata: Optional[Mapping[str, str]] = None,
    created_at: Optional[str] = None,
) -> PromptSpec:
    """A PromptSpec that is not written yet; every file that it names is hashed."""
    video = named_video(store, input_video) if input_video else ControlInput()
    return PromptSpec(
        name=name,
        prompt=prompt,
        negative_prompt=negative_prompt,
        input_video_path=video.path,
        input_video_sha256=video.sha256,
        control_inputs=dict(controls),
        regional_prompts=tuple(regions),
        metadata=dict(metadata or {}),
        created_at=created_at or timestamp(),
    )


def create_prompt(
    store: Store,
    name: str,
    prompt: str,
    *,
    negative_prompt: Optional[str] = None,
    input_video: Optional[str] = None,
    controls: Mapping[Control, ControlInput],
    regions: Sequence[RegionalPrompt] = (),
    metadata: Optional[Mapping[str, str]] = None,
) -> tuple[PromptSpec, Path]:
    """Writes a PromptSpec; every file that it names is hashed."""
    return store.add_prompt(
        prompt_spec(
            store,
            name,
            prompt,
            negative_prompt=negative_prompt,
            input_video=input_video,
            controls=controls,
            regions=regions,
            metadata=metadata,
        )
    )


def region_from_text(store: Store, where: str, prompt: str) -> RegionalPrompt:
    """Reads where a regional prompt holds: `x1,y1,x2,y2` in 0..1, `find:WORDS`, or a mask video."""
    corners = where.split(",")
    if len(corners) == 4:
        try:
            x1, y1, x2, y2 = (float(corner) for corner in corners)
        except ValueError:
            raise UsageError(f"--region {where} is not a box of four numbers.") from None
        if not (0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1):
            raise UsageError(
                f"--region {where} is not a box inside the picture.",
                fix="Write x1,y1,x2,y2 between 0 and 1, from the upper left to the lower right corner.",
            )
        return RegionalPrompt(prompt, box=(x1, y1, x2, y2))
    if where.startswith("find:"):
        words = where.removeprefix("find:").strip()
        if not words:
            raise UsageError(
                "--region find: says nothing to look for.", fix="Write find:WORDS, as in find:the car."
            )
        return RegionalPrompt(prompt, mask_prompt=words)
    mask = named_video(store, where)
    return RegionalPrompt(prompt, mask_path=mask.path, mask_sha256=mask.sha256)


def weights_in_order(prompt: PromptSpec, values: Sequence[float]) -> dict[Control, float]:
    """`--weights`: one number each for vis, edge, depth and seg; 0 for what the prompt spec hasn't got."""
    if len(values) != len(WEIGHT_ORDER):
        raise UsageError(
            f"--weights takes {len(WEIGHT_ORDER)} numbers and got {len(values)}.",
            fix=f"Give them in the order {' '.join(map(str, WEIGHT_ORDER))}, or use --weight depth=0.4.",
        )
    return {
        control: value
        for control, value in zip(WEIGHT_ORDER, values)
        if value or control in prompt.control_inputs
    }


def equal_weights(prompt: PromptSpec) -> dict[Control, float]:
    """Where no weight was given: the same for every control, one together."""
    controls = prompt.control_inputs
    return {control: round(1 / len(controls), 4) for control in controls}


def parameters_of(settings: EngineSettings) -> Parameters:
    """What the settings say of a run; None leaves it to the engine."""
    return Parameters(
        seed=settings.seed,
        num_steps=settings.num_steps,
        guidance=settings.guidance,
        sigma_max=settings.sigma_max,
        fps=settings.fps,
    )


def run_spec(
    prompt: PromptSpec,
    *,
    engine: str,
    weights: Mapping[Control, ControlWeight],
    parameters: Parameters,
    name: Optional[str] = None,
    created_at: Optional[str] = None,
) -> RunSpec:
    """A RunSpec that is not written yet; BadInputError for an engine that doesn't exist."""
    return RunSpec(
        name=name or prompt.name,
        prompt_spec_id=prompt.id,
        engine=engine_named(engine).name,
        control_weights=dict(weights),
        parameters=parameters,
        created_at=created_at or timestamp(),
    )


def create_run(
    store: Store,
    prompt: PromptSpec,
    *,
    engine: str,
    weights: Mapping[Control, ControlWeight],
    parameters: Parameters,
    name: Optional[str] = None,
) -> tuple[RunSpec, Path]:
    """Writes a RunSpec; BadInputError for an engine that doesn't exist."""
    return store.add_run(run_spec(prompt, engine=engine, weights=weights, parameters=parameters, name=name))


def upscaling_run(source: RunSpec, weight: float) -> RunSpec:
    """The run that brings the result of `source` to 4K; not written yet, so that it can be checked first."""
    return RunSpec(
        name=f"{source.name} 4K",
        prompt_spec_id=source.prompt_spec_id,
        engine=source.engine,
        control_weights={Control.UPSCALE: ControlWeight(weight)},
        parameters=Parameters(seed=source.parameters.seed, fps=source.parameters.fps),
        upscale_of=source.id,
        created_at=timestamp(),
    )
