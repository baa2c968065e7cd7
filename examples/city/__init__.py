"""A city block, ray cast with numpy: frames to try Cosmos Houdini with, as a renderer would write them."""

from .exr import Parts
from .render import render

__all__ = ["Parts", "render"]
