"""What a box is made of, as its agent tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from .fields import Fields


@dataclass(frozen=True)
class Gpu:
    index: int
    name: str
    memory_bytes: int
    memory_used_bytes: int
    driver: str
    utilisation: Optional[int] = None  # percent; None where the driver doesn't tell


@dataclass(frozen=True)
class SlotUse:
    """A place that runs occupy; `run_id` where one of our runs has it."""

    name: str
    busy: bool
    run_id: Optional[str]


@dataclass(frozen=True)
class DockerQuestion:
    """What to ask about the container engine; `trial` runs a container of one second, with GPUs if `gpus`."""

    program: str
    image: str
    gpus: bool = False
    trial: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"program": self.program, "image": self.image, "gpus": self.gpus}


@dataclass(frozen=True)
class DockerState:
    """The container engine. `why` says why it can't be reached; `digest` is None where the image is missing;
    `others` counts containers that run and are not ours; `trial` is "" for a success, None where there was
    none.
    """

    program: str
    version: str
    reachable: bool
    why: str
    image: str
    digest: Optional[str]
    others: int
    trial: Optional[str]


@dataclass(frozen=True)
class Probe:
    """`time` is the box's clock in seconds since 1970; `runs` counts runs by their state; `home` is the
    folder that relative paths of the settings start from.
    """

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
    home: str
    docker: Optional[DockerState]
    files: Mapping[str, bool]


def read_probe(fields: Fields) -> Probe:
    runs = fields.object("runs")
    files = fields.object("files")
    return Probe(
        root=fields.shown_text("root"),
        python=fields.shown_text("python"),
        boot_id=fields.shown_text("boot_id"),
        time=fields.number("time"),
        bytes_free=fields.count("bytes_free"),
        cpus=fields.count("cpus"),
        hostname=fields.shown_text("hostname"),
        gpus=tuple(read_gpu(item) for item in fields.objects("gpus")),
        slots=tuple(
            SlotUse(item.shown_text("name"), item.flag("busy"), item.optional_text("run_id"))
            for item in fields.objects("slots")
        ),
        runs={state: runs.count(state) for state in fields.get("runs")},
        home=fields.text("home"),
        docker=None if fields.is_null("docker") else _read_docker(fields.object("docker")),
        files={path: files.flag(path) for path in fields.get("files")},
    )


def read_gpu(fields: Fields) -> Gpu:
    return Gpu(
        index=fields.count("index"),
        name=fields.shown_text("name"),
        memory_bytes=fields.count("memory_bytes"),
        memory_used_bytes=fields.count("memory_used_bytes"),
        driver=fields.shown_text("driver"),
        utilisation=fields.optional_count("utilisation"),
    )


def _read_docker(fields: Fields) -> DockerState:
    trial = None if fields.is_null("trial") else fields.object("trial")
    return DockerState(
        program=fields.shown_text("program"),
        version=fields.shown_text("version"),
        reachable=fields.flag("reachable"),
        why=fields.shown_text("why"),
        image=fields.shown_text("image"),
        digest=fields.optional_text("digest"),
        others=fields.count("others"),
        trial=None if trial is None else "" if trial.flag("ok") else trial.shown_text("why") or "unknown",
    )
