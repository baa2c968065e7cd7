"""The PDG type of the scheduler Cosmos GPU Box.

Its callbacks load what they need: a start of Houdini pays for what stands at the top of this file.
"""

from __future__ import annotations

from typing import Any

import pdg
from pdg.scheduler import PyScheduler

from cosmos_houdini.errors import CosmosError
from cosmos_houdini.houdini.interface import template_body
from cosmos_houdini.houdini.interface.gpu_box import GPU_BOX

# by the value of work.gpu_box.Scheduled
ANSWERS = {"taken": "Succeeded", "refused": "Failed", "later": "FullDeferred"}


class CosmosGpuBox(PyScheduler):
    """Hands the runs of Cosmos Transfer to the box; all of them are watched over one bridge."""

    @classmethod
    def templateName(cls) -> str:  # noqa: N802
        return GPU_BOX.name

    @classmethod
    def templateBody(cls) -> str:  # noqa: N802
        return template_body(GPU_BOX)

    def __init__(self, scheduler: Any, name: str) -> None:
        from cosmos_houdini.houdini.bridge_client.client import shared
        from cosmos_houdini.houdini.work.gpu_box import GpuBox

        PyScheduler.__init__(self, scheduler, name)
        self._box = GpuBox(self, shared)
        self._wrong: CosmosError | None = None

    def onStart(self) -> bool:  # noqa: N802
        return True

    def onStop(self) -> bool:  # noqa: N802
        return True

    def onStartCook(self, static: bool, cook_set: Any) -> bool:  # noqa: N802
        from cosmos_houdini.houdini.interface import BoxSettings
        from cosmos_houdini.houdini.work.evaluate import evaluator

        folder = self["pdg_workingdir"].evaluateString()
        self.setWorkingDir(folder, folder)
        # Returning False here would lose the words; the first tick shows them and ends the cook.
        self._wrong = None
        try:
            self._box.start(BoxSettings.read(evaluator(self, GPU_BOX.name, None)))
        except CosmosError as error:
            self._wrong = error
        return True

    def onSchedule(self, work_item: Any) -> Any:  # noqa: N802
        return getattr(pdg.scheduleResult, ANSWERS[self._box.schedule(work_item).value])

    def onTick(self) -> Any:  # noqa: N802
        if self._wrong is not None:
            self.cookError(str(self._wrong))
            return pdg.tickResult.SchedulerCancelCook
        return pdg.tickResult.SchedulerReady if self._box.tick() else pdg.tickResult.SchedulerBusy

    def onCancelWorkItems(self, work_items: Any, node: Any) -> None:  # noqa: N802
        self._box.cancel(work_items)

    def onStopCook(self, cancel: bool) -> bool:  # noqa: N802
        self._box.stop(cancel)
        return True


def registerTypes(type_registry: Any) -> None:  # noqa: N802
    type_registry.registerScheduler(CosmosGpuBox, name=GPU_BOX.name, label=GPU_BOX.label)
