"""`build-spec`: the spec as it will be sent."""

from __future__ import annotations

from typing import Optional

import click

from ...workflow.plan import plan
from ..out import emit_json
from ..running import box_of
from ..session import Session, session_options


@click.command(epilog="Example: cosmos-houdini build-spec last > controlnet_spec.json")
@click.argument("run_spec", metavar="RUN")
@click.option("--num-gpu", type=click.IntRange(min=1), help="[default: engine.num_gpus]")
@click.option("--arguments", is_flag=True, help="Print the argument list of transfer.py instead, one a line.")
@session_options
def build_spec(session: Session, run_spec: str, num_gpu: Optional[int], arguments: bool) -> None:
    """Print the controlnet spec with the paths of the box, exactly as it will be sent."""
    run = session.store.run(run_spec)
    with box_of(session, run) as box:
        order = plan(session.store, run, num_gpu or session.config.engine.num_gpus)
        built = order.build(str(box.layout.run(run.id)), session.config.paths.checkpoints)
    if arguments:
        session.answer(list(built.arguments), "\n".join(built.arguments))
    else:
        emit_json(built.spec, indent=True)
