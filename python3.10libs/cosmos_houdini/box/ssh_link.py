"""One connection to the box: a transport, and one for each jump host on the way, kept alive together."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Optional

from .host_keys import check, keys_of, preferred
from .light_paramiko import paramiko
from .ssh_config import RemoteHost
from .ssh_errors import UnreachableError
from .ssh_login import Identity, Keyring, log_in

PULSE = 8.0  # seconds between two signs of life
PULSE_PATIENCE = 15.0  # seconds without one, after which a link counts as dead
WINDOW = 8 << 20  # bytes under way at most: 100 ms of a 80 MB/s line
# With AES in every processor this one is the fastest; the others are paramiko's own order.
FAST_CIPHER = "aes128-gcm@openssh.com"

logging.getLogger("paramiko").addHandler(logging.NullHandler())  # what it has to say comes as our errors


class Link:
    """Logged in at `host`. `heard()` is called whenever something arrives on it."""

    def __init__(
        self, host: RemoteHost, transports: Sequence[paramiko.Transport], identities: list[Identity]
    ):
        self.host = host
        self.identities = identities
        self._transports = list(transports)
        self._sftp: Optional[paramiko.SFTPClient] = None
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._last_heard = time.monotonic()
        threading.Thread(target=self._feel_pulse, name="ssh-pulse", daemon=True).start()

    @property
    def transport(self) -> paramiko.Transport:
        return self._transports[-1]

    @property
    def alive(self) -> bool:
        return not self._closed.is_set() and all(transport.is_active() for transport in self._transports)

    def heard(self) -> None:
        self._last_heard = time.monotonic()

    def sftp(self) -> paramiko.SFTPClient:
        """The one SFTP channel, opened when it is first needed."""
        with self._lock:
            if self._sftp is None:
                self._sftp = self.transport.open_sftp_client()
            return self._sftp

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Turns whatever a broken connection raises into UnreachableError; other errors pass."""
        try:
            yield
        except (paramiko.SSHException, paramiko.SFTPError, EOFError, TimeoutError) as error:
            raise _broke(self.host, error) from error
        except OSError as error:
            if self.alive:  # the box has a file error to tell, the link is fine
                raise
            raise _broke(self.host, error) from error

    def close(self) -> None:
        self._closed.set()
        for transport in reversed(self._transports):
            transport.close()

    def _feel_pulse(self) -> None:
        """Asks for a sign of life now and then, and hangs up where none comes.

        Answers count, not sent packets: a proxy or a router may take bytes that go nowhere.
        """
        while not self._closed.wait(PULSE) and self.alive:
            watch = threading.Thread(target=self._ask, daemon=True)
            asked = time.monotonic()
            watch.start()
            watch.join(PULSE_PATIENCE)
            while watch.is_alive() and self._last_heard > asked and not self._closed.is_set():
                asked = self._last_heard  # busy with a transfer: our question waits behind it
                watch.join(PULSE_PATIENCE)
            if watch.is_alive():
                self.close()

    def _ask(self) -> None:
        try:
            self.transport.global_request("keepalive@openssh.com", wait=True)
        except (paramiko.SSHException, OSError, EOFError):
            self.close()


def open_link(host: RemoteHost, keyring: Keyring, connect_seconds: float) -> Link:
    """Connects along the jump hosts, checks every host key, logs in everywhere.

    Raises UnreachableError, LoginError, UnknownHostKeyError or ChangedHostKeyError.
    """
    transports: list[paramiko.Transport] = []
    identities: list[Identity] = []
    try:
        for hop in (*host.jumps, host):
            transport = handshake(hop, transports[-1] if transports else None, connect_seconds)
            transports.append(transport)
            check(hop, transport.get_remote_server_key())
            identities.append(log_in(transport, hop, keyring))
    except BaseException:
        for transport in reversed(transports):
            transport.close()
        raise
    return Link(host, transports, identities)


def handshake(
    host: RemoteHost, through: Optional[paramiko.Transport], connect_seconds: float
) -> paramiko.Transport:
    """A transport whose host has shown its key; nobody has judged it yet, nothing of ours was sent."""
    way = tcp(host, connect_seconds) if through is None else _tunnel(host, through, connect_seconds)
    try:
        transport = paramiko.Transport(way, default_window_size=WINDOW)
        transport.banner_timeout = transport.auth_timeout = transport.handshake_timeout = connect_seconds
        options = transport.get_security_options()
        options.key_types = preferred(keys_of(host), tuple(options.key_types))
        others = [cipher for cipher in options.ciphers if cipher != FAST_CIPHER]
        options.ciphers = (FAST_CIPHER, *others)
        try:
            transport.start_client(timeout=connect_seconds)
            transport.get_remote_server_key()  # start_client also returns when time is over
        except BaseException:
            transport.close()
            raise
    except (paramiko.SSHException, EOFError, OSError) as error:
        way.close()
        raise UnreachableError(
            f"{host.name} does not answer as an ssh server does.",
            str(error) or type(error).__name__,
            f"Check host and port: `ssh -v {host.alias}` tells more.",
        ) from error
    return transport


def tcp(host: RemoteHost, connect_seconds: float) -> socket.socket:
    """A connection to the host's port; UnreachableError tells an unknown name from a port that is shut."""
    try:
        way = socket.create_connection((host.hostname, host.port), timeout=connect_seconds)
    except socket.gaierror as error:
        raise UnreachableError(
            f"The name {host.hostname} can't be found.",
            f"{error.strerror or error}. Either it is misspelt, or there is no network or VPN.",
            "Check remote.host, or HostName in ~/.ssh/config.",
        ) from error
    except OSError as error:
        raise UnreachableError(
            f"{host.name} can't be reached.",
            f"{error.strerror or error} ({host.hostname}, port {host.port}).",
            "Check that the box is on, that its ssh server runs, and that no VPN is missing.",
        ) from error
    way = _Prompt(fileno=way.detach())
    way.settimeout(connect_seconds)
    way.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    way.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        way.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(PULSE_PATIENCE * 1000))
    return way


class _Prompt(socket.socket):
    """Confirms at once whatever arrives, where the system can.

    Linux waits 40 ms for something of ours to send it along with, and a server of ssh holds back its next
    small packet until then: so the first channel of every connection would come that much later.
    """

    def send(self, content: Any, flags: int = 0) -> int:
        sent = super().send(content, flags)
        if sys.platform == "linux":
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)  # until the next packet of ours
        return sent


def _tunnel(host: RemoteHost, through: paramiko.Transport, connect_seconds: float) -> paramiko.Channel:
    try:
        return through.open_channel(
            "direct-tcpip", (host.hostname, host.port), ("127.0.0.1", 0), timeout=connect_seconds
        )
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise UnreachableError(
            f"{host.name} can't be reached from its jump host.",
            f"The jump host says: {error}.",
            "Check that the box is on, and that its name is known on the jump host.",
        ) from error


def _broke(host: RemoteHost, error: Exception) -> UnreachableError:
    return UnreachableError(
        f"The connection to {host.name} broke.",
        str(error) or type(error).__name__,
        "Type the same command again; it goes on where it was.",
    )
