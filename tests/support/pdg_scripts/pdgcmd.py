"""What PDG ships with each job, as far as our jobs use it; writes down what it is told.

Names and arguments: SideFX's pdgcmd.py. $PDG_TEST_BREAKS names a function that finds no server,
from the start or, as name:5, after five calls.
"""

from __future__ import annotations

import json
import os
from pathlib import Path


def setStringAttrib(name, value, index=0, workitem_id=None, server_addr=None):
    _tell("setStringAttrib", name, value)


def addOutputFile(
    result_data,
    workitem_id=None,
    server_addr=None,
    result_data_tag="",
    subindex=-1,
    and_success=False,
    to_stdout=True,
    raise_exc=True,
    duration=0.0,
    hash_code=0,
    batch_size=50,
):
    _tell("addOutputFile", result_data, result_data_tag)


def workItemSetCookPercent(percent, workitem_id=None, server_addr=None):
    _tell("workItemSetCookPercent", percent)


def workItemSetCustomState(state, workitem_id=None, server_addr=None):
    _tell("workItemSetCustomState", state)


def workItemAppendLog(text, workitem_id=None, server_addr=None):
    _tell("workItemAppendLog", text)


def _tell(name, *arguments):
    file = Path(os.environ["PDG_TEST_TOLD"])
    broken, _, after = os.environ.get("PDG_TEST_BREAKS", "").partition(":")
    if name == broken and file.read_text(encoding="utf-8").count(f'["{name}"') >= int(after or 0):
        raise RuntimeError("Failed RPC")
    with file.open("a", encoding="utf-8") as told:
        told.write(json.dumps([name, *arguments]) + "\n")
