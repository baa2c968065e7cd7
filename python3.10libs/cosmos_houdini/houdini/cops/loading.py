"""Puts runs that have been made ready into the COP network, in Houdini's main thread."""

from __future__ import annotations

from collections.abc import Sequence

from ..interface import LoadSettings
from ..main_thread import in_main_thread
from .gather import RunPictures


def put(settings: LoadSettings, loaded: Sequence[RunPictures]) -> None:
    from .network import load

    in_main_thread(lambda: [load(one, settings) for one in loaded])
