"""What can stand between us and a box over ssh, each as an error of its own."""

from __future__ import annotations

from ..errors import BoxError


class UnreachableError(BoxError):
    """The box can't be reached at the moment. A view of it, never a state of a run: trying again is right."""


class LoginError(BoxError):
    """The box was reached and doesn't let us in; trying again changes nothing."""


class UnknownHostKeyError(BoxError):
    """Nobody has said yet that this host's key is the right one."""


class ChangedHostKeyError(BoxError):
    """The host shows another key than the one that is known, or a revoked one."""
