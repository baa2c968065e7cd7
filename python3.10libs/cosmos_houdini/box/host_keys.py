"""Is this the host it says it is? Known keys of ssh's files and of our own, which `trust-host` fills."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from ..config import user_config_file
from ..records.atomic import write_atomic
from ..records.locks import locked
from .known_hosts import KnownKey, known_keys
from .light_paramiko import paramiko
from .ssh_config import RemoteHost
from .ssh_errors import ChangedHostKeyError, UnknownHostKeyError

# One RSA key goes by several signature algorithms.
ALGORITHMS = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}


def own_known_hosts() -> Path:
    """Our own file, beside the user's settings."""
    return user_config_file(os.environ).parent / "known_hosts"


def known_hosts_files(host: RemoteHost) -> tuple[Path, ...]:
    """All files that may know this host, ours last."""
    return (*host.known_hosts, own_known_hosts())


def keys_of(host: RemoteHost) -> list[KnownKey]:
    return known_keys(known_hosts_files(host), host.known_as)


def fingerprint(key: paramiko.PKey) -> str:
    """As `ssh-keygen -l` shows it: SHA256:…"""
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode("ascii")
    return f"SHA256:{digest.rstrip('=')}"


def preferred(known: Sequence[KnownKey], algorithms: Sequence[str]) -> tuple[str, ...]:
    """The host key algorithms to ask for: those whose key is known first, so that it is the one shown."""
    kinds = dict.fromkeys(key.kind for key in known if not key.revoked)
    first = [name for kind in kinds for name in ALGORITHMS.get(kind, (kind,)) if name in algorithms]
    return (*first, *(name for name in algorithms if name not in first))


def check(host: RemoteHost, offered: paramiko.PKey) -> None:
    """Returns for a key that is known.

    Raises UnknownHostKeyError for a host that nobody knows yet, and ChangedHostKeyError for one that is known
    by other keys, or whose key was revoked.
    """
    known = keys_of(host)
    blob = offered.asbytes()
    for key in known:
        if key.revoked and key.blob == blob:
            raise _changed(host, offered, key, "This key was revoked")
    valid = [key for key in known if not key.revoked]
    if any(key.blob == blob for key in valid):
        return
    if valid:
        raise _changed(host, offered, valid[0], "Another key is known for it")
    raise UnknownHostKeyError(
        f"The host key of {host.name} is not known yet.",
        f"It shows {offered.get_name()} {fingerprint(offered)}, and no known_hosts file names this host.",
        f"Compare the fingerprint with the one that its owner tells you, then type: "
        f"cosmos-houdini trust-host {host.alias}",
    )


def trust(host: RemoteHost, offered: paramiko.PKey) -> Path:
    """Writes the key down in our own file (mode 600), which is returned; ChangedHostKeyError where another
    one is known.
    """
    file = own_known_hosts()
    with locked(file.with_name(".known_hosts.lock")):
        try:
            check(host, offered)
        except UnknownHostKeyError:
            text = file.read_text(encoding="utf-8") if file.is_file() else ""
            if text and not text.endswith("\n"):
                text += "\n"
            name = host.known_as.lower()
            write_atomic(file, f"{text}{name} {offered.get_name()} {offered.get_base64()}\n")
            file.chmod(0o600)
    return file


def _changed(host: RemoteHost, offered: paramiko.PKey, known: KnownKey, why: str) -> ChangedHostKeyError:
    return ChangedHostKeyError(
        f"THE HOST KEY OF {host.name} HAS CHANGED. Nothing was sent there.",
        f"{why} (line {known.line} of {known.file}). It shows {offered.get_name()} {fingerprint(offered)}. "
        "Either the machine was set up anew, or somebody is between you and it.",
        "Ask its owner. Only if the new fingerprint is right, remove that line and type: "
        f"cosmos-houdini trust-host {host.alias}",
    )
