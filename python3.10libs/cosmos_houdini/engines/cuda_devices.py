"""Which GPUs a run is to use, as a person types them: `0,1`."""

from __future__ import annotations

import re

from ..errors import BadInputError


def parse_cuda_devices(text: str) -> tuple[int, ...]:
    """The GPU numbers in `text`, in their order; none for an empty text, which means any.

    BadInputError for what is no list of numbers, and for a number that stands there twice.
    """
    if not text.strip():
        return ()
    words = [word.strip() for word in text.split(",")]
    wrong = next((word for word in words if not re.fullmatch(r"[0-9]{1,4}", word)), None)
    if wrong is not None:
        raise BadInputError(
            f"The GPUs '{text}' are no list of GPU numbers.",
            why=f"'{wrong}' is no number from 0 up." if wrong else "There is nothing between two commas.",
            fix="Write the numbers that nvidia-smi shows, with commas between them, as in 0,1.",
        )
    devices = tuple(int(word) for word in words)
    twice = next((device for device in devices if devices.count(device) > 1), None)
    if twice is not None:
        raise BadInputError(
            f"The GPUs '{text}' name GPU {twice} twice.",
            why="Each GPU carries one process of the engine.",
            fix="Name each GPU once.",
        )
    return devices


def check_cuda_devices(text: str, num_gpus: int) -> tuple[int, ...]:
    """As `parse_cuda_devices`; BadInputError too where the run is to use another number of GPUs."""
    devices = parse_cuda_devices(text)
    if devices and len(devices) != num_gpus:
        raise BadInputError(
            f"The GPUs '{text}' are {len(devices)}, and the run is to use {num_gpus}.",
            why="The engine starts one process for each GPU.",
            fix=f"Name {num_gpus}, or use --num-gpu {len(devices)}.",
        )
    return devices
