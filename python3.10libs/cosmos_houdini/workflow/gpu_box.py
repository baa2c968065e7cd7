"""A box with the model in a container: how its engine is started there, and on which GPUs."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, ClassVar, Optional, Union

from ..box.agent_client import Survey
from ..box.manifest import Container, ExtraFile, Launcher, Mount, Slots
from ..box.probe import DockerQuestion, Probe
from ..config import Config
from ..engines.cuda_devices import parse_cuda_devices
from ..errors import BadInputError
from .box import Box
from .secrets import TOKEN, read_token

if TYPE_CHECKING:
    from ..engines.engine import BuiltSpec
    from .plan import Plan

WORKSPACE = PurePosixPath("/workspace")  # source: transfer1 Dockerfile
ARGUMENTS = "arguments"
SIZE = re.compile(r"[1-9][0-9]{0,12}[bkmgBKMG]?\Z")
NO_GPU = Slots(wanted=1, of=("cpu0",))


@dataclass(frozen=True)
class GpuBox(Box):
    """Runs the engine by torchrun in a container of the box's docker or podman."""

    has_gpus: ClassVar[bool] = True

    config: Config

    @cached_property
    def probe(self) -> Probe:
        """What the box is; asked once."""
        return self.agent.probe()

    @property
    def seen(self) -> Union[Survey, Probe]:
        """Its home and its GPUs, as they were told already where they were."""
        return self.asking.last or self.probe

    def launcher(self, plan: Plan, built: BuiltSpec) -> Launcher:
        inference = self.connection.installed("inference.sh")
        argv = ["bash", inference]
        inside = self.layout.inputs(plan.run.id)
        env = {"NUM_GPU": str(plan.num_gpus), "COSMOS_ARGUMENTS": str(inside / ARGUMENTS)}
        scripts = [inference]
        if plan.run.upscale_of is not None and plan.input_video is not None:
            scripts.append(self.connection.installed("upscale.sh"))
            argv = ["bash", scripts[-1], inference]
            env["COSMOS_INPUT"] = str(inside / plan.input_video.name)
        folders = [str(PurePosixPath(script).parent) for script in scripts]
        mounts = [Mount(folder, folder) for folder in dict.fromkeys(folders)]
        cwd = None
        if _needs_model(plan):
            cwd = str(WORKSPACE)
            env["PYTHONPATH"] = cwd
            mounts += self._model_mounts()
            if self.config.docker.hf_home:
                cache = str(self.place(self.config.docker.hf_home))
                mounts.append(Mount(cache, cache, read_only=False))
                env["HF_HOME"] = cache
        return Launcher("docker", tuple(argv), env, cwd, self._container(plan, tuple(mounts)))

    def extra_files(self, plan: Plan, built: BuiltSpec) -> tuple[ExtraFile, ...]:
        """The arguments as a file: no shell ever sees them."""
        words = (*plan.engine.entry, *built.arguments)
        return (ExtraFile(ARGUMENTS, "".join(f"{word}\0" for word in words)),)

    def secrets(self) -> Mapping[str, str]:
        token = os.environ.get(TOKEN, "") or read_token(self.config.docker.token_file)
        return {TOKEN: token} if token else {}

    def slots(self, plan: Plan, cuda_devices: Optional[str]) -> Slots:
        """The GPUs that were asked for, else any of those that are for our runs."""
        if not _needs_model(plan):
            return NO_GPU
        ours = self.gpus()
        wanted = [str(number) for number in parse_cuda_devices(cuda_devices or "")]
        if ours and (unknown := [number for number in wanted if number not in ours]):
            raise BadInputError(
                f"{self.name} has no GPU {unknown[0]} for our runs.",
                why=f"There are: {', '.join(ours)}.",
                fix="Choose others with --cuda-devices, or set remote.gpus.",
            )
        if wanted:
            return Slots(len(wanted), tuple(wanted))
        if not ours:
            return NO_GPU
        if plan.num_gpus > len(ours):
            raise BadInputError(
                f"The run wants {plan.num_gpus} GPUs, and {self.name} has {len(ours)} for our runs.",
                fix=f"Use --num-gpu {len(ours)}, or set remote.gpus.",
            )
        return Slots(plan.num_gpus, ours)

    def gpus(self) -> tuple[str, ...]:
        """The numbers of the GPUs that our runs may use; none where the box has none."""
        chosen = parse_cuda_devices(self.config.remote.gpus)
        return tuple(str(number) for number in chosen or [gpu.index for gpu in self.seen.gpus])

    def place(self, path: str) -> PurePosixPath:
        """A path of the settings on the box: below its user's home unless absolute."""
        return PurePosixPath(posixpath.normpath(PurePosixPath(self.seen.home) / path.removeprefix("~/")))

    def checkpoints(self) -> PurePosixPath:
        """The checkpoint folder on the box: inside the checkout unless absolute."""
        return self.place(str(PurePosixPath(self.config.docker.checkout) / self.config.paths.checkpoints))

    def question(self, trial: bool = False) -> DockerQuestion:
        """What to ask about the container engine of the settings."""
        settings = self.config.docker
        gpus = settings.gpus == "auto" and bool(self.seen.gpus)
        return DockerQuestion(settings.program, settings.image, gpus, trial)

    def _model_mounts(self) -> list[Mount]:
        """The checkout, and its checkpoints once more: they may be a link that leads out of it."""
        inside = WORKSPACE / self.config.paths.checkpoints
        return [
            Mount(str(self.place(self.config.docker.checkout)), str(WORKSPACE)),
            Mount(str(self.checkpoints()), posixpath.normpath(inside)),
        ]

    def _container(self, plan: Plan, mounts: tuple[Mount, ...]) -> Container:
        settings = self.config.docker
        if not settings.image:
            raise BadInputError(
                "The settings name no image of the model.",
                why="docker.image is empty.",
                fix='Write image = "NAME:TAG" below [docker] in cosmos.toml.',
            )
        return Container(
            image=settings.image,
            program=settings.program,
            gpus=_needs_model(plan) and settings.gpus == "auto" and bool(self.seen.gpus),
            shm_size=_size("docker.shm_size", settings.shm_size),
            memory=_size("docker.memory", settings.memory) if settings.memory else None,
            mounts=mounts,
        )


def _size(setting: str, text: str) -> str:
    if not SIZE.match(text):
        raise BadInputError(
            f"{setting} is '{text}', which docker does not take for a size.",
            fix="Write a number and b, k, m or g, as in 16g.",
        )
    return text


def _needs_model(plan: Plan) -> bool:
    return plan.engine.name != "preview"
