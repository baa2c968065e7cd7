"""Render nodes for the passes that control videos are made of."""

from .set_up import SetUp, set_up
from .wishes import PassWishes

__all__ = ["PassWishes", "SetUp", "set_up"]
