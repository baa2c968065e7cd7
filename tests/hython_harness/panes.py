"""What a plugin asks of the screen beside dialogs: the network editor, and operations that can be stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from .binding import Hom, check_call
from .errors import OperationInterrupted
from .fake import Fake
from .scene import NodeState
from .stubs import Stubs

if TYPE_CHECKING:
    from .nodes import OpNode
    from .session import Session


class NetworkEditor(Fake):
    """The network editor of the screen: shows one network, has one current node."""

    hom = "NetworkEditor"

    def __init__(self, session: Session, network: NodeState) -> None:
        super().__init__(session)
        self._network, self._current = network, network

    def pwd(self) -> OpNode:
        return self._session.wrap(self._network)

    def setPwd(self, node: OpNode) -> None:
        self._network = node._state

    def cd(self, path: str) -> None:
        found = self._session.scene.node(path, self._network)
        if found is not None:
            self._network = found

    def currentNode(self) -> OpNode:
        return self._session.wrap(self._current)

    def setCurrentNode(self, node: OpNode, pick_node: bool = True) -> None:
        self._current = node._state
        if node._state.parent is not None:
            self._network = node._state.parent

    def isCurrentTab(self) -> bool:
        return True


class SceneViewer(Fake):
    """The viewer of the screen, with one viewport."""

    hom = "SceneViewer"

    def curViewport(self) -> GeometryViewport:
        return GeometryViewport(self._session)


class GeometryViewport(Fake):
    """Looks through what a test has laid into `session.looked_through`: a camera, a light, a prim's path."""

    hom = "GeometryViewport"

    def cameraPath(self) -> str:
        return self._session.looked_through


class InterruptableOperation(Hom):
    """A block with a progress bar; a test that sets `session.interrupt` presses Escape."""

    hom = "InterruptableOperation"
    session: ClassVar[Session]

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        call = self.session.stubs.method(self.hom, "__init__")
        assert call is not None
        check_call(call, self.hom, arguments, keywords)
        self._title = str(call.signature.bind(*arguments, **keywords).arguments["operation_name"])

    def _stubs(self) -> Stubs:
        return self.session.stubs

    def __enter__(self) -> InterruptableOperation:
        self.session.operations.append((self._title, -1.0))
        return self

    def __exit__(self, *error: Any) -> None:
        """Nothing is left open."""

    def updateProgress(self, percentage: float = -1.0) -> None:
        self.session.operations.append((self._title, percentage))
        if self.session.interrupt:
            self.session.interrupt = False
            raise OperationInterrupted()

    def updateLongProgress(self, percentage: float = -1.0, long_op_status: str | None = None) -> None:
        self.updateProgress(percentage)
