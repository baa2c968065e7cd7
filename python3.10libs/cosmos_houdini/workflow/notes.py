"""Writing down, in the record, how far a run has come."""

from __future__ import annotations

import dataclasses
from typing import Any, Optional

from ..records.enums import Status
from ..records.run_spec import RunSpec
from ..records.store import Store


def note(store: Store, run_id: str, status: Optional[Status] = None, **execution: Any) -> RunSpec:
    """Sets fields of the run's execution, and its status where one is given; only ever forward."""

    def change(run: RunSpec) -> RunSpec:
        return dataclasses.replace(
            run,
            execution_status=status or run.execution_status,
            execution=dataclasses.replace(run.execution, **execution),
        )

    return store.update_run(run_id, change)
