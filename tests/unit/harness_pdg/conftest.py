"""A scene with a TOP network, and types of its own."""

from __future__ import annotations

import textwrap

import pytest

from .maker import MAKER
from .own_scheduler import OWN
from .topnet import commands, cook


@pytest.fixture
def scene(hython, tmp_path):
    """A session with a saved scene and a TOP network with a Local Scheduler of two slots."""
    session = hython(version="20.5", hip=tmp_path / "shot é.hip")
    net = session.hou.node("/obj").createNode("topnet", "topnet1")
    scheduler = net.node("localscheduler") or net.createNode("localscheduler", "localscheduler")
    scheduler.parm("maxprocsmenu").set(1)
    scheduler.parm("maxprocs").set(2)
    net.parm("topscheduler").set("localscheduler")
    session.net, session.local = net, scheduler
    return session


@pytest.fixture
def register(scene, tmp_path):
    """Registers the types of a text, as Houdini does with a file of `pdg/types`; returns its module."""
    from hython_harness.pdg.registry import load_types

    folder = tmp_path / "pdg" / "types"
    folder.mkdir(parents=True)

    def load(text: str):
        file = folder / f"own{len(list(folder.iterdir()))}.py"
        file.write_text("import pdg\n" + textwrap.dedent(text))
        load_types(scene, folder)
        return scene.pdg.TypeRegistry.types()._loaded[file]

    return load


@pytest.fixture
def own(register, scene):
    """The class of a scheduler, and a node that it carries the items of."""
    kind = register(OWN).Own
    scheduler = scene.net.createNode("pdg_own", "own1")
    node = commands(scene, "pass", count=2)
    node.parm("topscheduler").set(scheduler.path())
    return kind, scheduler, node


@pytest.fixture
def make(register, scene):
    """Runs a function as onGenerate of a node, another as onCookTask of its items; returns the node."""
    maker = register(MAKER).Maker

    def run(action, work=None, after=None):
        def onGenerate(holder, upstream):
            action(holder, upstream)
            return scene.pdg.result.Success

        def onCookTask(item):
            (work or (lambda one: None))(item)
            return scene.pdg.result.Success

        maker.make, maker.work = staticmethod(onGenerate), staticmethod(onCookTask)
        node = scene.net.createNode("pdg_maker")
        if after is not None:
            node.setInput(0, after)
        cook(node)
        return node

    return run
