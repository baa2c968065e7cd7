"""PromptSpec: what to make. Reusable by any number of runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from ..errors import BadInputError
from .enums import Control
from .hashing import hash_json
from .strict import Fields, as_word

SCHEMA_VERSION = 1
ID_DIGITS = 16


@dataclass(frozen=True)
class ControlInput:
    """One control of a shot.

    `path` is the control video relative to the project folder, None where the engine computes the control
    itself from the input video. `prompt` names the objects to segment, where the engine does that.
    """

    path: Optional[str] = None
    sha256: Optional[str] = None
    prompt: Optional[str] = None

    def as_json(self) -> dict[str, Any]:
        return _without_none({"path": self.path, "sha256": self.sha256, "prompt": self.prompt})

    @staticmethod
    def read(fields: Fields) -> ControlInput:
        control = ControlInput(
            fields.optional_path("path"), fields.optional_text("sha256"), fields.optional_text("prompt")
        )
        fields.finish()
        return control


@dataclass(frozen=True)
class RegionalPrompt:
    """A prompt for a part of the picture: a box (x1, y1, x2, y2 in 0..1), a mask video or words."""

    prompt: str
    box: Optional[tuple[float, float, float, float]] = None
    mask_path: Optional[str] = None
    mask_sha256: Optional[str] = None
    mask_prompt: Optional[str] = None

    def __post_init__(self) -> None:
        if self.box is not None:  # a record is identified by the hash of its JSON, and JSON tells 1 from 1.0
            x1, y1, x2, y2 = self.box
            object.__setattr__(self, "box", (float(x1), float(y1), float(x2), float(y2)))

    def as_json(self) -> dict[str, Any]:
        return _without_none(
            {
                "prompt": self.prompt,
                "box": list(self.box) if self.box is not None else None,
                "mask_path": self.mask_path,
                "mask_sha256": self.mask_sha256,
                "mask_prompt": self.mask_prompt,
            }
        )

    @staticmethod
    def read(fields: Fields) -> RegionalPrompt:
        corners = fields.items("box")
        regional = RegionalPrompt(
            fields.text("prompt"),
            _box(corners, fields.where) if corners else None,
            fields.optional_path("mask_path"),
            fields.optional_text("mask_sha256"),
            fields.optional_text("mask_prompt"),
        )
        fields.finish()
        if sum(value is not None for value in (regional.box, regional.mask_path, regional.mask_prompt)) != 1:
            raise BadInputError(
                f"{fields.where} should have exactly one of 'box', 'mask_path' and 'mask_prompt'.",
                why="A regional prompt needs one way to say where it holds.",
                fix="Create the record again with one of the three.",
            )
        return regional


@dataclass(frozen=True)
class PromptSpec:
    """What to make: text, input video and control videos.

    `negative_prompt` None leaves the engine's own default in force. `created_at` is ISO 8601 in UTC.
    """

    name: str
    prompt: str
    created_at: str
    negative_prompt: Optional[str] = None
    input_video_path: Optional[str] = None
    input_video_sha256: Optional[str] = None
    control_inputs: Mapping[Control, ControlInput] = field(default_factory=dict)
    regional_prompts: tuple[RegionalPrompt, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION

    @property
    def id(self) -> str:
        """`ps_` and the first 16 hex digits of the SHA-256 of everything else."""
        return "ps_" + hash_json(self.content())[:ID_DIGITS]

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, **self.content()}

    def files(self) -> dict[str, str]:
        """Every file that it names, with the hash that the content had: project path -> sha256."""
        named = [(self.input_video_path, self.input_video_sha256)]
        named += [(control.path, control.sha256) for control in self.control_inputs.values()]
        named += [(regional.mask_path, regional.mask_sha256) for regional in self.regional_prompts]
        return {path: sha256 for path, sha256 in named if path is not None and sha256 is not None}

    def content(self) -> dict[str, Any]:
        """The part that never changes, which the id is made from."""
        return {
            "schema_version": self.schema_version,
            "name": self.name,
            "prompt": self.prompt,
            "negative_prompt": self.negative_prompt,
            "input_video_path": self.input_video_path,
            "input_video_sha256": self.input_video_sha256,
            "control_inputs": {str(key): value.as_json() for key, value in self.control_inputs.items()},
            "regional_prompts": [regional.as_json() for regional in self.regional_prompts],
            "metadata": dict(self.metadata),
            "created_at": self.created_at,
        }

    @staticmethod
    def from_json(value: Any, where: str) -> PromptSpec:
        """Reads strictly; BadInputError names the wrong key, or says that the record was edited."""
        fields = Fields(value, where)
        check_schema(fields, SCHEMA_VERSION)
        identity = read_identity(fields, "ps_", "prompt spec")
        spec = PromptSpec(
            name=fields.text("name"),
            prompt=fields.text("prompt"),
            negative_prompt=fields.optional_text("negative_prompt"),
            input_video_path=fields.optional_path("input_video_path"),
            input_video_sha256=fields.optional_text("input_video_sha256"),
            control_inputs={
                as_word(key, Control, f"{where}: control_inputs"): ControlInput.read(
                    Fields(block, f"{where}: control_inputs: {key}")
                )
                for key, block in fields.mapping("control_inputs").items()
            },
            regional_prompts=tuple(
                RegionalPrompt.read(Fields(block, f"{where}: regional_prompts: {index}"))
                for index, block in enumerate(fields.items("regional_prompts"))
            ),
            metadata=dict(fields.mapping("metadata")),
            created_at=fields.text("created_at"),
        )
        fields.finish()
        check_identity(identity, spec.id, where)
        return spec


def check_schema(fields: Fields, newest: int) -> None:
    """BadInputError for a record that a newer version of this program wrote."""
    version = fields.whole("schema_version")
    if version > newest:
        raise BadInputError(
            f"{fields.where} has schema version {version}; this version reads up to {newest}.",
            why="A newer Cosmos Houdini wrote it.",
            fix="Update Cosmos Houdini, or create the record again with this version.",
        )
    if version < 1:
        raise BadInputError(
            f"{fields.where} has schema version {version}, which never was.",
            fix="Restore the file, or create the record again.",
        )


def read_identity(fields: Fields, prefix: str, kind: str) -> str:
    """The id; BadInputError where it is that of another kind of record."""
    identity = fields.text("id")
    if not identity.startswith(prefix):
        listing = "list --specs" if prefix == "ps_" else "list"
        raise BadInputError(
            f"{fields.where} is not a {kind}: its id is {identity}.",
            why=f"The id of a {kind} begins with {prefix}",
            fix=f"Name a {kind}; cosmos-houdini {listing} shows what is there.",
        )
    return identity


def check_identity(stated: str, actual: str, where: str) -> None:
    """BadInputError where a record's content isn't what its id was made from."""
    if stated != actual:
        raise BadInputError(
            f"{where} was edited after it was created: its id is {stated}, its content hashes to {actual}.",
            why="The id is a hash of the content, so that a run can be traced to what it was made from.",
            fix="Create a new record with the changed values instead of editing this one.",
        )


def _box(corners: list[Any], where: str) -> tuple[float, float, float, float]:
    if len(corners) != 4 or not all(
        isinstance(c, (int, float)) and not isinstance(c, bool) and 0 <= c <= 1 for c in corners
    ):
        raise BadInputError(
            f"{where}: 'box' should be four numbers x1, y1, x2, y2 between 0 and 1.",
            fix="0,0 is the upper left corner of the picture, 1,1 the lower right one.",
        )
    x1, y1, x2, y2 = (float(corner) for corner in corners)
    if x1 >= x2 or y1 >= y2:
        raise BadInputError(
            f"{where}: 'box' has no area.", fix="Give x1, y1, x2, y2 with x1 < x2 and y1 < y2."
        )
    return x1, y1, x2, y2


def _without_none(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if item is not None}
