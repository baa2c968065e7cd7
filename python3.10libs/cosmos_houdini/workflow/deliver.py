"""Bringing a result home: fetched, checked against its hash, decoded, and only then called a success."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Optional, Union

from ..box.box_run import BoxRun, BoxState, Output
from ..box.failures import AGAIN, Failure, classify
from ..errors import BadInputError, BoxError, CancelledError, CosmosError, RunFailedError
from ..passes.video_info import VideoInfo
from ..progress import Report
from ..records.atomic import write_atomic
from ..records.enums import Status
from ..records.hashing import hash_file
from ..records.locks import locked
from ..records.paths import RunOutputPaths
from ..records.run_spec import ExpectedVideo, FailureNote, RunSpec
from ..records.store import Store, timestamp
from .box import Box
from .notes import note
from .plan import OUTPUT_NAME

LOG_PIECE = 1 << 20
LOG_TAIL = 64 << 10
FETCH_PATIENCE = 6 * 3600.0  # seconds; what another client fetches may be large, and its line slow
SAVED = "Saved video to"  # source: transfer1 transfer.py; the preview says the same


def deliver(store: Store, run: RunSpec, there: BoxRun, box: Box, report: Report) -> RunSpec:
    """Fetches what an ended run left, and closes its record: SUCCESS, FAILED or CANCELLED.

    A result that doesn't decode, or has not the expected frames and size, is a failure. May be repeated.
    """
    places = store.paths.output(run.id)
    if there.state is BoxState.CANCELLED:
        _keep_log(run, there, box, places)
        box.agent.ack(run.id, {})
        return note(store, run.id, Status.CANCELLED, phase=None, ended_at=_ended_at(there))
    log_tail = _keep_log(run, there, box, places)
    code = there.exit.code if there.exit is not None else None
    output = _video_of(there)
    if output is None or (code != 0 and not _told_success(there, log_tail)):
        failure = classify(log_tail, there.exit, there.outputs)
        return _fail(store, run, there, box, failure)
    note(store, run.id, Status.RUNNING, phase="collecting")
    _fetch(store, run, output, box, report)
    video = _decoded(places)
    problem = _mismatch(video, run.execution.expected) if isinstance(video, VideoInfo) else video
    if problem:
        fix = (
            f"Look at the log: cosmos-houdini logs {run.id}. What came is kept as {places.video}. Once the "
            f"reason is mended, {AGAIN}"
        )
        failure = Failure("wrong_output", problem, "The engine delivered something else than ordered.", fix)
        return _fail(store, run, there, box, failure)
    assert isinstance(video, VideoInfo)
    _write_result(run, there, box, places, output, video)
    # Before the record is closed: nobody comes back to a closed one, and the box would keep its copy.
    box.agent.ack(run.id, {output.name: output.sha256})
    return note(
        store,
        run.id,
        Status.SUCCESS,
        phase=None,
        started_at=_moment(there.started_at),
        ended_at=_ended_at(there),
        seconds=_seconds(there),
        output_path=store.paths.inside(places.video),
    )


def _told_success(there: BoxRun, log_tail: str) -> bool:
    """Whether an engine whose exit code was lost said that it saved its video; decoding has the last word."""
    return there.state is BoxState.LOST and SAVED in log_tail


def refetch(store: Store, run: RunSpec, box: Box, report: Report) -> None:
    """Brings back what was deleted or damaged of a success; BoxError where the box has lost it too."""
    places = store.paths.output(run.id)
    if run.execution_status is not Status.SUCCESS:
        return
    there = box.agent.status([run.id])[run.id]
    output = _video_of(there)
    if output is not None:
        _fetch(store, run, output, box, report)
        if not places.log.is_file():
            _keep_log(run, there, box, places)
        if not places.result.is_file():
            from ..passes.video import probe

            _write_result(run, there, box, places, output, probe(places.video))
    elif not places.video.is_file():
        raise BoxError(
            f"The result of {run.id} is neither here nor on {box.name}.",
            why="It was deleted here and cleaned up there.",
            fix=f"Make it again: cosmos-houdini create-run {run.prompt_spec_id} --like {run.id}.",
        )


def outcome(run: RunSpec) -> Optional[CosmosError]:
    """The error that tells how a final run ended; None for a success."""
    again = f"cosmos-houdini create-run {run.prompt_spec_id} --like {run.id}"
    if run.execution_status is Status.CANCELLED:
        return CancelledError(f"The run {run.id} was cancelled.", fix=f"Start it anew: {again}")
    if run.execution_status is Status.FAILED:
        unknown = FailureNote(
            "unknown", "its record does not say why.", fix=f"Make a new run like it: {again}"
        )
        failure = run.execution.failure or unknown
        return RunFailedError(f"The run {run.id} failed: {failure.what}", why=failure.why, fix=failure.fix)
    return None


def _fetch(store: Store, run: RunSpec, output: Output, box: Box, report: Report) -> None:
    places = store.paths.output(run.id)
    # One client of a project fetches; the others wait, and find the video when it is their turn.
    with locked(store.paths.lock(f"{run.id}.fetch"), patience=FETCH_PATIENCE):
        if places.video.is_file() and hash_file(places.video) == output.sha256:
            return
        try:
            box.connection.download(run.id, output.name, places.video, output.sha256, output.bytes, report)
        except BoxError as error:
            error.fix = _with_ids(error.fix, run)
            raise


def _with_ids(fix: str, run: RunSpec) -> str:
    """The advice with this run's ids, so that its command can be copied and typed."""
    return fix.replace("PROMPT_SPEC", run.prompt_spec_id).replace("--like RUN", f"--like {run.id}")


def _decoded(places: RunOutputPaths) -> Union[VideoInfo, str]:
    """What is in the fetched video; the reason where it doesn't decode to its end."""
    from ..passes.video import (  # loads the decoder, while nothing of a start is waiting
        count_decodable,
        probe,
    )

    try:
        found = probe(places.video)
        decodable = count_decodable(places.video)
    except BadInputError as error:
        return f"The result can't be decoded: {error.what}"
    if decodable != found.frames:
        return f"The result is damaged: {decodable} of its {found.frames} frames can be decoded."
    return found


def _video_of(there: BoxRun) -> Optional[Output]:
    return next((item for item in there.outputs or () if item.name == f"{OUTPUT_NAME}.mp4"), None)


def _mismatch(video: VideoInfo, expected: Optional[ExpectedVideo]) -> str:
    if expected is None:
        return ""
    wanted = (expected.frames, expected.width, expected.height, float(expected.fps))
    found = (video.frames, video.resolution.width, video.resolution.height, float(video.fps))
    if wanted == found:
        return ""
    return "The result has {} frames of {}x{} at {:g} fps, and should have {} of {}x{} at {:g} fps.".format(
        *found, *wanted
    )


def _fail(store: Store, run: RunSpec, there: BoxRun, box: Box, failure: Failure) -> RunSpec:
    box.agent.ack(run.id, {})  # nothing more is wanted of it, so the box may clean up
    return note(
        store,
        run.id,
        Status.FAILED,
        phase=None,
        ended_at=_ended_at(there),
        seconds=_seconds(there),
        failure=FailureNote(failure.kind, failure.what, failure.why, _with_ids(failure.fix, run)),
    )


def _write_result(
    run: RunSpec, there: BoxRun, box: Box, places: RunOutputPaths, output: Output, video: VideoInfo
) -> None:
    result = {
        "run_id": run.id,
        "engine": run.engine,
        "video": places.video.name,
        "sha256": output.sha256,
        "frames": video.frames,
        "width": video.resolution.width,
        "height": video.resolution.height,
        "fps": float(video.fps),
        "seconds": _seconds(there),
        "box": box.name,
        "slots": list(there.slots),
        "image": there.exit.image if there.exit else None,
    }
    write_atomic(places.result, json.dumps(result, indent=2) + "\n")


def _keep_log(run: RunSpec, there: BoxRun, box: Box, places: RunOutputPaths) -> str:
    """Copies the engine's log beside the result; returns its last part."""
    pieces = []
    offset = 0
    while True:
        piece = box.agent.log(run.id, offset, LOG_PIECE)
        pieces.append(piece.text)
        if piece.next <= offset or piece.next >= piece.size:
            break
        offset = piece.next
    text = "".join(pieces)
    write_atomic(places.log, text)
    return text[-LOG_TAIL:]


def _seconds(there: BoxRun) -> Optional[float]:
    """How long the engine ran, by the box's own clock."""
    if there.exit is None or there.exit.started_at is None or there.exit.ended_at is None:
        return None
    return round(there.exit.ended_at - there.exit.started_at, 3)


def _ended_at(there: BoxRun) -> str:
    return (there.exit and _moment(there.exit.ended_at)) or timestamp()


def _moment(seconds: Optional[float]) -> Optional[str]:
    return None if seconds is None else timestamp(datetime.fromtimestamp(seconds, timezone.utc))
