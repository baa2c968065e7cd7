"""`check`: pre-flight."""

from __future__ import annotations

from typing import Optional

import click

from ...errors import BadInputError
from ...preflight.check import check_run, fix_run
from ...preflight.wording import counted
from ..bar import showing
from ..out import emit
from ..problems import problems_text
from ..session import Session, session_options


@click.command(epilog="Example: cosmos-houdini check last --fix")
@click.argument("run_spec", metavar="RUN")
@click.option("--num-gpu", type=click.IntRange(min=1), help="[default: engine.num_gpus]")
@click.option("--fix", is_flag=True, help="Mend what a machine can; makes new videos and new records.")
@session_options
def check(session: Session, run_spec: str, num_gpu: Optional[int], fix: bool) -> None:
    """List everything that would go wrong on the box, all at once, each with its fix."""
    run = session.store.run(run_spec)
    gpus = num_gpu or session.config.engine.num_gpus
    done: tuple[str, ...] = ()
    if fix:
        with showing(as_json=False, quiet=session.quiet or session.json) as report:
            mended = fix_run(session.store, run, num_gpus=gpus, report=report)
        run, done = mended.run, mended.done
        if done:
            session.say(f"Mended into {run.id} (prompt spec {run.prompt_spec_id}):")
            session.say("\n".join(f"  {line}" for line in done))
        else:
            session.say("There was nothing that a machine can mend.")
    found = check_run(session.store, run, num_gpus=gpus)
    if session.json:
        problems = [problem.as_json() for problem in found.problems]
        session.answer({"id": run.id, "ok": not found.errors, "problems": problems, "mended": list(done)}, "")
    elif found.problems:
        emit(problems_text(found.problems))
    if found.errors:
        session.say(f"{run.id} can't run: {counted(len(found.errors), 'error')}.")
        raise click.exceptions.Exit(BadInputError.exit_code)
    if found.problems:
        session.say(f"{run.id} can run; {counted(len(found.problems), 'warning')}.")
    else:
        session.say(f"{run.id} is ready: no problem found.")
