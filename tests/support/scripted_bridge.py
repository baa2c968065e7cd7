"""A bridge whose answers the test gives one by one, for what no real one can be made to do on cue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Reply:
    method: str
    params: dict[str, Any]
    answer: Any = None
    error: Exception | None = None
    ready: bool = False
    cancelled: bool = False

    def give(self, answer):
        self.answer, self.ready = answer, True

    def fail(self, error):
        self.error, self.ready = error, True

    def done(self):
        return self.ready

    def cancel(self):
        self.cancelled = not self.ready

    def result(self, timeout=None):
        assert self.ready, "asked for before it was there"
        if self.error is not None:
            raise self.error
        return self.answer


@dataclass
class Notification:
    method: str
    params: dict[str, Any]


@dataclass
class ScriptedBridge:
    sent: list[Reply] = field(default_factory=list)
    heard: list[Notification] = field(default_factory=list)
    open: bool = False

    def send(self, method, params):
        self.sent.append(Reply(method, dict(params)))
        return self.sent[-1]

    def subscribe(self):
        self.open = True
        return self

    def poll(self):
        heard, self.heard = self.heard, []
        return heard

    def close(self):
        self.open = False

    # for the test

    def say(self, method, **params):
        self.heard.append(Notification(method, params))

    @property
    def asked(self):
        return [reply.method for reply in self.sent]

    @property
    def last(self):
        return self.sent[-1]
