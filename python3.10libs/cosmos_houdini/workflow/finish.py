"""What is left to do once a run has ended: everything that a person looks at, beside its video."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ..progress import Report
from ..records.run_spec import RunSpec
from ..records.store import Store
from .box import Box
from .deliver import outcome, refetch
from .frames import FrameSequence, PictureFormat
from .present import extract_frames, make_sheet


@dataclass(frozen=True)
class Result:
    """What a success left in the project; `frames` where they were asked for."""

    video: Path
    sheet: Path
    frames: Optional[FrameSequence] = None


def finish(
    store: Store,
    run: RunSpec,
    box_of: Callable[[RunSpec], AbstractContextManager[Box]],
    report: Report,
    frames: Optional[PictureFormat] = None,
) -> Result:
    """Makes what is missing beside the video of a success; raises the error of a failed or cancelled run."""
    error = outcome(run)
    if error is not None:
        raise error
    places = store.paths.output(run.id)
    if not places.video.is_file():
        with box_of(run) as box:
            refetch(store, run, box, report)
    sheet = places.sheet if places.sheet.is_file() else make_sheet(store, run)
    return Result(places.video, sheet, extract_frames(store, run, frames) if frames else None)
