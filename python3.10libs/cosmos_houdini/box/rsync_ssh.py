"""The settings that rsync's own ssh gets: the same hosts, keys and known keys, and it never asks anything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .host_keys import known_hosts_files
from .ssh_config import RemoteHost
from .ssh_login import Identity

ALIVE_EVERY, ALIVE_TRIES = 8, 2  # seconds between two signs of life, and how many may be missing
BOX = "cosmos-box"  # what the box is called in these settings; no name of a person's reaches ssh's arguments


def write_ssh_settings(
    folder: Path, host: RemoteHost, identities: Sequence[Identity], connect_seconds: float
) -> Path:
    """A whole ssh_config in `folder`, for `ssh -F`; each host gets the key that opened it for us.

    ValueError for a path that can't be written in one.
    """
    hops = (*host.jumps, host)
    names = [*(f"cosmos-jump-{number}" for number in range(len(host.jumps))), BOX]
    blocks = []
    for number, (hop, name) in enumerate(zip(hops, names)):
        jump = names[number - 1] if number else "none"
        key = _key_file(folder / f"{name}.pub", identities[number])
        blocks.append("\n    ".join((f"Host {name}", *_of_host(hop, key), f"ProxyJump {jump}")))
    blocks.append("\n    ".join(("Host *", *_of_all(connect_seconds))))
    settings = folder / "ssh_config"
    settings.write_text("\n".join((*blocks, "")), encoding="utf-8")
    return settings


def _key_file(public: Path, identity: Identity) -> Path:
    """The private key's file; for one of ssh-agent its public half, by which ssh finds it there."""
    if identity.file is not None:
        return identity.file
    public.write_text(f"{identity.key.get_name()} {identity.key.get_base64()}\n", encoding="ascii")
    return public


def _of_host(host: RemoteHost, key: Path) -> list[str]:
    return [
        f"HostName {host.hostname}",
        f"HostKeyAlias {host.known_as}",
        f"Port {host.port}",
        f"User {host.user}",
        f"IdentityFile {_quoted([key])}",
        "IdentitiesOnly yes",
        f"UserKnownHostsFile {_quoted(known_hosts_files(host))}",
    ]


def _of_all(connect_seconds: float) -> list[str]:
    return [
        "BatchMode yes",
        "StrictHostKeyChecking yes",
        "GlobalKnownHostsFile none",
        "UpdateHostKeys no",
        "CheckHostIP no",
        "PreferredAuthentications publickey",
        f"ConnectTimeout {max(1, round(connect_seconds))}",
        f"ServerAliveInterval {ALIVE_EVERY}",
        f"ServerAliveCountMax {ALIVE_TRIES}",
        "ControlMaster no",
        "ControlPath none",
        "ForwardAgent no",
        "ForwardX11 no",
        "ClearAllForwardings yes",
        "PermitLocalCommand no",
        "Compression no",
        "LogLevel ERROR",
    ]


def _quoted(files: Sequence[Path]) -> str:
    words = []
    for file in files:
        text = str(file)
        if not text.isprintable() or any(sign in text for sign in '"\\') or "${" in text:
            raise ValueError(text)
        words.append('"' + text.replace("%", "%%") + '"')
    return " ".join(words)
