"""What Cosmos Transfer is told."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Optional

from ...errors import BadInputError
from .transfer import TRANSFER
from .values import Evaluate, Values


@dataclass(frozen=True)
class TransferSettings:
    """The parameters of Cosmos Transfer, checked. None leaves a choice to the project's settings.

    Where GPUs are named and their number isn't said, `num_gpus` is that of the named ones. `upscale_weight`
    None means no upscaling; `frames_format` None, only the video. `cancel_on_stop` is what a stopped cook
    does to the runs that are under way.
    """

    project: str
    box: Optional[str]
    num_gpus: Optional[int]
    cuda_devices: Optional[str]
    check: bool
    cancel_on_stop: bool
    upscale_weight: Optional[float]
    frames_format: Optional[str]

    @staticmethod
    def read(evaluate: Evaluate) -> TransferSettings:
        """BadInputError for a value that can't be used, in what/why/fix."""
        values = Values(TRANSFER, evaluate)
        devices = values.optional_text("cuda_devices")
        frames = values.token("frames_format")
        settings = TransferSettings(
            project=values.text("project"),
            box=values.optional_token("box"),
            num_gpus=values.whole_if("use_num_gpus", "num_gpus"),
            cuda_devices=devices,
            check=values.flag("check"),
            cancel_on_stop=values.token("onstop") == "cancel",
            upscale_weight=values.number_if("upscale", "upscale_weight"),
            frames_format=None if frames == "none" else frames,
        )
        settings._check()
        if devices is not None and settings.num_gpus is None:
            return replace(settings, num_gpus=len(devices.split(",")))
        return settings

    def _check(self) -> None:
        if self.upscale_weight == 0:
            raise BadInputError(
                "Upscale Weight of Cosmos Transfer is 0.",
                why="With no weight the upscaler would not look at the result at all.",
                fix="Set it above 0, usually 0.5, or switch Upscale to 4K off.",
            )
        if self.cuda_devices is not None:
            _check_devices(self.cuda_devices, self.num_gpus)


def _check_devices(text: str, num_gpus: Optional[int]) -> None:
    """As the runtime's own check, told before anything is submitted."""
    words = [word.strip() for word in text.split(",")]
    if not all(re.fullmatch(r"[0-9]{1,4}", word) for word in words):
        raise BadInputError(
            f"Which GPUs of Cosmos Transfer is '{text}'.",
            why="It is a list of the GPU numbers that nvidia-smi shows, with commas between them.",
            fix="Write it as 0,1, or leave it empty for any.",
        )
    if len({int(word) for word in words}) != len(words):
        raise BadInputError(
            f"Which GPUs of Cosmos Transfer names a GPU twice: '{text}'.",
            why="Each GPU carries one process of the engine.",
            fix="Name each GPU once.",
        )
    if num_gpus is not None and num_gpus != len(words):
        raise BadInputError(
            f"Which GPUs of Cosmos Transfer names {len(words)} ('{text}'), and GPUs is {num_gpus}.",
            why="The engine starts one process for each GPU.",
            fix=f"Name {num_gpus}, or set GPUs to {len(words)}.",
        )
