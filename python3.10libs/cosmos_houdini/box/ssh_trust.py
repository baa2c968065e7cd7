"""Getting to know hosts: which keys on the way to the box nobody knows yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

from ..config import RemoteSettings
from .host_keys import check, fingerprint, trust
from .light_paramiko import paramiko
from .ssh_config import RemoteHost, resolve
from .ssh_errors import UnknownHostKeyError
from .ssh_link import handshake
from .ssh_login import Keyring, log_in

__all__ = ["Offer", "scan", "trust"]


@dataclass(frozen=True)
class Offer:
    """A key that a host shows and nobody knows."""

    host: RemoteHost
    key: paramiko.PKey

    @property
    def kind(self) -> str:
        return self.key.get_name()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.key)


def scan(settings: RemoteSettings, keyring: Optional[Keyring] = None) -> Iterator[Offer]:
    """The unknown keys on the way to the box, jump hosts first; none for a box that is known.

    Whoever takes an offer trusts it before asking for the next one: a jump host is only passed once it is
    known. Raises ChangedHostKeyError for a host that is known by another key, and as `open_link` does.
    """
    host = resolve(settings)
    keyring = keyring or Keyring()
    opened: list[paramiko.Transport] = []
    try:
        for hop in (*host.jumps, host):
            transport = handshake(hop, opened[-1] if opened else None, settings.connect_seconds)
            opened.append(transport)
            key = transport.get_remote_server_key()
            try:
                check(hop, key)
            except UnknownHostKeyError:
                yield Offer(hop, key)
            if hop is not host:
                check(hop, key)
                log_in(transport, hop, keyring)
    finally:
        for transport in reversed(opened):
            transport.close()
