"""docs/bridge.md tells of what there is."""

from __future__ import annotations

import re
from pathlib import Path

from cosmos_houdini.bridge.methods import METHODS

TEXT = (Path(__file__).parents[3] / "docs" / "bridge.md").read_text(encoding="utf-8")


def test_every_method_has_its_row_and_every_row_its_method():
    rows = re.findall(r"^\| `(\w+(?:\.\w+)?)` \|", TEXT.partition("## Notifications")[0], re.MULTILINE)
    assert rows[0] == "hello"
    assert set(rows) == {"hello", "shutdown", *METHODS}


def test_every_method_can_be_loaded():
    for method in METHODS.values():
        assert callable(method.load())
