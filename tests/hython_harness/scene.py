"""The scene behind the fakes: nodes and channels as plain values, with no behaviour of `hou` in them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Union

from .errors import UnknownFactError
from .facts import ParmFact, TypeFact

Value = Union[int, float, str]
HSCRIPT, PYTHON = "Hscript", "Python"
# What a fresh scene holds, and the category of the nodes inside each.
MANAGERS = {
    "obj": "Object", "out": "Driver", "stage": "Lop", "tasks": "TopNet", "img": "CopNet", "mat": "Vop",
    "shop": "Shop", "ch": "ChopNet", "vex": "VopNet",
}  # fmt: skip


@dataclass
class Channel:
    """One component of a parm: its value, or the expression that gives it."""

    value: Value
    expression: str | None = None
    language: str = HSCRIPT
    locked: bool = False
    touched: bool = False  # set by somebody: saved with the scene

    def animated(self) -> bool:
        return self.expression is not None


@dataclass(eq=False)
class NodeState:
    """One node. `inputs` maps the index of an input to the node and output that are wired to it."""

    name: str
    fact: TypeFact
    parent: NodeState | None
    session_id: int
    children: dict[str, NodeState] = field(default_factory=dict)
    channels: dict[str, list[Channel]] = field(default_factory=dict)
    spare: dict[str, ParmFact] = field(default_factory=dict)
    inputs: dict[int, tuple[NodeState, int]] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    user_data: dict[str, str] = field(default_factory=dict)
    cached_data: dict[str, Any] = field(default_factory=dict)
    comment: str = ""
    position: tuple[float, float] = (0.0, 0.0)
    color: tuple[float, float, float] = (0.8, 0.8, 0.8)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    deleted: bool = False
    locked: bool = False  # inside a locked asset, or a locked ROP
    without_init: bool = False  # made without its creation script: lacks the parms that this adds

    def path(self) -> str:
        if self.parent is None:
            return "/"
        above = self.parent.path()
        return f"{above.rstrip('/')}/{self.name}"

    def is_manager(self) -> bool:
        """The root, and what is below it: /obj, /out and so on."""
        return self.parent is None or self.parent.parent is None

    def walk(self) -> Iterator[NodeState]:
        """All nodes inside, each before those in it."""
        for child in list(self.children.values()):
            yield child
            yield from child.walk()

    def outputs(self) -> list[tuple[NodeState, int, int]]:
        """Siblings wired to this node: (node, its input, our output)."""
        if self.parent is None:
            return []
        return [
            (sibling, index, output)
            for sibling in self.parent.children.values()
            for index, (source, output) in sorted(sibling.inputs.items())
            if source is self
        ]

    def parm(self, tuple_name: str) -> ParmFact | None:
        """The fact of a parm tuple, instances of multiparms included."""
        known = self.spare.get(tuple_name) or self.fact.parms.get(tuple_name)
        if known is not None:
            if "#" in tuple_name or (known.init and self.without_init):
                return None
            return known
        return self._instance(tuple_name)

    def _instance(self, tuple_name: str) -> ParmFact | None:
        if not re.search(r"\d", tuple_name):
            return None
        # Mostly every number in the name is one of an instance; a wedge of a thousand values asks often.
        mostly = re.sub(r"[1-9]\d*", "#", tuple_name)
        likely = self.spare.get(mostly) or self.fact.parms.get(mostly)
        first = [] if likely is None else [likely]
        for fact in itertools.chain(first, self.spare.values(), self.fact.parms.values()):
            if "#" not in fact.name or (fact.init and self.without_init):
                continue
            pattern = re.escape(fact.name).replace(r"\#", r"([1-9]\d*)")
            found = re.fullmatch(pattern, tuple_name)
            if found and self._has_instance(fact, [int(number) for number in found.groups()]):
                return fact.instance(*[int(number) for number in found.groups()])
        return None

    def _has_instance(self, fact: ParmFact, indices: list[int]) -> bool:
        if not fact.parent:
            raise UnknownFactError(
                f"{self.fact.key()}: no source tells which multiparm {fact.name} belongs to; "
                f"add it to additions.json."
            )
        count_name = fact.parent
        for index in indices[:-1]:
            count_name = count_name.replace("#", str(index), 1)
        count = self.parm(count_name)
        return count is not None and indices[-1] <= int(self.channel(count)[0].value)

    def channel(self, fact: ParmFact) -> list[Channel]:
        """The channels of a parm tuple, made with the default values when they are first asked for."""
        if fact.name not in self.channels:
            self.channels[fact.name] = default_channels(fact)
        return self.channels[fact.name]

    def find_parm(self, name: str) -> tuple[ParmFact, int] | None:
        """The parm tuple and the component that a single parm's name means."""
        whole = self.parm(name)
        if whole is not None and whole.size == 1:
            return whole, 0
        for suffix in ("xyzw", "rgba", "uvw", "1234"):
            if name and name[-1] in suffix:
                fact = self.parm(name[:-1])
                if fact is None or fact.size == 1:
                    continue
                components = fact.components()
                if components is None:
                    raise UnknownFactError(
                        f"{self.fact.key()}: no source tells how the components of {fact.name} are called; "
                        f"use parmTuple, or add the suffix to additions.json."
                    )
                if name in components:
                    return fact, components.index(name)
        return None

    def tuples(self) -> list[ParmFact]:
        """All parm tuples of this node, instances of multiparms after their count."""
        found: list[ParmFact] = []
        for fact in [*self.fact.parms.values(), *self.spare.values()]:
            if "#" in fact.name or (fact.init and self.without_init):
                continue
            found.append(fact)
            if fact.kind == "multiparm":
                found += self.instances(fact)
        return found

    def instances(self, count: ParmFact) -> list[ParmFact]:
        """The parm tuples of each instance of one multiparm, in order, with those of multiparms in it."""
        return self._instances(count, count.name, ())

    def _instances(self, count: ParmFact, template: str, outer: tuple[int, ...]) -> list[ParmFact]:
        number = int(self.channel(count)[0].value)
        rows = [f for f in [*self.fact.parms.values(), *self.spare.values()] if f.parent == template]
        found = []
        for index in range(1, number + 1):
            for row in rows:
                one = row.instance(*outer, index)
                found.append(one)
                if row.kind == "multiparm":
                    found += self._instances(one, row.name, (*outer, index))
        return found


def default_channels(fact: ParmFact) -> list[Channel]:
    """Channels with a parm's defaults; a default of a number that is no number is an expression."""
    given = fact.default or ()
    return [_default(fact, given[n] if n < len(given) else None) for n in range(fact.size)]


def _default(fact: ParmFact, told: str | None) -> Channel:
    if fact.kind in ("toggle", "menu", "int", "multiparm"):
        return _default_int(fact, told)
    if fact.kind == "float":
        try:
            return Channel(float(told or 0))
        except ValueError:
            return Channel(0.0, told)
    return Channel((told or "").replace('\\"', '"').replace("\\n", "\n"))


def _default_int(fact: ParmFact, told: str | None) -> Channel:
    if fact.kind == "toggle":
        return Channel(int((told or "0") in ("1", "on")))
    if fact.kind == "menu" and fact.menu and told in fact.menu and not fact.counts_from_tokens():
        return Channel(fact.menu.index(told))
    try:
        return Channel(int(float(told or 0)))
    except ValueError:
        return Channel(0, told)


@dataclass
class Scene:
    """One hip file: its nodes, its frames, its path."""

    root: NodeState
    hip: str = ""
    frame: float = 1.0
    fps: float = 24.0
    frame_range: tuple[float, float] = (1.0, 240.0)
    playback_range: tuple[float, float] = (1.0, 240.0)
    variables: dict[str, str] = field(default_factory=dict)
    changed: bool = False
    next_id: int = 1

    def take_id(self) -> int:
        self.next_id += 1
        return self.next_id

    def node(self, path: str, start: NodeState | None = None) -> NodeState | None:
        """The node at a path, absolute or from `start` on."""
        here = self.root if path.startswith("/") or start is None else start
        for step in path.split("/"):
            if step in ("", "."):
                continue
            if step == "..":
                if here.parent is None:
                    return None
                here = here.parent
            elif step in here.children:
                here = here.children[step]
            else:
                return None
        return here


def empty_scene(hip: str) -> Scene:
    """A scene as after start: the managers, nothing in them."""
    root = NodeState("/", TypeFact("Director", "root", {}, children="Manager"), None, 1)
    scene = Scene(root, hip)
    for name, children in MANAGERS.items():
        fact = TypeFact("Manager", name, {}, children=children)
        root.children[name] = NodeState(name, fact, root, scene.take_id())
    return scene
