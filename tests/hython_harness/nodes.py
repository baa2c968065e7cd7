"""`hou.OpNode`: what every node can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import naming
from .creation import create
from .errors import ObjectWasDeleted, OperationFailed, PermissionError
from .fake import Fake
from .interface import Interface
from .node_types import NodeType, NodeTypeCategory
from .scene import NodeState
from .searching import Searching
from .wiring import Wiring

if TYPE_CHECKING:
    from .enumerations import EnumValue
    from .session import Session


class Item(Fake):
    """What a node is as a thing in a network: a name, a place, a colour."""

    hom = "OpNode"

    def __init__(self, session: Session, state: NodeState) -> None:
        super().__init__(session)
        self._state = state

    def _before(self, name: str) -> None:
        if self._state.deleted:
            raise ObjectWasDeleted(f"the node {self._state.name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Item) and other._state is self._state

    def __hash__(self) -> int:
        return hash(self._state.session_id)

    def __repr__(self) -> str:
        return f"<hou.{self.hom} of type {self._state.fact.name} at {self._state.path()}>"

    def _changed(self) -> None:
        self._session.scene.changed = True

    def _check_editable(self) -> None:
        if self._state.parent is not None and self._state.parent.locked:
            raise PermissionError(f"{self._state.path()} is inside a locked asset")

    def name(self) -> str:
        return self._state.name

    def path(self) -> str:
        return self._state.path()

    def sessionId(self) -> int:
        return self._state.session_id

    def setName(self, name: str, unique_name: bool = False) -> None:
        self._check_editable()
        parent = self._state.parent
        if parent is None or self._state.is_manager() or not naming.is_valid(name):
            raise OperationFailed(f"Invalid node name: {name!r}")
        taken = set(parent.children) - {self._state.name}
        if name in taken:
            if not unique_name:
                raise OperationFailed(f"There is a node called {name!r} in {parent.path()}")
            name = naming.unique(name, taken)
        parent.children = {
            (name if child is self._state else key): child for key, child in parent.children.items()
        }
        self._state.name = name
        self._changed()

    def parent(self) -> OpNode | None:
        return None if self._state.parent is None else self._session.wrap(self._state.parent)

    def position(self) -> Any:
        return self._session.hou.Vector2(self._state.position)

    def setPosition(self, position: Sequence[float]) -> None:
        self._state.position = (float(position[0]), float(position[1]))
        self._changed()

    def move(self, amount: Sequence[float]) -> None:
        x, y = self._state.position
        self.setPosition((x + amount[0], y + amount[1]))

    def color(self) -> Any:
        return self._session.hou.Color(self._state.color)

    def setColor(self, color: Any) -> None:
        self._state.color = tuple(color.rgb())
        self._changed()

    def isSelected(self) -> bool:
        return self._state.flags.get("selected", False)

    def setSelected(
        self, on: bool, clear_all_selected: bool = False, show_asset_if_selected: bool = False
    ) -> None:
        if clear_all_selected:
            for state in self._session.scene.root.walk():
                state.flags.pop("selected", None)
        self._state.flags["selected"] = bool(on)

    def setCurrent(self, on: bool, clear_all_selected: bool = False) -> None:
        self.setSelected(on, clear_all_selected)

    def comment(self) -> str:
        return self._state.comment

    def setComment(self, comment: str) -> None:
        self._state.comment = comment
        self._changed()

    def appendComment(self, comment: str) -> None:
        self.setComment(self._state.comment + comment)

    def userData(self, name: str) -> str | None:
        return self._state.user_data.get(name)

    def userDataDict(self) -> dict[str, str]:
        return dict(self._state.user_data)

    def setUserData(self, name: str, value: str) -> None:
        self._state.user_data[name] = value
        self._changed()

    def destroyUserData(self, name: str, must_exist: bool = True) -> None:
        if must_exist and name not in self._state.user_data:
            raise OperationFailed(f"There is no user data {name!r} on {self._state.path()}")
        self._state.user_data.pop(name, None)
        self._changed()

    def setCachedUserData(self, name: str, value: Any) -> None:
        self._state.cached_data[name] = value

    def cachedUserData(self, name: str) -> Any:
        return self._state.cached_data.get(name)

    def destroyCachedUserData(self, name: str, must_exist: bool = True) -> None:
        if must_exist and name not in self._state.cached_data:
            raise OperationFailed(f"There is no cached user data {name!r} on {self._state.path()}")
        self._state.cached_data.pop(name, None)

    def setGenericFlag(self, flag: EnumValue, value: bool) -> None:
        self._state.flags[flag.name()] = bool(value)
        self._changed()

    def isGenericFlagSet(self, flag: EnumValue) -> bool:
        return self._state.flags.get(flag.name(), False)

    def errors(self) -> tuple[str, ...]:
        return tuple(self._state.errors)

    def warnings(self) -> tuple[str, ...]:
        return tuple(self._state.warnings)

    def messages(self) -> tuple[str, ...]:
        return tuple(self._state.messages)


class OpNode(Wiring, Interface, Searching, Item):
    def type(self) -> NodeType:
        return NodeType(self._session, self._state.fact)

    # the network inside

    def isNetwork(self) -> bool:
        return bool(self._state.fact.children)

    def childTypeCategory(self) -> NodeTypeCategory | None:
        children = self._state.fact.children
        return NodeTypeCategory(self._session, children) if children else None

    def node(self, node_path: str) -> OpNode | None:
        found = self._session.scene.node(node_path, self._state)
        return None if found is None else self._session.wrap(found)

    def children(self) -> tuple[OpNode, ...]:
        return tuple(self._session.wrap(child) for child in self._state.children.values())

    def allSubChildren(
        self,
        top_down: bool = True,
        recurse_in_locked_nodes: bool = True,
        sync_delayed_definition: bool = False,
    ) -> tuple[OpNode, ...]:
        found = [self._session.wrap(state) for state in self._state.walk()]
        return tuple(found if top_down else reversed(found))

    def selectedChildren(
        self, include_hidden: bool = False, include_hidden_support_nodes: bool = False
    ) -> tuple[OpNode, ...]:
        return tuple(child for child in self.children() if child.isSelected())

    def createNode(
        self,
        node_type_name: str,
        node_name: str | None = None,
        run_init_scripts: bool = True,
        load_contents: bool = True,
        exact_type_name: bool = False,
        force_valid_node_name: bool = False,
    ) -> OpNode:
        made = create(
            self._session, self._state, node_type_name, node_name,
            run_init_scripts=run_init_scripts, load_contents=load_contents, exact=exact_type_name,
            force_valid_name=force_valid_node_name,
        )  # fmt: skip
        return self._session.wrap(made)

    def destroy(self, disable_safety_checks: bool = False) -> None:
        if self._state.is_manager():
            raise OperationFailed(f"{self._state.path()} is a manager, which can't be deleted")
        if self._state.parent is not None and self._state.parent.locked:
            raise OperationFailed(f"{self._state.path()} is inside a locked asset")
        self._session.destroy(self._state)

    def layoutChildren(
        self,
        items: Sequence[Any] = (),
        horizontal_spacing: float = -1.0,
        vertical_spacing: float = -1.0,
    ) -> None:
        chosen = [item._state for item in items] or list(self._state.children.values())
        for row, state in enumerate(chosen):
            state.position = (0.0, -1.0 * row)

    def moveToGoodPosition(
        self,
        relative_to_inputs: bool = True,
        move_inputs: bool = True,
        move_outputs: bool = True,
        move_unconnected: bool = True,
    ) -> Any:
        if self._state.parent is not None:
            row = list(self._state.parent.children.values()).index(self._state)
            self._state.position = (0.0, -1.0 * row)
        return self.position()
