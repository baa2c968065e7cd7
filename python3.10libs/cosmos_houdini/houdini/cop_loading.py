"""Puts runs that have been made ready into the COP network, in Houdini's main thread."""

from __future__ import annotations

from collections.abc import Sequence

from .cop_gather import RunPictures
from .interface import LoadSettings
from .main_thread import in_main_thread


def put(settings: LoadSettings, loaded: Sequence[RunPictures]) -> None:
    from . import cops

    in_main_thread(lambda: [cops.load(one, settings) for one in loaded])
