"""The factory nodes: wedges, attributes, partitions, nodes that hand items on, scripts."""

from __future__ import annotations

import sys

import pytest

from hython_harness.errors import NotPlayedError

from .topnet import commands, cook, items, states


def wedge(scene, count=3, **parms):
    node = scene.net.createNode("wedge")
    node.parm("wedgecount").set(count)
    node.parm("wedgeattributes").set(1)
    node.setParms({"name1": "v", **parms})
    return node


def values(node, name="v"):
    return [item.attribValue(name) for item in items(node)]


def test_a_wedge_goes_through_a_range(scene):
    node = wedge(scene)
    node.parmTuple("floatrange1").set((1, 2))
    cook(node)
    assert values(node) == [1.0, 1.5, 2.0]
    node.parm("type1").set(2)
    node.parmTuple("intrange1").set((10, 30))
    cook(node)
    assert values(node) == [10, 20, 30]


def test_a_wedge_goes_through_a_list(scene):
    node = wedge(scene, type1=4, wedgetype1=2, values1=2)
    node.setParms({"strvalue1_1": "day é", "strvalue1_2": "night"})
    cook(node)
    assert values(node) == ["day é", "night", "day é"]


def test_a_wedge_may_have_no_items(scene):
    node = wedge(scene, count=0)
    assert cook(node) == []
    assert not node.errors()


@pytest.mark.parametrize(
    "parms", [{"type1": 5}, {"wedgetype1": 3}, {"exportchannel1": 1}, {"preservenum": 1}]
)
def test_a_wedge_that_the_harness_does_not_play_stops_the_test(scene, parms):
    with pytest.raises(NotPlayedError):
        cook(wedge(scene, **parms))


def test_an_attribute_of_a_wedge_has_a_name(scene):
    node = wedge(scene, name1="")
    cook(node)
    assert "no name" in node.errors()[0]


def test_attributes_are_created_and_replaced(scene):
    before = wedge(scene, count=2, type1=2)
    before.parmTuple("intrange1").set((1, 2))
    node = scene.net.createNode("attributecreate")
    node.setInput(0, before)
    node.parm("stringattribs").set(2)
    node.setParms(
        {"stringname1": "label", "stringvalue1": "shot_`@v`", "stringname2": "v", "stringvalue2": "x"}
    )
    node.parm("floatattribs").set(1)
    node.setParms({"floatname1": "weights", "floatsize1": 1, "floatvalue11": 0.25, "floatvalue12": 0.75})
    cook(node)
    assert values(node, "label") == ["shot_1", "shot_2"]
    assert values(node) == ["x", "x"]
    assert items(node)[0].floatAttribArray("weights") == [0.25, 0.75]
    assert values(before) == [1, 2]


def test_items_are_gathered_once_those_in_them_have_cooked(scene):
    first = commands(scene, "pdgcmd.addOutputFile('/f.' + os.environ['PDG_INDEX'] + '.exr')", count=3)
    node = scene.net.createNode("waitforall")
    node.setInput(0, first)
    after = commands(scene, "pass", name="after", after=node)
    cook(after)
    [gathered] = items(node)
    assert gathered.isPartition
    assert gathered.partitionItems == items(first)
    assert gathered.state.name == "CookedSuccess"
    assert [file.path for file in gathered.outputFiles] == ["/f.0.exr", "/f.1.exr", "/f.2.exr"]
    assert [file.path for file in items(after)[0].inputFiles] == ["/f.0.exr", "/f.1.exr", "/f.2.exr"]


def test_items_are_not_gathered_when_one_fails(scene):
    first = commands(scene, "sys.exit(os.environ['PDG_INDEX'] == '1')", count=3)
    node = scene.net.createNode("waitforall")
    node.setInput(0, first)
    cook(node)
    assert states(node) == ["Uncooked"]


def partitioned(scene, kind, before, **parms):
    node = scene.net.createNode(kind)
    node.setInput(0, before)
    node.setParms(parms)
    cook(node)
    assert not node.errors()
    return [[item.index for item in gathered.partitionItems] for gathered in items(node)]


def test_items_are_gathered_by_what_they_have(scene):
    before = wedge(scene, count=4, type1=2, wedgetype1=2, values1=2)
    before.setParms({"intvalue1_1": 5, "intvalue1_2": 6})
    other = scene.net.createNode("wedge", "other")
    merged = scene.net.createNode("merge")
    merged.setInput(0, before)
    merged.setInput(1, other)
    assert partitioned(scene, "partitionbyindex", merged) == [[0, 0], [1], [2], [3]]
    assert partitioned(scene, "partitionbynode", before) == [[0, 1, 2, 3]]
    assert partitioned(scene, "waitforall", before, pdg_partitionsplit=1, pdg_partitionsplitattrib="v") == [
        [0, 2],
        [1, 3],
    ]
    node = scene.net.createNode("partitionbyattribute", "by")
    node.setInput(0, before)
    node.parm("attributes").set(1)
    node.parm("name1").set("v")
    cook(node)
    assert [[item.index for item in one.partitionItems] for one in items(node)] == [[0, 2], [1, 3]]


def test_items_are_gathered_by_their_frame(scene):
    first = commands(scene, "pass", count=2)
    first.setParms({"useframe": 1, "frame": 7})
    assert partitioned(scene, "partitionbyframe", first) == [[0, 1]]


def test_a_partition_is_ordered_as_its_node_says(scene):
    before = wedge(scene, type1=2, wedgetype1=2, values1=3)
    before.setParms({"intvalue1_1": 5, "intvalue1_2": 9, "intvalue1_3": 1})
    by_value = {"pdg_partitionsort": 3, "pdg_partitionsortattrib": "v"}
    assert partitioned(scene, "waitforall", before, **by_value) == [[2, 0, 1]]
    assert partitioned(scene, "waitforall", before, **by_value, pdg_partitionsortdirection=1) == [[1, 0, 2]]


def test_a_partitioner_may_be_written_on_its_node(scene):
    node = scene.net.createNode("pythonpartitioner")
    node.setInput(0, wedge(scene))
    node.parm("partition").set(
        "for item in work_items:\n    partition_holder.addItemToPartition(item, item.index % 2)"
    )
    cook(node)
    assert [[item.index for item in one.partitionItems] for one in items(node)] == [[0, 2], [1]]


@pytest.mark.parametrize("kind", ["null", "output", "merge"])
def test_files_go_through_nodes_that_hand_items_on(scene, kind):
    node = scene.net.createNode(kind)
    node.setInput(0, commands(scene, "pdgcmd.addOutputFile('/a.exr', result_data_tag='file/image')"))
    [item] = cook(node)
    assert [(file.path, file.tag) for file in item.outputFiles] == [("/a.exr", "file/image")]


def test_a_generator_may_wait_or_go_one_by_one(scene, tmp_path):
    node = scene.net.createNode("genericgenerator")
    node.setParms({"usedelay": 1, "delay": 0.01, "itemcount": 2})
    cook(node)
    assert states(node) == ["CookedSuccess"] * 2
    chain = commands(
        scene,
        f"f = {str(tmp_path)!r} + '/n'; i = int(os.environ['PDG_INDEX']); "
        "sys.exit(i > 0 and not os.path.exists(f + str(i - 1)) or open(f + str(i), 'w').close())",
        count=3,
        name="chain",
    )
    chain.parm("sequential").set(1)
    cook(chain)
    assert states(chain) == ["CookedSuccess"] * 3


def script(scene, text, **parms):
    node = scene.net.createNode("pythonscript")
    node.parm("script").set(text)
    node.setParms(parms)
    return node


def test_a_script_runs_while_its_item_is_made_or_when_it_cooks(scene):
    import os

    text = "import os\nwork_item.setIntAttrib('pid', os.getpid())"
    for how in (0, 1):
        [item] = cook(script(scene, text, pdg_cooktype=how))
        assert item.intAttribValue("pid") == os.getpid()


@pytest.mark.parametrize("which", [0, 1])
def test_a_script_runs_in_a_process_of_its_own(scene, which):
    text = (
        "import os, sys\nwork_item.setIntAttrib('pid', os.getpid())\n"
        "work_item.setStringAttrib('v2', str(work_item.attribValue('v')))\n"
        "work_item.setIntAttrib('hou', int('hou' in sys.modules))\nwork_item.addOutputFile('/a.exr')"
    )
    node = script(scene, text, pdg_cooktype=2, pythonbin=which)
    node.setInput(0, wedge(scene, count=1))
    [item] = cook(node)
    import os

    assert states(node) == ["CookedSuccess"], item.logMessages
    assert item.intAttribValue("pid") not in (None, os.getpid())
    assert item.stringAttribValue("v2") == "0.0"
    assert item.intAttribValue("hou") == (1 if which == 0 else 0)
    assert [file.path for file in item.outputFiles] == ["/a.exr"]


def test_hython_jobs_know_the_project_by_its_package_only(scene, monkeypatch):
    from pathlib import Path

    libraries = str(Path(__file__).parents[3] / "python3.10libs")
    monkeypatch.setenv("PYTHONPATH", libraries)
    text = (
        "import importlib.util as u\n"
        "work_item.setIntAttrib('found', int(u.find_spec('cosmos_houdini') is not None))"
    )
    node = script(scene, text, pdg_cooktype=2)
    [item] = cook(node)
    assert item.intAttribValue("found") == 0, item.logMessages
    scene.local.parm("local_skippackages").set(0)
    node.dirtyAllTasks(False)
    [item] = cook(node)
    assert item.intAttribValue("found") == 1, item.logMessages


def test_a_script_that_fails_says_why_on_its_item_and_node(scene):
    node = script(scene, "{}['gone']", pdg_cooktype=1)
    [item] = cook(node)
    assert states(node) == ["CookedFail"]
    assert "KeyError" in item.logMessages
    assert "KeyError" in node.errors()[0]


def test_files_of_the_input_are_handed_on_where_a_script_adds_none(scene):
    before = commands(scene, "pdgcmd.addOutputFile('/a.exr')")
    node = script(scene, "pass", pdg_cooktype=1)
    node.setInput(0, before)
    [item] = cook(node)
    assert [file.path for file in item.outputFiles] == ["/a.exr"]
    node.parm("copyoutputs").set("off")
    [item] = cook(node)
    assert item.outputFiles == []


def test_a_script_is_not_expanded_unless_its_node_says_so(scene):
    text = "work_item.setStringAttrib('t', 'n`1+1`')"
    [item] = cook(script(scene, text))
    assert item.stringAttribValue("t") == "n`1+1`"
    node = script(scene, text, expandscript=1)
    [item] = cook(node)
    assert item.stringAttribValue("t") == "n2"


def test_a_python_processor_makes_orders_and_cooks_its_items(scene):
    node = scene.net.createNode("pythonprocessor")
    node.parm("generate").set(
        "for n in range(3):\n"
        "    item_holder.addWorkItem(index=n, cookType=pdg.workItemCookType.InProcess)\n"
        "return pdg.result.Success"
    )
    node.parm("addinternaldependencies").set(
        "for a, b in zip(internal_items, internal_items[1:]):\n    dependency_holder.addDependency(a, b)"
    )
    node.parm("cooktask").set(
        "import time\nwork_item.setFloatAttrib('at', time.monotonic())\nself.context.graph.workItemById(1)"
    )
    cook(node)
    assert states(node) == ["CookedSuccess"] * 3
    times = [item.floatAttribValue("at") for item in items(node)]
    assert times == sorted(times, reverse=True)


def test_a_python_processor_may_fail(scene):
    node = scene.net.createNode("pythonprocessor")
    node.parm("generate").set("return pdg.result.Failure")
    cook(node)
    assert node.errors()
    node.parm("generate").set("raise pdg.CookError('No.')")
    cook(node)
    assert node.errors() == ("No.",)


def test_a_node_that_the_harness_does_not_cook_stops_the_test(scene):
    with pytest.raises(NotPlayedError, match="ffmpegencodevideo"):
        cook(scene.net.createNode("ffmpegencodevideo"))


assert sys.platform != "win32", "the harness runs where the project's tests run"
