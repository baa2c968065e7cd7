"""Inputs and outputs of nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import InvalidInput, OperationFailed
from .facts import MANY
from .fake import Fake
from .scene import NodeState

if TYPE_CHECKING:
    from .nodes import OpNode
    from .session import Session


class Wiring(Fake):
    """The part of `hou.OpNode` that connects nodes."""

    hom = "OpNode"
    _session: Session
    _state: NodeState

    def setInput(self, input_index: int, item_to_become_input: Any, output_index: int = 0) -> None:
        self._check_editable()
        greatest = self._session.greatest_inputs(self._state.fact)
        if not 0 <= input_index < greatest:
            raise InvalidInput(f"{self._state.path()} has {greatest} inputs, there is no input {input_index}")
        if item_to_become_input is None:
            self._state.inputs.pop(input_index, None)
            if greatest == MANY:
                self._close_gaps()
            self._wired()
            return
        source = item_to_become_input._state
        self._check_source(source, output_index)
        # Where there is no end of inputs, Houdini puts a wire at the next free one.
        index = min(input_index, len(self._state.inputs)) if greatest == MANY else input_index
        self._state.inputs[index] = (source, output_index)
        self._wired()

    def _check_source(self, source: NodeState, output_index: int) -> None:
        if source.deleted:
            raise OperationFailed("the input was deleted")
        if source.parent is not self._state.parent:
            raise OperationFailed(f"{source.path()} is not in the same network as {self._state.path()}")
        if source.fact.outputs < 1 or not 0 <= output_index < source.fact.outputs:
            raise InvalidInput(
                f"{source.path()} has {source.fact.outputs} outputs, there is no {output_index}"
            )
        if source.fact.outputs == MANY and output_index > 0:
            self._session.note_unknown(f"{source.fact.key()}: whether it has an output {output_index}")
        if self._state is source or self._state in _above(source):
            raise OperationFailed(f"{source.path()} into {self._state.path()} would make a loop")

    def _close_gaps(self) -> None:
        wired = [self._state.inputs[index] for index in sorted(self._state.inputs)]
        self._state.inputs = dict(enumerate(wired))

    def _wired(self) -> None:
        self._session.scene.changed = True
        self._session.inputs_changed(self._state)

    def setFirstInput(self, item_to_become_input: Any, output_index: int = 0) -> None:
        self.setInput(0, item_to_become_input, output_index)

    def setNextInput(
        self, item_to_become_input: Any, output_index: int = 0, unordered_only: bool = False
    ) -> None:
        greatest = self._session.greatest_inputs(self._state.fact)
        free = next((n for n in range(greatest) if n not in self._state.inputs), None)
        if free is None:
            raise InvalidInput(f"{self._state.path()} has no free input")
        self.setInput(free, item_to_become_input, output_index)

    def inputs(self) -> tuple[OpNode | None, ...]:
        wired = self._state.inputs
        return tuple(
            self._session.wrap(wired[index][0]) if index in wired else None
            for index in range(max(wired, default=-1) + 1)
        )

    def input(self, input_index: int) -> OpNode | None:
        found = self._state.inputs.get(input_index)
        return None if found is None else self._session.wrap(found[0])

    def outputs(self) -> tuple[OpNode, ...]:
        found: list[NodeState] = []
        for node, _, _ in self._state.outputs():
            if node not in found:
                found.append(node)
        return tuple(self._session.wrap(state) for state in found)

    def inputAncestors(
        self, include_ref_inputs: bool = True, follow_subnets: bool = False, only_used_inputs: bool = False
    ) -> tuple[OpNode, ...]:
        return tuple(self._session.wrap(state) for state in _above(self._state))

    def createOutputNode(
        self,
        node_type_name: str,
        node_name: str | None = None,
        run_init_scripts: bool = True,
        load_contents: bool = True,
        exact_type_name: bool = False,
    ) -> OpNode:
        parent = self._session.wrap(self._state.parent)
        made = parent.createNode(node_type_name, node_name, run_init_scripts, load_contents, exact_type_name)
        made.setFirstInput(self)
        return made

    def createInputNode(
        self,
        input_index: int,
        node_type_name: str,
        node_name: str | None = None,
        run_init_scripts: bool = True,
        load_contents: bool = True,
        exact_type_name: bool = False,
    ) -> OpNode:
        parent = self._session.wrap(self._state.parent)
        made = parent.createNode(node_type_name, node_name, run_init_scripts, load_contents, exact_type_name)
        self.setInput(input_index, made)
        return made


def _above(state: NodeState) -> list[NodeState]:
    """All nodes that a node depends on by wires, nearest first."""
    found: list[NodeState] = []
    waiting = [source for source, _ in state.inputs.values()]
    while waiting:
        source = waiting.pop(0)
        if source not in found:
            found.append(source)
            waiting += [above for above, _ in source.inputs.values()]
    return found
