"""What a person is told and asked: in a dialog of Houdini, or without a window on the streams.

An error shows what happened, why, and what to do, in the words of the command line.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from typing import Any, Optional, TypeVar

import hou

from ..errors import BadInputError, CosmosError, from_system

TITLE = "Cosmos Houdini"
Result = TypeVar("Result")


class Dismissed(Exception):  # noqa: N818 -- no error: the artist's Escape
    """A list was closed without a choice: there is nothing to do, and nothing to say."""


def entry_point(label: str) -> Callable[[Callable[..., Result]], Callable[..., Optional[Result]]]:
    """Wraps what Houdini calls (a shelf tool, a button): one step of undo called `label`, errors explained.

    Without a window an error ends the process with its exit code, as the command line does.
    """

    def wrap(function: Callable[..., Result]) -> Callable[..., Optional[Result]]:
        @functools.wraps(function)
        def wrapped(*arguments: Any, **keywords: Any) -> Optional[Result]:
            try:
                with hou.undos.group(label):
                    return function(*arguments, **keywords)
            except Dismissed:
                return None
            except CosmosError as error:
                explain(error)
            except hou.Error as error:
                explain(of_houdini(label, error))
            except OSError as error:
                explain(from_system(error))
            return None

        return wrapped

    return wrap


def of_houdini(label: str, error: Any) -> BadInputError:
    """What Houdini refused, explained."""
    said = str(error.instanceMessage()).strip() or str(error.description())
    return BadInputError(
        f"{label} could not be done.",
        why=f"Houdini says: {said}",
        fix="Check that the node is there and not inside a locked asset, then try again.",
    )


def explain(error: CosmosError) -> None:
    """Shows an error; without a window it goes to standard error, and the process ends with its code."""
    if not hou.isUIAvailable():
        sys.stderr.write(f"error: {error}\n")
        # Houdini's own exit: SystemExit would leave the threads of hython waiting.
        hou.exit(error.exit_code, suppress_save_prompt=True)
        return
    hou.ui.setStatusMessage("")
    help_text = "\n\n".join(text for text in (error.why, error.fix) if text)
    hou.ui.displayMessage(error.what, severity=hou.severityType.Error, title=TITLE, help=help_text or None)


def tell(text: str, details: Optional[str] = None, wrong: bool = False) -> None:
    """Says what was done; `wrong` for what is not as it should be, which shows its details at once."""
    if not hou.isUIAvailable():
        sys.stdout.write(text + (f"\n{details}" if details else "") + "\n")
        return
    severity = hou.severityType.Warning if wrong else hou.severityType.Message
    hou.ui.displayMessage(text, severity=severity, title=TITLE, details=details, details_expanded=wrong)


def status(text: str) -> None:
    """The line at the bottom of Houdini's window; nothing without a window."""
    if hou.isUIAvailable():
        hou.ui.setStatusMessage(text)


def ask(text: str, buttons: Sequence[str], details: Optional[str] = None) -> int:
    """The number of the button that is pressed; the last one stands for closing the dialog.

    Without a window nobody can be asked: 0, which is what the tool would do by itself.
    """
    if not hou.isUIAvailable():
        return 0
    pressed = hou.ui.displayMessage(
        text, buttons=tuple(buttons), default_choice=0, close_choice=len(buttons) - 1, title=TITLE,
        details=details,
    )  # fmt: skip
    return int(pressed)


def choose(lines: Sequence[str], title: str, message: str) -> Optional[int]:
    """The number of the line that is chosen from a list; None without a window.

    Dismissed where the list is closed without a choice.
    """
    if not hou.isUIAvailable():
        return None
    chosen = hou.ui.selectFromList(
        tuple(lines), exclusive=True, title=title, message=message, column_header=title
    )
    if not chosen:
        raise Dismissed
    return int(chosen[0])
