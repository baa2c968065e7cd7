"""A project with one small run, and a bridge to it."""

from support.bridges import ask, bridge, runtime_of_the_tests, wire
from support.shots import store

__all__ = ["ask", "bridge", "runtime_of_the_tests", "store", "wire"]
