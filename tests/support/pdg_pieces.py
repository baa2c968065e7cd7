"""Work items, holders and nodes with just what our nodes use of PDG's, for tests that cook nothing."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

from cosmos_houdini.houdini.interface import NODES


class Item:
    """A work item that remembers what it is given."""

    def __init__(self, name="item", files=(), expected=(), parent=None, members=(), node=None, **attributes):
        self.name, self.parent, self.node = name, parent, node
        self.id, self.index = id(self), 0
        self.outputFiles = [SimpleNamespace(path=path) for path in files]
        self.expectedOutputFiles = [SimpleNamespace(path=path) for path in expected]
        self.isPartition, self.partitionItems = bool(members), list(members)
        self.attributes: dict[str, Any] = dict(attributes)
        self.command = ""
        self.outputs: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []

    def hasAttrib(self, name):
        return name in self.attributes

    def attribNames(self):
        return list(self.attributes)

    def attribValue(self, name):
        return self.attributes.get(name)

    def makeActive(self):
        return nullcontext()

    def setStringAttrib(self, name, value):
        assert isinstance(value, str)
        self.attributes[name] = value

    def setCommand(self, command):
        self.command = command

    def addOutputFile(self, path, tag, checksum, own):
        self.outputs.append((path, tag))

    def addError(self, text):
        self.said.append(("error", text))

    def addMessage(self, text):
        self.said.append(("message", text))

    def addWarning(self, text):
        self.said.append(("warning", text))


class Holder:
    def __init__(self):
        self.items: list[Item] = []
        self.options: list[dict[str, Any]] = []

    def addWorkItem(self, parent=None, **options):
        self.items.append(Item(f"new{len(self.items)}", parent=parent))
        self.options.append(options)
        return self.items[-1]


class Parameter:
    def __init__(self, value):
        self.value = value

    def evaluateString(self, item=None):
        return str(self.value)

    def evaluateInt(self, item=None):
        return int(self.value)

    def evaluateFloat(self, item=None):
        return float(self.value)


class Typed:
    """A parameter of Houdini's node, with what was typed into it."""

    def __init__(self, text):
        self._text = text

    def keyframes(self):
        return ()

    def getReferencedParm(self):
        return self

    def unexpandedString(self):
        return self._text


class Node:
    """A node of ours as it is when new, with `changed` parameters; `wired` says whether one is before it."""

    def __init__(self, table, *, wired=True, **changed):
        self.name = table
        self._values = {field.name: field.default for field in NODES[table].fields() if field.has_value}
        unknown = set(changed) - set(self._values)
        assert not unknown, unknown
        self._values.update(changed)
        self.type = SimpleNamespace(typeName=table)
        self.topNode = SimpleNamespace(
            inputs=lambda: ("before",) if wired else (), parm=lambda name: Typed(self._values[name])
        )

    def __getitem__(self, name):
        return Parameter(self._values[name])
