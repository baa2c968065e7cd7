"""What Cosmos Encode is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ...errors import BadInputError
from .encode import CONTROLS, ENCODE
from .values import Evaluate, Values, chosen

ROLES = ("beauty", "depth", "normal", "id", "edge", "seg")
PLANES = ("beauty", "depth", "normal", "id")


@dataclass(frozen=True)
class EncodeSettings:
    """The parameters of Cosmos Encode, checked. None leaves a choice to the project's settings.

    `frames` None means the output files from upstream. `project` may be empty. `sources` and `planes` go by
    role and hold only what is named. `controls` are the videos to make, `must_make` whether one that can't be
    made is an error. `fps` is in frames a second; with `scene_rate` the scene's rate, rounded, counts.
    `near` and `far` are in scene units, `exposure` in stops.
    """

    frames: Optional[str]
    name: str
    project: str
    engine: Optional[str]
    controls: tuple[str, ...]
    must_make: bool
    sources: Mapping[str, str]
    planes: Mapping[str, str]
    size: Optional[str]
    fit: Optional[str]
    scene_rate: bool
    fps: Optional[int]
    first: Optional[int]
    last: Optional[int]
    step: int
    near: Optional[float]
    far: Optional[float]
    edge_source: Optional[str]
    canny_threshold: Optional[str]
    seg_source: str
    blur_strength: Optional[str]
    view: Optional[str]
    exposure: Optional[float]
    lossless: bool
    force: bool

    @staticmethod
    def read(evaluate: Evaluate) -> EncodeSettings:
        """BadInputError for a value that can't be used, in what/why/fix."""
        values = Values(ENCODE, evaluate)
        manual = values.token("depthrange") == "manual"
        ranged = values.flag("userange")
        rate = values.token("rate")
        settings = EncodeSettings(
            frames=values.text("frames") if values.token("framesource") == "pattern" else None,
            name=values.text("setname"),
            project=values.text("project"),
            engine=values.optional_token("engine"),
            controls=tuple(control for control in CONTROLS if values.flag(f"make_{control}")),
            must_make=values.token("missing") == "fail",
            sources={role: text for role in ROLES if (text := values.text(f"{role}_frames"))},
            planes={role: text for role in PLANES if (text := values.text(f"{role}_plane"))},
            size=values.optional_text("size"),
            fit=values.optional_token("fit"),
            scene_rate=rate == "scene",
            fps=values.whole("fps") if rate == "custom" else None,
            first=values.whole("first") if ranged else None,
            last=values.whole("last") if ranged else None,
            step=values.whole("step") if ranged else 1,
            near=values.number("near") if manual else None,
            far=values.number("far") if manual else None,
            edge_source=values.optional_token("edge_source"),
            canny_threshold=values.optional_token("canny_threshold"),
            seg_source=values.token("seg_source"),
            blur_strength=values.optional_token("blur_strength"),
            view=values.optional_text("view"),
            exposure=values.number_if("use_exposure", "exposure"),
            lossless=values.flag("lossless"),
            force=values.flag("force"),
        )
        settings._check()
        return settings

    def as_params(self, scene_fps: float) -> dict[str, Any]:
        """What was chosen, as the bridge's `passes.encode` takes it; `scene_fps` is the rate of the hip file.

        Frames, name, project and engine are not in it: they come from the work item as well.
        """
        return chosen(
            controls=list(self.controls),
            sources=dict(self.sources) or None,
            planes=dict(self.planes) or None,
            range=None if self.first is None else [self.first, self.last],
            **self._common(scene_fps),
        )

    def as_options(self, scene_fps: float) -> dict[str, Any]:
        """The same for the command line: the options of `passes encode`, by their names with `_` for `-`."""
        return chosen(
            only=",".join(self.controls),
            **{f"{role}_frames": text for role, text in self.sources.items()},
            **self.planes,
            first=self.first,
            last=self.last,
            **self._common(scene_fps),
        )

    def _common(self, scene_fps: float) -> dict[str, Any]:
        return {
            "size": self.size,
            "fit": self.fit,
            "fps": max(1, round(scene_fps)) if self.scene_rate else self.fps,
            "step": self.step if self.step != 1 else None,
            "near": self.near,
            "far": self.far,
            "edge_source": self.edge_source,
            "seg_source": self.seg_source,
            "canny_threshold": self.canny_threshold,
            "blur_strength": self.blur_strength,
            "view": self.view,
            "exposure": self.exposure,
            "lossless": self.lossless or None,
            "force": self.force or None,
        }

    def _check(self) -> None:
        if self.frames == "" and not self.sources:
            raise BadInputError(
                "Frames of Cosmos Encode is empty.",
                why="'Frames From' says that the frames are files on disk.",
                fix="Name a sequence, as in $HIP/render/shot.####.exr, or take the upstream output files.",
            )
        if not self.name:
            raise BadInputError(
                "Control Set of Cosmos Encode is empty.",
                why="The videos lie in a folder of that name.",
                fix="Give a name, as in $HIPNAME.",
            )
        if not self.controls:
            raise BadInputError(
                "Cosmos Encode is to make nothing: every control is off.",
                why="The model needs at least one control to follow.",
                fix="Switch on Make Colour and, to begin with, Make Edge and Make Depth.",
            )
        if self.size is not None and not _even_size(self.size):
            raise BadInputError(
                f"Exact Size of Cosmos Encode is '{self.size}'.",
                why="It is a width and a height in pixels, both even, since H.264 halves the colour planes.",
                fix="Write it as 1280x704, or leave it empty for the engine's nearest size.",
            )
        if self.first is not None and self.last is not None and self.first > self.last:
            raise BadInputError(
                f"The frame range of Cosmos Encode goes from {self.first} to {self.last}.",
                why="The first frame is behind the last one, so there is nothing in between.",
                fix="Swap the two, or switch the range off to take all frames there are.",
            )
        if self.near is not None and self.far is not None and not 0 < self.near < self.far:
            raise BadInputError(
                f"Near and Far of Cosmos Encode are {self.near:g} and {self.far:g}.",
                why="Near is above 0, and Far is farther than Near.",
                fix="Set both to distances from the camera in scene units, or take the range from the clip.",
            )


def _even_size(text: str) -> bool:
    match = re.fullmatch(r"([0-9]{1,5})\s*[xX]\s*([0-9]{1,5})", text)
    return match is not None and all(int(side) > 0 and int(side) % 2 == 0 for side in match.groups())
