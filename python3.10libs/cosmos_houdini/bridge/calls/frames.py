"""`frames.extract`."""

from __future__ import annotations

from typing import Any

from ...errors import BadInputError
from ...workflow.frames import frames_of
from ...workflow.present import extract_frames
from ..call import Call
from ..messages import WrongParametersError
from ..parameters import Parameters
from ..project import project_of
from ..service import Service


def extract(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """The frames of a run's result, or of a video of the project, as files; made once."""
    reference, named = asked.optional_text("run"), asked.optional_text("video")
    ending = asked.one_of("format", ("png", "exr"), "png")
    project = project_of(asked)
    asked.finish()
    if (reference is None) == (named is None):
        raise WrongParametersError(f"{asked.where} takes either 'run' or 'video'.")
    if reference is None:
        assert named is not None
        paths = project.store.paths
        video = paths.resolve(paths.inside(project.place(named)), named)
        if not video.is_file():
            raise BadInputError(f"{video} does not exist.", fix="Encode the passes, or check the path.")
        return frames_of(video, video.parent / "frames", ending).as_json()  # type: ignore[arg-type]
    run = project.store.run(reference)
    if not project.store.paths.output(run.id).video.is_file():
        raise BadInputError(
            f"The result of {run.id} is not here.",
            why=f"The run is {run.execution_status}.",
            fix="Follow it to its end, or fetch it." if run.execution_status.final else "Wait for its end.",
        )
    return extract_frames(project.store, run, ending).as_json()  # type: ignore[arg-type]
