"""Puts runs that have been made ready into the COP network, in Houdini's main thread."""

from __future__ import annotations

from collections.abc import Sequence

from .interface import LoadSettings
from .main_thread import in_main_thread
from .work.load import Loaded


def put(settings: LoadSettings, loaded: Sequence[Loaded]) -> None:
    from . import cops

    in_main_thread(lambda: [cops.load(one, settings) for one in loaded])
