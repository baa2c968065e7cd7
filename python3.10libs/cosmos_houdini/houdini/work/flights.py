"""All runs that one scheduler has under way, over one bridge. Nothing here blocks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, Union

from ...errors import CosmosError, RunFailedError
from ..bridge_client.client import Bridge
from ..bridge_client.replies import Notification, Reply, Subscription, error_of
from .flight import Ask, Ended, Landed, Warnings, Way, way_of
from .told import percent, words
from .transfer import TransferOrder


@dataclass(frozen=True)
class Moved:
    """A flight has come further: 0..100, and where it is in words."""

    key: int
    percent: float
    text: str


@dataclass(frozen=True)
class Said:
    """A line for the work item's log; `wrong` where it is a warning."""

    key: int
    text: str
    wrong: bool = True


@dataclass(frozen=True)
class Done:
    key: int
    landed: Landed
    seconds: float


@dataclass(frozen=True)
class Failed:
    """`error` is a CancelledError where the run was cancelled, by whomever."""

    key: int
    error: CosmosError
    seconds: float


Event = Union[Moved, Said, Done, Failed]


@dataclass
class _Flight:
    key: int
    order: TransferOrder
    way: Way
    warnings: Warnings
    begun: float
    run: str = ""
    needs: Union[Ask, Ended, None] = None
    reply: Optional[Reply] = None
    percent: float = 0.0
    text: str = ""
    follows: bool = False
    said: set[str] = field(default_factory=set)

    def shares(self, other: _Flight) -> bool:
        """Whether it is another one for the same run."""
        same = self.run == other.run and self.order.project == other.order.project
        return self is not other and bool(self.run) and same


class Flights:
    """Runs under way, by the key of their work item. `connect` gives the shared bridge."""

    def __init__(self, connect: Callable[[], Bridge]) -> None:
        self._connect = connect
        self._bridge: Optional[Bridge] = None
        self._subscription: Optional[Subscription] = None
        self._flights: dict[int, _Flight] = {}
        self._ends: dict[tuple[str, str], Mapping[str, Any]] = {}

    def __len__(self) -> int:
        return len(self._flights)

    def begin(self, key: int, order: TransferOrder) -> None:
        """Sets a run on its way; what goes wrong at once comes with the next `tick`, too."""
        warnings = Warnings()
        flight = _Flight(key, order, way_of(order, warnings), warnings, time.monotonic())
        self._flights[key] = flight

    def tick(self) -> list[Event]:
        """What happened since the last one."""
        events: list[Event] = []
        for notification in self._notifications():
            events += self._heard(notification)
        for flight in list(self._flights.values()):
            events += self._moved_on(flight)
        return events

    def cancel(self, key: int) -> None:
        """Cancels the run; the flight is forgotten at once, the box is told in the background.

        Another item's flight that waits for the same run keeps it.
        """
        flight = self._flights.get(key)
        if flight is None or any(other.shares(flight) for other in self._flights.values()):
            self.leave(key)
            return
        del self._flights[key]
        if flight.reply is not None:
            flight.reply.cancel()  # an upload that is under way
        if flight.run:
            self._open().send("run.cancel", {"project": str(flight.order.project), "run": flight.run})

    def leave(self, key: int) -> None:
        """Lets the run go on without us."""
        flight = self._flights.pop(key, None)
        if flight is not None and flight.follows:
            asked = {"project": str(flight.order.project), "runs": [flight.run]}
            self._open().send("run.unfollow", asked)

    def close(self) -> None:
        if self._subscription is not None:
            self._subscription.close()
        self._subscription = self._bridge = None

    def _moved_on(self, flight: _Flight) -> list[Event]:
        """Takes the flight as far as it comes without waiting."""
        try:
            while True:
                if flight.needs is None:
                    self._take(flight, next(flight.way))
                elif isinstance(flight.needs, Ask):
                    if flight.reply is None or not flight.reply.done():
                        return self._warned(flight)
                    try:
                        answer = flight.reply.result(timeout=0)
                    except CosmosError as error:
                        self._take(flight, flight.way.throw(error))
                    else:
                        self._take(flight, flight.way.send(answer))
                else:
                    end = self._ends.get((flight.needs.project, flight.needs.run))
                    if end is None:
                        return self._warned(flight)
                    error_of_run = _error_of(end)
                    if error_of_run is not None:
                        self._take(flight, flight.way.throw(error_of_run))
                    else:
                        self._take(flight, flight.way.send(end["outputs"]))
        except StopIteration as stop:
            del self._flights[flight.key]
            return [*self._warned(flight), Done(flight.key, stop.value, self._age(flight))]
        except CosmosError as error:
            del self._flights[flight.key]
            return [*self._warned(flight), Failed(flight.key, error, self._age(flight))]

    def _take(self, flight: _Flight, needs: Union[Ask, Ended]) -> None:
        flight.needs = needs
        flight.reply = None
        if isinstance(needs, Ask):
            flight.run = str(needs.params.get("run") or flight.run)
            flight.follows = needs.method == "run.follow"
            if needs.method == "run.submit":
                self._ends.pop((str(needs.params["project"]), flight.run), None)
            flight.reply = self._open().send(needs.method, needs.params)

    def _heard(self, notification: Notification) -> list[Event]:
        params = notification.params
        concerned = [flight for flight in self._flights.values() if self._is_of(flight, params)]
        if notification.method == "progress":
            return [event for flight in concerned for event in self._progressed(flight, params)]
        if notification.method == "log":
            wrong, texts = params.get("level") != "info", [str(params.get("text"))]
            return [said for flight in concerned for said in self._said(flight, texts, wrong)]
        if notification.method == "state" and not params.get("following"):
            self._ends[str(params.get("project")), str(params.get("run"))] = params
        return []

    def _progressed(self, flight: _Flight, params: Mapping[str, Any]) -> list[Event]:
        further, text = percent(params, flight.percent), words(params)
        if (further, text) == (flight.percent, flight.text):
            return []
        flight.percent, flight.text = further, text
        return [Moved(flight.key, further, text)]

    def _is_of(self, flight: _Flight, params: Mapping[str, Any]) -> bool:
        if not flight.run or params.get("run") != flight.run:
            return False
        return params.get("project") in (None, str(flight.order.project))

    def _notifications(self) -> list[Notification]:
        return self._subscription.poll() if self._subscription is not None else []

    def _open(self) -> Bridge:
        bridge = self._connect()
        if bridge is not self._bridge:
            if self._subscription is not None:
                self._subscription.close()
            self._bridge, self._subscription = bridge, bridge.subscribe()
        return bridge

    @staticmethod
    def _warned(flight: _Flight) -> list[Event]:
        texts, flight.warnings.texts = flight.warnings.texts, []
        return Flights._said(flight, texts)

    @staticmethod
    def _said(flight: _Flight, texts: list[str], wrong: bool = True) -> list[Event]:
        """Each line once: what pre-flight found, submitting finds again."""
        fresh = [text for text in dict.fromkeys(texts) if text not in flight.said]
        flight.said.update(fresh)
        return [Said(flight.key, text, wrong) for text in fresh]

    @staticmethod
    def _age(flight: _Flight) -> float:
        return time.monotonic() - flight.begun


def _error_of(end: Mapping[str, Any]) -> Optional[CosmosError]:
    """What was said last of a run, as an error; None for a success."""
    told = end.get("error")
    if told is not None:
        return error_of(told)
    if end.get("status") == "SUCCESS":
        return None
    return RunFailedError(f"The run {end['run']} ended as {end.get('status')}.")
