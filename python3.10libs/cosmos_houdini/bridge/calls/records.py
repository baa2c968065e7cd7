"""`prompt.create` and `run.create`: the same order asked for again is the same record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from ... import authoring
from ...records.enums import Control
from ...records.prompt_spec import ControlInput, PromptSpec
from ...records.run_spec import ControlWeight
from ...records.run_spec import Parameters as RunParameters
from ...records.strict import as_word, kind_of
from ..call import Call
from ..messages import WrongParametersError
from ..parameters import Parameters
from ..project import Project, project_of
from ..service import Service


def create_prompt(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """Records what to make. With a `created_at` of its own (ISO 8601) it is a record of its own."""
    name, prompt = asked.text("name"), asked.text("prompt")
    negative_prompt, video = asked.optional_text("negative_prompt"), asked.optional_text("input_video")
    controls, regions = asked.value("controls"), asked.maps("regions")
    seg_objects, metadata = asked.optional_text("seg_objects"), asked.text_map("metadata")
    created_at = asked.optional_moment("created_at")
    project = project_of(asked)
    asked.finish()
    colour, chosen = _controls(project, asked, controls)
    if seg_objects and Control.SEG in chosen and chosen[Control.SEG].path is None:
        chosen[Control.SEG] = ControlInput(prompt=seg_objects)
    wanted = authoring.prompt_spec(
        project.store,
        name,
        prompt,
        negative_prompt=negative_prompt,
        input_video=project.place(video) if video else colour,
        controls=chosen,
        regions=[
            authoring.region_from_text(project.store, *_region(asked, region, project)) for region in regions
        ],
        metadata=metadata,
        created_at=created_at,
    )
    spec, file = service.known(project).prompt(wanted, as_dated=created_at is not None)
    return {
        "file": str(file),
        "controls": [str(control) for control in spec.control_inputs],
        **spec.as_json(),
    }


def create_run(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """Records how to make it; an equal run is taken unless it failed or was cancelled.

    With a `created_at` of its own it is a record of its own.
    """
    reference, name = asked.text("prompt_spec_id"), asked.optional_text("name")
    engine, like = asked.optional_text("engine"), asked.optional_text("like")
    weights, parameters = asked.value("weights"), asked.mapping("parameters")
    created_at = asked.optional_moment("created_at")
    project = project_of(asked)
    asked.finish()
    prompt = project.store.prompt(reference)
    model = project.store.run(like) if like else None
    base = model.parameters if model else authoring.parameters_of(project.config.engine)
    read = Parameters({**base.as_json(), **_given(parameters)}, f"{asked.where}: parameters")
    chosen = _weights(project, asked, prompt, weights)
    if chosen is None and model is not None:
        chosen = dict(model.control_weights)
    elif chosen is None:
        chosen = {c: ControlWeight(number) for c, number in authoring.equal_weights(prompt).items()}
    wanted = authoring.run_spec(
        prompt,
        engine=engine or (model.engine if model else project.config.engine.name),
        weights=chosen,
        parameters=RunParameters.read(read),
        name=name,
        created_at=created_at,
    )
    run, file = service.known(project).run(wanted, as_dated=created_at is not None)
    return {
        "id": run.id,
        "file": str(file),
        "status": str(run.execution_status),
        "record": run.as_json(),
    }


def _given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen; null leaves the settings in force."""
    return {key: value for key, value in parameters.items() if value is not None}


def _controls(
    project: Project, asked: Parameters, given: Any
) -> tuple[Optional[str], dict[Control, ControlInput]]:
    """A folder of encoded passes, or an object: control -> video, null for one that the engine computes."""
    if given is None:
        return None, {}
    if isinstance(given, str):
        return authoring.controls_of_folder(project.store, project.place(given))
    if not isinstance(given, Mapping):
        raise WrongParametersError(
            f"{asked.where}: 'controls' should be a folder or an object, and is {kind_of(given)}."
        )
    block = Parameters(given, f"{asked.where}: controls")
    paths = {as_word(key, Control, block.where): block.optional_text(key) for key in given}
    return None, {
        control: authoring.named_video(project.store, project.place(path)) if path else ControlInput()
        for control, path in paths.items()
    }


def _region(asked: Parameters, region: Mapping[str, Any], project: Project) -> tuple[str, str]:
    block = Parameters(region, f"{asked.where}: regions")
    where, prompt = block.text("where"), block.text("prompt")
    block.finish()
    is_video = where.count(",") != 3 and not where.startswith("find:")
    return project.place(where) if is_video else where, prompt


def _weights(
    project: Project, asked: Parameters, prompt: PromptSpec, given: Any
) -> Optional[dict[Control, ControlWeight]]:
    """Control -> a number, a mask (path), or an object of `inside`, `outside` and `mask`; None: not given."""
    if given is None:
        return None
    if isinstance(given, list):
        numbers = authoring.weights_in_order(prompt, [_number(asked, "weights", one) for one in given])
        return {control: ControlWeight(number) for control, number in numbers.items()}
    block = Parameters(given, f"{asked.where}: weights")
    return {as_word(key, Control, block.where): _weight(project, block, key) for key in given}


def _weight(project: Project, block: Parameters, key: str) -> ControlWeight:
    given = block.value(key)
    if isinstance(given, str):
        given = {"mask": given}
    if not isinstance(given, Mapping):
        return ControlWeight(block.number(key))
    parts = Parameters(given, f"{block.where}: {key}")
    inside, outside = parts.optional_number("inside"), parts.optional_number("outside")
    mask = parts.text("mask")
    parts.finish()
    path, sha256 = authoring.named_file(project.store, project.place(mask))
    return ControlWeight(1.0 if inside is None else inside, path, sha256, outside or 0.0)


def _number(asked: Parameters, key: str, value: Any) -> float:
    return Parameters({key: value}, asked.where).number(key)
