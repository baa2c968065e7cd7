"""What a person wants of the TOP network, and the parameters that say it on each node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from .wedge import Wedge


@dataclass(frozen=True)
class Wishes:
    """None, and an empty tuple, leave what a node says already, or says when it is new.

    `rops` are the paths of the ROPs that render the passes, one fetch each; `frames` are the first and the
    last. `frames_per_batch` frames are rendered by one hython, whose start takes many seconds.
    """

    rops: tuple[str, ...] = ()
    frames: Optional[tuple[int, int]] = None
    frames_per_batch: Optional[int] = None
    project: Optional[str] = None
    set_name: Optional[str] = None
    engine: Optional[str] = None
    prompt: Optional[str] = None
    negative_prompt: Optional[str] = None
    seed: Optional[int] = None
    box: Optional[str] = None
    num_gpus: Optional[int] = None
    wedge: Optional[Wedge] = None

    def encode(self) -> dict[str, Any]:
        return _said(project=self.project, setname=self.set_name, engine=self.engine)

    def spec(self) -> dict[str, Any]:
        return _said(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt,
            engine=self.engine,
            use_seed=None if self.seed is None else 1,
            seed=self.seed,
        )

    def transfer(self) -> dict[str, Any]:
        return _said(
            box=self.box,
            use_num_gpus=None if self.num_gpus is None else 1,
            num_gpus=self.num_gpus,
        )


def _said(**parms: Any) -> dict[str, Any]:
    return {name: value for name, value in parms.items() if value is not None}
