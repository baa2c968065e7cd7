"""How much of PDG our nodes need (SideFX docs tops/pdg of Houdini 20.5, and public types)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional, Protocol


class File(Protocol):
    """One output file of a work item."""

    path: str


class Item(Protocol):
    """A work item."""

    name: str
    id: int
    index: int

    @property
    def parent(self) -> Optional[Item]: ...
    @property
    def isPartition(self) -> bool: ...  # noqa: N802 -- PDG's spelling, here and below
    @property
    def partitionItems(self) -> Sequence[Item]: ...  # noqa: N802
    @property
    def node(self) -> Any: ...
    @property
    def outputFiles(self) -> Sequence[File]: ...  # noqa: N802
    @property
    def expectedOutputFiles(self) -> Sequence[File]: ...  # noqa: N802
    def hasAttrib(self, name: str) -> bool: ...  # noqa: N802
    def attribNames(self) -> Sequence[str]: ...  # noqa: N802
    def attribValue(self, name: str) -> Any: ...  # noqa: N802
    def makeActive(self) -> Any: ...  # noqa: N802
    def setStringAttrib(self, name: str, value: str) -> None: ...  # noqa: N802
    def setCommand(self, command: str) -> None: ...  # noqa: N802
    def addOutputFile(self, path: str, tag: str, hash: int, own: bool) -> None: ...  # noqa: N802, A002
    def addMessage(self, text: str) -> None: ...  # noqa: N802
    def addWarning(self, text: str) -> None: ...  # noqa: N802
    def addError(self, text: str) -> None: ...  # noqa: N802
    def setCookPercent(self, percent: float) -> None: ...  # noqa: N802
    def setCustomState(self, text: str) -> None: ...  # noqa: N802


class Holder(Protocol):
    """Where new work items are added."""

    def addWorkItem(self, **options: Any) -> Item: ...  # noqa: N802


class Bridge(Protocol):
    """The runtime, as a work item calls it; blocks, so only off the main thread."""

    def call(self, method: str, params: Mapping[str, Any]) -> Any: ...


class Parameter(Protocol):
    def evaluateString(self, item: Any = None) -> str: ...  # noqa: N802
    def evaluateInt(self, item: Any = None) -> int: ...  # noqa: N802
    def evaluateFloat(self, item: Any = None) -> float: ...  # noqa: N802


class Node(Protocol):
    """A TOP node, as its type sees it. `topNode` is Houdini's node, or gives it when it is called."""

    name: str
    topNode: Any  # noqa: N815

    def __getitem__(self, parameter: str) -> Parameter: ...


def top_of(node: Node) -> Any:
    """Houdini's own node of a PDG node."""
    top = node.topNode
    return top() if callable(top) else top
