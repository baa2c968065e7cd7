"""What a model is to the rest of the house: its limits, its cost, and how its orders are written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Optional

from ..records.enums import Control
from ..records.geometry import Resolution, SizeTable
from ..records.prompt_spec import PromptSpec
from ..records.run_spec import RunSpec
from .estimate import Estimate


@dataclass(frozen=True)
class BoxPlaces:
    """What the files of a run are called on the box: absolute paths there, whatever they are called here.

    `region_masks` goes by the index in `PromptSpec.regional_prompts`. `checkpoint_dir` alone may be relative:
    it is then looked up from the model's own folder, in which the model is started.
    """

    spec_path: str
    output_folder: str
    checkpoint_dir: str
    output_name: str = "output"
    input_video: Optional[str] = None
    controls: Mapping[Control, str] = field(default_factory=dict)
    weight_maps: Mapping[Control, str] = field(default_factory=dict)
    region_masks: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BuildOrder:
    """Everything that a spec is made from."""

    prompt: PromptSpec
    run: RunSpec
    places: BoxPlaces
    num_gpus: int = 1


@dataclass(frozen=True)
class BuiltSpec:
    """The order in the model's own words.

    `spec` is the JSON object of the spec file; `arguments` is the exact argument list after the entry point;
    `output_file` is the video that appears when the run succeeds. Where `needs_torchrun` is set, the entry
    point has to be started by torchrun with one process per GPU, on a single GPU too.
    """

    spec: Mapping[str, Any]
    arguments: tuple[str, ...]
    output_file: str
    needs_torchrun: bool


class Engine(ABC):
    """One model.

    `name` is what records say, `title` what people read. `entry` starts it: one relative script of the
    model's folder, or `-m` and a module. Sizes, chunks and frame limits are those of the model. `checkpoints`
    tells for each thing it can do the file that this takes, below the checkpoint folder.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    entry: ClassVar[tuple[str, ...]]
    checkpoints: ClassVar[Mapping[str, str]]
    sizes: ClassVar[SizeTable]
    controls: ClassVar[frozenset[Control]]
    chunk_frames: ClassVar[int]
    overlap: ClassVar[int]
    min_frames: ClassVar[int]
    max_frames: ClassVar[int]
    allowed_gpus: ClassVar[frozenset[int]]
    default_fps: ClassVar[int]
    default_steps: ClassVar[int]
    full_noise: ClassVar[float]

    @abstractmethod
    def chunks(self, frames: int) -> int:
        """How many chunks a clip of `frames` costs; each takes the same time, a short one too."""

    @abstractmethod
    def output_size(self, given: Resolution, upscale: bool = False) -> Resolution:
        """The size of the result for an input of the size `given`."""

    @abstractmethod
    def output_frames(self, frames: int) -> int:
        """The frames of the result, where the shortest video read has `frames`."""

    @abstractmethod
    def live_controls(self, prompt: PromptSpec, run: RunSpec) -> tuple[Control, ...]:
        """The controls that are sent, in the order of the spec: those whose weight isn't zero."""

    @abstractmethod
    def build(self, order: BuildOrder) -> BuiltSpec:
        """Writes the order in the model's words; BadInputError for one that can't be written at all."""

    @abstractmethod
    def estimate(self, frames: int, num_gpus: int, run: RunSpec) -> Estimate:
        """What a run over `frames` costs, as far as anybody has published it."""
