"""The module `pdg` of a session, with its sub-modules."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from . import bases, enums, holders
from .batches import BatchWorkItem
from .callback_server import CallbackServerMixin
from .context import GraphContext
from .errors import AttribError, CookError
from .events import PyEventHandler
from .graph_nodes import Graph
from .items import File, WorkItem
from .node_options import NodeOptions
from .nodes import Node
from .registry import TypeRegistry
from .scheduler_base import PyScheduler

if TYPE_CHECKING:
    from .world import World

SUBMODULES: dict[str, type] = {  # where public node types import these from
    "processor": bases.PyProcessor,
    "partitioner": bases.PyPartitioner,
    "scheduler": PyScheduler,
    "job.callbackserver": CallbackServerMixin,
}


def make_pdg(world: World) -> ModuleType:
    module = ModuleType("pdg", "Stands in for Houdini's pdg.")
    module.__path__ = []  # a package: `from pdg.processor import PyProcessor`
    enumerations = (
        "result", "scheduleResult", "tickResult", "nodeType", "workItemCookType", "workItemState",
        "generationType", "EventType",
    )  # fmt: skip
    for name in enumerations:
        setattr(module, name, getattr(enums, name))
    kinds = (
        WorkItem, BatchWorkItem, File, Node, NodeOptions, Graph, GraphContext, PyEventHandler,
        AttribError, CookError,
        holders.WorkItemHolder, holders.WorkItemOptions, holders.PartitionHolder, holders.DependencyHolder,
        bases.PyProcessor, bases.PyPartitioner, PyScheduler,
    )  # fmt: skip
    for kind in kinds:
        setattr(module, kind.__name__, kind)

    class Registry(TypeRegistry):
        """`pdg.TypeRegistry.types()` is the one of this session."""

        @staticmethod
        def types() -> TypeRegistry:
            return world.registry

    setattr(module, "TypeRegistry", Registry)  # noqa: B010
    for path, base in SUBMODULES.items():
        setattr(_submodule(module, path), base.__name__, base)
    return module


def submodules(module: ModuleType) -> dict[str, ModuleType]:
    """What `import pdg…` finds, by its full name."""
    found = {"pdg": module}
    for path in SUBMODULES:
        inner = module
        for part in path.split("."):
            inner = getattr(inner, part)
            found[inner.__name__] = inner
    return found


def _submodule(module: ModuleType, path: str) -> ModuleType:
    for part in path.split("."):
        if not hasattr(module, part):
            inner = ModuleType(f"{module.__name__}.{part}")
            inner.__path__ = []
            setattr(module, part, inner)
        module = getattr(module, part)
    return module
