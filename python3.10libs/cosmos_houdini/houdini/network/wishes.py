"""What a person wants of the TOP network, and the parameters that say it on each node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from ...errors import BadInputError
from ..interface import EncodeSettings, SpecSettings, TransferSettings
from ..interface.encode import ENCODE
from ..interface.model import NodeInterface
from ..interface.spec import SPEC
from ..interface.transfer import TRANSFER
from ..interface.values import Evaluate
from ..rops.render import rop_at
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

    def check(self) -> None:
        """BadInputError for what can't be: told before anything is made, in the words of the nodes."""
        for rop in self.rops:
            rop_at(rop, "Check the path, as in /out/mantra1, or make it by Set Up Passes.")
        if self.frames is not None and self.frames[0] > self.frames[1]:
            raise BadInputError(
                f"Frames {self.frames[0]} to {self.frames[1]} are none.", fix="Name the first frame first."
            )
        if self.frames_per_batch is not None and self.frames_per_batch < 1:
            raise BadInputError(
                f"A batch of {self.frames_per_batch} frames renders nothing.",
                fix="Give it one frame or more.",
            )
        if self.wedge is not None:
            self.wedge.columns()
        EncodeSettings.read(_as_new(ENCODE, self.encode()))
        SpecSettings.read(_as_new(SPEC, self.spec()))
        TransferSettings.read(_as_new(TRANSFER, self.transfer()))

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


def _as_new(table: NodeInterface, said: dict[str, Any]) -> Evaluate:
    """The values of a new node with these parameters set."""
    return lambda name: said.get(name, table.field(name).default)


def _said(**parms: Any) -> dict[str, Any]:
    return {name: value for name, value in parms.items() if value is not None}
