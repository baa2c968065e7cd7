"""Submit, Load Result and Runs: what the shelf does with runs. The bridge is asked, then a dialog comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import hou

from ...errors import BadInputError, CosmosError
from ...records.enums import Status
from ...records.paths import ProjectPaths
from ..bridge_client.asks import ask_all, follow
from ..bridge_client.steps import Steps
from ..cops.gather import RunPictures, gather
from ..cops.network import load as put_in_cops
from ..cops.pictures import RESULT
from ..dialogs import ask, choose, entry_point, explain, status, tell
from ..hip import project_folder
from ..interface import LoadSettings
from ..interface.load import LOAD
from ..nodes import answers as say
from ..rops.judge import usable
from .finds import built_network, fetches, last_step
from .watch import watch

LISTED = 100  # of the newest runs
Run = Mapping[str, Any]


def submit() -> None:
    """Cooks our TOP network, else submits the newest run that was created and never started."""
    project = project_folder(create=True)
    network = built_network()
    if network is not None:
        _cook(network)
        return

    def pick(answers: list[Any]) -> None:
        waiting = [run for run in answers[0]["runs"] if run["status"] == Status.PENDING and not run["phase"]]
        if not waiting:
            raise BadInputError(
                "There is nothing to submit.",
                why=f"The scene has no TOP network of ours, and {project} has no run that waits.",
                fix="Use Set Up Passes and Build TOP Network, then Submit.",
            )
        follow(_checked(project, waiting[0]["id"]), lambda told: _confirm(project, waiting[0], *told))

    _with_runs(project, pick)


def load_newest() -> None:
    """Puts the newest result of the project into COPs."""
    project = project_folder()

    def pick(answers: list[Any]) -> None:
        done = [run for run in answers[0]["runs"] if run["status"] == Status.SUCCESS]
        if not done:
            raise BadInputError(
                "There is no result to load yet.",
                why=f"None of the {len(answers[0]['runs'])} runs of {project} has succeeded.",
                fix="Submit a run, or look at Runs.",
            )
        load(project, done[0]["id"], "the newest result")

    _with_runs(project, pick)


def browse() -> None:
    """A list of the project's runs, then what can be done with the chosen one."""
    project = project_folder()

    def show(answers: list[Any]) -> None:
        found = answers[0]["runs"]
        if not found:
            raise BadInputError(
                "There are no runs in this project yet.", why=f"It is {project}.", fix="Use Submit."
            )
        lines = [say.run_line(run) for run in found]
        if not hou.isUIAvailable():
            tell("\n".join(lines))
            return
        chosen = choose(lines, "Runs", f"Runs of {project}, newest first")
        if chosen is not None:
            _act(project, found[chosen])

    _with_runs(project, show)


def load(project: Path, run: str, which: str = "") -> None:
    """Has the frames of a run written, then makes its nodes."""
    settings = LoadSettings.read(lambda name: LOAD.field(name).default)

    @entry_point("Load Result")
    def show(found: RunPictures) -> None:
        shown = put_in_cops(found, settings)
        chose = f"{found.run}, {which}" if which else found.run
        tell(f"Loaded {chose}.\n{shown.told()}", wrong=bool(shown.missing))
        if hou.isUIAvailable() and RESULT in shown.nodes:
            shown.nodes[RESULT].setCurrent(True, True)

    follow(gather(project, run, settings), show, waiting="Cosmos Houdini is writing frames...")


def _cook(network: Any) -> None:
    """Starts the cook and comes back; PDG's own panels tell how it goes."""
    for fetch in fetches(network):
        path = fetch.evalParm("roppath")
        rop = fetch.node(path)  # the path may be one from the fetch on
        usable(path if rop is None else rop.path())
    node = last_step(network)
    if node.getCookState(False) == hou.topCookState.Cooking:
        raise BadInputError(
            f"{network.path()} is cooking already.", fix="Watch it there, or cancel it first."
        )
    # Renders read the scene from disk: what isn't saved isn't rendered, so Houdini asks.
    node.cookWorkItems(block=False, save_prompt=hou.isUIAvailable() and hou.hipFile.hasUnsavedChanges())
    status(f"{network.path()} cooks: passes, control videos, run, result. Its TOP nodes show how far it is.")


def _checked(project: Path, run: str) -> Steps:
    asked = {"project": str(project), "run": run}
    found = yield "run.check", asked
    wrong = any(problem["severity"] == "error" for problem in found["problems"])
    cost = None if wrong else (yield "run.estimate", asked)
    return found, cost


def _confirm(project: Path, run: Run, found: Mapping[str, Any], cost: Any) -> None:
    head, details = say.check_text([(run["id"], found)])
    if cost is None:
        tell(f"{run['name']} can't be submitted. {head}", details, wrong=True)
        return
    question = f"Submit {run['name']} ({run['id']}), the newest run that waits?\n{say.estimate_text([cost])}"
    if ask(question, ("Submit", "Cancel"), details) == 0:
        _start(project, run["id"])


def _start(project: Path, run: str) -> None:
    def started(answers: list[Any]) -> None:
        [told] = answers
        if not hou.isUIAvailable():
            tell(f"{told['id']} is on {told['box']}. cosmos-houdini attach {told['id']} comes back to it.")
            return
        status(f"{told['id']} is on {told['box']}.")
        watch(project, told["id"], lambda: load(project, told["id"]))

    asked = {"project": str(project), "run": run}
    ask_all([("run.submit", asked)], started, waiting="Cosmos Houdini is submitting...")


def _act(project: Path, run: Run) -> None:
    """What can be done with a run in its state."""
    state = run["status"]
    actions = {"Load Result": lambda: load(project, run["id"])} if state == Status.SUCCESS else {}
    if state in (Status.PENDING, Status.RUNNING):
        if run["phase"]:
            actions["Watch"] = lambda: watch(project, run["id"], lambda: load(project, run["id"]))
        else:
            actions["Submit"] = lambda: _start(project, run["id"])
        actions["Cancel Run"] = lambda: _cancel(project, run)
    actions["Open Folder"] = lambda: _open(project, run)
    phase = f", {run['phase']}" if run["phase"] else ""
    pressed = ask(f"{run['name']}\n{run['id']}: {state}{phase}, {run['engine']}", [*actions, "Close"])
    if pressed < len(actions):
        [*actions.values()][pressed]()


def _cancel(project: Path, run: Run) -> None:
    sure = f"Cancel {run['name']} ({run['id']})? What it has computed is lost."
    if ask(sure, ("Leave It", "Cancel Run")) != 1:
        return

    def told(answers: list[Any]) -> None:
        status(f"{run['id']}: {answers[0]['status']}")

    ask_all([("run.cancel", {"project": str(project), "run": run["id"]})], told)


def _open(project: Path, run: Run) -> None:
    folder = ProjectPaths(project).output(run["id"]).folder
    if not folder.is_dir():
        error: CosmosError = BadInputError(
            "This run has no results yet.", why=f"There is no {folder}.", fix="Wait for its end."
        )
        explain(error)
        return
    hou.ui.showInFileBrowser(f"{folder.as_posix()}/")


def _with_runs(project: Path, then: Callable[[list[Any]], None]) -> None:
    """Asks for the newest runs; a project that nobody has made yet has none."""
    if not project.is_dir():
        then([{"runs": []}])
        return
    ask_all([("runs.list", {"project": str(project), "limit": LISTED})], then)
