"""What is asked of the runtime before a run can be shown in COPs: its record, its frames, those beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from ...errors import CosmosError
from ...records.enums import Control
from ...records.prompt_spec import PromptSpec
from ...records.store import Store
from ..bridge_client.steps import Steps
from ..interface import LoadSettings
from .pictures import (
    BEAUTY,
    DISPLAY,
    RESULT,
    SPACES,
    Picture,
    Span,
    extracted,
    read_passes,
    rendered,
    span_of,
)

COLOR_VIDEO = "color.mp4"  # the beauty in a set of control videos


@dataclass(frozen=True)
class RunPictures:
    """A run and its sequences. `group` names what beauty and controls belong to: runs of one set share them.

    `shown` is what `run.show` says, `frames` what `frames.extract` says of the result. `missing` is what
    should be there and isn't, with the reason.
    """

    project: Path
    run: str
    shown: Mapping[str, Any]
    frames: Mapping[str, Any]
    pictures: tuple[Picture, ...] = ()
    group: str = ""
    missing: tuple[str, ...] = field(default=())


def gather(project: Path, run: str, settings: LoadSettings) -> Steps:
    """Steps that return RunPictures. CosmosError where the result itself is not to be had."""
    asked = {"project": str(project), "run": run}
    shown = yield "run.show", asked
    asked["run"] = shown["id"]
    if "video" not in shown["outputs"]:  # another machine's, or deleted here
        fetched = yield "run.fetch", asked
        shown = {**shown, "outputs": fetched["outputs"]}
    ending = {"format": settings.frames_format}
    frames = yield "frames.extract", {**asked, **ending}
    prompt = _prompt(project, shown)
    folder = _set_folder(project, prompt)
    passes = read_passes(folder) if folder is not None else None
    span = span_of(passes) if passes is not None else Span(int(frames["first"]), int(frames["last"]))
    pictures, missing = [], []
    if settings.result:
        note = f"{shown['record']['name']} by {shown['record']['engine']}, {shown['id']}"
        pictures.append(extracted(RESULT, frames, span, DISPLAY, note))
    if settings.beauty:
        beauty = rendered(passes, span) if passes is not None else None
        video = _beauty_video(project, prompt, folder)
        if beauty is None and video is not None:
            told, wrong = yield from _extract(project, video, ending)
            beauty = extracted(BEAUTY, told, span, DISPLAY, "The beauty, as a video.") if told else None
            missing += [f"{BEAUTY}: {wrong}"] if wrong else []
        if beauty is not None:
            pictures.append(beauty)
    if settings.controls and prompt is not None:
        for control, source in prompt.control_inputs.items():
            if source.path is None or control is Control.UPSCALE:
                continue
            told, wrong = yield from _extract(project, source.path, ending)
            if told is not None:
                note = f"The control {control}, {source.path}"
                pictures.append(extracted(str(control), told, span, SPACES.get(control, DISPLAY), note))
            missing += [f"{control}: {wrong}"] if wrong else []
    group = folder.name if folder is not None else str(shown["record"]["prompt_spec_id"])
    return RunPictures(project, str(shown["id"]), shown, frames, tuple(pictures), group, tuple(missing))


def _extract(project: Path, video: str, ending: Mapping[str, str]) -> Steps:
    """The frames of a video of the project; what lies beside a result is shown where it can be."""
    if not (project / video).is_file():
        return None, f"{video} is not there any more."
    told = yield "frames.extract", {"project": str(project), "video": video, **ending}
    return told, ""


def _prompt(project: Path, shown: Mapping[str, Any]) -> Optional[PromptSpec]:
    """What the run was to make; None where its record is gone."""
    store = Store(project)
    try:
        return store.prompt_of(store.run(str(shown["id"])))
    except CosmosError:  # the result can be shown without it
        return None


def _set_folder(project: Path, prompt: Optional[PromptSpec]) -> Optional[Path]:
    """The folder of the control videos."""
    paths = [] if prompt is None else [source.path for source in prompt.control_inputs.values()]
    return next((project / Path(path).parent for path in paths if path is not None), None)


def _beauty_video(project: Path, prompt: Optional[PromptSpec], folder: Optional[Path]) -> Optional[str]:
    if prompt is not None and prompt.input_video_path is not None:
        return prompt.input_video_path
    if folder is None or not (folder / COLOR_VIDEO).is_file():
        return None
    return (folder / COLOR_VIDEO).relative_to(project).as_posix()
