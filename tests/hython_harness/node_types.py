"""`hou.NodeType` and `hou.NodeTypeCategory`: looking up which types there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .facts import TypeFact
from .fake import Fake

if TYPE_CHECKING:
    from .nodes import OpNode
    from .session import Session

# How hou calls each category, and what its label is (types-houdini: the functions; labels by general use).
FUNCTIONS = {
    "objNodeTypeCategory": "Object", "sopNodeTypeCategory": "Sop", "ropNodeTypeCategory": "Driver",
    "topNodeTypeCategory": "Top", "lopNodeTypeCategory": "Lop", "cop2NodeTypeCategory": "Cop2",
    "copNodeTypeCategory": "Cop", "cop2NetNodeTypeCategory": "CopNet", "vopNodeTypeCategory": "Vop",
    "shopNodeTypeCategory": "Shop", "chopNodeTypeCategory": "Chop", "dopNodeTypeCategory": "Dop",
    "managerNodeTypeCategory": "Manager", "rootNodeTypeCategory": "Director", "dataNodeTypeCategory": "Data",
    "vopNetNodeTypeCategory": "VopNet", "chopNetNodeTypeCategory": "ChopNet",
}  # fmt: skip


class NodeType(Fake):
    hom = "OpNodeType"

    def __init__(self, session: Session, fact: TypeFact) -> None:
        super().__init__(session)
        self._fact = fact

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NodeType) and other._fact.key() == self._fact.key()

    def __hash__(self) -> int:
        return hash(self._fact.key())

    def __repr__(self) -> str:
        return f"<hou.OpNodeType for {self._fact.category} {self._fact.name}>"

    def name(self) -> str:
        return self._fact.name

    def description(self) -> str:
        return self._fact.label

    def nameWithCategory(self) -> str:
        return self._fact.key()

    def nameComponents(self) -> tuple[str, str, str, str]:
        parts = self._fact.name.split("::")
        version = parts.pop() if len(parts) > 1 and parts[-1].replace(".", "").isdigit() else ""
        space = "::".join(parts[:-1])
        return ("", space, parts[-1], version)

    def category(self) -> NodeTypeCategory:
        return NodeTypeCategory(self._session, self._fact.category)

    def childTypeCategory(self) -> NodeTypeCategory | None:
        return NodeTypeCategory(self._session, self._fact.children) if self._fact.children else None

    def minNumInputs(self) -> int:
        return 0

    def maxNumInputs(self) -> int:
        return self._session.greatest_inputs(self._fact)

    def maxNumOutputs(self) -> int:
        return self._fact.outputs

    def instances(self) -> tuple[OpNode, ...]:
        key = self._fact.key()
        return tuple(self._session.wrap(s) for s in self._session.scene.root.walk() if s.fact.key() == key)

    def definition(self) -> Any:
        return self._session.assets.definition(self._fact)

    def hdaModule(self) -> Any:
        return self._session.assets.module(self._fact)

    def icon(self) -> str:
        return self._session.assets.icon(self._fact)

    def parmTemplates(self) -> tuple[Any, ...]:
        return tuple(self._session.template(fact) for fact in self._fact.parms.values())


class NodeTypeCategory(Fake):
    hom = "NodeTypeCategory"

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(session)
        self._name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NodeTypeCategory) and other._name == self._name

    def __hash__(self) -> int:
        return hash(self._name)

    def __repr__(self) -> str:
        return f"<hou.NodeTypeCategory for {self._name}>"

    def name(self) -> str:
        return self._name

    def nodeTypes(self) -> dict[str, NodeType]:
        return {name: NodeType(self._session, fact) for name, fact in self._session.types(self._name).items()}

    def nodeType(self, type_name: str) -> NodeType | None:
        fact = self._session.find_type(self._name, type_name)
        return None if fact is None else NodeType(self._session, fact)
