"""What the artist sees of our TOP nodes, as data: one table per node, and the typed settings read from it.

From these tables come the parameters of the PDG types (`template_body`), the digital assets in `otls/`, the
node help in `help/`, and the settings objects that the code of the nodes works with.
"""

from __future__ import annotations

from .encode_settings import EncodeSettings
from .gpu_box_settings import BoxSettings
from .load_settings import LoadSettings
from .model import Field, Folder, NodeInterface
from .nodes import NODES
from .spec_settings import SpecSettings
from .template import template_body
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
