"""`trust-host`: getting to know the key of a box, by comparing its fingerprint."""

from __future__ import annotations

import dataclasses
import sys
from typing import Optional

import click

from ...box.host_keys import own_known_hosts
from ...box.ssh_trust import Offer, scan, trust
from ...errors import BoxError, UsageError
from ..session import Session, session_options


@click.command(epilog="Example: cosmos-houdini trust-host render01")
@click.argument("host", metavar="HOST")
@click.option(
    "--yes-i-compared",
    "compared",
    metavar="FINGERPRINT",
    help="For scripts: the fingerprint that its owner told you (SHA256:…); any other key is refused.",
)
@session_options
def trust_host(session: Session, host: str, compared: Optional[str]) -> None:
    """Show the key of a box, and of jump hosts on the way, and trust it once you have compared it."""
    remote = session.config.remote
    if host != remote.host:
        # The settings of another box say nothing about this one; ~/.ssh/config does.
        remote = dataclasses.replace(remote, host=host, user="", port=None, key_file="")
    trusted = []
    for offer in scan(remote):
        _ask(session, offer, compared)
        trust(offer.host, offer.key)
        trusted.append({"host": offer.host.name, "key": offer.kind, "fingerprint": offer.fingerprint})
    told = "\n".join(f"trusted  {one['host']}  {one['key']}  {one['fingerprint']}" for one in trusted)
    session.answer(
        {"host": host, "trusted": trusted, "file": str(own_known_hosts())},
        told or f"{host} is known already, by a key that it still shows.",
    )


def _ask(session: Session, offer: Offer, compared: Optional[str]) -> None:
    """Returns for a yes, or for the very fingerprint."""
    if compared is not None:
        if compared.strip() != offer.fingerprint:
            raise BoxError(
                f"{offer.host.name} shows another key than you compared. Nothing is trusted.",
                f"It shows {offer.kind} {offer.fingerprint}, and you named {ascii(compared)[1:101]}.",
                "Ask its owner for the fingerprint; a jump host on the way has one of its own.",
            )
        return
    if session.json or not sys.stdin.isatty():
        raise UsageError(
            f"Nobody is here to say whether the key of {offer.host.name} is right.",
            f"It shows {offer.kind} {offer.fingerprint}.",
            f"In a script: cosmos-houdini trust-host {offer.host.alias} --yes-i-compared FINGERPRINT",
        )
    click.echo(f"{offer.host.name} shows this key:\n  {offer.kind}  {offer.fingerprint}", err=True)
    click.echo("Compare it with what its owner tells you (there: ssh-keygen -lf KEY.pub).", err=True)
    if not click.confirm("Is it the same?", default=False, err=True):
        raise BoxError(
            f"{offer.host.name} is not trusted.", fix="Ask its owner for the fingerprint of its host key."
        )
