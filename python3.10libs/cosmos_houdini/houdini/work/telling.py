"""Where an error goes: on the node while it makes its items, on the item while it cooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...errors import CosmosError


def told_by_pdg(action: Callable[[], None]) -> None:
    """Does it; PDG tells what goes wrong, on the node or in the log of the work item: what, why and fix.

    A node has no call to add an error in PDG's Python. The text of a CookError is shown as it is (SideFX
    docs, tops/pdg/CookError), where another exception would come with its traceback.
    """
    try:
        action()
    except CosmosError as error:
        import pdg

        raise pdg.CookError(str(error)) from None


def told_on_item(item: Any, action: Callable[[], None]) -> bool:
    """Whether it went well; else the item's log tells what, why and fix."""
    try:
        action()
    except CosmosError as error:
        item.addError(str(error))
        return False
    return True
