"""The factory's TOP nodes that the harness cooks."""

from __future__ import annotations

from . import factory_python, factory_simple
from .local_scheduler import LocalScheduler
from .registry import RegisteredType, TypeRegistry
from .rop_fetch import RopFetch
from .wedge import Wedge


def register_factory(registry: TypeRegistry) -> None:
    """Waits and merges too: each as its docs (nodes/top) say, 20.0 and later."""
    rows = [
        ("ropfetch", RopFetch, "processor", True),
        ("wedge", Wedge, "processor", True),
        ("genericgenerator", factory_simple.GenericGenerator, "processor", True),
        ("attributecreate", factory_simple.AttributeCreate, "processor", True),
        ("null", factory_simple.PassOn, "processor", True),
        ("output", factory_simple.PassOn, "processor", True),
        ("merge", factory_simple.PassOn, "processor", True),
        ("waitforall", factory_simple.WaitForAll, "partitioner", True),
        ("pythonprocessor", factory_python.PythonProcessor, "processor", True),
        ("pythonscript", factory_python.PythonScript, "processor", True),
        ("localscheduler", LocalScheduler, "scheduler", True),
    ]
    for name, cls, kind, static in rows:
        registry.add_factory(RegisteredType(name, cls, kind, static=static))
