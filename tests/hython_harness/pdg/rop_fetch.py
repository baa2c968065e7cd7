"""ROP Fetch: renders a ROP's frames in jobs: an item for each frame, as many of them in a batch as it says.

SideFX docs nodes/top/ropfetch (20.5).
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from ..errors import NodeError, NotPlayedError
from ..render import output_parm, output_path
from .bases import PyProcessor
from .enums import result, workItemCookType
from .errors import CookError

SINGLE, RANGE, AUTOMATIC, ROP_CONFIGURATION = 0, 1, 2, 3  # framegeneration (Houdini 20.0 parm dump)
IMAGE = "file/image"
UNPLAYED = (
    "useexternalhip", "usecustombutton", "outputsfrom", "usecustomoutput", "cookwhen", "setframes",
    "singletask", "distribute", "expandinputs", "resumebatch",
)  # fmt: skip


class RopFetch(PyProcessor):
    """Files are reported as the job writes them, as `file/image` or what the node says."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        for parm in UNPLAYED:
            if self[parm].evaluateInt():
                raise NotPlayedError(f"{self.name}: the harness doesn't play {parm}")
        rop = self._rop()
        for parent in self._sources(upstream_items):
            place = 0
            for frames in self._batches(rop, parent):
                self._add(item_holder, rop, parent, place, frames)
                place += len(frames)
        return result.Success

    def onCookTask(self, work_item: Any) -> result:
        rop = self._rop()
        for item in work_item._parts():
            self.context._started(item)
            frames = (item.frame, item.frame)
            rop.render(frame_range=frames, ignore_inputs=not self["cookinputrops"].evaluateInt())
            path = str(output_path(self._session(), rop._state, item.frame))
            item.addOutputFile(path, self._tag())
        return result.Success

    def _session(self) -> Any:
        return self.context._world.session

    def _rop(self) -> Any:
        path = self["roppath"].evaluateString()
        rop = self.topNode().node(path) if path else None
        if rop is None or rop.type().category().name() not in ("Driver", "Lop"):
            raise NodeError(f"Invalid ROP path '{path}'")
        return rop

    def _tag(self) -> str:
        return self["filetag"].evaluateString() if self["usefiletag"].evaluateInt() else IMAGE

    def _add(self, holder: Any, rop: Any, parent: Any, place: int, frames: list[float]) -> None:
        here = self._node._cook_type() is workItemCookType.InProcess
        name = output_parm(self._session(), rop._state)
        if parent is not None and "`@" in rop.parm(name).rawValue():
            raise NotPlayedError(
                f"{rop.path()}: the harness renders no picture named by a work item's attribute"
            )
        how = workItemCookType.InProcess if here else workItemCookType.OutOfProcess
        if self._in_batches():
            unit = holder._add_batch(parent, place, frames, how)
        else:
            unit = holder.addWorkItem(parent=parent, index=place, frame=frames[0], cookType=how)
        step = frames[1] - frames[0] if len(frames) > 1 else 1.0
        for item in {unit, *unit._parts()}:  # the attributes that the docs list
            item.setStringAttrib("hip", self._session().hou.hipFile.path())
            item.setStringAttrib("rop", rop.path())
            item.setStringAttrib("outputparm", name)
            item.setStringAttrib("executeparm", "execute")
            item.setFloatAttrib("range", [frames[0], frames[-1], step])
        for item in unit._parts():
            path = output_path(self._session(), rop._state, item.frame)
            item.addExpectedOutputFile(str(path), self._tag())
        if not here:
            unit.setCommand(self._command(rop, frames))

    def _in_batches(self) -> bool:
        return bool(self["batchall"].evaluateInt()) or self["framesperbatch"].evaluateInt() > 1

    def _command(self, rop: Any, frames: list[float]) -> str:
        scheduler = self._node.scheduler
        if scheduler is None:
            raise CookError("No scheduler: the node and its network name none.")
        words = [
            "--hip", str(self._saved_scene(scheduler)), "--rop", rop.path(), "--tag", self._tag(),
            "--frames", *(f"{frame:g}" for frame in frames),
        ]  # fmt: skip
        if self._in_batches():
            words.append("--batch")
        if self["ignoreerrors"].evaluateInt():
            words.append("--ignore-load-errors")
        # The folder that stands for the token may have spaces in its name: Houdini quotes it as well.
        return " ".join(['"__PDG_HYTHON__" "__PDG_SCRIPTDIR__/rop.py"', *map(shlex.quote, words)])

    def _saved_scene(self, scheduler: Any) -> Path:
        """The scene as it is now, where jobs find it: PDG hands them a copy, not the file of the artist."""
        import json

        from ..scene_file import to_json

        session = self._session()
        hip = Path(session.hou.hipFile.path())
        copy = Path(scheduler.tempDir(True)) / "hip" / hip.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        told = {**to_json(session), "of": str(hip)}
        copy.write_text(json.dumps(told), encoding="utf-8")
        return copy

    def _batches(self, rop: Any, parent: Any) -> list[list[float]]:
        frames = self._frames(rop, parent)
        if self["batchall"].evaluateInt(parent):
            return [frames] if frames else []
        size = max(1, self["framesperbatch"].evaluateInt(parent))
        return [frames[start : start + size] for start in range(0, len(frames), size)]

    def _frames(self, rop: Any, parent: Any) -> list[float]:
        how = self["framegeneration"].evaluateInt(parent)
        if how == SINGLE or (how == AUTOMATIC and parent is not None and parent.hasFrame):
            frame = parent.frame if parent is not None and parent.hasFrame else self._session().hou.frame()
            return [
                self["frameoverride"].evaluateFloat(parent)
                if self["useframeoverride"].evaluateInt()
                else frame
            ]
        if how in (RANGE, AUTOMATIC):
            start, end, step = (self[f"range{number}"].evaluateFloat(parent) for number in (1, 2, 3))
            return _counted(start, end, step)
        found: list[float] = self._session().rops.frames(rop._state)
        return found


def _counted(start: float, end: float, step: float) -> list[float]:
    if step <= 0:
        raise NodeError("the frame increment must be greater than 0")
    frames, frame = [], start
    while frame <= end + 1e-6:
        frames.append(frame)
        frame += step
    return frames
