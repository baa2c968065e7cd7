"""Python Processor: its callbacks are texts on the node."""

from __future__ import annotations

from typing import Any

from ..errors import NotPlayedError
from .bases import PyProcessor
from .enums import result
from .scope import scope


class PythonProcessor(PyProcessor):
    """A callback may `return` a pdg.result, as it may in Houdini; one that nobody wrote does nothing."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        if self["useregeneratestatic"].evaluateInt():
            raise NotPlayedError(f"{self.name}: the harness makes items anew by onGenerate only")
        names = {"item_holder": item_holder, "upstream_items": upstream_items}
        return self._run("generate", generation_type=generation_type, **names)

    def onAddInternalDependencies(
        self, dependency_holder: Any, internal_items: Any, is_static: bool
    ) -> result:
        names = {"dependency_holder": dependency_holder, "internal_items": internal_items}
        return self._run("addinternaldependencies", is_static=is_static, **names)

    def onCookTask(self, work_item: Any) -> result:
        return self._run("cooktask", work_item=work_item)

    def _run(self, parm: str, **names: Any) -> result:
        if not self._node._source.is_written(parm):  # a new node has comments there
            return result.Success
        text = self[parm].evaluateString()
        body = "\n".join(f"    {line}" for line in text.splitlines()) or "    pass"
        inside = scope(self._node, **names)
        exec(compile(f"def _callback():\n{body}\n", f"{self.topNode().path()}/{parm}", "exec"), inside)
        answer = inside["_callback"]()
        return result.Success if answer is None else answer
