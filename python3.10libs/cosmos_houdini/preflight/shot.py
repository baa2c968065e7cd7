"""Everything that the rules look at: records, engine and files, each file looked into once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Optional

from ..engines.engine import Engine
from ..engines.registry import engine as engine_named
from ..errors import BadInputError
from ..passes.known_video import decodable_frames, known_info
from ..passes.video_info import VideoInfo
from ..records.content import Content
from ..records.enums import Control
from ..records.geometry import Bucket
from ..records.paths import is_file
from ..records.prompt_spec import PromptSpec
from ..records.run_spec import RunSpec
from ..records.store import Store
from .look import Look, Measure, measured


@dataclass(frozen=True)
class Clip:
    """One video of a shot. `title` is what a person calls it, `shown` its path as the record has it."""

    title: str
    shown: str
    path: Path
    sha256: Optional[str]
    content: Content = field(compare=False)
    control: Optional[Control] = None

    @property
    def exists(self) -> bool:
        return is_file(self.path)

    @property
    def info(self) -> Optional[VideoInfo]:
        """What is in it; None where it can't be read."""
        return self._probed if isinstance(self._probed, VideoInfo) else None

    def seen(self, measure: Measure) -> tuple[float, ...]:
        """What `measure` finds in some frames of the video; empty where it can't be read."""
        if self.info is None:
            return ()
        return measured(self.content, measure, lambda: self._look)

    @property
    def trouble(self) -> Optional[BadInputError]:
        """Why it can't be opened."""
        return self._probed if isinstance(self._probed, BadInputError) else None

    @property
    def sha256_now(self) -> Optional[str]:
        """The hash of the file as it is; None where it can't be read."""
        return self.content.sha256

    @cached_property
    def _probed(self) -> VideoInfo | BadInputError:
        try:
            return known_info(self.content, self.path)
        except BadInputError as error:
            return error
        except OSError as error:
            return BadInputError(f"{self.shown} can't be opened.", str(error))

    @cached_property
    def _look(self) -> Optional[Look]:
        try:
            return Look.into(self.path, self.info) if self.info else None
        except (BadInputError, OSError):  # files_readable tells
            return None


@dataclass(frozen=True)
class Shot:
    """A run about to be sent, as the rules see it.

    `input` is the input video (of an upscaling run: the result that is upscaled); `controls` are the control
    videos that will be sent, in the order of the spec, without those of weight zero and those that the engine
    computes. `region_masks` goes by the index of the regional prompt, `weight_masks` by control.
    """

    store: Store
    prompt: PromptSpec
    run: RunSpec
    engine: Engine
    num_gpus: int
    input: Optional[Clip]
    controls: tuple[Clip, ...]
    region_masks: dict[int, Clip]
    weight_masks: dict[Control, Clip]

    @staticmethod
    def load(store: Store, run: RunSpec, num_gpus: int = 1) -> Shot:
        """Reads the records, not yet the files; BadInputError for a record or an engine that isn't there."""
        prompt = store.prompt_of(run)
        engine = engine_named(run.engine)
        if run.upscale_of is not None:
            video = store.paths.output(run.upscale_of).video
            shown = video.relative_to(store.paths.root).as_posix()
            result = Clip("result to upscale", shown, video, None, Content(video, store.paths.decoded))
            return Shot(store, prompt, run, engine, num_gpus, result, (), {}, {})

        def clip(title: str, path: str, sha256: Optional[str], control: Optional[Control] = None) -> Clip:
            file = store.paths.resolve(path, f"The {title}")
            return Clip(title, path, file, sha256, Content(file, store.paths.decoded), control)

        controls = [
            (control, prompt.control_inputs[control]) for control in engine.live_controls(prompt, run)
        ]
        return Shot(
            store=store,
            prompt=prompt,
            run=run,
            engine=engine,
            num_gpus=num_gpus,
            input=clip("input video", prompt.input_video_path, prompt.input_video_sha256)
            if prompt.input_video_path is not None
            else None,
            controls=tuple(
                clip(f"{control} control", source.path, source.sha256, control)
                for control, source in controls
                if source.path is not None
            ),
            region_masks={
                index: clip(f"mask of regional prompt {index + 1}", region.mask_path, region.mask_sha256)
                for index, region in enumerate(prompt.regional_prompts)
                if region.mask_path is not None
            },
            weight_masks={
                control: clip(f"weight mask of {control}", weight.mask_path, weight.mask_sha256, control)
                for control, weight in run.control_weights.items()
                if weight.mask_path is not None and control in dict(controls)
            },
        )

    @property
    def clips(self) -> tuple[Clip, ...]:
        """The videos that the model goes through frame by frame: input and controls."""
        return ((self.input,) if self.input else ()) + self.controls

    @property
    def files(self) -> tuple[Clip, ...]:
        """All files that are sent."""
        return (*self.clips, *self.region_masks.values(), *self.weight_masks.values())

    @property
    def readable(self) -> tuple[tuple[Clip, VideoInfo], ...]:
        """Of `clips`, those that can be read, with what is in them."""
        return tuple((clip, clip.info) for clip in self.clips if clip.info is not None)

    @property
    def computed(self) -> tuple[Control, ...]:
        """The controls that the engine is to compute from the input video."""
        if self.run.upscale_of is not None:
            return ()
        live = self.engine.live_controls(self.prompt, self.run)
        return tuple(control for control in live if self.prompt.control_inputs[control].path is None)

    @property
    def frames(self) -> Optional[int]:
        """The frames of the shortest video, which is what the model makes; None where nothing can be read."""
        return min((info.frames for _, info in self.readable), default=None)

    @property
    def bucket(self) -> Optional[Bucket]:
        """The size that the model works at; None where nothing can be read, or the videos disagree."""
        found = {self.engine.sizes.nearest(info.resolution) for _, info in self.readable}
        return found.pop() if len(found) == 1 else None

    @property
    def fps(self) -> int:
        """The rate that the result is written at."""
        return self.run.parameters.fps or self.engine.default_fps

    def decodable(self, clip: Clip) -> int:
        """How many frames of a video decode, from the first on; BadInputError where it isn't one."""
        if clip.sha256_now is None:
            return 0
        return decodable_frames(clip.content, clip.path)

    def begin_hashing(self) -> None:
        """Hashes all files at once, while the rules that don't need to know go on."""
        for clip in self.files:
            clip.content.begin()

    def remember(self) -> None:
        """Keeps what was found out about the files for the next run with the same."""
        for clip in self.files:
            clip.content.save()

    def control(self, control: Control) -> Optional[Clip]:
        """The video of one control, None where none is sent."""
        return next((clip for clip in self.controls if clip.control is control), None)
