"""`status`: the box, and the runs on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

import click

from ...box.answer import BoxRefusalError
from ...box.box_run import BoxRun, BoxState
from ...box.probe import Gpu, Probe
from ...errors import BoxError
from ...workflow.boxes import open_box, own_box
from ...workflow.follow import progress_of
from ...workflow.look import Look, look
from ..running import BOX_OPTION
from ..session import Session, session_options


@click.command(epilog="Example: cosmos-houdini status --verbose")
@click.option("--verbose", "-v", is_flag=True, help="Also the machine, and runs that have ended.")
@BOX_OPTION
@session_options
def status(session: Session, verbose: bool, box_choice: Optional[str]) -> None:
    """Show the box and what it is doing. Exit code 4 where it can't be reached."""
    name = own_box(session.config, box_choice)
    try:
        box = open_box(session.store, session.config, name)
        try:
            seen = look(box)
        finally:
            box.close()
    except BoxRefusalError:
        raise
    except BoxError as error:
        _unreachable(session, name, error)
        raise click.exceptions.Exit(BoxError.exit_code) from None
    session.answer(
        {"box": name, "reachable": True, **seen.as_json()},
        "\n".join(_lines(session, name, seen, verbose)),
    )


def _unreachable(session: Session, name: str, error: BoxError) -> None:
    """A box that can't be seen has failed at nothing: its runs go on, as far as anybody knows."""
    lines = [f"{name}: unreachable", *f"  {error}".splitlines(), "  Runs that it has begun go on."]
    session.answer({"box": name, "reachable": False, "error": error.as_json()}, "\n".join(lines))


def _lines(session: Session, name: str, seen: Look, verbose: bool) -> Iterator[str]:
    yield f"{name}: reachable, {seen.probe.bytes_free / 1e9:.0f} GB free"
    if verbose:
        yield from _machine(seen)
        yield f"  settings  engine {session.config.engine.name}, project {session.project}"
    shown = list(seen.runs.values()) if verbose else seen.active
    for run in shown:
        yield f"  {run.run_id}  {run.state:<9}  {_detail(run)}".rstrip()
    if not shown:
        yield "  no run is queued or running, and none waits to be fetched"


def _machine(seen: Look) -> Iterator[str]:
    probe = seen.probe
    yield f"  machine   {probe.hostname}, {probe.cpus} CPUs, Python {probe.python}"
    yield f"  folder    {probe.root}"
    for gpu in probe.gpus:
        yield f"  GPU {gpu.index:<5} {_gpu(gpu)}"
    if not probe.gpus:
        yield "  GPUs      none"
    yield from _containers(probe)
    if seen.checkout is not None:
        yield f"  checkout  {'there' if seen.checkout else 'missing'}"
    for engine, files in seen.checkpoints.items():
        missing = [what for what, there in files.items() if not there]
        told = f"missing: {', '.join(missing)}" if missing else "all there"
        yield f"  checkpoints of {engine}: {told}"


def _gpu(gpu: Gpu) -> str:
    load = "" if gpu.utilisation is None else f", {gpu.utilisation} % busy"
    used, has = gpu.memory_used_bytes / 2**30, gpu.memory_bytes / 2**30
    return f"{gpu.name}, {used:.1f} of {has:.1f} GB in use{load}"


def _containers(probe: Probe) -> Iterator[str]:
    docker = probe.docker
    if docker is None:
        return
    if not docker.reachable:
        yield f"  {docker.program:<9} does not answer: {docker.why}"
        return
    yield f"  {docker.program:<9} version {docker.version}, {docker.others} container(s) of others"
    yield f"  image     {docker.image or 'none is set'}, {docker.digest or 'not there'}"


def _detail(run: BoxRun) -> str:
    progress = progress_of(run)
    if run.state is BoxState.RUNNING:
        return f"{progress.phase} {progress.fraction:.0%} {progress.message}"
    if run.state is BoxState.QUEUED:
        return progress.message
    if run.state.ended and not run.acknowledged:
        return f"waits to be fetched: cosmos-houdini attach {run.run_id}"
    return ""
