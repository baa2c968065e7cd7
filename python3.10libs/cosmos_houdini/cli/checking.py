"""What is refused before a run is sent, or even recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from ..engines.cuda_devices import check_cuda_devices
from ..errors import BadInputError
from ..preflight.problem import Problem
from ..preflight.wording import counted
from .problems import problems_text
from .session import Session


def gpus_of(session: Session, num_gpu: Optional[int], cuda_devices: Optional[str]) -> int:
    """How many GPUs are asked for; BadInputError where the list of devices doesn't fit."""
    gpus = num_gpu or session.config.engine.num_gpus
    devices = cuda_devices or session.config.engine.cuda_devices
    if devices:
        check_cuda_devices(devices, gpus)
    return gpus


def refuse_errors(errors: Sequence[Problem], fix: str) -> None:
    """BadInputError that names everything that pre-flight found."""
    if errors:
        count = counted(len(errors), "error")
        raise BadInputError(f"Pre-flight found {count}; nothing was sent.\n{problems_text(errors)}", fix=fix)
