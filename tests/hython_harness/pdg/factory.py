"""The factory's TOP nodes that the harness cooks."""

from __future__ import annotations

from typing import Any

from .attribute_create import AttributeCreate
from .generic_generator import GenericGenerator
from .local_scheduler import LocalScheduler
from .partitions import ByAttribute, ByFrame, ByIndex, ByNode, PythonPartitioner, WaitForAll
from .pass_on import PassOn
from .python_processor import PythonProcessor
from .python_script import PythonScript
from .registry import RegisteredType, TypeRegistry
from .rop_fetch import RopFetch
from .wedge import Wedge

PROCESSORS: dict[str, Any] = {
    "attributecreate": AttributeCreate,
    "genericgenerator": GenericGenerator,
    "merge": PassOn,
    "null": PassOn,
    "output": PassOn,
    "pythonprocessor": PythonProcessor,
    "pythonscript": PythonScript,
    "ropfetch": RopFetch,
    "wedge": Wedge,
}
PARTITIONERS: dict[str, Any] = {
    "partitionbyattribute": ByAttribute,
    "partitionbyframe": ByFrame,
    "partitionbyindex": ByIndex,
    "partitionbynode": ByNode,
    "pythonpartitioner": PythonPartitioner,
    "waitforall": WaitForAll,
}


def register_factory(registry: TypeRegistry) -> None:
    for name, cls in PROCESSORS.items():
        registry._add_factory(RegisteredType(name, cls, "processor"))
    for name, cls in PARTITIONERS.items():
        registry._add_factory(RegisteredType(name, cls, "partitioner"))
    registry._add_factory(RegisteredType("localscheduler", LocalScheduler, "scheduler"))
