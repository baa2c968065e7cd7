"""RunSpec: how to make it, and what became of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from .enums import BlurStrength, CannyThreshold, Control, Status
from .hashing import hash_json
from .prompt_spec import ID_DIGITS, check_identity, check_schema, read_identity
from .strict import Fields, as_word

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class ControlWeight:
    """How strongly a control counts: one number, or a number inside and one outside of a mask.

    `mask_path` names a mask video or still (white = inside) relative to the project folder.
    """

    value: float
    mask_path: Optional[str] = None
    mask_sha256: Optional[str] = None
    outside: float = 0.0

    def __post_init__(self) -> None:
        # A record is identified by the hash of its JSON, and JSON tells 1 from 1.0.
        object.__setattr__(self, "value", float(self.value))
        object.__setattr__(self, "outside", float(self.outside))

    def as_json(self) -> Any:
        if self.mask_path is None:
            return self.value
        return {
            "inside": self.value,
            "outside": self.outside,
            "mask_path": self.mask_path,
            "mask_sha256": self.mask_sha256,
        }

    @staticmethod
    def read(value: Any, where: str) -> ControlWeight:
        if not isinstance(value, Mapping):
            return ControlWeight(Fields({"weight": value}, where).number("weight"))
        fields = Fields(value, where)
        weight = ControlWeight(
            fields.number("inside"),
            fields.path("mask_path"),
            fields.text("mask_sha256"),
            fields.number("outside"),
        )
        fields.finish()
        return weight


@dataclass(frozen=True)
class Parameters:
    """The settings of a run. None leaves the engine's own default in force.

    `fps` is the rate that the result is written at; `blur_strength` and `canny_threshold` matter only for
    controls that the engine computes itself.
    """

    seed: Optional[int] = None
    num_steps: Optional[int] = None
    guidance: Optional[float] = None
    sigma_max: Optional[float] = None
    fps: Optional[int] = None
    blur_strength: Optional[BlurStrength] = None
    canny_threshold: Optional[CannyThreshold] = None
    distilled: bool = False
    av_sample: bool = False
    upsample_prompt: bool = False
    offload_diffusion_transformer: bool = False
    offload_text_encoder: bool = False
    offload_guardrail_models: bool = False
    offload_prompt_upsampler: bool = False

    def __post_init__(self) -> None:
        for name in ("guidance", "sigma_max"):  # as in ControlWeight: one number, one spelling
            value = getattr(self, name)
            object.__setattr__(self, name, None if value is None else float(value))

    def as_json(self) -> dict[str, Any]:
        """Only what was chosen, so that a record shows the choices."""
        chosen = {}
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if value != item.default:
                chosen[item.name] = str(value) if isinstance(value, (BlurStrength, CannyThreshold)) else value
        return chosen

    @staticmethod
    def read(fields: Fields) -> Parameters:
        parameters = Parameters(
            seed=fields.optional_whole("seed"),
            num_steps=fields.optional_whole("num_steps"),
            guidance=fields.optional_number("guidance"),
            sigma_max=fields.optional_number("sigma_max"),
            fps=fields.optional_whole("fps"),
            blur_strength=fields.optional_word("blur_strength", BlurStrength),
            canny_threshold=fields.optional_word("canny_threshold", CannyThreshold),
            distilled=fields.flag("distilled"),
            av_sample=fields.flag("av_sample"),
            upsample_prompt=fields.flag("upsample_prompt"),
            offload_diffusion_transformer=fields.flag("offload_diffusion_transformer"),
            offload_text_encoder=fields.flag("offload_text_encoder"),
            offload_guardrail_models=fields.flag("offload_guardrail_models"),
            offload_prompt_upsampler=fields.flag("offload_prompt_upsampler"),
        )
        fields.finish()
        return parameters


@dataclass(frozen=True)
class FailureNote:
    """Why a run failed, in the words that were shown."""

    kind: str
    what: str
    why: str = ""
    fix: str = ""

    @staticmethod
    def read(fields: Fields) -> FailureNote:
        note = FailureNote(fields.text("kind"), fields.text("what"), fields.text("why"), fields.text("fix"))
        fields.finish()
        return note


@dataclass(frozen=True)
class ExpectedVideo:
    """What the engine must deliver for this run: a video of other length or size is no success."""

    frames: int
    width: int
    height: int
    fps: int

    @staticmethod
    def read(fields: Fields) -> ExpectedVideo:
        expected = ExpectedVideo(
            fields.whole("frames"), fields.whole("width"), fields.whole("height"), fields.whole("fps")
        )
        fields.finish()
        return expected


@dataclass(frozen=True)
class Execution:
    """What became of a run. Times are ISO 8601 in UTC; `seconds` is the time the engine ran.

    `num_gpus` and `cuda_devices` are what the run was started with; `output_path` is relative to the project.
    """

    box: Optional[str] = None
    phase: Optional[str] = None
    num_gpus: int = 1
    cuda_devices: Optional[str] = None
    spec_sha256: Optional[str] = None
    expected: Optional[ExpectedVideo] = None
    submitted_at: Optional[str] = None
    started_at: Optional[str] = None
    ended_at: Optional[str] = None
    seconds: Optional[float] = None
    output_path: Optional[str] = None
    failure: Optional[FailureNote] = None

    def as_json(self) -> dict[str, Any]:
        chosen = {}
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if value != item.default:
                chosen[item.name] = (
                    dataclasses.asdict(value) if isinstance(value, (FailureNote, ExpectedVideo)) else value
                )
        return chosen

    @staticmethod
    def read(fields: Fields) -> Execution:
        failure = fields.child("failure")
        expected = fields.child("expected")
        num_gpus = fields.optional_whole("num_gpus")
        execution = Execution(
            box=fields.optional_text("box"),
            phase=fields.optional_text("phase"),
            num_gpus=1 if num_gpus is None else num_gpus,
            cuda_devices=fields.optional_text("cuda_devices"),
            spec_sha256=fields.optional_text("spec_sha256"),
            expected=ExpectedVideo.read(expected) if expected is not None else None,
            submitted_at=fields.optional_text("submitted_at"),
            started_at=fields.optional_text("started_at"),
            ended_at=fields.optional_text("ended_at"),
            seconds=fields.optional_number("seconds"),
            output_path=fields.optional_path("output_path"),
            failure=FailureNote.read(failure) if failure is not None else None,
        )
        fields.finish()
        return execution


@dataclass(frozen=True)
class RunSpec:
    """One run: a prompt spec, an engine, weights and parameters, which never change, and its execution.

    `upscale_of` names the run whose result this one brings to 4K.
    """

    name: str
    prompt_spec_id: str
    engine: str
    created_at: str
    control_weights: Mapping[Control, ControlWeight] = field(default_factory=dict)
    parameters: Parameters = Parameters()
    upscale_of: Optional[str] = None
    execution_status: Status = Status.PENDING
    execution: Execution = Execution()
    schema_version: int = SCHEMA_VERSION

    @property
    def id(self) -> str:
        """`rs_` and the first 16 hex digits of the SHA-256 of the part that never changes."""
        return "rs_" + hash_json(self.content())[:ID_DIGITS]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            **self.content(),
            "execution_status": str(self.execution_status),
            "execution": self.execution.as_json(),
        }

    def files(self) -> dict[str, str]:
        """Every file that it names, with the hash that the content had: project path -> sha256."""
        weights = self.control_weights.values()
        return {
            w.mask_path: w.mask_sha256
            for w in weights
            if w.mask_path is not None and w.mask_sha256 is not None
        }

    def content(self) -> dict[str, Any]:
        """The part that never changes, which the id is made from."""
        return {
            "schema_version": self.schema_version,
            "name": self.name,
            "prompt_spec_id": self.prompt_spec_id,
            "engine": self.engine,
            "control_weights": {str(key): value.as_json() for key, value in self.control_weights.items()},
            "parameters": self.parameters.as_json(),
            "upscale_of": self.upscale_of,
            "created_at": self.created_at,
        }

    @staticmethod
    def from_json(value: Any, where: str) -> RunSpec:
        """Reads strictly; BadInputError names the wrong key, or says that the record was edited."""
        fields = Fields(value, where)
        check_schema(fields, SCHEMA_VERSION)
        identity = read_identity(fields, "rs_", "run spec")
        spec = RunSpec(
            name=fields.text("name"),
            prompt_spec_id=fields.text("prompt_spec_id"),
            engine=fields.text("engine"),
            control_weights={
                as_word(key, Control, f"{where}: control_weights"): ControlWeight.read(
                    weight, f"{where}: control_weights: {key}"
                )
                for key, weight in fields.mapping("control_weights").items()
            },
            parameters=Parameters.read(Fields(fields.mapping("parameters"), f"{where}: parameters")),
            upscale_of=fields.optional_text("upscale_of"),
            created_at=fields.text("created_at"),
            execution_status=fields.word("execution_status", Status),
            execution=Execution.read(Fields(fields.mapping("execution"), f"{where}: execution")),
        )
        fields.finish()
        check_identity(identity, spec.id, where)
        return spec
