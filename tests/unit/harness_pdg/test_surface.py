"""The fake `pdg` has no name that Houdini doesn't have: a misspelt call fails here as it does there."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
LISTED = json.loads((TESTS / "hython_harness" / "pdg" / "names.json").read_text())
STUBS = TESTS.parent / "typings" / "pdg"
# Beyond the listings: callbacks of schedulers and what Python adds to them, from docs and public schedulers.
CALLBACKS = {
    "onStart", "onStop", "onStartCook", "onStopCook", "onSchedule", "onTick", "onCancelWorkItems",
    "createJobDirsAndSerializeWorkItems", "addCommonJobEnvVars", "workItemResultServerAddr", "templateBody",
}  # fmt: skip


def public(kind) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


@pytest.mark.parametrize("name", ["WorkItem", "GraphContext", "PyEventHandler"])
def test_a_class_has_no_name_that_houdini_does_not_list(scene, name):
    assert public(getattr(scene.pdg, name)) - set(LISTED[name]) == set()


def test_what_an_object_keeps_for_itself_is_hidden(scene):
    node = scene.net.createNode("wedge")
    node.cookWorkItems(block=True)
    graph = node.getPDGGraphContext()
    assert set(vars(graph)) <= {"graph"} | {name for name in vars(graph) if name.startswith("_")}
    [item] = node.getPDGNode().workItems
    assert [name for name in vars(item) if not name.startswith("_")] == []
    assert [name for name in vars(node.getPDGNode()) if not name.startswith("_")] == []


def test_a_scheduler_has_no_name_that_houdini_does_not_list(scene):
    assert public(scene.pdg.PyScheduler) - set(LISTED["Scheduler"]) - CALLBACKS == set()


def test_event_types_have_houdinis_numbers(scene):
    told = {kind: scene.pdg.EventType[kind].value for kind in scene.pdg.EventType.__members__}
    assert told.items() <= LISTED["EventType"].items()


def test_the_module_has_no_name_that_houdini_does_not_list(scene):
    assert public(scene.pdg) - set(LISTED["module"]) == set()


def test_nodes_have_no_call_for_errors(scene):
    """The docs of pdg.CookError say how: it is raised."""
    node = scene.net.createNode("wedge").getPDGNode()
    for name in ("addError", "addWarning", "cookError"):
        assert not hasattr(node, name)
        assert not hasattr(scene.pdg.PyProcessor, name)


def test_a_misspelt_name_is_refused(scene):
    [item] = _one_item(scene)
    with pytest.raises(AttributeError):
        item.setStringAttribute("a", "b")
    with pytest.raises(AttributeError):
        scene.pdg.scheduleResult.Success  # noqa: B018
    with pytest.raises(ModuleNotFoundError):
        __import__("pdg.processors")


def test_houdinis_submodules_can_be_imported(scene):
    from pdg.job.callbackserver import CallbackServerMixin
    from pdg.partitioner import PyPartitioner
    from pdg.processor import PyProcessor
    from pdg.scheduler import PyScheduler

    assert scene.pdg.PyProcessor is PyProcessor
    assert scene.pdg.PyPartitioner is PyPartitioner
    assert issubclass(type("Own", (CallbackServerMixin, PyScheduler), {}), scene.pdg.PyScheduler)


def stubbed() -> list[tuple[str, str]]:
    found = []
    for file in sorted(STUBS.glob("*.pyi")):
        for kind in ast.parse(file.read_text()).body:
            if isinstance(kind, ast.ClassDef):
                found += [(kind.name, name) for name in _members(kind)]
    return found


def _members(kind: ast.ClassDef) -> list[str]:
    names = [part.name for part in kind.body if isinstance(part, ast.FunctionDef)]
    names += [
        part.target.id
        for part in kind.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]
    return [name for name in names if not name.startswith("_")]


# What mypy may rely on, and the harness doesn't play.
NOT_PLAYED = {
    ("GraphContext", "serializeWorkItems"), ("PyProcessor", "onRegenerate"), ("PyProcessor", "onSelectTask"),
    ("PyProcessor", "onDeselectTask"), ("PyScheduler", "onScheduleStatic"), ("PyScheduler", "onSetupCook"),
}  # fmt: skip


def test_what_the_stubs_promise_is_there(scene):
    [item] = _one_item(scene)
    node = item.node
    objects = {
        "WorkItem": item, "File": scene.pdg.File("a", "file"), "Parm": node["wedgecount"],
        "NodeInterface": node, "Node": node, "GraphContext": node.context, "Graph": node.context.graph,
        "NodeOptions": scene.pdg.NodeOptions(), "PyScheduler": node.scheduler,
    }  # fmt: skip
    missing = [
        f"{kind}.{name}"
        for kind, name in stubbed()
        if (kind, name) not in NOT_PLAYED
        and not hasattr(objects.get(kind, getattr(scene.pdg, kind, None)), name)
    ]
    assert missing == []


def _one_item(scene):
    node = scene.net.createNode("wedge")
    node.cookWorkItems(block=True)
    return node.getPDGNode().workItems
