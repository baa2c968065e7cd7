"""The nodes there are. A new one is a table of its own and a line here."""

from __future__ import annotations

from .encode import ENCODE
from .gpu_box import GPU_BOX
from .load import LOAD
from .model import NodeInterface
from .spec import SPEC
from .transfer import TRANSFER

NODES: dict[str, NodeInterface] = {node.name: node for node in (ENCODE, SPEC, TRANSFER, LOAD, GPU_BOX)}
