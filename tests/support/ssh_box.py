"""A box behind the test's own ssh server, as the product opens it."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.box_run import BoxRun
from cosmos_houdini.box.manifest import InputFile, Launcher, Manifest
from cosmos_houdini.box.ssh import SshConnection
from cosmos_houdini.box.ssh_config import resolve
from cosmos_houdini.box.ssh_login import Keyring
from cosmos_houdini.config import Config, load_config
from support.sshd import Sshd


def config_for(server: Sshd, **remote: Any) -> Config:
    """The settings of a project whose box this server is; `remote` changes some."""
    settings = {
        "host": "127.0.0.1",
        "user": server.user,
        "port": server.port,
        "key_file": server.user_key,
        "remote_dir": server.remote_dir,
        "transfer": "sftp",
        "connect_seconds": 10.0,
        **remote,
    }
    return load_config(
        server.folder,
        environment={},
        command_line={f"remote.{key}": str(value) for key, value in settings.items() if value is not None},
    )


def connect(
    server: Sshd, retry_seconds: float = 10.0, keyring: Keyring | None = None, **remote: Any
) -> SshConnection:
    settings = config_for(server, **remote).remote
    return SshConnection(resolve(settings), settings, keyring, retry_seconds)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def manifest(run_id: str, shell: str, *inputs: InputFile) -> Manifest:
    return Manifest(
        run_id=run_id,
        owner="somebody",
        spec_sha256="a" * 64,
        submitted_at="2026-01-01T00:00:00+00:00",
        inputs=inputs,
        launcher=Launcher("process", ("sh", "-c", shell)),
    )


def wait(agent: Agent, run_id: str) -> BoxRun:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        run = agent.status([run_id])[run_id]
        if run.state.ended:
            return run
        time.sleep(0.02)
    raise AssertionError(f"{run_id} does not end")


def film(path: Path, size: int) -> tuple[Path, str]:
    """A file of `size` bytes that don't repeat, and its hash."""
    content = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(size // 32 + 1))[:size]
    path.write_bytes(content)
    return path, sha256(content)
