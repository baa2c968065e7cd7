"""When nodes make their items: before the cook, or of items that have cooked."""

from __future__ import annotations

import pytest

from .topnet import commands, cook, items, states

COUNTS = """
for up in upstream_items:
    item = item_holder.addWorkItem(parent=up)
    item.setIntAttrib('m', 10 * (up.intAttribValue('n') or 0))
    item.setIntAttrib('at_once', len(upstream_items))
"""


def python(scene, name, after, **parms):
    node = scene.net.createNode("pythonprocessor", name)
    node.parm("generate").set(COUNTS)
    node.setParms(parms)
    node.setInput(0, after)
    return node


def numbers(scene, count=3, fails="False"):
    text = f"i = int(os.environ['PDG_INDEX']); pdgcmd.setIntAttrib('n', i + 1); sys.exit(1 if {fails} else 0)"
    return commands(scene, text, count=count)


def values(node, name="m"):
    return sorted(item.intAttribValue(name) for item in items(node))


def test_static_items_are_made_before_anything_cooks_and_get_nothing_of_it_later(scene):
    node = python(scene, "p", numbers(scene))
    cook(node)
    assert values(node) == [0, 0, 0]
    assert values(node, "at_once") == [3, 3, 3]
    assert [item.hasAttrib("n") for item in items(node)] == [False] * 3


def test_generating_only_makes_the_static_items(scene):
    first = numbers(scene)
    static = python(scene, "static", first)
    dynamic = python(scene, "dynamic", first, requirescookedinputs=1)
    after = python(scene, "after", dynamic)
    scene.net.cookWorkItems(block=True, generate_only=True, nodes=(static, dynamic, after))
    assert states(first) == states(static) == ["Uncooked"] * 3
    assert items(dynamic) == items(after) == []
    static.generateStaticWorkItems(True)
    assert len(items(static)) == 3


def test_each_cooked_item_is_made_one_of(scene):
    node = python(scene, "p", numbers(scene), requirescookedinputs=1)
    cook(node)
    assert values(node) == [10, 20, 30]
    assert values(node, "at_once") == [1, 1, 1]


@pytest.mark.parametrize(("when", "expected"), [(1, [0, 0, 0]), (3, [10, 20, 30]), (0, [10, 20, 30])])
def test_a_node_says_when_it_generates(scene, when, expected):
    node = python(scene, "p", numbers(scene), pdg_workitemgeneration=when)
    cook(node)
    assert values(node) == expected
    assert values(node, "at_once") == [1 if when == 0 else 3] * 3


def test_a_node_after_a_dynamic_one_is_dynamic(scene):
    first = python(scene, "first", numbers(scene), requirescookedinputs=1)
    text = "pdgcmd.setIntAttrib('n', 7)"
    middle = commands(scene, text, name="middle", after=first)
    last = python(scene, "last", middle)
    cook(last)
    assert values(last) == [70, 70, 70]


def test_only_what_succeeded_is_generated_from(scene):
    node = python(scene, "p", numbers(scene, fails="i == 1"), requirescookedinputs=1)
    cook(node)
    assert values(node) == [10, 30]


def test_what_failed_is_generated_from_when_it_cooks_the_next_time(scene, tmp_path):
    flag = tmp_path / "go"
    first = numbers(scene, fails=f"i == 1 and not os.path.exists({str(flag)!r})")
    node = python(scene, "p", first, requirescookedinputs=1)
    before = cook(node)
    flag.touch()
    after = cook(node)
    assert values(node) == [10, 20, 30]
    assert set(before) <= set(after)


def test_all_cooked_items_are_generated_from_anew(scene, tmp_path):
    flag = tmp_path / "go"
    first = numbers(scene, fails=f"i == 1 and not os.path.exists({str(flag)!r})")
    node = python(scene, "p", first, pdg_workitemgeneration=3)
    before = cook(node)
    assert values(node, "at_once") == [2, 2]
    flag.touch()
    after = cook(node)
    assert values(node, "at_once") == [3, 3, 3]
    assert not set(before) & set(after)


def test_a_node_after_one_that_has_no_items_is_asked_with_none(scene):
    wedge = scene.net.createNode("wedge")
    wedge.parm("wedgecount").set(0)
    node = python(scene, "p", wedge)
    node.parm("generate").set("raise pdg.CookError(f'{len(upstream_items)} items')")
    cook(node)
    assert node.errors() == ("0 items",)
    factory = commands(scene, "pass", after=wedge)
    cook(factory)
    assert items(factory) == []


def test_a_wedge_of_wedges_has_an_item_for_each(scene):
    one, two = (scene.net.createNode("wedge", name) for name in ("one", "two"))
    one.parm("wedgecount").set(2)
    two.parm("wedgecount").set(3)
    two.setInput(0, one)
    cook(two)
    assert [item.index for item in items(two)] == list(range(6))
    assert [item.intAttribValue("wedgenum") for item in items(two)] == [0, 1, 2, 0, 1, 2]
    assert {item.intAttribValue("wedgetotal") for item in items(two)} == {6}
    two.parm("workitemorder").set("groupbywedge")
    cook(two)
    assert [item.parent.index for item in items(two)] == [0, 1, 0, 1, 0, 1]


def test_a_thousand_variants_are_made_and_gathered(scene):
    wedge = scene.net.createNode("wedge")
    wedge.parm("wedgecount").set(1000)
    wedge.setParms({"wedgeattributes": 1, "name1": "seed", "type1": 2, "random1": 1, "seed": 5})
    wedge.parmTuple("intrange1").set((0, 10**6))
    node = python(scene, "p", wedge)
    done = scene.net.createNode("waitforall")
    done.setInput(0, node)
    [gathered] = cook(done)
    assert len(gathered.partitionItems) == 1000
    first = [item.intAttribValue("seed") for item in items(wedge)]
    assert len(set(first)) > 900
    wedge.dirtyAllTasks(False)
    cook(wedge)
    assert [item.intAttribValue("seed") for item in items(wedge)] == first
