"""What the tests of the stand-in share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]


@pytest.fixture
def run_hython(tmp_path):
    """Runs the stand-in as another process, in the folder of the test; returns what came of it."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        settings = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(tmp_path)]), **environment}
        command = [sys.executable, "-m", "hython_harness", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False, timeout=300
        )

    return run
