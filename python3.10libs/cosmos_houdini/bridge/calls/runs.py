"""What can be asked about one run: check, estimate, spec, submit, cancel, fetch, show, upscale."""

from __future__ import annotations

from functools import partial
from typing import Any

from ...preflight.check import Report, check_run
from ...workflow.boxes import default_box
from ...workflow.cancel import cancel as cancel_run
from ...workflow.cancel import stoppable
from ...workflow.fetch import fetch as fetch_run
from ...workflow.finish import finish
from ...workflow.plan import Plan, plan
from ...workflow.present import outputs
from ...workflow.start import gpus_of, start
from ...workflow.upscale import upscaled
from ..call import Call
from ..parameters import Parameters
from ..project import project_of
from ..service import Service


def check(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """Everything that would go wrong on the box, errors first."""
    reference, num_gpus = asked.text("run"), asked.at_least_one("num_gpus")
    project = project_of(asked)
    asked.finish()
    run = project.store.run(reference)
    found = check_run(project.store, run, num_gpus=gpus_of(project.config, num_gpus, None))
    problems = [problem.as_json() for problem in found.problems]
    return {"id": run.id, "ok": not found.errors, "problems": problems}


def estimate(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """Chunks and, where figures are published, a range of seconds."""
    reference, num_gpus = asked.text("run"), asked.at_least_one("num_gpus")
    project = project_of(asked)
    asked.finish()
    gpus = gpus_of(project.config, num_gpus, None)
    order = plan(project.store, project.store.run(reference), gpus)
    return {"id": order.run.id, **order.engine.estimate(order.expected.frames, gpus, order.run).as_json()}


def spec(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """The controlnet spec and the arguments with the paths of the box, as they will be sent."""
    reference, num_gpus = asked.text("run"), asked.at_least_one("num_gpus")
    project = project_of(asked)
    asked.finish()
    run = project.store.run(reference)
    box = service.box_of(project, run)
    order = plan(project.store, run, gpus_of(project.config, num_gpus, None))
    built = order.build(str(box.layout.run(run.id)), project.config.paths.checkpoints)
    return {"id": run.id, "spec": built.spec, "arguments": list(built.arguments)}


def submit(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """Checks and submits, as `run --detach`; a run that was submitted before is left as it is."""
    reference, num_gpus = asked.text("run"), asked.at_least_one("num_gpus")
    cuda_devices, choice = asked.optional_text("cuda_devices"), asked.optional_text("box")
    project = project_of(asked)
    asked.finish()
    run = project.store.run(reference)
    box = service.box_of(project, run, choice)

    def checked(found: Report) -> None:
        for problem in found.warnings:
            service.log(project, "warning", problem.what, run.id)

    def planned(order: Plan) -> None:
        expected = order.expected
        service.log(
            project,
            "info",
            f"{run.engine} on {box.name}: {expected.frames} frames of {expected.width}x{expected.height}",
            run.id,
        )

    run = start(
        project.store,
        project.config,
        run,
        box,
        call.report,
        num_gpus=num_gpus,
        cuda_devices=cuda_devices,
        checked=checked,
        planned=planned,
    )
    return {
        "id": run.id,
        "box": run.execution.box,
        "submitted_at": run.execution.submitted_at,
        "status": str(run.execution_status),
    }


def cancel(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """Stops this run and no other; one that has ended stays as it is."""
    reference = asked.text("run")
    project = project_of(asked)
    asked.finish()
    run = project.store.run(reference)
    if stoppable(run):
        run = cancel_run(project.store, run, service.box_of(project, run))
    return {"id": run.id, "status": str(run.execution_status)}


def fetch(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """Brings the result of an ended run home, and makes what is missing beside it."""
    reference = asked.text("run")
    project = project_of(asked)
    asked.finish()
    run = project.store.run(reference)
    run = fetch_run(project.store, run, service.box_of(project, run), call.report)
    finish(project.store, run, partial(service.lent_box, project), call.report)
    return {"id": run.id, "status": str(run.execution_status), "outputs": outputs(project.store, run)}


def show(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """The record, the file that it is in, and what is there of its outputs."""
    reference = asked.text("run")
    project = project_of(asked)
    asked.finish()
    file = project.store.run_file(reference)
    run = project.store.run(str(file))
    return {
        "id": run.id,
        "file": str(file),
        "record": run.as_json(),
        "box": run.execution.box or default_box(project.config, run.engine),
        "outputs": outputs(project.store, run),
    }


def upscale(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """The run that brings the result of this one to 4K; asked for again it is the same one."""
    reference, weight = asked.text("run"), asked.optional_number("weight")
    num_gpus = asked.at_least_one("num_gpus")
    project = project_of(asked)
    asked.finish()
    run, known = upscaled(
        project.store,
        project.store.run(reference),
        0.5 if weight is None else weight,
        gpus_of(project.config, num_gpus, None),
        partial(service.lent_box, project),
        call.report,
    )
    return {"id": run.id, "known": known}
