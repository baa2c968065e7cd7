"""Files that are missing, unreadable, or not what they were."""

from __future__ import annotations

from cosmos_houdini.preflight.problem import Severity
from cosmos_houdini.preflight.shot import Shot

DEPTH = "inputs/videos/x/depth.mp4"


def test_a_missing_video_is_named_as_the_artist_knows_it(shot, project, found):
    made = shot()
    (project.root / DEPTH).unlink()
    (problem,) = found("files_readable", made)
    assert problem.severity is Severity.ERROR
    assert problem.what == f"The depth control is missing: {DEPTH} does not exist."


def test_a_text_file_called_mp4_cannot_be_read(shot, project, found):
    made = shot()
    (project.root / DEPTH).write_text("no video")
    (problem,) = found("files_readable", made)
    assert problem.severity is Severity.ERROR
    assert "The depth control can't be read" in problem.what


def test_a_video_that_is_cut_off_cannot_be_read(shot, project, found):
    made = shot()
    content = (project.root / DEPTH).read_bytes()
    (project.root / DEPTH).write_bytes(content[: len(content) - 200])
    assert found("files_readable", made)


def test_a_file_that_was_rendered_again_is_noticed(shot, project, found, video):
    made = shot()
    assert not found("content_changed", made)
    video(project.root / DEPTH, frames=9)
    (problem,) = found("content_changed", Shot.load(project.store, made.run))
    assert problem.severity is Severity.ERROR
    assert problem.fixable
    assert DEPTH in problem.what


def test_a_result_that_was_not_fetched_cannot_be_upscaled(shot, found):
    made = shot(controls=(), input_video=False, weights={"upscale": 0.5}, upscale_of="rs_0123456789abcdef")
    (problem,) = found("files_readable", made)
    assert "result to upscale is missing" in problem.what
    assert "fetch rs_0123456789abcdef" in problem.fix
