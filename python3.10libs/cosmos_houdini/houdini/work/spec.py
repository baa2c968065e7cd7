"""Cosmos Spec: prompt, weights and parameters of a work item -> a prompt record and a run record."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ...errors import BadInputError
from ...records.hashing import hash_json
from ...records.item_attributes import ENGINE, PROJECT, PROMPT_ID, RUN_ID, SET, VIDEOS
from ..interface import SpecSettings
from ..interface.spec import SPEC
from ..interface.values import chosen
from .evaluate import Attributes, evaluator
from .ports import Bridge, Holder, Item, Node
from .scene import project_of
from .upstream import came_from, from_upstream


def generate(node: Node, holder: Holder, upstream: Sequence[Item], **in_process: Any) -> None:
    """Makes one work item for each upstream item; for a set on disk, one without any.

    Nothing is looked at yet, so that a thousand variants are there at once. `in_process` is how PDG is told
    that `cook` does the work.
    """
    for source in from_upstream(node, upstream, "setsource", "folder"):
        holder.addWorkItem(**came_from(source), **in_process)


def cook(node: Node, item: Item, bridge: Bridge, records: Optional[Records] = None) -> None:
    """Writes the records of one work item and gives it their ids."""
    settings = SpecSettings.read(evaluator(node, SPEC.name, item))
    order = spec_order(settings, item)
    for told in settings.misspelled(item.attribNames()):
        item.addWarning(told)
    for name, value in (records or RECORDS).make(order, bridge).items():
        item.setStringAttrib(name, value)


@dataclass(frozen=True)
class SpecOrder:
    """What one work item asks for. `controls` is the folder of the set, absolute."""

    project: Path
    name: str
    prompt: str
    negative_prompt: Optional[str]
    controls: Path
    engine: Optional[str]
    weights: Optional[dict[str, Any]]
    parameters: dict[str, Any]

    def prompt_call(self) -> dict[str, Any]:
        return chosen(
            project=str(self.project),
            name=self.name,
            prompt=self.prompt,
            negative_prompt=self.negative_prompt,
            controls=str(self.controls),
        )

    def run_call(self, prompt_id: str) -> dict[str, Any]:
        return chosen(
            project=str(self.project),
            prompt_spec_id=prompt_id,
            name=self.name,
            engine=self.engine,
            weights=self.weights,
            parameters=self.parameters,
        )


def spec_order(settings: SpecSettings, item: Optional[Item]) -> SpecOrder:
    """BadInputError for what can't be used, and where there is no control set."""
    attributes = Attributes(item)
    settings = settings.for_item(attributes)
    controls = settings.set_folder or attributes.text(VIDEOS)
    if not controls:
        raise BadInputError(
            "There is no control set to make a run of.",
            why="The work item doesn't come from Cosmos Encode, and no folder is named.",
            fix="Wire Cosmos Encode before this node, or set Control Set From to Folder on Disk.",
        )
    return SpecOrder(
        project=project_of(settings.project, attributes),
        name=settings.name or attributes.text(SET) or Path(controls).name,
        prompt=settings.prompt,
        negative_prompt=settings.negative_prompt,
        controls=Path(controls),
        engine=settings.engine or attributes.text(ENGINE) or None,
        weights=settings.weights_json(),
        parameters=dict(settings.parameters),
    )


class Records:
    """Makes the records of many work items, each prompt once: a thousand seeds share one."""

    def __init__(self) -> None:
        self._prompts: dict[str, tuple[str, Path]] = {}
        self._lock = threading.Lock()

    def make(self, order: SpecOrder, bridge: Bridge) -> dict[str, str]:
        """The attributes that the work item is given."""
        prompt_id = self._prompt(order, bridge)
        run = bridge.call("run.create", order.run_call(prompt_id))
        return {
            PROJECT: order.project.as_posix(),
            PROMPT_ID: prompt_id,
            RUN_ID: str(run["id"]),
            ENGINE: str(run["record"]["engine"]),
        }

    def _prompt(self, order: SpecOrder, bridge: Bridge) -> str:
        call = order.prompt_call()
        key = hash_json([call, _state(order.controls)])
        with self._lock:
            made, file = self._prompts.get(key, ("", Path()))
            if not file.is_file():  # not made yet, or somebody has tidied up
                answer = bridge.call("prompt.create", call)
                made, file = str(answer["id"]), Path(answer["file"])
                self._prompts[key] = made, file
            return made


RECORDS = Records()  # of this process


def _state(folder: Path) -> list[Any]:
    """Changes when a video of the set does: the runtime hashes them all, which takes its time."""
    try:
        return sorted([file.name, file.stat().st_mtime_ns, file.stat().st_size] for file in folder.iterdir())
    except OSError:
        return []  # the runtime says what is wrong with it
