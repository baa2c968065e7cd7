"""Where an error goes: on the node while it makes its items, on the item while it cooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...errors import CosmosError


def told_on_node(node: Any, action: Callable[[], None]) -> bool:
    """Whether it went well; else the node shows what, why and fix."""
    try:
        action()
    except CosmosError as error:
        node.addError(str(error))
        return False
    return True


def told_on_item(item: Any, action: Callable[[], None]) -> bool:
    """Whether it went well; else the item's log tells what, why and fix."""
    try:
        action()
    except CosmosError as error:
        item.addError(str(error))
        return False
    return True
