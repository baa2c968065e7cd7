"""Python Processor and Python Script: the code on the node, with the names that it has there."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from .bases import PyProcessor
from .enums import generationType, result, workItemCookType, workItemState

# Python Script's pdg_cooktype (Houdini 19.5 and 20.0 parm dumps).
GENERATE, IN_PROCESS, OUT_OF_PROCESS = 0, 1, 2
HYTHON, PDG_PYTHON, CUSTOM = 0, 1, 2


class PythonProcessor(PyProcessor):
    """The callbacks are texts; one that the catalogue has no default for does what the class does."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        names = {
            "item_holder": item_holder,
            "upstream_items": upstream_items,
            "generation_type": generation_type,
        }
        return self._run("generate", names)

    def onCookTask(self, work_item: Any) -> result:
        return self._run("cooktask", {"work_item": work_item})

    def _run(self, parm: str, names: dict[str, Any]) -> result:
        import pdg

        text = self[parm].evaluateString()
        scope = {
            "self": self._node, "pdg": pdg, "pdgresult": result, "workItemState": workItemState,
            "workItemCookType": workItemCookType, "generationType": generationType, **names,
        }  # fmt: skip
        exec(compile(text, f"{self.topNode().path()}/{parm}", "exec"), scope)
        return result.Success


class PythonScript(PyProcessor):
    """One item for each before it; the script runs while it is made, here, or in a process."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        how = self["pdg_cooktype"].evaluateInt()
        cook_type = {
            GENERATE: workItemCookType.Generate,
            IN_PROCESS: workItemCookType.InProcess,
            OUT_OF_PROCESS: workItemCookType.OutOfProcess,
        }.get(how)
        if cook_type is None:
            raise NotImplementedError("the harness plays no services")
        for parent in upstream_items or [None]:
            index = parent.index if parent is not None else 0
            item = item_holder.addWorkItem(parent=parent, index=index, cookType=cook_type)
            if how == GENERATE:
                self._here(item)
            elif how == OUT_OF_PROCESS:
                self._command(item)
        return result.Success

    def onCookTask(self, work_item: Any) -> result:
        self._here(work_item)
        return result.Success

    def _here(self, item: Any) -> None:
        import pdg

        scope = {
            "self": self._node, "work_item": item, "parent_item": item.parent, "pdg": pdg,
            "upstream_items": [item.parent] if item.parent is not None else [],
        }  # fmt: skip
        text = self._script(item)
        exec(compile(text, f"{self.topNode().path()}/script", "exec"), scope)

    def _script(self, item: Any) -> str:
        if self["expandscript"].evaluateInt(item):
            return self["script"].evaluateString(item)
        return str(self.topNode().parm("script").unexpandedString())

    def _command(self, item: Any) -> None:
        scheduler = self._node.scheduler
        if scheduler is None:
            raise RuntimeError("No scheduler: the node and its network name none.")
        folder = Path(scheduler.tempDir(True)) / "python_scripts"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{item.name}.py"
        file.write_text(self._script(item), encoding="utf-8")
        how = self["pythonbin"].evaluateInt(item)
        program = {HYTHON: "__PDG_HYTHON__", PDG_PYTHON: "__PDG_PYTHON__"}.get(
            how, self["python"].evaluateString(item)
        )
        item.setCommand(f"{program} {shlex.quote(str(file))}")
