"""What a person looks at after a run: the frames, and the contact sheet beside the controls."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from ..records.enums import Control
from ..records.run_spec import RunSpec
from ..records.store import Store
from .frames import FrameSequence, PictureFormat, frames_of

CONTROL_ORDER = (
    Control.DEPTH,
    Control.EDGE,
    Control.SEG,
    Control.VIS,
    Control.KEYPOINT,
    Control.HDMAP,
    Control.LIDAR,
)


def extract_frames(store: Store, run: RunSpec, picture_format: PictureFormat) -> FrameSequence:
    """The result's frames as `png` or `exr` in `outputs/{run_id}/frames`."""
    places = store.paths.output(run.id)
    return frames_of(places.video, places.frames, picture_format)


def outputs(store: Store, run: RunSpec) -> dict[str, str]:
    """What there is of `video`, `sheet`, `frames` (a folder) and `log`, with its path."""
    places = store.paths.output(run.id)
    named = {"video": places.video, "sheet": places.sheet, "frames": places.frames, "log": places.log}
    return {name: str(path) for name, path in named.items() if path.exists()}


def make_sheet(store: Store, run: RunSpec) -> Path:
    """Draws `outputs/{run_id}/sheet.png`: beauty, controls and result, frame by frame."""
    from ..report.sheet import SheetRow, contact_sheet  # fonts and drawing, only when there is a result

    places = store.paths.output(run.id)
    prompt = store.prompt_of(run)
    rows = []
    if run.upscale_of is not None:
        rows.append(SheetRow("before", store.paths.output(run.upscale_of).video))
    else:
        if prompt.input_video_path is not None:
            rows.append(SheetRow("beauty", store.paths.resolve(prompt.input_video_path, "the input video")))
        for control in CONTROL_ORDER:
            source = prompt.control_inputs.get(control)
            if source is not None and source.path is not None:
                weight = run.control_weights.get(control)
                note = _weight_note(
                    weight.value if weight else None, weight is not None and bool(weight.mask_path)
                )
                rows.append(SheetRow(str(control), store.paths.resolve(source.path, str(control)), note))
    rows.append(SheetRow("result", places.video, run.engine))
    return contact_sheet(
        [row for row in rows if row.video is not None and row.video.is_file()],
        places.sheet,
        title=prompt.prompt,
        details=_details(run),
        footer=(" · ".join((run.name, run.id, prompt.id, f"{run.created_at[:16].replace('T', ' ')} UTC")),),
    )


def _weight_note(weight: Optional[float], masked: bool) -> str:
    if weight is None:
        return "not used"
    return f"weight {weight:g}" + (" in a mask" if masked else "")


def _details(run: RunSpec) -> list[str]:
    """Engine, size and settings: what tells this sheet from that of another run."""
    details = [run.engine]
    expected = run.execution.expected
    if expected is not None:
        details += [
            f"{expected.width} x {expected.height}",
            f"{expected.frames} frames at {expected.fps} fps",
        ]
    details += [f"{name.replace('_', ' ')} {value}" for name, value in run.parameters.as_json().items()]
    if run.execution.seconds is not None:
        details.append(f"{run.execution.seconds:.0f} s on {run.execution.box}")
    return details
