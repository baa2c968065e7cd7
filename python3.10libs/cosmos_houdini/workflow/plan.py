"""From records to an order: which files go to the box under which names, and what must come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ..engines.engine import BoxPlaces, BuildOrder, BuiltSpec, Engine
from ..engines.registry import engine as engine_named
from ..errors import BadInputError
from ..passes.known_video import known_info
from ..passes.video_info import VideoInfo
from ..records.content import Content
from ..records.enums import Control
from ..records.geometry import Resolution
from ..records.hashing import hash_file, hash_json
from ..records.prompt_spec import PromptSpec
from ..records.run_spec import ExpectedVideo, RunSpec
from ..records.store import Store

OUTPUT_NAME = "output"
# The model brings a map to its own size, and weighs pictures that are 8 times smaller (source: transfer1
# inference_utils.py). A quarter of the size loses nothing there, and sends 16 times less.
MAP_REDUCTION = 4


@dataclass(frozen=True)
class PlannedFile:
    """A file of the project that the engine reads, under the name it has in the run's folder on the box."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Plan:
    """Everything about a run that is known before the box is asked."""

    prompt: PromptSpec
    run: RunSpec
    engine: Engine
    num_gpus: int
    input_video: Optional[PlannedFile]
    controls: Mapping[Control, PlannedFile]
    weight_maps: Mapping[Control, PlannedFile]
    region_masks: Mapping[int, PlannedFile]
    expected: ExpectedVideo

    @property
    def files(self) -> tuple[PlannedFile, ...]:
        video = () if self.input_video is None else (self.input_video,)
        others = (*self.controls.values(), *self.weight_maps.values(), *self.region_masks.values())
        return (*video, *others)

    def build(self, run_folder: str, checkpoints: str) -> BuiltSpec:
        """The spec and the argument list, with the paths of the box: `run_folder` is absolute there."""
        inside = f"{run_folder}/in"
        return self.engine.build(
            BuildOrder(
                prompt=self.prompt,
                run=self.run,
                places=BoxPlaces(
                    input_video=f"{inside}/{self.input_video.name}" if self.input_video else None,
                    controls={control: f"{inside}/{file.name}" for control, file in self.controls.items()},
                    weight_maps={c: f"{inside}/{file.name}" for c, file in self.weight_maps.items()},
                    region_masks={
                        index: f"{inside}/{file.name}" for index, file in self.region_masks.items()
                    },
                    spec_path=f"{run_folder}/spec.json",
                    output_folder=f"{run_folder}/out",
                    checkpoint_dir=checkpoints,
                    output_name=OUTPUT_NAME,
                ),
                num_gpus=self.num_gpus,
            )
        )


def plan(store: Store, run: RunSpec, num_gpus: int) -> Plan:
    """Puts the order together; BadInputError for what can't be (files missing, an unknown engine)."""
    prompt = store.prompt_of(run)
    engine = engine_named(run.engine)
    if run.upscale_of is not None:
        video: Optional[PlannedFile] = _result_of(store, run.upscale_of)
        controls: dict[Control, PlannedFile] = {}
        regions: dict[int, PlannedFile] = {}
    else:
        video = _file(store, prompt.input_video_path, prompt.input_video_sha256, "input")
        controls = {
            control: file
            for control in engine.live_controls(prompt, run)
            if (file := _control_file(store, prompt, control)) is not None
        }
        regions = {
            index: file
            for index, region in enumerate(prompt.regional_prompts)
            if (file := _file(store, region.mask_path, region.mask_sha256, f"region_{index}")) is not None
        }
    media = [_info(store, file) for file in ([video] if video else []) + list(controls.values())]
    expected = _expected(engine, run, media)
    return Plan(
        prompt=prompt,
        run=run,
        engine=engine,
        num_gpus=num_gpus,
        input_video=video,
        controls=controls,
        weight_maps=_weight_maps(store, prompt, run, engine, media),
        region_masks=regions,
        expected=expected,
    )


def _file(store: Store, path: Optional[str], sha256: Optional[str], name: str) -> Optional[PlannedFile]:
    if path is None or sha256 is None:
        return None
    file = store.paths.resolve(path, f"{name} of the prompt spec")
    return PlannedFile(f"{name}{file.suffix.lower()}", file, sha256)


def _control_file(store: Store, prompt: PromptSpec, control: Control) -> Optional[PlannedFile]:
    source = prompt.control_inputs[control]
    return _file(store, source.path, source.sha256, str(control))


def _info(store: Store, file: PlannedFile) -> VideoInfo:
    """What is in the video that the record names, which is the one that will be sent."""
    return known_info(
        Content(file.path, store.paths.decoded, file.sha256 if file.path.is_file() else None), file.path
    )


def _result_of(store: Store, run_id: str) -> PlannedFile:
    video = store.paths.output(run_id).video
    if not video.is_file():
        raise BadInputError(
            f"The result of {run_id} is not here.",
            why=f"{video} does not exist.",
            fix=f"Fetch it: cosmos-houdini fetch {run_id}.",
        )
    return PlannedFile("input.mp4", video, hash_file(video))


def _expected(engine: Engine, run: RunSpec, media: list[VideoInfo]) -> ExpectedVideo:
    if not media:
        raise BadInputError(
            "The run has neither an input video nor a control video.",
            fix="Create the prompt spec with --controls, --control-inputs or --input-video.",
        )
    size = engine.output_size(media[0].resolution, upscale=run.upscale_of is not None)
    frames = engine.output_frames(min(video.frames for video in media))
    return ExpectedVideo(frames, size.width, size.height, run.parameters.fps or engine.default_fps)


def _weight_maps(
    store: Store, prompt: PromptSpec, run: RunSpec, engine: Engine, media: list[VideoInfo]
) -> dict[Control, PlannedFile]:
    """The weight maps of this run, made once and kept in the project by what they are made from."""
    maps = {}
    frames = min(video.frames for video in media)
    size = engine.output_size(media[0].resolution)
    coarse = Resolution(size.width // MAP_REDUCTION, size.height // MAP_REDUCTION)
    for control in engine.live_controls(prompt, run):
        weight = run.control_weights.get(control)
        if weight is None or weight.mask_path is None:
            continue
        mask = store.paths.resolve(weight.mask_path, f"the weight of {control}")
        made_from = [weight.as_json(), frames, str(coarse)]
        file = store.paths.masks() / f"{hash_json(made_from)[:32]}.pt"
        if not file.is_file():
            from ..engines.weight_maps import write_weight_map  # loads the picture libraries
            from ..preflight.mask_maps import map_from_video

            write_weight_map(file, map_from_video(mask, coarse, weight.value, weight.outside, frames))
        maps[control] = PlannedFile(f"{control}_weights.pt", file, hash_file(file))
    return maps
