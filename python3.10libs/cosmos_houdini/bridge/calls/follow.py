"""`run.follow` and `run.unfollow`."""

from __future__ import annotations

from typing import Any

from ..call import Call
from ..parameters import Parameters
from ..project import project_of
from ..service import Service


def follow(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """Notifications of `state` and `progress` come from now on; a run that is followed already goes on so."""
    runs = asked.texts("runs")
    project = project_of(asked)
    asked.finish()
    service.watchers.follow(project, runs)
    return {}


def unfollow(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """Nothing more is said of these runs, which go on. What is being fetched already comes home."""
    runs = asked.texts("runs")
    project = project_of(asked)
    asked.finish()
    service.watchers.unfollow(project, runs)
    return {}
