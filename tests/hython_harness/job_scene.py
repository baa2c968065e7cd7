"""The scene that a job works on: a copy, with the $HIP of the file that it is a copy of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .scene_file import from_json


def load(hou: Any, copy: Path) -> list[str]:
    """Fills the fake `hou` of this process; returns what could not be loaded, in words."""
    told = json.loads(copy.read_text(encoding="utf-8"))
    session = hou.hipFile._session
    hou.hipFile.clear(suppress_save_prompt=True)
    hou.hipFile.setName(told["of"])
    return from_json(session, told)
