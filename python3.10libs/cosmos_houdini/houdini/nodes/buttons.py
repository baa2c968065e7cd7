"""What the buttons on our TOP nodes do. Each function is called with Houdini's kwargs, on the UI thread.

Nothing here blocks: the bridge is asked, and a dialog comes when it has answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import hou

from ...errors import BadInputError
from ...records.item_attributes import PROJECT, RUN_ID
from ...records.paths import ProjectPaths
from ..bridge_client.asks import ask_all
from ..bridge_client.steps import Question
from ..dialogs import entry_point, tell
from ..hip import project_folder
from ..interface import NODES, EncodeSettings, TransferSettings
from . import answers as say
from .parms import evaluator

NEWEST_RUNS = 100  # in the list to choose from


@entry_point("Cosmos Houdini")
def inspect_frames(kwargs: Mapping[str, Any]) -> None:
    """Cosmos Encode: what the frames hold, and what each control would use."""
    node = kwargs["node"]
    settings = EncodeSettings.read(evaluator(node, NODES["cosmosencode"]))
    params: dict[str, Any] = {**settings.as_params(hou.fps()), "frames": settings.frames}
    if settings.engine:
        params["engine"] = settings.engine
    _ask(node, [("passes.inspect", params)], lambda found: tell(say.inspection_text(found[0])))


@entry_point("Cosmos Houdini")
def open_set(kwargs: Mapping[str, Any]) -> None:
    """Cosmos Encode: the folder of the control set, in the file browser."""
    node = kwargs["node"]
    settings = EncodeSettings.read(evaluator(node, NODES["cosmosencode"]))
    folder = ProjectPaths(_project(node)).videos(settings.name)
    _show(folder, "There are no control videos of this set yet.", "Cook the node first.")


@entry_point("Cosmos Houdini")
def choose_set(kwargs: Mapping[str, Any]) -> None:
    """Cosmos Spec: picks one of the project's control sets."""
    node = kwargs["node"]
    folder = ProjectPaths(_project(node)).videos("x").parent
    sets = sorted(file.parent.name for file in folder.glob("*/passes.json"))
    if not sets:
        raise BadInputError(
            "There are no control sets in this project yet.",
            why=f"Looked in {folder}.",
            fix="Make one with Cosmos Encode, or set Project Folder to another project.",
        )
    chosen = hou.ui.selectFromList(sets, exclusive=True, title="Control Sets", message="Control set")
    if chosen:
        with hou.undos.group("Choose a control set"):
            node.parm("setfolder").set((folder / sets[chosen[0]]).as_posix())


@entry_point("Cosmos Houdini")
def choose_run(kwargs: Mapping[str, Any]) -> None:
    """Cosmos Load: picks one of the project's runs."""
    node = kwargs["node"]

    def choose(answers: list[Any]) -> None:
        runs = answers[0]["runs"]
        if not runs:
            raise BadInputError("There are no runs in this project yet.", fix="Cook Cosmos Transfer first.")
        lines = [say.run_line(run) for run in runs]
        chosen = hou.ui.selectFromList(lines, exclusive=True, title="Runs", message="Run, newest first")
        if chosen:
            with hou.undos.group("Choose a run"):
                node.parm("run").set(runs[chosen[0]]["id"])

    _ask(node, [("runs.list", {"limit": NEWEST_RUNS})], choose)


@entry_point("Cosmos Houdini")
def check_runs(kwargs: Mapping[str, Any]) -> None:
    """Cosmos Spec and Cosmos Transfer: what would go wrong with the runs of the node, and what they cost."""
    node = kwargs["node"]
    runs = _runs(node)
    gpus: dict[str, Any] = {}
    if node.parm("num_gpus") is not None:
        settings = TransferSettings.read(evaluator(node, NODES["cosmostransfer"]))
        gpus = {"num_gpus": settings.num_gpus} if settings.num_gpus else {}

    def told(answers: list[Any]) -> None:
        head, details = say.check_text(list(zip(runs, answers)))
        if "error" not in {problem["severity"] for answer in answers for problem in answer["problems"]}:
            estimates = [("run.estimate", {"run": run, **gpus}) for run in runs]
            _ask(node, estimates, lambda costs: tell(f"{head}\n{say.estimate_text(costs)}", details))
        else:
            tell(head, details, wrong=True)

    _ask(node, [("run.check", {"run": run, **gpus}) for run in runs], told)


@entry_point("Cosmos Houdini")
def cancel_runs(kwargs: Mapping[str, Any]) -> None:
    """Cosmos Transfer: cancels the node's runs that are under way, after asking."""
    node = kwargs["node"]
    runs = _runs(node)
    question = f"Cancel {say.counted(len(runs), 'run')} of {node.path()}? What they have computed is lost."
    if hou.ui.displayMessage(
        question, buttons=("Cancel Runs", "Leave Them"), default_choice=1, close_choice=1
    ):
        return

    def told(answers: list[Any]) -> None:
        tell("\n".join(f"{run}: {answer['status']}" for run, answer in zip(runs, answers)))

    _ask(node, [("run.cancel", {"run": run}) for run in runs], told)


@entry_point("Cosmos Houdini")
def doctor(kwargs: Mapping[str, Any]) -> None:
    """What keeps runs from going on the box, and what to do about it."""
    node = kwargs["node"]

    def told(answers: list[Any]) -> None:
        wrong = not all(finding["ok"] for finding in answers[0]["findings"])
        tell(*say.findings_text(answers[0]), wrong=wrong)

    _ask(node, [("box.doctor", _box(node))], told)


@entry_point("Cosmos Houdini")
def box_status(kwargs: Mapping[str, Any]) -> None:
    """What the box does now."""
    node = kwargs["node"]
    _ask(node, [("box.status", _box(node))], lambda answers: tell(*say.status_text(answers[0])))


@entry_point("Cosmos Houdini")
def open_outputs(kwargs: Mapping[str, Any]) -> None:
    """The results of the node's run, else of the whole project, in the file browser."""
    node = kwargs["node"]
    project = _project(node)
    runs = _attributes(node, RUN_ID)
    folder = ProjectPaths(project).output(runs[0]).folder if len(runs) == 1 else project / "outputs"
    _show(folder, "There are no results yet.", "Cook Cosmos Transfer first.")


def _ask(node: Any, calls: Sequence[Question], then: Callable[[list[Any]], None]) -> None:
    """Asks the bridge about the node's project, and goes on when everything is answered."""
    project = str(_project(node))
    ask_all([(method, {"project": project, **params}) for method, params in calls], then)


def _project(node: Any) -> Path:
    """The project that the button is about; hip.py has the rule."""
    return project_folder(node.evalParm("project"), next(iter(_attributes(node, PROJECT)), ""))


def _runs(node: Any) -> list[str]:
    runs = _attributes(node, RUN_ID)
    if not runs:
        raise BadInputError(
            f"{node.path()} has no runs yet.",
            why="Its work items are made when the node is generated or cooked.",
            fix="Cook the Cosmos Spec of this network first.",
        )
    return runs


def _attributes(node: Any, name: str) -> list[str]:
    """The values of an attribute on the node's work items, each once, in their order."""
    pdg_node = node.getPDGNode()
    items = pdg_node.workItems if pdg_node is not None else ()
    return list(dict.fromkeys(value for item in items if (value := item.stringAttribValue(name))))


def _box(node: Any) -> dict[str, Any]:
    box = str(node.evalParm("box")).strip()
    return {"box": box} if box else {}


def _show(folder: Path, what: str, fix: str) -> None:
    if not folder.is_dir():
        raise BadInputError(what, why=f"Looked for {folder}.", fix=fix)
    hou.ui.showInFileBrowser(f"{folder.as_posix()}/")
