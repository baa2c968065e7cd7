"""Python Processor: its callbacks are texts on the node."""

from __future__ import annotations

from typing import Any

from .bases import PyProcessor
from .enums import generationType, result
from .scope import scope

UNTOUCHED = "#"  # what Houdini's own text on a new node begins with: comments, whose code no source tells


class PythonProcessor(PyProcessor):
    """A callback may `return` a pdg.result, as it may in Houdini; one that nobody wrote does nothing."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        names = {"item_holder": item_holder, "upstream_items": upstream_items}
        return self._run("generate", generation_type=generation_type, **names)

    def onRegenerate(
        self, item_holder: Any, existing_items: Any, upstream_items: Any, generation_type: Any
    ) -> result:
        names = {
            "item_holder": item_holder,
            "existing_items": existing_items,
            "upstream_items": upstream_items,
        }
        return self._run("regeneratestatic", generation_type=generationType.Regenerate, **names)

    def onAddInternalDependencies(
        self, dependency_holder: Any, internal_items: Any, is_static: bool
    ) -> result:
        names = {"dependency_holder": dependency_holder, "internal_items": internal_items}
        return self._run("addinternaldependencies", is_static=is_static, **names)

    def onCookTask(self, work_item: Any) -> result:
        return self._run("cooktask", work_item=work_item)

    def _run(self, parm: str, **names: Any) -> result:
        if not self._written(parm):
            return result.Success
        text = self[parm].evaluateString()
        body = "\n".join(f"    {line}" for line in text.splitlines()) or "    pass"
        inside = scope(self._node, **names)
        exec(compile(f"def _callback():\n{body}\n", f"{self.topNode().path()}/{parm}", "exec"), inside)
        answer = inside["_callback"]()
        return result.Success if answer is None else answer

    def _written(self, parm: str) -> bool:
        """Whether somebody wrote the callback, so that what a new node says there is of no account."""
        source = self._node._source
        found = source._state.find_parm(parm)
        return found is not None and source._state.channel(found[0])[0].touched
