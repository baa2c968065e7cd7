"""Names that stand in two places, since the one may not import the other: they are the same."""

from __future__ import annotations

from cosmos_houdini.config import CHOICES
from cosmos_houdini.engines.registry import ENGINES


def test_the_settings_take_every_engine_there_is_and_no_other():
    assert set(CHOICES["engine.name"]) == set(ENGINES)
