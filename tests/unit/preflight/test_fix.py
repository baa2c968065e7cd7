"""What a machine mends: new videos beside the old ones, new records, nothing written over."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cosmos_houdini.passes.video import probe, read_frames
from cosmos_houdini.preflight.check import check_run, fix_run
from cosmos_houdini.preflight.rewrite import fitted
from cosmos_houdini.records.enums import Control, Status
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.records.hashing import hash_file
from cosmos_houdini.records.run_spec import Execution, FailureNote


def paths_of(prompt):
    return [prompt.input_video_path, *(control.path for control in prompt.control_inputs.values())]


def everything(project):
    """The files of a project, with what is in them; not what pre-flight remembers for itself."""
    files = [file for file in project.root.rglob("*") if file.is_file() and file.parent.name != ".decoded"]
    return {file: hash_file(file) for file in files}


def test_nothing_to_mend_gives_the_same_run(shot, project):
    made = shot(all_videos={"size": "1280x704"})
    mended = fix_run(project.store, made.run)
    assert (mended.run, mended.prompt, mended.done) == (made.run, made.prompt, ())


def test_videos_are_trimmed_to_the_shortest_and_brought_to_the_model_s_size(shot, project):
    made = shot(("depth", "edge", "seg"), videos={"depth": {"frames": 6}})
    before = {path: hash_file(project.root / path) for path in paths_of(made.prompt)}
    mended = fix_run(project.store, made.run)
    for path in paths_of(mended.prompt):
        info = probe(project.root / path)
        assert (info.frames, str(info.resolution)) == (6, "1280x704")
    assert {path: hash_file(project.root / path) for path in paths_of(made.prompt)} == before
    assert {problem.rule for problem in check_run(project.store, mended.run).problems} == {"chunk_short"}
    assert project.store.run(mended.run.id) == mended.run
    assert project.store.prompt(mended.run.prompt_spec_id) == mended.prompt
    assert len(mended.done) == 4


@pytest.mark.parametrize("end", [Status.RUNNING, Status.SUCCESS, Status.FAILED, Status.CANCELLED])
def test_a_run_mended_from_one_that_was_sent_has_not_run_yet(shot, project, end):
    made = shot(("depth", "edge"), weights={"depth": 0.5, "edge": 0}, all_videos={"size": "1280x704"})
    execution = Execution(box="local", phase="done", seconds=3.0, failure=FailureNote("killed", "It ended."))
    ended = project.store.update_run(
        made.run.id, lambda run: dataclasses.replace(run, execution_status=end, execution=execution)
    )
    mended = fix_run(project.store, ended)
    assert mended.run.id != ended.id
    stored = project.store.run(mended.run.id)
    assert (stored.execution_status, stored.execution) == (Status.PENDING, Execution())
    assert project.store.run(ended.id) == ended


def test_one_frame_over_a_chunk_is_cut(shot, project):
    made = shot(all_videos={"frames": 122})
    mended = fix_run(project.store, made.run)
    assert {probe(project.root / path).frames for path in paths_of(mended.prompt)} == {121}


def test_records_are_mended_without_touching_a_video(shot, project):
    made = shot(
        ("depth", "edge"),
        weights={"depth": 0.5, "edge": 0},
        negative="",
        all_videos={"size": "1280x704", "fps": 30},
    )
    mended = fix_run(project.store, made.run)
    assert mended.prompt.negative_prompt is None
    assert list(mended.run.control_weights) == [Control.DEPTH]
    assert mended.run.parameters.fps == 30
    assert paths_of(mended.prompt) == paths_of(made.prompt)
    assert {problem.rule for problem in check_run(project.store, mended.run).problems} == {
        "unused_controls",
        "chunk_short",
    }


def test_sigma_max_is_raised_where_there_is_no_input_video(shot, project):
    made = shot(input_video=False, sigma_max=70, all_videos={"size": "1280x704"})
    mended = fix_run(project.store, made.run)
    assert mended.run.parameters.sigma_max == 80
    assert mended.run.prompt_spec_id == made.run.prompt_spec_id


def test_a_video_that_was_rendered_again_gets_new_records(shot, project, video):
    made = shot(all_videos={"size": "1280x704"})
    file = video(project.root / "inputs/videos/x/depth.mp4", frames=8, size="1280x704", paint=_ramp)
    mended = fix_run(project.store, made.run)
    assert mended.prompt.control_inputs[Control.DEPTH].sha256 == hash_file(file)
    assert not check_run(project.store, mended.run).errors


def test_mending_twice_makes_no_second_set_of_videos(shot, project):
    made = shot(videos={"depth": {"frames": 6}})
    first = fix_run(project.store, made.run)
    files = sorted((project.root / "inputs/videos/x").iterdir())
    second = fix_run(project.store, made.run)
    assert sorted((project.root / "inputs/videos/x").iterdir()) == files
    assert paths_of(second.prompt) == paths_of(first.prompt)


def test_a_video_that_was_rendered_again_is_mended_anew(shot, project, video):
    made = shot(videos={"depth": {"frames": 6}})
    first = fix_run(project.store, made.run)
    video(project.root / "inputs/videos/x/depth.mp4", frames=6, paint=_ramp)
    second = fix_run(project.store, made.run)
    assert paths_of(second.prompt)[0] == paths_of(first.prompt)[0]
    assert paths_of(second.prompt)[1] != paths_of(first.prompt)[1]


def test_progress_counts_the_frames_that_are_written(shot, project):
    made = shot(videos={"depth": {"frames": 6}})
    seen = []
    fix_run(project.store, made.run, report=seen.append)
    assert (seen[0].done, seen[0].total) == (0, 12)
    assert seen[-1].done == 12


def test_stopping_in_the_middle_leaves_neither_half_videos_nor_records(shot, project):
    made = shot(videos={"depth": {"frames": 6}})
    before = everything(project)

    def stop(progress):
        if progress.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fix_run(project.store, made.run, report=stop)
    assert everything(project) == before


def test_what_only_a_person_can_solve_stays(shot, project):
    made = shot(prompt="", all_videos={"size": "1280x704"})
    mended = fix_run(project.store, made.run)
    assert mended.run == made.run


def test_a_mended_edge_map_stays_white_on_black(shot, project):
    mended = fix_run(project.store, shot(("edge",)).run)
    path = mended.prompt.control_inputs[Control.EDGE].path
    frame = next(read_frames(project.root / path))
    assert ((frame > 48) & (frame < 208)).mean() < 0.005
    assert (frame > 208).mean() > 0.01


def test_segmentation_keeps_its_colours_and_a_picture_is_cut_not_squeezed():
    half = np.zeros((480, 640, 3), np.uint8)
    half[:, 320:] = (10, 200, 30)
    ids = fitted(half, Resolution(960, 704), Control.SEG)
    assert {tuple(colour) for colour in ids.reshape(-1, 3)} == {(0, 0, 0), (10, 200, 30)}
    circle = np.zeros((480, 640, 3), np.uint8)
    yy, xx = np.mgrid[0:480, 0:640]
    circle[(xx - 320) ** 2 + (yy - 240) ** 2 < 100**2] = 255
    fit = fitted(circle, Resolution(960, 704), None)[..., 0] > 127
    assert abs(int(fit.any(0).sum()) - int(fit.any(1).sum())) <= 2


def _ramp(width, height):
    return np.repeat(np.linspace(0, 200, height, dtype=np.uint8)[:, None, None], width, 1).repeat(3, 2)


def test_nothing_of_a_run_that_upscales_is_written_anew(shot, project, video):
    source = shot()
    video(project.store.paths.output(source.run.id).video, size="320x176", frames=122)
    made = shot(weights={"upscale": 0.5}, upscale_of=source.run.id)
    before = everything(project)
    assert "chunk_boundary" in {problem.rule for problem in check_run(project.store, made.run).problems}
    mended = fix_run(project.store, made.run)
    assert (mended.run, mended.prompt, mended.done) == (made.run, made.prompt, ())
    assert everything(project) == before
    assert not any(problem.fixable for problem in check_run(project.store, made.run).problems)
