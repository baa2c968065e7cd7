"""`pdg.TypeRegistry`: the types of `pdg/types`, and those that come with the harness."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import NotPlayedError
from .bases import PyPartitioner, PyProcessor
from .callbacks import check_callbacks
from .enums import nodeType
from .scheduler_base import PyScheduler

if TYPE_CHECKING:
    from ..session import Session


@dataclass(frozen=True)
class RegisteredType:
    name: str
    cls: Any
    kind: str  # processor, partitioner, scheduler
    label: str = ""
    static: bool = True
    category: str = ""


class TypeRegistry:
    """The types of one session by name."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._types: dict[str, RegisteredType] = {}
        self._loaded: dict[Path, Any] = {}

    def _find(self, name: str) -> RegisteredType | None:
        return self._types.get(name)

    def _add_factory(self, registered: RegisteredType) -> None:
        """A type of Houdini's own, whose TOP node is in the catalogue."""
        self._types[registered.name] = registered

    def registerNode(
        self,
        cls: type,
        node_type: nodeType,
        name: str | None = None,
        static_gen: bool = True,
        label: str = "",
        category: str = "",
    ) -> None:
        kinds: dict[Any, tuple[str, type]] = {
            nodeType.Processor: ("processor", PyProcessor),
            nodeType.Partitioner: ("partitioner", PyPartitioner),
        }
        if node_type not in kinds:
            raise NotPlayedError(f"the harness registers processors and partitioners, not {node_type!r}")
        kind, base = kinds[node_type]
        self._add(cls, base, kind, name, label, static_gen, category)

    def registerScheduler(
        self, cls: type, name: str | None = None, label: str = "", parm_category: str = ""
    ) -> None:
        self._add(cls, PyScheduler, "scheduler", name, label, True, parm_category)

    def addExtensionTag(self, extension: str, tag: str) -> None:
        raise NotPlayedError("the harness has its own table of endings")

    def _add(
        self, cls: Any, base: type, kind: str, name: str | None, label: str, static: bool, category: str
    ) -> None:
        if not (isinstance(cls, type) and issubclass(cls, base)):
            raise TypeError(f"{cls!r} is no {base.__name__}")
        check_callbacks(cls, base, kind)
        named = name or cls.templateName()  # type: ignore[attr-defined]
        self._session.add_pdg_type(kind, named, label, cls.templateBody())  # type: ignore[attr-defined]
        self._types[named] = RegisteredType(named, cls, kind, label, static, category)


def load_types(session: Session, folder: Path) -> list[str]:
    """Imports each file of a `pdg/types` folder and its sub-folders, as Houdini does at its start.

    Returns the names of the types.

    The session is installed: the files import `pdg`. An error in a file is raised here; Houdini prints it and
    goes on without the type.
    """
    from . import graph

    registry: TypeRegistry = graph.world(session).registry
    before = set(registry._types)
    for file in sorted(folder.rglob("*.py")):
        module = _imported(file)
        register: Callable[[Any], None] | None = getattr(module, "registerTypes", None)
        if register is not None:
            register(registry)
        registry._loaded[file] = module
    return sorted(set(registry._types) - before)


def _imported(file: Path) -> Any:
    name = f"pdg_types_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.pop(name, None)
    spec.loader.exec_module(module)
    return module
