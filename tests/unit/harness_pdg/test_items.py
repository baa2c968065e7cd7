"""Work items are as strict as Houdini's: options, types, and who may write them when."""

from __future__ import annotations

import pytest

from .maker import MAKER
from .topnet import cook, items, states


def test_an_item_takes_after_its_parent(make, scene):
    first = make(
        lambda holder, upstream: holder.addWorkItem(index=4, frame=7.0, priority=3).setStringAttrib("a", "b")
    )
    [item] = cook(first)
    second = make(lambda holder, upstream: holder.addWorkItem(parent=upstream[0]), after=first)
    [child] = items(second)
    assert (child.index, child.frame, child.priority) == (4, 7.0, 3)
    assert child.stringAttribValue("a") == "b"
    assert child.parent is item
    assert child.dependencies == [item]
    assert item.dependents == [child]


def test_attributes_have_a_type_and_are_lists(make):
    def action(holder, upstream):
        item = holder.addWorkItem()
        item.setIntAttrib("n", 3)
        item.setFloatAttrib("f", [1, 2.5])
        item.setStringAttrib("s", "second", 1)

    [item] = items(make(action))
    assert item.attribValue("n") == 3
    assert item.stringAttribValue("n") is None
    assert item.floatAttribArray("f") == [1.0, 2.5]
    assert item.stringAttribArray("s") == ["", "second"]
    assert item.attribValue("f", 7) is None
    assert not item.hasAttrib("none")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda item: item.setIntAttrib("n", "3"), "TypeError"),
        (lambda item: item.setIntAttrib("n", 2.5), "TypeError"),
        (lambda item: item.setStringAttrib("s", 3), "TypeError"),
        (lambda item: item.setStringAttrib("s", None), "TypeError"),
        (lambda item: item.setFloatAttrib("f", "x"), "TypeError"),
        (lambda item: item.setStringAttrib("", "x"), "AttribError"),
        (lambda item: item.setStringAttrib("s", "x", -1), "AttribError"),
        (lambda item: (item.setStringAttrib("s", "x"), item.setIntAttrib("s", 1)), "AttribError"),
        (lambda item: item.setCommand(["echo"]), "TypeError"),
        (lambda item: item.addEnvironmentVar("A", 1), "TypeError"),
        (lambda item: item.addOutputFile(3), "TypeError"),
        (lambda item: item.setCookPercent("50"), "TypeError"),
        (lambda item: item.setCustomState(5), "TypeError"),
        (lambda item: item.addError(ValueError("x")), "TypeError"),
        (lambda item: item.setName("x"), "AttributeError"),
        (lambda item: setattr(item, "index", 3), "AttributeError"),
    ],
)
def test_what_houdini_would_not_take_is_refused(make, wrong, error):
    node = make(lambda holder, upstream: wrong(holder.addWorkItem()))
    assert items(node) == []
    assert error in node.errors()[0]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"indx": 3}, "TypeError"),
        ({"index": "3"}, "TypeError"),
        ({"index": True}, "TypeError"),
        ({"frame": "1001"}, "TypeError"),
        ({"cookType": 1}, "TypeError"),
        ({"parent": "wedge1"}, "TypeError"),
        ({"inProcess": 1}, "TypeError"),
    ],
)
def test_an_option_that_is_none_is_refused(make, options, error):
    assert error in make(lambda holder, upstream: holder.addWorkItem(**options)).errors()[0]


def test_an_option_that_the_harness_does_not_play_stops_the_test(make):
    from hython_harness.errors import NotPlayedError

    with pytest.raises(NotPlayedError, match="batchSize"):
        make(lambda holder, upstream: holder.addWorkItem(batchSize=4))


def test_an_item_has_a_parent_among_those_that_the_node_was_given(make, scene):
    [stranger] = cook(scene.net.createNode("wedge"))
    node = make(lambda holder, upstream: holder.addWorkItem(parent=stranger))
    assert "none of the work items" in node.errors()[0]


def test_options_may_be_an_object(make, scene):
    def action(holder, upstream):
        options = scene.pdg.WorkItemOptions()
        options.index = 5
        holder.addWorkItem(options, frame=3.0)
        options.indx = 4

    node = make(action)
    assert "AttributeError" in node.errors()[0]


def test_an_upstream_item_may_not_be_written_while_items_are_made(make, scene):
    wedge = scene.net.createNode("wedge")
    node = make(lambda holder, upstream: upstream[0].setStringAttrib("a", "b"), after=wedge)
    assert "AttribError" in node.errors()[0]
    assert not items(wedge)[0].hasAttrib("a")


def test_an_upstream_item_may_not_be_written_while_its_child_cooks(make, scene):
    here = {"cookType": scene.pdg.workItemCookType.InProcess}
    node = make(
        lambda holder, upstream: holder.addWorkItem(parent=upstream[0], **here),
        lambda item: item.parent.addOutputFile("a.png"),
        after=scene.net.createNode("wedge"),
    )
    assert states(node) == ["CookedFail"]
    assert "AttribError" in items(node)[0].logMessages
    assert "AttribError" in node.errors()[0]


def test_items_are_written_by_nobody_else_unless_they_are_locked(scene):
    [item] = cook(scene.net.createNode("wedge"))
    with pytest.raises(scene.pdg.AttribError, match="lockAttributes"):
        item.setStringAttrib("a", "b")
    with item.lockAttributes():
        item.setStringAttrib("a", "b")
    assert item.stringAttribValue("a") == "b"


def test_an_in_process_item_cooks_here_and_keeps_what_it_got(make, scene):
    import os

    def work(item):
        item.setIntAttrib("pid", os.getpid())
        item.addOutputFile("/tmp/a.mp4")
        item.setCookPercent(40)

    node = make(
        lambda holder, upstream: holder.addWorkItem(cookType=scene.pdg.workItemCookType.InProcess), work
    )
    [item] = items(node)
    assert item.isInProcess
    assert item.intAttribValue("pid") == os.getpid()
    assert [(file.path, file.tag) for file in item.outputFiles] == [("/tmp/a.mp4", "file/video")]
    assert item.cookPercent == 40


def test_files_go_on_to_the_items_after(make, scene):
    def work(item):
        item.addOutputFile("/a.exr", "file/image")
        item.addOutputFile("/a.txt", "file/text")

    here = {"cookType": scene.pdg.workItemCookType.InProcess}
    first = make(lambda holder, upstream: holder.addWorkItem(**here), work)
    wedge = scene.net.createNode("wedge")
    wedge.setInput(0, first)
    [item] = cook(wedge)
    assert [file.path for file in item.inputFilesForTag("file/image")] == ["/a.exr"]
    assert item.outputFiles == []


def test_an_item_without_a_command_that_cooks_elsewhere_succeeds_with_nothing_done(make):
    assert states(make(lambda holder, upstream: holder.addWorkItem())) == ["CookedSuccess"]


def test_parameters_are_evaluated_for_an_item(register, scene):
    maker = register(
        MAKER.replace(
            "class Maker(PyProcessor):",
            """class Maker(PyProcessor):
    @classmethod
    def templateBody(cls):
        return '''{"name": "maker", "dataType": "genericdata", "parameters":
            [{"name": "text", "label": "Text", "type": "String"}]}'''
""",
        )
    ).Maker
    seen = []

    def onGenerate(self, holder, upstream, kind):
        seen.extend(self["text"].evaluateString(item) for item in upstream)
        return scene.pdg.result.Success

    maker.onGenerate = onGenerate
    wedge = scene.net.createNode("wedge")
    wedge.setParms({"wedgecount": 2, "wedgeattributes": 1, "name1": "seed", "type1": 2})
    wedge.parmTuple("intrange1").set((1, 2))
    node = scene.net.createNode("pdg_maker")
    node.parm("text").set("shot_`@seed`")
    node.setInput(0, wedge)
    cook(node)
    assert seen == ["shot_1", "shot_2"]
    with items(wedge)[1].makeActive():
        assert (node.evalParm("text"), scene.hou.text.expandString("`@seed`")) == ("shot_2", "2")
    assert node.evalParm("text") == "shot_0"
    with pytest.raises(KeyError, match="nothing"):
        node.getPDGNode()["nothing"]


def test_a_changed_value_in_a_list_of_lists_makes_the_items_anew(scene):
    wedge = scene.net.createNode("wedge")
    wedge.setParms({"wedgecount": 1, "wedgeattributes": 1, "name1": "seed", "type1": 2, "wedgetype1": 2})
    wedge.setParms({"values1": 1})
    for value in (3, 4):
        wedge.parm("intvalue1_1").set(value)
        assert [item.attribValue("seed") for item in cook(wedge)] == [value]
    assert "intvalue1_1" in [parm.name() for parm in wedge.parms()]
