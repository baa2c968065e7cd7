"""Callbacks of nodes: what they get is of use while they last, what goes wrong in them is on the node."""

from __future__ import annotations

import pytest

from .maker import MAKER
from .topnet import commands, cook, items


def test_items_are_made_while_the_node_makes_them_only(make):
    kept = []
    make(lambda holder, upstream: kept.append(holder))
    with pytest.raises(RuntimeError, match="onGenerate"):
        kept[0].addWorkItem()


def test_items_are_gathered_and_ordered_in_their_callbacks_only(register, scene):
    kinds = register(
        """
from pdg.partitioner import PyPartitioner
from pdg.processor import PyProcessor
kept = []

class Gather(PyPartitioner):
    def onPartition(self, partition_holder, work_items):
        kept.append(partition_holder)
        return pdg.result.Success

class Order(PyProcessor):
    def onAddInternalDependencies(self, dependency_holder, internal_items, is_static):
        kept.append(dependency_holder)
        return pdg.result.Success

def registerTypes(type_registry):
    type_registry.registerNode(Gather, pdg.nodeType.Partitioner, name="gather")
    type_registry.registerNode(Order, pdg.nodeType.Processor, name="order")
"""
    )
    order, gather = (scene.net.createNode(f"pdg_{name}") for name in ("order", "gather"))
    order.setInput(0, scene.net.createNode("wedge"))
    gather.setInput(0, order)
    cook(gather)
    [item] = items(order)
    dependencies, partitions = kinds.kept
    with pytest.raises(RuntimeError, match="onAddInternalDependencies"):
        dependencies.addDependency(item, item)
    with pytest.raises(RuntimeError, match="onPartition"):
        partitions.addItemToPartition(item, 0)


@pytest.mark.parametrize("callback", ["onGenerate", "onPreCook", "onPostCook"])
def test_a_callback_that_returns_no_result_is_an_error(register, scene, monkeypatch, callback):
    maker = register(MAKER).Maker
    maker.make = staticmethod(lambda holder, upstream: scene.pdg.result.Success)
    monkeypatch.setattr(maker, callback, lambda self, *given: None)
    node = scene.net.createNode("pdg_maker")
    cook(node)
    assert "pdg.result" in node.errors()[0]


def test_a_cook_error_is_shown_in_its_own_words(make, scene):
    def action(holder, upstream):
        raise scene.pdg.CookError("No frames.\nFix: render some.")

    node = make(action)
    assert node.errors() == ("No frames.\nFix: render some.",)
    assert node.getPDGNode().hasErrors


def test_another_exception_is_shown_with_where_it_was(make):
    node = make(lambda holder, upstream: {}["gone"])
    assert "KeyError" in node.errors()[0]
    assert "test_callbacks.py" in node.errors()[0]


def test_what_comes_after_a_node_that_could_not_make_its_items_makes_none(make, scene):
    broken = make(lambda holder, upstream: {}["gone"])
    after = commands(scene, "pass", after=broken)
    cook(after)
    assert items(after) == []
    assert not after.errors()


@pytest.mark.parametrize(
    ("base", "callback", "said"),
    [
        ("PyProcessor", "onGenerate(self, item_holder, upstream_items)", "3 arguments"),
        ("PyProcessor", "onPrecook(self)", "nothing of that name on a processor"),
        ("PyPartitioner", "onCookTask(self, work_item)", "nothing of that name on a partitioner"),
        ("PyScheduler", "onCancelWorkItems(self, work_items)", "2 arguments"),
        ("PyScheduler", "onTicks(self)", "nothing of that name on a scheduler"),
    ],
)
def test_a_callback_that_pdg_can_t_call_is_refused(register, base, callback, said):
    registered = {
        "PyProcessor": "registerNode(Own, pdg.nodeType.Processor)",
        "PyPartitioner": "registerNode(Own, pdg.nodeType.Partitioner)",
        "PyScheduler": "registerScheduler(Own)",
    }[base]
    text = f"""
class Own(pdg.{base}):
    def {callback}:
        pass

def registerTypes(type_registry):
    type_registry.{registered}
"""
    with pytest.raises(TypeError, match=said):
        register(text)
