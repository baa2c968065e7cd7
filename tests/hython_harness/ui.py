"""`hou.ui`: a recorder. What was shown is kept, what is asked gets the answers that the test has laid
ready.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .enumerations import EnumValue
from .errors import NotAvailable, OperationFailed
from .fake import Namespace

if TYPE_CHECKING:
    from .session import Session


@dataclass
class Shown:
    """One message box or question."""

    kind: str
    text: str
    title: str = ""
    severity: str = ""
    buttons: tuple[str, ...] = ()
    details: str = ""
    help: str = ""


@dataclass
class Screen:
    """What a person would have seen, in order, and what that person will answer next."""

    shown: list[Shown] = field(default_factory=list)
    status: list[tuple[str, str]] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    event_loop: list[Callable[[], None]] = field(default_factory=list)
    posted: list[Callable[[], None]] = field(default_factory=list)
    clipboard: str = ""

    def answer(self, default: Any) -> Any:
        return self.answers.pop(0) if self.answers else default

    def turn(self) -> None:
        """One turn of Houdini's event loop: what was posted, then each callback once."""
        posted, self.posted = self.posted, []
        for callback in [*posted, *self.event_loop]:
            callback()


class Ui(Namespace):
    hom = "ui"

    def __init__(self, session: Session, screen: Screen) -> None:
        super().__init__(session)
        self._screen = screen

    def _before(self, name: str) -> None:
        if not self._session.with_ui:
            raise NotAvailable(f"hou.ui.{name} is not available without a graphical session")
        if name != "postEventCallback":  # that is what other threads ask the main one by
            self._session.note_thread(f"hou.ui.{name} is called")

    def displayMessage(
        self,
        text: str,
        buttons: Sequence[str] = ("OK",),
        severity: EnumValue | None = None,
        default_choice: int = 0,
        close_choice: int = -1,
        help: str | None = None,
        title: str | None = None,
        details: str | None = None,
        details_label: str | None = None,
        details_expanded: bool = False,
        suppress: EnumValue | None = None,
    ) -> int:
        self._show("message", text, title, severity, buttons, details, help)
        if not (0 <= default_choice < len(buttons) and -1 <= close_choice < len(buttons)):
            self._session.note_oddity(
                f"{text!r}: {default_choice} or {close_choice} is no button of {buttons}"
            )
        return int(self._screen.answer(default_choice))

    def displayConfirmation(
        self,
        text: str,
        severity: EnumValue | None = None,
        help: str | None = None,
        title: str | None = None,
        details: str | None = None,
        details_label: str | None = None,
        details_expanded: bool = False,
        suppress: EnumValue | None = None,
    ) -> bool:
        self._show("confirmation", text, title, severity, ("Yes", "No"), details, help)
        return bool(self._screen.answer(True))

    def readInput(
        self,
        text: str,
        buttons: Sequence[str] = ("OK",),
        severity_type: EnumValue | None = None,
        default_choice: int = 0,
        close_choice: int = -1,
        help: str | None = None,
        title: str | None = None,
        initial_contents: str | None = None,
    ) -> tuple[int, str]:
        self._show("input", text, title, severity_type, buttons, None, help)
        found = self._screen.answer((default_choice, initial_contents or ""))
        return int(found[0]), str(found[1])

    def readMultiInput(
        self,
        text: str,
        input_labels: Sequence[str],
        password_input_indices: Sequence[int] = (),
        buttons: Sequence[str] = ("OK",),
        severity_type: EnumValue | None = None,
        default_choice: int = 0,
        close_choice: int = -1,
        help: str | None = None,
        title: str | None = None,
        initial_contents: Sequence[str] = (),
    ) -> tuple[int, tuple[str, ...]]:
        self._show("inputs", text, title, severity_type, buttons, None, help)
        filled = [*initial_contents, *[""] * (len(input_labels) - len(initial_contents))]
        found = self._screen.answer((default_choice, filled))
        return int(found[0]), tuple(found[1])

    def selectFromList(
        self,
        choices: Sequence[str],
        default_choices: Sequence[int] = (),
        exclusive: bool = False,
        message: str | None = None,
        title: str | None = None,
        column_header: str = "Choices",
        num_visible_rows: int = 10,
        clear_on_cancel: bool = False,
        width: int = 0,
        height: int = 0,
        sort: bool = False,
        condense_paths: bool = False,
    ) -> tuple[int, ...]:
        self._show("list", message or "", title, None, choices, None, None)
        return tuple(self._screen.answer(tuple(default_choices)))

    def selectFile(
        self,
        start_directory: str | None = None,
        title: str | None = None,
        collapse_sequences: bool = False,
        file_type: EnumValue | None = None,
        pattern: str | None = None,
        default_value: str | None = None,
        multiple_select: bool = False,
        image_chooser: bool = False,
        chooser_mode: EnumValue | None = None,
        width: int = 0,
        height: int = 0,
    ) -> str:
        self._show("file", start_directory or "", title, None, (), None, None)
        return str(self._screen.answer(""))

    def selectNode(
        self,
        relative_to_node: Any = None,
        initial_node: Any = None,
        node_type_filter: EnumValue | None = None,
        title: str | None = None,
        width: int = 0,
        height: int = 0,
        multiple_select: bool = False,
        custom_node_filter_callback: Callable[[Any], bool] | None = None,
    ) -> Any:
        self._show("node", "", title, None, (), None, None)
        return self._screen.answer(None)

    def paneTabOfType(self, type: EnumValue, index: int = 0) -> Any:
        """A screen of the harness has one network editor and one viewer."""
        panes = {"NetworkEditor": self._session.network_editor, "SceneViewer": self._session.scene_viewer}
        return panes.get(type.name()) if index == 0 else None

    def paneTabs(self) -> tuple[Any, ...]:
        return (self._session.network_editor, self._session.scene_viewer)

    def setStatusMessage(self, message: str, severity: EnumValue | None = None) -> None:
        self._screen.status.append((message, severity.name() if severity else "Message"))

    def addEventLoopCallback(self, callback: Callable[[], None]) -> None:
        self._screen.event_loop.append(callback)

    def removeEventLoopCallback(self, callback: Callable[[], None]) -> None:
        self._known(callback)
        self._screen.event_loop.remove(callback)

    def eventLoopCallbacks(self) -> tuple[Callable[[], None], ...]:
        return tuple(self._screen.event_loop)

    def postEventCallback(self, callback: Callable[[], None]) -> None:
        self._screen.posted.append(callback)

    def copyTextToClipboard(self, text: str) -> None:
        self._screen.clipboard = text

    def showInFileBrowser(self, file_path: str) -> None:
        self._show("browser", file_path, None, None, (), None, None)

    def openParameterInterfaceDialog(
        self, node: Any, open_tab: Any = None, open_tab_tree_path: Any = None
    ) -> None:
        self._show("interface", node.path(), None, None, (), None, None)

    def _known(self, callback: Callable[[], None]) -> None:
        if callback not in self._screen.event_loop:
            raise OperationFailed("the callback was not registered")

    def _show(
        self,
        kind: str,
        text: str,
        title: str | None,
        severity: EnumValue | None,
        buttons: Sequence[str],
        details: str | None,
        help: str | None,
    ) -> None:
        name = severity.name() if severity is not None else "Message"
        self._screen.shown.append(
            Shown(kind, text, title or "", name, tuple(buttons), details or "", help or "")
        )
