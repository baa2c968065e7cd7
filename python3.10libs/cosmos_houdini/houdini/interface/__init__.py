"""What the artist sees of our TOP nodes, as data: one table per node, and the typed settings read from it.

From these tables come the parameters of the PDG types (`template_body`), the digital assets in `otls/`, the
node help in `help/`, and the settings objects that the code of the nodes works with.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .model import Field, Folder, NodeInterface
from .nodes import NODES
from .template import template_body

if TYPE_CHECKING:
    from .encode_settings import EncodeSettings
    from .gpu_box_settings import BoxSettings
    from .load_settings import LoadSettings
    from .spec_settings import SpecSettings
    from .transfer_settings import TransferSettings

__all__ = [
    "NODES",
    "BoxSettings",
    "EncodeSettings",
    "Field",
    "Folder",
    "LoadSettings",
    "NodeInterface",
    "SpecSettings",
    "TransferSettings",
    "template_body",
]

# Loaded when first asked for: each start of Houdini registers the types, few starts cook them.
_LATER = {
    "EncodeSettings": "encode_settings",
    "SpecSettings": "spec_settings",
    "TransferSettings": "transfer_settings",
    "LoadSettings": "load_settings",
    "BoxSettings": "gpu_box_settings",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_LATER[name]}", __name__), name)
