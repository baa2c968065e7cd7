"""Handing a run to the box. Every step may be repeated: the run id is the key everywhere."""

from __future__ import annotations

import getpass
import json
from collections.abc import Mapping
from typing import Any, Optional

from ..box.answer import BoxRefusalError
from ..box.box_run import BoxRun, BoxState
from ..box.connection import Upload
from ..box.manifest import InputFile, Manifest
from ..config import Config
from ..engines.engine import BuiltSpec
from ..errors import BoxError, CancelledError
from ..progress import Report
from ..records.atomic import write_atomic
from ..records.enums import Status
from ..records.hashing import hash_json
from ..records.run_spec import RunSpec
from ..records.store import Store, timestamp
from .box import Box
from .cancel import cancel
from .follow import NOT_STARTED
from .notes import note
from .plan import Plan


def submit(
    store: Store, plan: Plan, box: Box, config: Config, cuda_devices: Optional[str], report: Report
) -> BoxRun:
    """Uploads what the box lacks, commits the order, starts it; returns where the run stands there.

    A run that the box knows already is only started (which it may have been), never sent again. Raises
    CancelledError where the run is cancelled in the meantime; then it doesn't go on there.
    """
    run_id = plan.run.id
    survey = box.survey(run_id, [file.sha256 for file in plan.files])
    known = survey.run
    if known.state not in NOT_STARTED:
        note(store, run_id, box=box.name, submitted_at=known.submitted_at)
        return known
    cuda_devices = cuda_devices or config.engine.cuda_devices or None
    secrets = box.secrets()  # before anything is sent: a token file may be refused
    built = plan.build(str(box.layout.run(run_id)), config.paths.checkpoints)
    spec_sha256 = hash_json({"spec": built.spec, "arguments": list(built.arguments)})
    manifest = _manifest(plan, box, built, spec_sha256, cuda_devices, config.remote.stall_seconds)
    uploading = note(
        store,
        run_id,
        box=box.name,
        phase="uploading",
        num_gpus=plan.num_gpus,
        cuda_devices=cuda_devices,
        spec_sha256=spec_sha256,
        expected=plan.expected,
    )
    _heed(store, uploading, box)
    sent = json.dumps(built.spec, indent=2, ensure_ascii=False) + "\n"
    write_atomic(store.paths.output(run_id).spec, sent)
    if known.state is BoxState.UNKNOWN:
        if survey.missing:
            _upload(plan, box, survey.missing, report)
            _heed(store, store.run(run_id), box)
        started = _commit_and_start(plan, box, manifest, built.spec, secrets, report)
    else:
        started = box.agent.start(run_id, secrets)
    # Only now: whoever finds this time in a record may count on a run that the box carries out.
    _heed(store, note(store, run_id, phase="queued", submitted_at=timestamp()), box)
    return started


def _heed(store: Store, run: RunSpec, box: Box) -> None:
    """Goes no further with a run that somebody cancelled meanwhile; what the box has of it ends there."""
    if run.execution_status is not Status.CANCELLED:
        return
    cancel(store, run, box)
    raise CancelledError(f"The run {run.id} was cancelled while it was being submitted.")


def _manifest(
    plan: Plan,
    box: Box,
    built: BuiltSpec,
    spec_sha256: str,
    cuda_devices: Optional[str],
    stall_seconds: float,
) -> Manifest:
    return Manifest(
        run_id=plan.run.id,
        owner=_owner(),
        spec_sha256=spec_sha256,
        submitted_at=timestamp(),
        inputs=tuple(InputFile(file.name, file.sha256, file.path.stat().st_size) for file in plan.files),
        launcher=box.launcher(plan, built),
        extra_files=box.extra_files(plan, built),
        slots=box.slots(plan, cuda_devices),
        stall_seconds=stall_seconds,
    )


def _commit_and_start(
    plan: Plan,
    box: Box,
    manifest: Manifest,
    spec: Mapping[str, Any],
    secrets: Mapping[str, str],
    report: Report,
) -> BoxRun:
    """Uploads once more where a clean-up took a file in between, or one arrived damaged."""
    try:
        return box.agent.commit_and_start(manifest, spec, secrets)
    except BoxRefusalError as refusal:
        if refusal.kind not in ("missing_inputs", "hash_mismatch"):
            raise
    missing = box.agent.have(file.sha256 for file in plan.files)
    if missing:
        _upload(plan, box, missing, report)
    return box.agent.commit_and_start(manifest, spec, secrets)


def _upload(plan: Plan, box: Box, missing: frozenset[str], report: Report) -> None:
    files = {file.sha256: file for file in plan.files}
    uploads = [Upload(files[sha256].path, sha256) for sha256 in sorted(missing)]
    try:
        box.connection.upload(uploads, plan.run.id, report)
    except BoxError:
        # Somebody else may have committed the same run meanwhile, which clears away its uploads, ours too.
        if box.agent.have(sorted(files)):
            raise


def _owner() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no user database (some containers)
        return "unknown"
