"""The module `hou` of one session: functions, classes, enumerations, namespaces. What the version's stubs
lack is not in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from . import errors, node_kinds, templates
from .binding import check_call
from .errors import NotPlayedError, OperationFailed
from .evaluation import surroundings
from .expressions import expand
from .fake import Namespace
from .hip import HipFile
from .namespaces import Playbar, Text, Undos
from .node_types import FUNCTIONS, NodeType, NodeTypeCategory
from .nodes import OpNode
from .panes import InterruptableOperation
from .parm_tuples import ParmTuple
from .parms import Parm
from .ui import Ui
from .vectors import Color, Vector2

if TYPE_CHECKING:
    from .session import Session

BUILDS = {"20.0": (20, 0, 653), "20.5": (20, 5, 487), "21.0": (21, 0, 512)}
CLASSES = {
    "Parm": Parm, "ParmTuple": ParmTuple, "NodeTypeCategory": NodeTypeCategory, "OpNodeType": NodeType,
    "NodeType": NodeType, "Vector2": Vector2, "Color": Color, "OpNode": OpNode, "Node": OpNode,
    "ObjNode": node_kinds.ObjNode, "SopNode": node_kinds.SopNode, "RopNode": node_kinds.RopNode,
    "TopNode": node_kinds.TopNode, "LopNode": node_kinds.LopNode, "Cop2Node": node_kinds.Cop2Node,
    "CopNode": node_kinds.CopNode,
}  # fmt: skip
BEYOND_STUBS = {
    "expandString": "types-houdini names it without a signature",
    "session": "SideFX docs hom/hou/session: a module that keeps what a scene's Python source defines",
}


class Hou(ModuleType):
    """Asking for what Houdini has and the harness doesn't play is a HarnessError, not an AttributeError."""

    def __init__(self, session: Session) -> None:
        super().__init__("hou", "the harness's stand-in for Houdini's module")
        self._session = session

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        stubs = self._session.stubs
        if stubs.function(name) is not None or stubs.has_class(name):
            raise NotPlayedError(f"hou.{name} is not played by the harness; add it with its behaviour.")
        raise AttributeError(f"module 'hou' has no attribute {name!r} (Houdini {self._session.version})")


def make_hou(session: Session, enumerations: dict[str, SimpleNamespace]) -> Hou:
    hou = Hou(session)
    for name, values in enumerations.items():
        setattr(hou, name, values)
    operation = type("InterruptableOperation", (InterruptableOperation,), {"session": session})
    own = {**errors.ALL, **CLASSES, **templates.classes(session), "InterruptableOperation": operation}
    for name, kind in own.items():
        if session.stubs.has_class(name):
            setattr(hou, name, kind)
    for name, function in _functions(session, hou).items():
        if name in BEYOND_STUBS:
            setattr(hou, name, function)
        elif session.stubs.function(name) is not None:
            setattr(hou, name, _checked(session, name, function))
    spaces: dict[str, type[Namespace]] = {
        "hipFile": HipFile, "playbar": Playbar, "text": Text, "undos": Undos,
    }  # fmt: skip
    for name, space in spaces.items():
        setattr(hou, name, space(session))
    hou.ui = Ui(session, session.screen)  # type: ignore[attr-defined]
    hou.hda = session.assets.namespace()  # type: ignore[attr-defined]
    hou.session = ModuleType("hou.session")  # type: ignore[attr-defined]
    return hou


def _checked(session: Session, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    call = session.stubs.function(name)
    assert call is not None

    def run(*arguments: Any, **keywords: Any) -> Any:
        check_call(call, name, arguments, keywords)
        return function(*arguments, **keywords)

    run.__name__ = name
    return run


def _functions(session: Session, hou: Hou) -> dict[str, Callable[..., Any]]:
    def node(path: str) -> OpNode | None:
        found = session.scene.node(path, session.working_node())
        return None if found is None else session.wrap(found)

    def parm(path: str) -> Parm | None:
        found = session.find_parm(path, session.working_node())
        return None if found is None else Parm(session, *found)

    def parm_tuple(path: str) -> ParmTuple | None:
        found = session.find_tuple(path, session.working_node())
        return None if found is None else ParmTuple(session, *found)

    def eval_parm(path: str) -> Any:
        found = parm(path)
        if found is None:
            raise OperationFailed(f"Invalid parm name: {path!r}")
        return found.eval()

    def selected(include_hidden: bool = False) -> tuple[OpNode, ...]:
        return tuple(session.wrap(s) for s in session.scene.root.walk() if s.flags.get("selected"))

    def clear_selected() -> None:
        for state in session.scene.root.walk():
            state.flags.pop("selected", None)

    def category(name: str) -> Callable[[], NodeTypeCategory]:
        return lambda: NodeTypeCategory(session, name)

    def node_type(category_or_name: Any, internal_name: str | None = None) -> NodeType | None:
        if isinstance(category_or_name, str):
            above, _, name = category_or_name.partition("/")
            return NodeTypeCategory(session, above).nodeType(name)
        found: NodeType | None = category_or_name.nodeType(internal_name)
        return found

    def version(include_patch: bool = False) -> tuple[int, ...]:
        return (*BUILDS[session.version], 0) if include_patch else BUILDS[session.version]

    def end(exit_code: int = 0, suppress_save_prompt: bool = False) -> None:
        raise SystemExit(exit_code)

    def expand_string(text: str) -> str:
        return expand(text, surroundings(session, session.working_node(), session.scene.frame))

    def set_frame(frame: float) -> None:
        session.scene.frame = float(frame)

    def get_env(name: str, default_value: str | None = None) -> str | None:
        return session.scene.variables.get(name, os.environ.get(name, default_value))

    def put_env(name: str, value: str) -> None:
        session.scene.variables[name] = value

    def find_file(file_name: str) -> str:
        for folder in os.environ.get("HOUDINI_PATH", "").split(os.pathsep):
            if folder and (Path(folder) / file_name).exists():
                return (Path(folder) / file_name).as_posix()
        raise OperationFailed(f"Cannot find the file {file_name!r} on HOUDINI_PATH")

    def phm() -> Any:
        return session.assets.module(session.working_node().fact)

    plain: dict[str, Callable[..., Any]] = {
        "node": node,
        "nodes": lambda paths: tuple(node(path) for path in paths),
        "root": lambda: session.wrap(session.scene.root),
        "pwd": lambda: session.wrap(session.working_node()),
        "parm": parm,
        "parmTuple": parm_tuple,
        "evalParm": eval_parm,
        "ch": eval_parm,
        "selectedNodes": selected,
        "clearAllSelected": clear_selected,
        "nodeType": node_type,
        "nodeTypeCategories": lambda: {name: NodeTypeCategory(session, name) for name in FUNCTIONS.values()},
        "applicationVersion": version,
        "applicationVersionString": lambda: ".".join(map(str, BUILDS[session.version])),
        "applicationName": lambda: "houdinifx" if session.with_ui else "hython",
        "isUIAvailable": lambda: session.with_ui,
        "isApprentice": lambda: False,
        "exit": end,
        "expandString": expand_string,
        "frame": lambda full_precision=False: session.scene.frame,
        "setFrame": set_frame,
        "intFrame": lambda: int(session.scene.frame),
        "time": lambda: (session.scene.frame - 1) / session.scene.fps,
        "fps": lambda: session.scene.fps,
        "setFps": lambda fps, *rest: setattr(session.scene, "fps", float(fps)),
        "getenv": get_env,
        "putenv": put_env,
        "findFile": find_file,
        "releaseLicense": lambda: None,
        "licenseCategory": lambda: hou.licenseCategoryType.Commercial,
        "phm": phm,
    }
    return plain | {function: category(name) for function, name in FUNCTIONS.items()}
