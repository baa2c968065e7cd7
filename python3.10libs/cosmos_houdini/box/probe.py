"""What a box is made of, as its agent tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

from .fields import Fields


@dataclass(frozen=True)
class Gpu:
    index: int
    name: str
    memory_bytes: int
    memory_used_bytes: int
    driver: str


@dataclass(frozen=True)
class SlotUse:
    """A place that runs occupy; `run_id` where one of our runs has it."""

    name: str
    busy: bool
    run_id: Optional[str]


@dataclass(frozen=True)
class Probe:
    """`time` is the box's clock in seconds since 1970; `runs` counts runs by their state."""

    root: str
    python: str
    boot_id: str
    time: float
    bytes_free: int
    cpus: int
    hostname: str
    gpus: tuple[Gpu, ...]
    slots: tuple[SlotUse, ...]
    runs: Mapping[str, int]


def read_probe(fields: Fields) -> Probe:
    runs = fields.object("runs")
    return Probe(
        root=fields.shown_text("root"),
        python=fields.shown_text("python"),
        boot_id=fields.shown_text("boot_id"),
        time=fields.number("time"),
        bytes_free=fields.count("bytes_free"),
        cpus=fields.count("cpus"),
        hostname=fields.shown_text("hostname"),
        gpus=tuple(_read_gpu(item) for item in fields.objects("gpus")),
        slots=tuple(
            SlotUse(item.shown_text("name"), item.flag("busy"), item.optional_text("run_id"))
            for item in fields.objects("slots")
        ),
        runs={state: runs.count(state) for state in fields.get("runs")},
    )


def _read_gpu(fields: Fields) -> Gpu:
    return Gpu(
        index=fields.count("index"),
        name=fields.shown_text("name"),
        memory_bytes=fields.count("memory_bytes"),
        memory_used_bytes=fields.count("memory_used_bytes"),
        driver=fields.shown_text("driver"),
    )
