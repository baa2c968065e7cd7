"""The list of methods. Each is imported only when it is called, so that `hello` is answered at once."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .lanes import BOX, CANCEL, ENCODE, LOOK, QUICK, WORK


@dataclass(frozen=True)
class Method:
    """Where a method is (`module:function` below bridge.calls), and the lane that carries it out."""

    where: str
    lane: str

    def load(self) -> Callable[..., Any]:
        module, _, name = self.where.partition(":")
        function: Callable[..., Any] = getattr(
            importlib.import_module(f"cosmos_houdini.bridge.calls.{module}"), name
        )
        return function


METHODS = {
    "project.open": Method("projects:open_project", QUICK),
    "passes.inspect": Method("passes:inspect", WORK),
    "passes.encode": Method("passes:encode", ENCODE),
    "prompt.create": Method("records:create_prompt", WORK),
    "run.create": Method("records:create_run", WORK),
    "run.check": Method("runs:check", WORK),
    "run.estimate": Method("runs:estimate", WORK),
    "run.spec": Method("runs:spec", LOOK),
    "run.submit": Method("runs:submit", BOX),
    "run.follow": Method("follow:follow", QUICK),
    "run.unfollow": Method("follow:unfollow", QUICK),
    "run.cancel": Method("runs:cancel", CANCEL),
    "run.fetch": Method("runs:fetch", BOX),
    "run.show": Method("runs:show", QUICK),
    "run.upscale": Method("runs:upscale", BOX),
    "frames.extract": Method("frames:extract", WORK),
    "runs.list": Method("projects:list_runs", QUICK),
    "box.status": Method("box:status", LOOK),
    "box.doctor": Method("box:doctor", LOOK),
}
