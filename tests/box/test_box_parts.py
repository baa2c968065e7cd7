"""`tools/box_parts` says why there is no box, and fails only where one was demanded."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "box_parts"
NOBODY = "65534"


@pytest.fixture
def as_nobody(tmp_path):
    """Runs the script as a user without rights."""
    if os.name == "nt" or os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can become somebody else")
    # Nobody may be kept out of the folder that the checkout is in.
    script = SCRIPT.read_text()

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["setpriv", "--reuid", NOBODY, "--clear-groups", "sh", "-s", "--", *arguments],
            input=script,
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )

    return run


def test_without_root_the_reason_is_one_line_and_no_failure(as_nobody):
    answer = as_nobody()
    assert answer.returncode == 0
    assert (
        answer.stdout
        == "No GPU box for the tests: it takes root to make network namespaces and to start Docker.\n"
    )


def test_where_a_box_is_demanded_its_lack_is_a_failure(as_nobody):
    assert as_nobody(COSMOS_REQUIRE_BOX="1").returncode == 1


def test_the_check_prints_the_reason_alone(as_nobody):
    answer = as_nobody("--check")
    assert (answer.returncode, answer.stdout[:13]) == (0, "it takes root")


def test_with_all_parts_it_says_nothing(box_parts):
    done = subprocess.run([str(SCRIPT)], capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
