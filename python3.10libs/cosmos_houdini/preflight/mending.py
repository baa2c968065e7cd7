"""What a machine can mend. Rules say what they want; everything is then done at once, into new files.

Records never change and files that a record names are never written over: a mended shot is new videos
beside the old ones and new records.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any, Optional

import cv2
import numpy as np

from ..passes.video import Quality, VideoInfo, VideoWriter, read_frames
from ..progress import Meter, Report
from ..records.enums import Control, Status
from ..records.geometry import Resolution
from ..records.hashing import hash_file
from ..records.prompt_spec import ControlInput, PromptSpec
from ..records.run_spec import Execution, RunSpec
from ..records.store import timestamp
from .samples import Picture
from .shot import Clip, Shot
from .wording import counted

EDGE_LEVEL = 96  # where a line that was resized ends; lines keep their width at this level


@dataclass(frozen=True)
class Mended:
    """The records to go on with (the old ones where nothing was done), and what was done, in sentences."""

    prompt: PromptSpec
    run: RunSpec
    done: tuple[str, ...]


@dataclass
class Mending:
    """Collects what is to be done to a shot."""

    shot: Shot
    frames: Optional[int] = None
    sizes: dict[Clip, Resolution] = field(default_factory=dict)
    stale: list[Clip] = field(default_factory=list)
    dropped: list[Control] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    without_negative_prompt: bool = False
    done: list[str] = field(default_factory=list)

    def trim(self, frames: int) -> None:
        """Cuts every video to `frames` (or to fewer, where somebody wants that)."""
        self.frames = min(frames, self.frames or frames)

    def fit(self, clip: Clip, size: Resolution) -> None:
        """Brings a video to a size without distorting it; what doesn't fit is cut off evenly."""
        self.sizes[clip] = size

    def rehash(self, clip: Clip) -> None:
        """Takes a file as it is now."""
        self.stale.append(clip)

    def drop(self, control: Control) -> None:
        """Takes a control out of the run."""
        self.dropped.append(control)

    def set(self, why: str, **parameters: Any) -> None:
        """Changes settings of the run."""
        self.parameters.update(parameters)
        self.done.append(why)

    def clear_negative_prompt(self) -> None:
        self.without_negative_prompt = True

    def carry_out(self, report: Report) -> Mended:
        """Writes the new videos, then the new records. After an error or Ctrl-C no record was written."""
        prompt = self._prompt(self._videos(report))
        run = self._run()
        old = self.shot
        if prompt == old.prompt and run == old.run:
            return Mended(old.prompt, old.run, ())
        if prompt != old.prompt:
            prompt, _ = old.store.add_prompt(dataclasses.replace(prompt, created_at=timestamp()))
        run = dataclasses.replace(
            run,
            prompt_spec_id=prompt.id,
            created_at=timestamp(),
            # The mended run has not run, whatever became of the one that it mends.
            execution_status=Status.PENDING,
            execution=Execution(),
        )
        run, _ = old.store.add_run(run)
        return Mended(prompt, run, tuple(self.done))

    def _videos(self, report: Report) -> dict[Clip, Path]:
        work = [
            _Rewrite(
                clip,
                info,
                self.sizes.get(clip, info.resolution),
                min(self.frames or info.frames, info.frames),
            )
            for clip, info in self.shot.readable
        ]
        work = [it for it in work if it.changes]
        if not work:
            return {}
        meter = Meter(report, "mending", sum(it.frames for it in work), "frames")
        made = {}
        for it in work:
            made[it.clip] = it.write(meter)
            self.done.append(f"{it.clip.title}: {it.story}, now {made[it.clip].name}.")
        return made

    def _prompt(self, made: dict[Clip, Path]) -> PromptSpec:
        paths, prompt = self.shot.store.paths, self.shot.prompt
        files = {clip: (paths.inside(file.absolute()), hash_file(file)) for clip, file in made.items()}
        for clip in self.stale:
            if clip not in files:
                files[clip] = (clip.shown, hash_file(clip.path))
                self.done.append(f"{clip.title}: taken as it is now.")
        changes: dict[str, Any] = {}
        if self.shot.input in files:
            path, sha256 = files[self.shot.input]
            changes |= {"input_video_path": path, "input_video_sha256": sha256}
        controls = {
            clip.control: ControlInput(*files[clip], prompt=prompt.control_inputs[clip.control].prompt)
            for clip in self.shot.controls
            if clip in files and clip.control is not None
        }
        if controls:
            changes["control_inputs"] = {**prompt.control_inputs, **controls}
        masks = {index: files[clip] for index, clip in self.shot.region_masks.items() if clip in files}
        if masks:
            changes["regional_prompts"] = tuple(
                dataclasses.replace(region, mask_path=masks[index][0], mask_sha256=masks[index][1])
                if index in masks
                else region
                for index, region in enumerate(prompt.regional_prompts)
            )
        if self.without_negative_prompt:
            changes["negative_prompt"] = None
            self.done.append("negative prompt: left out, so that the model's own holds.")
        return dataclasses.replace(prompt, **changes)

    def _run(self) -> RunSpec:
        run = self.shot.run
        weights = dict(run.control_weights)
        for control in self.dropped:
            if weights.pop(control, None) is not None:
                self.done.append(f"{control} control: taken out of the run.")
        for control, clip in self.shot.weight_masks.items():
            if clip in self.stale and control in weights:
                weights[control] = dataclasses.replace(weights[control], mask_sha256=hash_file(clip.path))
        return dataclasses.replace(
            run, control_weights=weights, parameters=dataclasses.replace(run.parameters, **self.parameters)
        )


@dataclass(frozen=True)
class _Rewrite:
    """One video, cut to `frames` and brought to `size`."""

    clip: Clip
    info: VideoInfo
    size: Resolution
    frames: int

    @property
    def changes(self) -> bool:
        return self.size != self.info.resolution or self.frames != self.info.frames

    @property
    def story(self) -> str:
        parts = []
        if self.frames != self.info.frames:
            parts.append(f"cut from {self.info.frames} to {counted(self.frames, 'frame')}")
        if self.size != self.info.resolution:
            parts.append(f"brought from {self.info.resolution} to {self.size}")
        return " and ".join(parts)

    def write(self, meter: Meter) -> Path:
        file = self._free_name()
        if file.exists():  # made by an earlier fix
            meter.advance(self.frames)
            return file
        lossless = self.info.pixel_format.startswith(("gbr", "rgb"))
        picture = self.clip.control not in (Control.DEPTH, Control.SEG, Control.KEYPOINT)
        quality = Quality.PICTURE if picture else Quality.IDS
        rate = self.info.fps if self.info.fps > 0 else Fraction(24)
        with VideoWriter(file, self.size, rate, lossless=lossless, quality=quality) as writer:
            for frame in islice(read_frames(self.clip.path), self.frames):
                writer.write(fitted(frame, self.size, self.clip.control))
                meter.advance()
        return file

    def _free_name(self) -> Path:
        """Tells what was done, and by a few digits of the source's hash to what."""
        source = hash_file(self.clip.path)[:6]  # of the file as it is: it may have changed since the record
        stem = f"{self.clip.path.stem}_{self.size}_{self.frames}f_{source}"
        file = self.clip.path.with_name(f"{stem}.mp4")
        number = 2
        while file.exists() and not self._is_mine(file):
            file = self.clip.path.with_name(f"{stem}_{number}.mp4")
            number += 1
        return file

    def _is_mine(self, file: Path) -> bool:
        found = Clip(self.clip.title, file.name, file, None).info
        return found is not None and (found.resolution, found.frames) == (self.size, self.frames)


def fitted(frame: Picture, size: Resolution, control: Optional[Control]) -> Picture:
    """(h, w, 3) uint8 -> (H, W, 3): cut evenly to the aspect of `size`, then resized.

    Segmentation keeps its flat colours (nearest pixel), an edge map stays white on black.
    """
    height, width = frame.shape[:2]
    if (width, height) == (size.width, size.height):
        return frame
    keep_width = min(width, round(height * size.aspect))
    keep_height = min(height, round(width / size.aspect))
    left, top = (width - keep_width) // 2, (height - keep_height) // 2
    cut = frame[top : top + keep_height, left : left + keep_width]
    if control is Control.SEG:
        how = cv2.INTER_NEAREST
    else:
        how = cv2.INTER_AREA if size.width < keep_width else cv2.INTER_LINEAR
    resized = cv2.resize(np.ascontiguousarray(cut), (size.width, size.height), interpolation=how)
    if control is Control.EDGE:
        resized = np.where(resized >= EDGE_LEVEL, 255, 0)
    return np.asarray(resized, np.uint8)
