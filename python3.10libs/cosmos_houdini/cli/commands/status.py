"""`status`: the box, and the runs on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import click

from ...box.agent_client import Probe
from ...box.box_run import BoxRun, BoxState
from ...workflow.follow import progress_of
from ..running import box_of
from ..session import Session, session_options


@click.command(epilog="Example: cosmos-houdini status --verbose")
@click.option("--verbose", "-v", is_flag=True, help="Also the machine, and runs that have ended.")
@session_options
def status(session: Session, verbose: bool) -> None:
    """Show the box and what it is doing."""
    with box_of(session) as box:
        probe = box.agent.probe()
        runs = box.agent.status(None)
    session.answer(
        {
            "box": box.name,
            "reachable": True,
            "probe": asdict(probe),
            "runs": [asdict(run) for run in runs.values()],
        },
        "\n".join(_lines(session, box.name, probe, runs, verbose)),
    )


def _lines(session: Session, name: str, probe: Probe, runs: Mapping[str, BoxRun], verbose: bool) -> list[str]:
    lines = [f"{name}: reachable, {probe.bytes_free / 1e9:.0f} GB free"]
    if verbose:
        lines += [
            f"  machine   {probe.hostname}, {probe.cpus} CPUs, Python {probe.python}",
            f"  folder    {probe.root}",
            f"  GPUs      {', '.join(gpu.name for gpu in probe.gpus) or 'none'}",
            f"  settings  engine {session.config.engine.name}, project {session.project}",
        ]
    # What a person can do something about: runs at work, and results that nobody has fetched.
    active = [
        run
        for run in runs.values()
        if run.state is not BoxState.PREPARED and not (run.state.ended and run.acknowledged)
    ]
    shown = list(runs.values()) if verbose else active
    for run in shown:
        progress = progress_of(run, 0.0)
        detail = (
            f"{progress.phase} {progress.fraction:.0%} {progress.message}"
            if run.state is BoxState.RUNNING
            else ""
        )
        if run.state is BoxState.QUEUED:
            detail = progress.message
        if run.state.ended and not run.acknowledged:
            detail = f"waits to be fetched: cosmos-houdini attach {run.run_id}"
        lines.append(f"  {run.run_id}  {run.state:<9}  {detail}".rstrip())
    if not shown:
        lines.append("  no run is queued or running, and none waits to be fetched")
    return lines
