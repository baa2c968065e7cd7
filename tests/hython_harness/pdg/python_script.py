"""Python Script: one item for each before it; the script runs while it is made, here, or in a process."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from .attributes import writable
from .bases import PyProcessor
from .enums import result, workItemCookType
from .errors import CookError
from .expected import add_expected
from .scope import scope

# Parm dump of Houdini 19.5.
HYTHON, PDG_PYTHON = 0, 1  # pythonbin
NEVER, ALWAYS, IF_NONE_ADDED = 0, 1, 2  # copyoutputs


class PythonScript(PyProcessor):
    """The script sees `work_item` and `parent_item`; in a process the former is a copy that reports."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        cook_type = self._node._cook_type()
        for parent in self._sources(upstream_items):
            item = item_holder.addWorkItem(parent=parent, cookType=cook_type)
            add_expected(self, item)
            if cook_type is workItemCookType.Generate:
                self._here(item)
            elif cook_type is workItemCookType.OutOfProcess:
                self._command(item)
        return result.Success

    def onCookTask(self, work_item: Any) -> result:
        self._here(work_item)
        return result.Success

    def _here(self, item: Any) -> None:
        names = scope(self._node, work_item=item, parent_item=item.parent, graph=item.graph)
        names["upstream_items"] = [item.parent] if item.parent is not None else []
        exec(compile(self._script(item), f"{self.topNode().path()}/script", "exec"), names)
        copied = self["copyoutputs"].evaluateInt(item)
        if copied == ALWAYS or (copied == IF_NONE_ADDED and not item.outputFiles):
            with writable(item):
                for file in item.inputFiles:
                    item.addOutputFile(file.path, file.tag, file.hash)

    def _script(self, item: Any) -> str:
        if self["expandscript"].evaluateInt(item):
            return self["script"].evaluateString(item)
        return str(self.topNode().parm("script").unexpandedString())

    def _command(self, item: Any) -> None:
        scheduler = self._node.scheduler
        if scheduler is None:
            raise CookError("No scheduler: the node and its network name none.")
        folder = Path(scheduler.tempDir(True)) / "python_scripts"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{item.name}.py"
        file.write_text(self._script(item), encoding="utf-8")
        told = {HYTHON: "__PDG_HYTHON__", PDG_PYTHON: "__PDG_PYTHON__"}
        program = told.get(self["pythonbin"].evaluateInt(item), self["python"].evaluateString(item))
        # The folder that stands for a word may have spaces in its name: Houdini quotes it as well.
        item.setCommand(f'"{program}" "__PDG_SCRIPTDIR__/python_script.py" {shlex.quote(str(file))}')
