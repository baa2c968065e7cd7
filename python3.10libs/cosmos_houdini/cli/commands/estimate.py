"""`estimate`: chunks and time before anything is paid for."""

from __future__ import annotations

from typing import Optional

import click

from ...workflow.plan import plan
from ..session import Session, session_options


@click.command(epilog="Example: cosmos-houdini estimate last --num-gpu 4")
@click.argument("run_spec", metavar="RUN")
@click.option("--num-gpu", type=click.IntRange(min=1), help="[default: engine.num_gpus]")
@session_options
def estimate(session: Session, run_spec: str, num_gpu: Optional[int]) -> None:
    """Say how many chunks a run costs, and a time range from published figures where there are any."""
    gpus = num_gpu or session.config.engine.num_gpus
    order = plan(session.store, session.store.run(run_spec), gpus)
    guess = order.engine.estimate(order.expected.frames, gpus, order.run)
    session.answer({"id": order.run.id, **guess.as_json()}, guess.text())
