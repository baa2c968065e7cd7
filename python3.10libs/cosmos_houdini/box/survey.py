"""What a submission has to know of its box, asked at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .box_run import BoxRun, read_box_run
from .fields import Fields
from .probe import Gpu, read_gpu


@dataclass(frozen=True)
class Question:
    """How a run stands, which of the files of these hashes are missing, and, wanted, what GPUs there are."""

    run_id: str
    hashes: frozenset[str]
    gpus: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"run_id": self.run_id, "hashes": sorted(self.hashes), "gpus": self.gpus}


@dataclass(frozen=True)
class Survey:
    """The answer; `home` is the folder that relative paths of the settings start from."""

    run: BoxRun
    missing: frozenset[str]
    home: str
    gpus: tuple[Gpu, ...]


def read_survey(fields: Fields, question: Question) -> Survey:
    """BoxError for an answer to something else."""
    run = read_box_run(fields.object("run"))
    missing = frozenset(fields.texts("missing"))
    if run.run_id != question.run_id:
        raise fields.bad("run", "tells of another run")
    if not missing <= question.hashes:
        raise fields.bad("missing", "names a file that we didn't ask for")
    gpus = tuple(read_gpu(item) for item in fields.objects("gpus"))
    return Survey(run, missing, fields.text("home"), gpus)
