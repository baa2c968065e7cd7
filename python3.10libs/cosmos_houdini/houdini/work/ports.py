"""How much of PDG our nodes need (Houdini 20.0; SideFX docs tops/pdg, and public types that call the same)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional, Protocol


class File(Protocol):
    """One output file of a work item."""

    path: str
    tag: str


class Item(Protocol):
    """A work item."""

    name: str
    id: int
    index: int

    @property
    def parent(self) -> Optional[Item]: ...
    @property
    def node(self) -> Node: ...
    @property
    def inputFiles(self) -> Sequence[File]: ...  # noqa: N802 -- PDG's spelling, here and below
    @property
    def outputFiles(self) -> Sequence[File]: ...  # noqa: N802
    @property
    def expectedOutputFiles(self) -> Sequence[File]: ...  # noqa: N802
    @property
    def isPartition(self) -> bool: ...  # noqa: N802
    @property
    def partitionItems(self) -> Sequence[Item]: ...  # noqa: N802
    def hasAttrib(self, name: str) -> bool: ...  # noqa: N802
    def attribValue(self, name: str) -> Any: ...  # noqa: N802
    def attribNames(self) -> Sequence[str]: ...  # noqa: N802
    def setStringAttrib(self, name: str, value: str) -> None: ...  # noqa: N802
    def setCommand(self, command: str) -> None: ...  # noqa: N802
    def addExpectedOutputFile(self, path: str, tag: str, own: bool) -> None: ...  # noqa: N802
    def addOutputFile(self, path: str, tag: str, checksum: int, own: bool) -> None: ...  # noqa: N802
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

    def call(self, method: str, params: Mapping[str, Any], timeout: Optional[float] = None) -> Any: ...


class Parameter(Protocol):
    def evaluateString(self, item: Optional[Item] = None) -> str: ...  # noqa: N802
    def evaluateInt(self, item: Optional[Item] = None) -> int: ...  # noqa: N802
    def evaluateFloat(self, item: Optional[Item] = None) -> float: ...  # noqa: N802


class Port(Protocol):
    """An input of a node; `connections` are the outputs that are wired to it."""

    connections: Sequence[Any]


class Node(Protocol):
    """A TOP node, as its type sees it."""

    name: str
    inputs: Sequence[Port]

    def __getitem__(self, parameter: str) -> Parameter: ...
