"""One Houdini: its version, its scene, its `hou`."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from . import multiparms, pdg_types, start_up
from .assets import Assets
from .enumerations import EnumValue, enumerations
from .errors import NotPlayedError
from .facts import MANY, VERSIONS, ParmFact, TypeFact, catalogue
from .hip import UNTITLED
from .module import make_hou
from .node_kinds import wrapped
from .nodes import OpNode
from .panes import NetworkEditor, SceneViewer
from .parm_tuples import ParmTuple
from .parms import Parm
from .rops import Rops
from .scene import NodeState, Scene, empty_scene
from .stubs import stubs
from .templates import template_of
from .top_source import TopSource
from .ui import Screen


class Session:
    """A Houdini of one version, with or without a screen.

    `oddities` are calls that Houdini accepts and that surely aren't meant; `unknowns` are facts that no
    source tells for this version and that were relied on. The fixture `hython` fails a test that has
    oddities left. `plugins` are folders of HOUDINI_PATH: their PDG types and assets are there from the start.
    """

    def __init__(
        self,
        version: str = "21.0",
        hip: Path | str | None = None,
        *,
        ui: bool = False,
        plugins: Sequence[Path] = (),
    ) -> None:
        if version not in VERSIONS:
            raise ValueError(f"the harness plays Houdini {', '.join(VERSIONS)}, not {version}")
        self.version = version
        self.with_ui = ui
        self.stubs = stubs(version)
        self.scene: Scene = empty_scene(str(Path(hip or UNTITLED).absolute()))
        self.saved_once = False
        self.screen = Screen()
        self.oddities: list[str] = []
        self.unknowns: set[str] = set()
        self.undo_labels: list[str] = []
        self.undo_depth = 0
        self.zdepth_channels: tuple[str, ...] = ("Z",)  # unverified: a test may try others
        self.rops = Rops(self)
        self.network_editor = NetworkEditor(self, self.scene.root.children["obj"])
        self.scene_viewer = SceneViewer(self)
        self.looked_through = ""  # the path of the viewer's camera
        self.operations: list[tuple[str, float]] = []  # each progress shown: its title, and the fraction done
        self.interrupt = False  # whether the person presses Escape at the next progress
        self.assets = Assets(self)
        self.multiparms = multiparms
        self._extra_types: dict[str, dict[str, TypeFact]] = {}
        self._enumerations = enumerations(self.stubs)
        self._working: list[NodeState] = []
        self._active = threading.local()  # the work item that parms are evaluated for
        self._installed = 0  # how often, one within the other
        self.hou: Any = make_hou(self, self._enumerations)
        start_up.read_folders(self, plugins)
        if hip is not None and Path(hip).is_file():
            self.hou.hipFile.load(str(hip))
        elif hip is not None:
            self.saved_once = True

    # the module in sys.modules

    @contextlib.contextmanager
    def installed(self) -> Iterator[Session]:
        """`import hou` and `import pdg` give this session's modules, for as long as the block runs."""
        modules: dict[str, Any] = {"hou": self.hou}
        if self.pdg is not None:
            modules.update(self.pdg_graph().modules(self))
        before = {name: sys.modules.get(name) for name in modules}
        sys.modules.update(modules)
        self._installed += 1
        self._adopt_importers(modules)
        try:
            if self.pdg is not None:
                self.pdg_graph().world(self).load_types()
            yield self
        finally:
            self._installed -= 1
            if self.pdg is not None and self._installed == 0:
                self.pdg_graph().world(self).end_cooks()
            for name, module in before.items():
                if module is None:
                    sys.modules.pop(name, None)
                else:
                    sys.modules[name] = module

    def _adopt_importers(self, ours: dict[str, Any]) -> None:
        """Modules that imported `hou` or `pdg` in an earlier session see ours: a process has but one."""
        for module in list(sys.modules.values()):
            names = getattr(module, "__dict__", {})
            for name in {"hou", "pdg"} & ours.keys() & names.keys():
                if getattr(names[name], "__name__", "") == name:
                    setattr(module, name, ours[name])

    @property
    def pdg(self) -> ModuleType | None:
        """The fake `pdg` of this session; None where the harness has none."""
        try:
            graph = importlib.import_module("hython_harness.pdg.graph")
        except ModuleNotFoundError:
            return None
        module: ModuleType = graph.module(self)
        return module

    def pdg_graph(self) -> Any:
        try:
            return importlib.import_module("hython_harness.pdg.graph")
        except ModuleNotFoundError as error:
            raise NotPlayedError("hython_harness.pdg is not there: TOP nodes can't cook") from error

    def top_source(self, node: NodeState | OpNode | str) -> TopSource:
        if isinstance(node, str):
            found = self.scene.node(node)
            assert found is not None, node
            return TopSource(self, found)
        return TopSource(self, node if isinstance(node, NodeState) else node._state)

    # types

    def types(self, category: str) -> dict[str, TypeFact]:
        return {**catalogue(self.version).get(category, {}), **self._extra_types.get(category, {})}

    def add_type(self, fact: TypeFact) -> None:
        """A type that isn't Houdini's: of an asset, or registered with PDG."""
        self._extra_types.setdefault(fact.category, {})[fact.name] = fact

    def add_pdg_type(self, kind: str, name: str, label: str, template_body: str) -> TypeFact:
        """A type registered with PDG: `kind` is "processor", "partitioner" or "scheduler"."""
        return pdg_types.add_type(self, kind, name, label, template_body)

    def remove_type(self, fact: TypeFact) -> None:
        self._extra_types.get(fact.category, {}).pop(fact.name, None)

    def find_type(self, category: str, name: str, *, exact: bool = False) -> TypeFact | None:
        """A type by its name; without namespace and version too, where `exact` isn't asked for."""
        known = self.types(category)
        if name in known or exact:
            return known.get(name)
        for fact in known.values():
            parts = fact.name.split("::")
            if (
                name in ("::".join(parts[:-1]), "::".join(parts[1:]), *parts[:1], *parts[1:2])
                and len(parts) > 1
            ):
                return fact
        return None

    def is_scheduler(self, fact: TypeFact) -> bool:
        return fact.category == "Top" and fact.outputs == 0 and not fact.children

    def greatest_inputs(self, fact: TypeFact) -> int:
        if fact.inputs is None:
            self.note_unknown(f"{fact.key()}: how many inputs it has")
            return MANY
        return fact.inputs

    # nodes and parms

    def wrap(self, state: NodeState) -> OpNode:
        return wrapped(self, state)

    def parm_tuple(self, state: NodeState, fact: ParmFact) -> ParmTuple:
        return ParmTuple(self, state, fact)

    def template(self, fact: ParmFact) -> Any:
        return template_of(self, fact)

    def find_parm(self, path: str, start: NodeState | None) -> tuple[NodeState, ParmFact, int] | None:
        """A single parm by its name, or by a path to it."""
        owner, name = self._owner(path, start)
        found = None if owner is None else owner.find_parm(name)
        if owner is None or found is None:
            return None
        self._note_uncertain(owner, found[0])
        return owner, *found

    def find_tuple(self, path: str, start: NodeState | None) -> tuple[NodeState, ParmFact] | None:
        owner, name = self._owner(path, start)
        found = None if owner is None else owner.parm(name)
        if owner is None or found is None:
            return None
        self._note_uncertain(owner, found)
        return owner, found

    def _owner(self, path: str, start: NodeState | None) -> tuple[NodeState | None, str]:
        above, slash, name = path.rpartition("/")
        return (self.scene.node(above or "/", start) if slash else start), name

    def _note_uncertain(self, owner: NodeState, fact: ParmFact) -> None:
        if not fact.certain:
            self.note_unknown(f"{owner.fact.key()}.{fact.name}: whether {self.version} has this parm")

    def note_unknown(self, text: str) -> None:
        self.unknowns.add(text)

    def note_oddity(self, text: str) -> None:
        self.oddities.append(text)

    def note_thread(self, what: str) -> None:
        """With a window, the event loop looks at the scene at any time: nodes are made in the main thread.

        HDK, "Thread Safety": Houdini's functions are often not safe in others. Without a window nobody else
        is there while a cook is waited for.
        """
        if self.with_ui and threading.current_thread() is not threading.main_thread():
            self.note_oddity(f"{what} in the thread {threading.current_thread().name!r}, not in the main one")

    def destroy(self, state: NodeState) -> None:
        self.note_thread(f"{state.path()} is deleted")
        for inner in list(state.children.values()):
            self.destroy(inner)
        if state.parent is not None:
            for sibling in state.parent.children.values():
                sibling.inputs = {n: wire for n, wire in sibling.inputs.items() if wire[0] is not state}
            state.parent.children.pop(state.name, None)
        state.deleted = True
        self.scene.changed = True

    # events

    def created(self, state: NodeState, run_init_scripts: bool) -> None:
        if run_init_scripts:
            self.assets.run_created(state)

    def parm_changed(self, state: NodeState, fact: ParmFact) -> None:
        if fact.kind == "multiparm":
            multiparms.shrink(state, fact)

    def inputs_changed(self, state: NodeState) -> None:
        """Nothing hangs on a wire yet: cooking reads the wires when it starts."""

    def press(self, parm: Parm, arguments: dict[str, Any]) -> None:
        """Runs the script of a button."""
        if parm._state.fact.category == "Driver" and parm._fact.name == "execute":
            self.wrap(parm._state).render()  # type: ignore[attr-defined]
        else:
            self.assets.run_button(parm, arguments)

    # what else `hou` asks for

    def new_scene(self, scene: Scene) -> None:
        for state in list(self.scene.root.walk()):
            state.deleted = True
        self.scene = scene
        self.network_editor = NetworkEditor(self, scene.root.children["obj"])

    def enumeration(self, name: str, value: str) -> EnumValue:
        found: EnumValue = getattr(self._enumerations[name], value)
        return found

    def keyframe(self, channel: Any) -> SimpleNamespace:
        return SimpleNamespace(expression=lambda: channel.expression, frame=lambda: 1.0)

    @contextlib.contextmanager
    def working_in(self, state: NodeState) -> Iterator[None]:
        """`hou.pwd()` is this node."""
        self._working.append(state)
        try:
            yield
        finally:
            self._working.pop()

    @contextlib.contextmanager
    def active(self, item: Any) -> Iterator[None]:
        """Parms that are evaluated in this thread are so for this work item."""
        before = self.active_item()
        self._active.item = item
        try:
            yield
        finally:
            self._active.item = before

    def active_item(self) -> Any:
        return getattr(self._active, "item", None)

    def working_node(self) -> NodeState:
        return self._working[-1] if self._working else self.scene.root

    def environment(self) -> dict[str, str]:
        return dict(os.environ)
