"""What our node types are called in this Houdini, looked up rather than trusted."""

from __future__ import annotations

from typing import Any, Optional

from ..interface import NODES


def registered(name: str) -> Optional[str]:
    """The name to create our node `name` (as `cosmosencode`) by; None where it isn't registered.

    A digital asset has the name itself. A type from `pdg/types` gets `pdg_` before it, which is proven for
    schedulers (a public scheduler type in Houdini 21 and 22) and likely for processors; where it is called
    otherwise, its label tells.
    """
    import hou

    types = hou.nodeTypeCategories()["Top"].nodeTypes()
    for wanted in (name, f"pdg_{name}"):
        for full, kind in types.items():
            if wanted in (full, _bare(kind)):
                return str(full)
    label = NODES[name].label
    return next((str(full) for full, kind in types.items() if kind.description() == label), None)


def all_registered() -> bool:
    return all(registered(name) is not None for name in NODES)


def _bare(kind: Any) -> str:
    """The name without namespace and version."""
    return str(kind.nameComponents()[2])
