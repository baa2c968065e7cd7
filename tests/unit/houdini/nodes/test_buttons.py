"""The buttons on our nodes ask the bridge and show what it answers; nothing of it holds Houdini up."""

from __future__ import annotations

import importlib
import sys
import types
from contextlib import nullcontext

import pytest

from cosmos_houdini.errors import BadInputError, BoxError
from cosmos_houdini.houdini.interface import NODES

PACKAGE = "cosmos_houdini.houdini"
RELOADED = [  # which import hou
    f"{PACKAGE}.{name}"
    for name in ("dialogs", "bridge_client.asks", "nodes.edit", "hip", "nodes.parms", "nodes.buttons")
]


class Error(Exception):
    """The base of what hou raises."""


class OperationFailed(Error):  # noqa: N818  (as hou says it)
    """As hou raises it."""


class Parm:
    """A parameter whose text still has its variables in it."""

    def __init__(self, text, animated=False):
        self.text, self.animated = text, animated

    def unexpandedString(self):
        if self.animated:
            raise OperationFailed
        return self.text

    def evalAsString(self):
        return expand(self.text)

    def set(self, text):
        self.text = text


class Node:
    """A TOP node of one of our types, with work items that have attributes."""

    def __init__(self, name, items=(), **changed):
        self.parms = {f.name: Parm(f.default) for f in NODES[name].fields() if f.has_value}
        for parm, value in changed.items():
            self.parms[parm].set(value)
        attributes = [types.SimpleNamespace(stringAttribValue=item.get) for item in items]
        self.pdg = types.SimpleNamespace(workItems=attributes)

    def parm(self, name):
        return self.parms.get(name)

    def evalParm(self, name):
        value = self.parms[name].text
        return expand(value) if isinstance(value, str) else value

    def getPDGNode(self):
        return self.pdg

    def path(self):
        return "/obj/topnet1/cosmos"


def expand(text):
    for variable, value in (("$HIPNAME", "shot"), ("$HIP", "/shots"), ("$F4", "0001")):
        text = text.replace(variable, value)
    return text


class Reply:
    def __init__(self, answer):
        self.answer = answer

    def done(self):
        return True

    def result(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Session:
    """What a test sees of Houdini and of the bridge: calls that were made, dialogs that were shown."""

    def __init__(self):
        self.asked, self.answers, self.dialogs, self.callbacks = [], {}, [], []
        self.shown, self.choices, self.pressed, self.status = [], (), 0, []
        self.bridge = types.SimpleNamespace(send=self.send)

    def send(self, method, params):
        self.asked.append((method, params))
        answer = self.answers[method]
        return Reply(answer(params) if callable(answer) else answer)

    def message(self, text, **options):
        self.dialogs.append((text, options))
        return self.pressed

    def press(self, button, node):
        """Presses, then lets the event loop come to rest."""
        button({"node": node})
        while self.callbacks:
            self.callbacks[0]()

    def hou(self):
        hou = types.ModuleType("hou")
        hou.Error, hou.OperationFailed = Error, OperationFailed
        hou.isUIAvailable = lambda: True
        hou.fps = lambda: 23.976
        hou.text = types.SimpleNamespace(expandString=expand)
        hou.hipFile = types.SimpleNamespace(isNewFile=lambda: False)
        hou.node = lambda path: types.SimpleNamespace(children=tuple)  # /out
        hou.undos = types.SimpleNamespace(group=lambda label: nullcontext())
        hou.severityType = types.SimpleNamespace(Error="error", Warning="warning", Message="message")
        hou.ui = types.SimpleNamespace(
            addEventLoopCallback=self.callbacks.append,
            removeEventLoopCallback=self.callbacks.remove,
            displayMessage=self.message,
            setStatusMessage=self.status.append,
            showInFileBrowser=self.shown.append,
            selectFromList=lambda lines, **options: self.choices,
        )
        return hou


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def buttons(session, monkeypatch):
    client = types.ModuleType(f"{PACKAGE}.bridge_client.client")
    client.shared = lambda: session.bridge
    monkeypatch.setitem(sys.modules, "hou", session.hou())
    monkeypatch.setitem(sys.modules, client.__name__, client)
    for module in RELOADED:
        package, _, name = module.rpartition(".")
        monkeypatch.delitem(sys.modules, module, raising=False)
        monkeypatch.delattr(importlib.import_module(package), name, raising=False)
    yield importlib.import_module(f"{PACKAGE}.nodes.buttons")
    for module in RELOADED:
        package, _, name = module.rpartition(".")
        sys.modules.pop(module, None)
        vars(importlib.import_module(package)).pop(name, None)


def test_every_button_of_the_tables_has_its_function(buttons):
    for node in NODES.values():
        for field in node.fields():
            if field.kind == "button":
                assert callable(getattr(buttons, field.callback))


def test_frames_are_looked_at_with_their_frame_number_left_open(session, buttons):
    session.answers["passes.inspect"] = {
        "sources": [],
        "frames": 3,
        "fps": "24",
        "fit": "as it is",
        "videos": {"depth": {"uses": ["Pz"], "why_not": "", "fix": ""}},
    }
    node = Node("cosmosencode", framesource="pattern", frames="$HIP/a.$F4.exr", engine="transfer1")
    session.press(buttons.inspect_frames, node)
    [(method, params)] = session.asked
    assert method == "passes.inspect"
    assert params["frames"] == "/shots/a.####.exr"
    assert (params["project"], params["engine"], params["fps"]) == ("/shots/cosmos", "transfer1", 24)
    [(text, _)] = session.dialogs
    assert "depth: from Pz" in text
    assert session.status[-1] == "", "the status line is cleared"


def test_a_pattern_that_is_an_expression_is_taken_as_it_evaluates(session, buttons):
    session.answers["passes.inspect"] = BoxError("away")
    node = Node("cosmosencode", framesource="pattern")
    node.parms["frames"] = Parm("/r/a.####.exr", animated=True)
    session.press(buttons.inspect_frames, node)
    assert session.asked[0][1]["frames"] == "/r/a.####.exr"


def test_a_setting_that_cant_be_used_is_explained_before_anything_is_asked(session, buttons):
    session.press(buttons.inspect_frames, Node("cosmosencode", framesource="pattern", frames=""))
    [(text, options)] = session.dialogs
    assert text == "Frames of Cosmos Encode is empty."
    assert options["severity"] == "error"
    assert "Name a sequence" in options["help"]
    assert session.asked == []


def test_an_error_of_the_bridge_is_shown_with_why_and_fix(session, buttons):
    session.answers["box.doctor"] = BadInputError("The runtime is missing.", "It isn't there.", "Install it.")
    session.press(buttons.doctor, Node("cosmosgpubox"))
    [(text, options)] = session.dialogs
    assert (text, options["help"]) == ("The runtime is missing.", "It isn't there.\n\nInstall it.")


def test_the_folder_of_a_set_is_shown_where_it_is(session, buttons, tmp_path):
    node = Node("cosmosencode", project=str(tmp_path), setname="my shot")
    session.press(buttons.open_set, node)
    assert session.dialogs[0][0] == "There are no control videos of this set yet."
    folder = tmp_path / "inputs" / "videos" / "my_shot"
    folder.mkdir(parents=True)
    session.press(buttons.open_set, node)
    assert session.shown == [f"{folder.as_posix()}/"]


def test_a_control_set_is_chosen_from_those_of_the_project(session, buttons, tmp_path):
    node = Node("cosmosspec", project=str(tmp_path))
    session.press(buttons.choose_set, node)
    assert session.dialogs[0][0] == "There are no control sets in this project yet."
    for name in ("b", "a"):
        (tmp_path / "inputs" / "videos" / name).mkdir(parents=True)
        (tmp_path / "inputs" / "videos" / name / "passes.json").write_text("{}")
    session.press(buttons.choose_set, node)
    assert node.parms["setfolder"].text == "", "nothing was chosen"
    session.choices = (1,)
    session.press(buttons.choose_set, node)
    assert node.parms["setfolder"].text == (tmp_path / "inputs/videos/b").as_posix()


def test_a_run_is_chosen_from_those_of_the_project(session, buttons):
    run = {"id": "rs_1", "name": "city", "status": "SUCCESS", "created_at": "2026-01-01T10:00:00"}
    session.answers["runs.list"] = {"runs": [run]}
    session.choices = (0,)
    node = Node("cosmosload")
    session.press(buttons.choose_run, node)
    assert node.parms["run"].text == "rs_1"
    session.answers["runs.list"] = {"runs": []}
    session.press(buttons.choose_run, node)
    assert session.dialogs[-1][0] == "There are no runs in this project yet."


def test_runs_are_checked_and_their_cost_is_told_where_nothing_is_wrong(session, buttons):
    session.answers["run.check"] = {"problems": []}
    session.answers["run.estimate"] = {"chunks": 2, "seconds": None, "note": ""}
    items = [{"cosmos_run_id": "rs_1", "cosmos_project": "/p"}, {"cosmos_run_id": "rs_2"}, {}]
    session.press(buttons.check_runs, Node("cosmostransfer", items, use_num_gpus=1, num_gpus=4))
    assert [(method, params["run"]) for method, params in session.asked] == [
        ("run.check", "rs_1"),
        ("run.check", "rs_2"),
        ("run.estimate", "rs_1"),
        ("run.estimate", "rs_2"),
    ]
    assert all(params["num_gpus"] == 4 and params["project"] == "/p" for _, params in session.asked)
    [(text, _)] = session.dialogs
    assert text.startswith("Nothing would go wrong with 2 runs.\nCost: 4 chunks")


def test_a_run_that_would_fail_is_told_without_a_price(session, buttons):
    problem = {"severity": "error", "what": "Gray edges.", "why": "", "fix": "Encode."}
    session.answers["run.check"] = {"problems": [problem]}
    session.press(buttons.check_runs, Node("cosmosspec", [{"cosmos_run_id": "rs_1"}]))
    assert [method for method, _ in session.asked] == ["run.check"]
    [(text, options)] = session.dialogs
    assert text == "1 error and 0 warnings in 1 run."
    assert options["severity"] == "warning"
    assert "fix: Encode." in options["details"]


@pytest.mark.parametrize("button", ["check_runs", "cancel_runs"])
def test_a_node_without_runs_says_what_to_cook(session, buttons, button):
    session.press(getattr(buttons, button), Node("cosmostransfer"))
    [(text, options)] = session.dialogs
    assert text == "/obj/topnet1/cosmos has no runs yet."
    assert "Cook the Cosmos Spec" in options["help"]


def test_runs_are_cancelled_only_when_the_question_is_answered_so(session, buttons):
    session.answers["run.cancel"] = {"status": "CANCELLED"}
    node = Node("cosmostransfer", [{"cosmos_run_id": "rs_1"}])
    session.pressed = 1
    session.press(buttons.cancel_runs, node)
    assert session.asked == []
    session.pressed = 0
    session.press(buttons.cancel_runs, node)
    assert [method for method, _ in session.asked] == ["run.cancel"]
    assert session.dialogs[-1][0] == "rs_1: CANCELLED"


@pytest.mark.parametrize(("box", "told"), [("", {}), ("remote", {"box": "remote"})])
def test_the_box_that_is_asked_about_is_the_one_of_the_node(session, buttons, box, told):
    finding = {"name": "disk", "ok": True, "seen": "50 GB free", "fix": ""}
    session.answers["box.doctor"] = {"findings": [finding]}
    session.press(buttons.doctor, Node("cosmosgpubox", box=box))
    assert session.asked == [("box.doctor", {"project": "/shots/cosmos", **told})]
    assert session.dialogs[0][0] == "Everything that a run stands on is in order."


def test_the_status_of_the_box_is_told(session, buttons):
    failure = {"what": "No route.", "why": "", "fix": ""}
    session.answers["box.status"] = {"box": "b", "reachable": False, "error": failure}
    session.press(buttons.box_status, Node("cosmosgpubox"))
    assert session.dialogs[0][0].startswith("b can't be reached.")


def test_the_folder_of_results_is_that_of_the_one_run_or_of_all(session, buttons, tmp_path):
    (tmp_path / "outputs" / "rs_1").mkdir(parents=True)
    one, two = {"cosmos_run_id": "rs_1"}, {"cosmos_run_id": "rs_2"}
    session.press(buttons.open_outputs, Node("cosmostransfer", [one], project=str(tmp_path)))
    session.press(buttons.open_outputs, Node("cosmosload", [one, two], project=str(tmp_path)))
    assert session.shown == [f"{tmp_path.as_posix()}/outputs/rs_1/", f"{tmp_path.as_posix()}/outputs/"]


def test_a_node_that_pdg_has_not_seen_yet_belongs_to_the_hip_files_project(session, buttons):
    session.answers["box.doctor"] = {"findings": []}
    node = Node("cosmostransfer")
    node.pdg = None
    session.press(buttons.doctor, node)
    assert session.asked[0][1]["project"] == "/shots/cosmos"
