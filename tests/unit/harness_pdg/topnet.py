"""What tests of cooking share: a command of Python, a node that runs it, the states of items."""

from __future__ import annotations

import shlex
import time


def job(text: str) -> str:
    """A command that runs this Python in a process."""
    lines = f"import os, sys, time; sys.path.insert(0, os.environ['PDG_SCRIPTDIR']); import pdgcmd; {text}"
    return f"__PDG_PYTHON__ -c {shlex.quote(lines)}"


def commands(scene, text: str, count: int = 1, name: str = "work", after=None):
    node = scene.net.createNode("genericgenerator", name)
    node.parm("itemcount").set(count)
    node.parm("pdg_command").set(job(text))
    if after is not None:
        node.setInput(0, after)
    return node


def items(node):
    return node.getPDGNode().workItems


def states(node):
    return [item.state.name for item in items(node)]


def cook(node):
    node.cookWorkItems(block=True)
    return items(node)


def wait_until(what, seconds=30):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def wait_for_cook(node):
    wait_until(lambda: not node.getPDGGraphContext().cooking)
