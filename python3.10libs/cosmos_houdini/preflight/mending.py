"""What a machine can mend. Rules say what they want; everything is then done at once, into new files.

Records never change and files that a record names are never written over: a mended shot is new videos
beside the old ones and new records.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Optional

from ..engines.transfer1_sizes import REGION_SIZE
from ..progress import Meter, Report
from ..records.enums import Control, Status
from ..records.geometry import Resolution
from ..records.hashing import hash_file
from ..records.prompt_spec import ControlInput, PromptSpec, RegionalPrompt
from ..records.run_spec import Execution, RunSpec
from ..records.store import timestamp
from .cut import Cut, even_cut
from .rewrite import MaskRewrite, Rewrite, VideoRewrite
from .samples import read_still
from .shot import Clip, Shot
from .stills import PICTURES

WHOLE = Cut(0, 0, 1, 1)


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
        if self._owns_videos:
            self.frames = min(frames, self.frames or frames)

    def fit(self, clip: Clip, size: Resolution) -> None:
        """Brings a video to a size without distorting it; what doesn't fit is cut off evenly."""
        if self._owns_videos:
            self.sizes[clip] = size

    def rehash(self, clip: Clip) -> None:
        """Takes a file as it is now."""
        if self._owns_videos:
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
        files = self._files(report)
        prompt = self._prompt(files)
        run = self._run(files)
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

    @property
    def _owns_videos(self) -> bool:
        """Not where the video is the result of another run: that stays as it is, and no prompt names it."""
        return self.shot.run.upscale_of is None

    def _files(self, report: Report) -> dict[Clip, tuple[str, str]]:
        """Path and hash, as records have them, of every file that is another now. Writes the new ones."""
        files = self._rewritten([*self._videos(), *self._masks()], report)
        for clip in self.stale:
            if clip not in files:
                files[clip] = (clip.shown, hash_file(clip.path))
                self.done.append(f"{clip.title}: taken as it is now.")
        return files

    def _rewritten(self, work: list[Rewrite], report: Report) -> dict[Clip, tuple[str, str]]:
        if not work:
            return {}
        meter = Meter(report, "mending", sum(it.frames for it in work), "frames")
        files = {}
        for it in work:
            file = it.write(meter)
            files[it.clip] = (self.shot.store.paths.inside(file.absolute()), hash_file(file))
            self.done.append(f"{it.clip.title}: {it.story}, now {file.name}.")
        return files

    def _videos(self) -> list[Rewrite]:
        work = [
            VideoRewrite(
                clip,
                info,
                self.sizes.get(clip, info.resolution),
                min(self.frames or info.frames, info.frames),
            )
            for clip, info in self.shot.readable
        ]
        return [it for it in work if it.changes]

    def _masks(self) -> list[Rewrite]:
        """Masks lie over the picture of a video: where that is cut, they are cut alike."""
        work: list[Rewrite] = []
        for control, mask in self.shot.weight_masks.items():
            like = self.shot.control(control) or self.shot.input
            if like is not None and _is_readable(mask) and not self._cut(like).is_whole:
                work.append(MaskRewrite(mask, self._cut(like), self.sizes[like], like))
        like = self._framing
        if like is not None and not self._cut(like).is_whole:
            for mask in self.shot.region_masks.values():
                if mask.info is not None:
                    work.append(MaskRewrite(mask, self._cut(like), REGION_SIZE, like))
        return work

    @property
    def _framing(self) -> Optional[Clip]:
        """The video that the regions lie over: they belong to no control."""
        return next(iter(self.shot.clips), None)

    def _cut(self, clip: Clip) -> Cut:
        if clip not in self.sizes or clip.info is None:
            return WHOLE
        return even_cut(clip.info.resolution, self.sizes[clip])

    def _prompt(self, files: dict[Clip, tuple[str, str]]) -> PromptSpec:
        prompt = self.shot.prompt
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
        changes["regional_prompts"] = tuple(self._regions(files))
        if self.without_negative_prompt:
            changes["negative_prompt"] = None
            self.done.append("negative prompt: left out, so that the model's own holds.")
        return dataclasses.replace(prompt, **changes)

    def _regions(self, files: dict[Clip, tuple[str, str]]) -> Iterator[RegionalPrompt]:
        """The regional prompts over the cut picture; one whose box was cut off is left out."""
        cut = self._cut(self._framing) if self._framing is not None else WHOLE
        for index, region in enumerate(self.shot.prompt.regional_prompts):
            mask = self.shot.region_masks.get(index)
            if mask in files:
                path, sha256 = files[mask]
                yield dataclasses.replace(region, mask_path=path, mask_sha256=sha256)
            elif region.box is None or cut.is_whole:
                yield region
            elif (box := cut.box(region.box)) is not None:
                told = ",".join(f"{corner:g}" for corner in box)
                self.done.append(f"regional prompt {index + 1}: its box follows the cut, now {told}.")
                yield dataclasses.replace(region, box=box)
            else:
                self.done.append(f"regional prompt {index + 1}: left out, its box lies in what was cut off.")

    def _run(self, files: dict[Clip, tuple[str, str]]) -> RunSpec:
        run = self.shot.run
        weights = dict(run.control_weights)
        for control in self.dropped:
            if weights.pop(control, None) is not None:
                self.done.append(f"{control} control: taken out of the run.")
        for control, clip in self.shot.weight_masks.items():
            if clip in files and control in weights:
                path, sha256 = files[clip]
                weights[control] = dataclasses.replace(weights[control], mask_path=path, mask_sha256=sha256)
        return dataclasses.replace(
            run, control_weights=weights, parameters=dataclasses.replace(run.parameters, **self.parameters)
        )


def _is_readable(mask: Clip) -> bool:
    if mask.path.suffix.lower() in PICTURES:
        return read_still(mask.path) is not None
    return mask.info is not None
