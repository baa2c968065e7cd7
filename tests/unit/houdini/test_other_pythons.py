"""The client in the Pythons of Houdini, and the bridge in the runtime's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import cosmos_houdini
from cosmos_houdini.environment import RUNTIME_VARIABLE
from support.pythons import find_python

PACKAGE = Path(cosmos_houdini.__file__).parent
CHILD = """
import json, sys
sys.path.insert(0, sys.argv[1])
from cosmos_houdini.errors import UsageError
from cosmos_houdini.houdini.bridge_client.client import shared
bridge = shared()
reply = bridge.send("project.open", {"project": sys.argv[2], "create": True})
told = bridge.call("hello", {}, 60)
reply.result(60)
bridge.call("run.follow", {"project": sys.argv[2], "runs": ["rs_1"]}, 60)
try:
    bridge.call("runs.lits", {}, 60)
except UsageError as error:
    assert "runs.list" in error.fix
while not [one for one in bridge.poll() if one.method == "state"]:
    pass
print(json.dumps([list(sys.version_info[:2]), told["python"], told["pid"]]))
"""


@pytest.mark.parametrize("name", ["3.9", "3.10", "3.11", "3.12", "3.13"])
def test_a_houdini_of_another_python_talks_to_the_runtime(tmp_path, name):
    python = find_python(name)
    if python is None:
        pytest.skip(f"there is no python{name} here")
    environment = {**os.environ, RUNTIME_VARIABLE: sys.executable, "PYTHONHOME_OF_HOUDINI": "/opt/hfs"}
    done = subprocess.run(
        [python, "-c", CHILD, str(PACKAGE.parent), str(tmp_path / "p")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    version, other, _ = json.loads(done.stdout)
    assert version == [int(part) for part in name.split(".")]
    assert other == ".".join(map(str, sys.version_info[:3]))


def test_what_the_client_loads_is_little():
    code = "import sys; before = set(sys.modules); import cosmos_houdini.houdini.bridge_client.client; "
    code += "import json; print(json.dumps(sorted(set(sys.modules) - before)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    slow = {
        "subprocess",
        "tempfile",
        "dataclasses",
        "inspect",
        "logging",
        "socket",
        "ssl",
        "shutil",
        "asyncio",
    }
    assert loaded & slow == set()
