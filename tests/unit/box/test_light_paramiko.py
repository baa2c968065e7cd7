"""paramiko comes without the task runner that it loads for one rare line of ~/.ssh/config."""

from __future__ import annotations

import subprocess
import sys

import pytest


def said(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("module", ["ssh", "ssh_login", "sftp_read", "sftp_room", "host_keys"])
def test_no_module_of_ours_loads_invoke(module):
    code = (
        f"import sys, cosmos_houdini.box.{module}; print('paramiko' in sys.modules, 'invoke' in sys.modules)"
    )
    assert said(code) == "True False\n"


@pytest.mark.skipif(sys.platform == "win32", reason="the command is one of a Unix shell")
@pytest.mark.parametrize(("command", "port"), [("true", "2201"), ("false", "2202")])
def test_a_line_that_needs_it_is_carried_out(tmp_path, command, port):
    (tmp_path / ".ssh").mkdir()
    config = f'Match exec "{command}"\n  Port 2201\nHost *\n  Port 2202\n'
    (tmp_path / ".ssh" / "config").write_text(config)
    code = (
        "from pathlib import Path; from cosmos_houdini.box.ssh_config_file import read_ssh_config; "
        f"print(read_ssh_config(Path({str(tmp_path)!r})).lookup('box')['port'])"
    )
    assert said(code) == f"{port}\n"
