"""`pdg.NodeOptions`: what a node type says of itself in onConfigureNode."""

from __future__ import annotations

from typing import Any

from ..errors import NotPlayedError

PLAYED = ("isAlwaysRegenerate", "requiresSceneFile", "requiresGeneratedInputs")
OTHERS = ("serviceName", "isDirtyOnRegenerate", "isDirtyOnIncomplete")


class NodeOptions:
    """Names as public node types use them."""

    isAlwaysRegenerate: bool

    def __init__(self) -> None:
        self.__dict__.update({**dict.fromkeys(PLAYED, False), **dict.fromkeys(OTHERS)})

    def __setattr__(self, name: str, value: Any) -> None:
        if name in OTHERS and value:
            raise NotPlayedError(f"the harness doesn't play NodeOptions.{name}")
        if name not in PLAYED + OTHERS:
            raise AttributeError(f"NodeOptions has no {name}")
        self.__dict__[name] = value
