"""Logging in with keys: those that were named, those of ssh-agent, the usual ones; a passphrase is asked
only on a terminal and kept in memory only.
"""

from __future__ import annotations

import base64
import binascii
import getpass
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from .light_paramiko import paramiko
from .ssh_config import RemoteHost
from .ssh_errors import LoginError, UnreachableError

TRIES_OF_SSHD = 5  # after about six refused keys sshd hangs up
PASSPHRASE_TRIES = 3

# Asks for the passphrase of a key file; None where nobody can be asked.
AskPassphrase = Callable[[Path], Optional[str]]


def ask_on_terminal(file: Path) -> Optional[str]:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return getpass.getpass(f"Passphrase of {file}: ", stream=sys.stderr)


class WouldAskError(Exception):
    """A passphrase is needed, and now is not the time to ask."""


def _ask_nothing(file: Path) -> Optional[str]:
    raise WouldAskError(file)


@dataclass(frozen=True)
class Identity:
    """A key and its file (None: ssh-agent holds it); `unlocked_here`: only we know its passphrase."""

    key: paramiko.PKey
    file: Optional[Path] = None
    unlocked_here: bool = False

    @property
    def source(self) -> str:
        return "ssh-agent" if self.file is None else str(self.file)


class Keyring:
    """The keys at hand for a while; unlocked ones stay, so that a reconnect asks nothing."""

    def __init__(self, ask: AskPassphrase = ask_on_terminal) -> None:
        self._ask = ask
        self._unlocked: dict[Path, paramiko.PKey] = {}
        self.complaints: list[str] = []

    def silent(self) -> Keyring:
        """The same keys, for a login that nobody watches: WouldAskError where a person would be asked."""
        keyring = Keyring(_ask_nothing)
        keyring._unlocked = self._unlocked
        return keyring

    def identities(self, host: RemoteHost) -> Iterator[Identity]:
        """In the order to try; a passphrase is asked only once nothing else is left."""
        self.complaints = []
        held = _agent_keys()
        named = {blob for file in host.key_files if (blob := _public_blob(file))}
        yield from (Identity(key) for key in held if key.asbytes() in named)
        locked: list[Path] = []
        yield from self._plain(host.key_files, locked, must_exist=True)
        if not host.identities_only:
            yield from (Identity(key) for key in held if key.asbytes() not in named)
        yield from self._plain(host.default_key_files, locked, must_exist=False)
        for file in locked:
            key = self._unlock(file)
            if key is not None:
                yield Identity(key, file, unlocked_here=True)

    def _plain(self, files: tuple[Path, ...], locked: list[Path], must_exist: bool) -> Iterator[Identity]:
        for file in files:
            if file in self._unlocked:
                yield Identity(self._unlocked[file], file, unlocked_here=True)
                continue
            try:
                yield Identity(paramiko.PKey.from_path(file), file)
            except FileNotFoundError:
                if must_exist:
                    self.complaints.append(f"{file} does not exist")
            except (TypeError, paramiko.PasswordRequiredException):  # how an encrypted key shows itself
                locked.append(file)
            except (OSError, ValueError, paramiko.SSHException, paramiko.pkey.UnknownKeyType) as error:
                self.complaints.append(f"{file} can't be read as a private key ({error})")

    def _unlock(self, file: Path) -> Optional[paramiko.PKey]:
        for _ in range(PASSPHRASE_TRIES):
            passphrase = self._ask(file)
            if passphrase is None:
                self.complaints.append(f"{file} has a passphrase, and there is no terminal to ask for it")
                return None
            try:
                # What a key is encrypted with are bytes, whatever the type stubs say.
                key = paramiko.PKey.from_path(file, passphrase.encode("utf-8"))  # type: ignore[arg-type]
            except (ValueError, TypeError, paramiko.SSHException):
                continue
            self._unlocked[file] = key
            return key
        self.complaints.append(f"none of the passphrases opens {file}")
        return None


def log_in(transport: paramiko.Transport, host: RemoteHost, keyring: Keyring) -> Identity:
    """Returns the key that opened the door. Raises LoginError, and UnreachableError for a cut in between."""
    tried: list[str] = []
    for identity in keyring.identities(host):
        begun = time.monotonic()
        try:
            more = transport.auth_publickey(host.user, identity.key)
        except paramiko.BadAuthenticationType as error:
            raise _refused(host, f"It takes no keys, only {', '.join(error.allowed_types)}.") from error
        except (paramiko.SSHException, EOFError, OSError) as error:
            # paramiko has one exception for "wrong key", "too slow" and "hung up".
            tried.append(f"{identity.key.get_name()} of {identity.source}")
            if time.monotonic() - begun >= transport.auth_timeout:
                raise _interrupted(host, "It did not answer in time.") from error
            if not transport.is_active():
                if len(tried) >= TRIES_OF_SSHD:
                    why = f"It hung up after {len(tried)} keys; the right one was not among them."
                    raise _refused(host, why) from error
                raise _interrupted(host, "The connection broke.") from error
            continue
        if more:
            raise _refused(host, f"It takes the key and wants {', '.join(more)} besides.")
        return identity
    why = f"It refused {', '.join(tried)}." if tried else "There is no key to show."
    raise _refused(host, " ".join([why, *(f"{complaint}." for complaint in keyring.complaints)]))


def _agent_keys() -> list[paramiko.PKey]:
    try:
        return list(paramiko.Agent().get_keys())
    except (paramiko.SSHException, OSError):  # no agent, or one that speaks something else
        return []


def _public_blob(file: Path) -> Optional[bytes]:
    """The public half of a key file, where it lies beside it."""
    try:
        return base64.b64decode(file.with_name(f"{file.name}.pub").read_text().split()[1], validate=True)
    except (OSError, ValueError, IndexError, binascii.Error):
        return None


def _refused(host: RemoteHost, why: str) -> LoginError:
    return LoginError(
        f"{host.name} doesn't let us in.",
        why,
        "Load the right key into ssh-agent (ssh-add KEY), or name it as remote.key_file or IdentityFile; "
        f"check that the user is right. `ssh {host.alias}` should log in without a question.",
    )


def _interrupted(host: RemoteHost, why: str) -> UnreachableError:
    return UnreachableError(
        f"{host.name} went away while we were logging in.", why, "Try again; the same command goes on."
    )
