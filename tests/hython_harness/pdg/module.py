"""The module `pdg` of a session, with its sub-modules."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from . import bases, enums, holders
from .context import GraphContext
from .errors import AttribError, CookError
from .events import PyEventHandler
from .items import File, WorkItem
from .nodes import Node
from .registry import TypeRegistry

if TYPE_CHECKING:
    from .world import World

SUBMODULES = ("processor", "partitioner", "scheduler")


def make_pdg(world: World) -> ModuleType:
    module = ModuleType("pdg", "Stands in for Houdini's pdg.")
    module.__path__ = []  # type: ignore[attr-defined]  # a package: `from pdg.processor import PyProcessor`
    enumerations = (
        "result", "scheduleResult", "tickResult", "nodeType", "workItemCookType", "workItemState",
        "generationType", "EventType",
    )  # fmt: skip
    for name in enumerations:
        setattr(module, name, getattr(enums, name))
    for kind in (
        WorkItem, File, Node, GraphContext, PyEventHandler, AttribError, CookError, holders.WorkItemHolder,
        holders.WorkItemOptions, holders.PartitionHolder, holders.DependencyHolder, bases.PyProcessor,
        bases.PyPartitioner, bases.PyScheduler,
    ):  # fmt: skip
        setattr(module, kind.__name__, kind)

    class Registry(TypeRegistry):
        """`pdg.TypeRegistry.types()` is the one of this session."""

        @staticmethod
        def types() -> TypeRegistry:
            return world.registry

    module.TypeRegistry = Registry  # type: ignore[attr-defined]
    for name in SUBMODULES:
        inner = ModuleType(f"pdg.{name}")
        base = f"Py{name.capitalize()}"
        setattr(inner, base, getattr(bases, base))
        setattr(module, name, inner)
    return module
