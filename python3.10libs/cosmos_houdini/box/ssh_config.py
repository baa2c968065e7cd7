"""Who a box is: our settings, and what ~/.ssh/config says about its name."""

from __future__ import annotations

import getpass
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ..config import RemoteSettings
from ..errors import BadInputError
from ..records.paths import expand_home
from .known_hosts import lookup_name
from .light_paramiko import paramiko
from .ssh_config_file import read_ssh_config, words

HOST = re.compile(r"[A-Za-z0-9_:\[][A-Za-z0-9_.:\]-]{0,254}\Z")
USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,127}\$?\Z")
QUOTES = "'\"`"
DEFAULT_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")
SYSTEM_KNOWN_HOSTS = (Path("/etc/ssh/ssh_known_hosts"), Path("/etc/ssh/ssh_known_hosts2"))
MOST_JUMPS = 8


@dataclass(frozen=True)
class RemoteHost:
    """One machine on the way, the box or a jump host, with all that is needed to log in there.

    `key_files` were named by the person, `default_key_files` are those that ssh tries by itself. `known_as`
    is the name in known_hosts. `jumps` lead there, the first to be connected first; a jump has none itself.
    """

    alias: str
    hostname: str
    user: str
    port: int
    key_files: tuple[Path, ...]
    default_key_files: tuple[Path, ...]
    identities_only: bool
    known_as: str
    known_hosts: tuple[Path, ...]
    jumps: tuple[RemoteHost, ...] = ()

    @property
    def name(self) -> str:
        """For a person: "artist@render01", with the port where it isn't 22."""
        port = "" if self.port == 22 else f":{self.port}"
        return f"{self.user}@{self.alias}{port}"


def resolve(settings: RemoteSettings) -> RemoteHost:
    """The box of the settings; BadInputError for a name that no host can have, or none at all."""
    if not settings.host:
        raise BadInputError(
            "No GPU box is set.",
            fix='Name it in cosmos.toml, below [remote]: host = "render01", or by --set remote.host=NAME.',
        )
    config = read_ssh_config(Path.home())
    key_file = _path(settings.key_file, "remote.key_file") if settings.key_file else None
    return _resolve(config, settings.host, settings.user or None, settings.port, key_file, ())


def _resolve(
    config: paramiko.SSHConfig,
    alias: str,
    user: Optional[str],
    port: Optional[int],
    key_file: Optional[Path],
    on_the_way: tuple[str, ...],
) -> RemoteHost:
    _require(bool(HOST.match(alias)), "host name", alias)
    found = _lookup(config, alias)
    hostname = str(found.get("hostname", alias))
    _require(bool(HOST.match(hostname)), "host name", hostname)
    port = port or _port(found.get("port", "22"), alias)
    # As in ssh: an alias for the key is looked up as it is, a host with its port.
    known_as = str(found.get("hostkeyalias") or lookup_name(hostname.strip("[]"), port))
    _require(bool(HOST.match(known_as)), "host name", known_as)
    user = user or found.get("user") or getpass.getuser()
    _require(bool(USER.match(user)), "user name", user)
    named = [] if key_file is None else [key_file]
    named += [_path(text, "IdentityFile") for text in found.get("identityfile", []) if text.lower() != "none"]
    return RemoteHost(
        alias=alias,
        hostname=hostname.strip("[]"),
        user=user,
        port=port,
        key_files=tuple(named),
        default_key_files=tuple(Path.home() / ".ssh" / name for name in DEFAULT_KEYS) if not named else (),
        identities_only=str(found.get("identitiesonly", "no")).lower() == "yes",
        known_as=known_as,
        known_hosts=_known_hosts(found),
        jumps=_jumps(config, found, alias, on_the_way),
    )


def _lookup(config: paramiko.SSHConfig, alias: str) -> dict[str, Any]:
    try:
        found = dict(config.lookup(alias))
    except (paramiko.SSHException, ValueError, KeyError) as error:  # a Match or a token it doesn't know
        raise BadInputError(
            f"~/.ssh/config can't be used for {alias}.",
            why=str(error),
            fix="Mend the lines that match this host.",
        ) from error
    command = found.get("proxycommand")
    if command and str(command).lower() != "none" and not found.get("proxyjump"):
        raise BadInputError(
            f"~/.ssh/config reaches {alias} by a ProxyCommand, and that is not supported.",
            why="Such a command is shell text that anything may hide in.",
            fix="Write it as ProxyJump, which is what most of them stand for: ProxyJump gateway.",
        )
    return found


def _jumps(
    config: paramiko.SSHConfig, found: dict[str, Any], alias: str, on_the_way: tuple[str, ...]
) -> tuple[RemoteHost, ...]:
    """The chain of ProxyJump. As in ssh, only the first of a list may have jump hosts of its own."""
    text = str(found.get("proxyjump") or "")
    if not text or text.lower() == "none":
        return ()
    jumps: list[RemoteHost] = []
    for word in text.split(","):
        user, host, port = _jump(word.strip())
        if host == alias:  # `Host *` with a ProxyJump also matches the jump host itself
            return ()
        if host in on_the_way or len(on_the_way) >= MOST_JUMPS:
            raise BadInputError(
                f"ProxyJump goes in a circle at {host}.",
                why=" -> ".join((*on_the_way, alias, host)),
                fix="Mend ProxyJump in ~/.ssh/config.",
            )
        jump = _resolve(config, host, user, port, None, (*on_the_way, alias))
        jumps += jump.jumps if not jumps else ()
        jumps.append(_alone(jump))
    return tuple(jumps)


def _alone(jump: RemoteHost) -> RemoteHost:
    return RemoteHost(**{**vars(jump), "jumps": ()})


def _jump(word: str) -> tuple[Optional[str], str, Optional[int]]:
    """`[user@]host[:port]` of a ProxyJump; the host may be an IPv6 address in brackets."""
    word = word.removeprefix("ssh://")
    user, _, place = word.rpartition("@")
    bracketed = re.fullmatch(r"\[([^\]]+)\](?::(\w+))?", place)
    if bracketed:
        host, port = bracketed[1], bracketed[2]
    elif place.count(":") == 1:
        host, _, port = place.partition(":")
    else:
        host, port = place, None
    return user or None, host, None if port is None else _port(port, host)


def _port(text: str, alias: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise BadInputError(f"The port of {alias}, {text!r}, is none.", fix="Mend Port in ~/.ssh/config.")
    return int(text)


def _known_hosts(found: dict[str, Any]) -> tuple[Path, ...]:
    """The user's files and the machine's; our own file is not among them."""
    folder = Path.home() / ".ssh"
    files: list[Path] = []
    for key, usual in (
        ("userknownhostsfile", (folder / "known_hosts", folder / "known_hosts2")),
        ("globalknownhostsfile", SYSTEM_KNOWN_HOSTS),
    ):
        told = found.get(key)
        if told is None:
            files += usual
        else:
            files += [_path(word, "known_hosts") for word in words(str(told)) if word.lower() != "none"]
    return tuple(files)


def _path(text: str, setting: str) -> Path:
    if not text.isprintable() or text.startswith("-") or any(quote in text for quote in QUOTES):
        raise BadInputError(
            f"{ascii(text)[:80]} can't be used as {setting}.",
            why="Quotes, control characters and a '-' in front have a meaning of their own for ssh.",
            fix="Rename the file or folder, or give it another way in.",
        )
    path = expand_home(text)
    return path if path.is_absolute() else Path.home() / path


def _require(condition: bool, kind: str, text: str) -> None:
    if not condition:
        raise BadInputError(
            f"{ascii(text)[:80]} can't be used as a {kind}.",
            why="It holds characters that no host or user of ssh has in its name.",
            fix="Check [remote] in cosmos.toml and the host in ~/.ssh/config.",
        )
