"""Settings of a node read from its table, with some parameters changed."""

from __future__ import annotations

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.houdini.interface import (
    NODES,
    BoxSettings,
    EncodeSettings,
    LoadSettings,
    SpecSettings,
    TransferSettings,
)

SETTINGS = {
    "cosmosencode": EncodeSettings,
    "cosmosspec": SpecSettings,
    "cosmostransfer": TransferSettings,
    "cosmosload": LoadSettings,
    "cosmosgpubox": BoxSettings,
}


def read(name, **changed):
    """The settings of a new node with some parameters changed."""
    node = NODES[name]
    assert set(changed) <= {field.name for field in node.fields()}
    values = {field.name: field.default for field in node.fields() if field.has_value} | changed
    return SETTINGS[name].read(values.__getitem__)


def refused(call, *args, **kwargs):
    """The whole text of the error, which says what, and what to do."""
    with pytest.raises(BadInputError) as caught:
        call(*args, **kwargs)
    error = caught.value
    assert error.what.endswith(".")
    assert error.fix
    return str(error)
