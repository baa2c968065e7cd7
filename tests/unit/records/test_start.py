"""The records are cheap to load: Houdini does, and every command. Counted: times vary with the machine."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

COUNT = (
    "import json, sys; before = set(sys.modules); {}; print(json.dumps(sorted(set(sys.modules) - before)))"
)
# 54 in Python 3.11, 78 in 3.12 and 3.13 with those that pathlib brings.
MOST = 85
# Slow to load, and not needed to read and write a record.
HEAVY = {"asyncio", "concurrent", "ctypes", "email", "http", "logging", "multiprocessing", "shutil", "socket"}
HEAVY |= {"sqlite3", "ssl", "subprocess", "tempfile", "unittest", "uuid", "xml", "zipfile"}
PICTURES = {"OpenImageIO", "av", "cv2", "numpy", "tqdm"}


def loaded_by(statement: str) -> list[str]:
    command = [sys.executable, "-c", COUNT.format(statement)]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(found.splitlines()[-1])


@pytest.mark.parametrize("module", ["store", "prompt_spec", "run_spec", "atomic"])
def test_the_records_load_few_modules_and_none_that_is_slow(module: str) -> None:
    modules = loaded_by(f"import cosmos_houdini.records.{module}")
    assert len(modules) <= MOST, modules
    assert {name.split(".")[0] for name in modules} & (HEAVY | PICTURES) == set()


@pytest.mark.parametrize("arguments", [["--help"], ["passes", "encode", "--help"], ["list", "--help"]])
def test_help_loads_no_picture_library(arguments: list[str]) -> None:
    modules = loaded_by(f"from cosmos_houdini.cli.__main__ import run; run({arguments!r})")
    assert {name.split(".")[0] for name in modules} & PICTURES == set()
