"""Our programs as they lie on a box: `bin/<sha256>/<name>` below its root.

Versions live side by side; whoever uses an older one keeps it.
"""

from __future__ import annotations

import hashlib
import posixpath
import threading
from dataclasses import dataclass

from .agent_file import SCRIPTS, script_file
from .files import disk_errors
from .light_paramiko import paramiko
from .sftp import file_on_box, make_folders


@dataclass(frozen=True)
class Script:
    """`place` is its path below the root."""

    place: str
    content: bytes


def our_scripts() -> dict[str, Script]:
    """All of them by name; BoxError where one is missing here."""
    scripts = {}
    for name in SCRIPTS:
        source = script_file(name)
        with disk_errors(source):
            content = source.read_bytes()
        scripts[name] = Script(f"bin/{hashlib.sha256(content).hexdigest()}/{name}", content)
    return scripts


def install(sftp: paramiko.SFTPClient, root: str, script: Script) -> None:
    """Brings it there where it isn't yet, or was cut off on its way."""
    target = posixpath.join(root, script.place)
    if file_on_box(sftp, target) == len(script.content):
        return
    make_folders(sftp, posixpath.dirname(target))
    part = f"{target}.part-{threading.get_native_id()}-{id(sftp)}"
    with sftp.open(part, "wb") as writing:
        writing.write(script.content)
    sftp.chmod(part, 0o600)
    sftp.posix_rename(part, target)
