"""`hou.text`, `hou.playbar` and `hou.undos`."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from .evaluation import surroundings
from .expressions import expand
from .fake import Namespace
from .parm_names import decode_parm, encode_parm
from .vectors import Vector2

if TYPE_CHECKING:
    from .session import Session


class Text(Namespace):
    hom = "text"

    def expandString(self, str: str, expand_tilde: bool = True) -> str:
        return self._expand(str, self._session.scene.frame, expand_tilde)

    def expandStringAtFrame(self, str: str, frame: float, expand_tilde: bool = True) -> str:
        return self._expand(str, frame, expand_tilde)

    def _expand(self, text: str, frame: float, tilde: bool) -> str:
        done = expand(text, surroundings(self._session, self._session.working_node(), frame))
        return os.path.expanduser(done) if tilde else done  # noqa: PTH111 - may be any text

    def encodeParm(self, parmname: str) -> str:
        return encode_parm(parmname)

    def decodeParm(self, parmname: str) -> str:
        return decode_parm(parmname)

    def variableName(self, str: str, safe_chars: str | None = None) -> str:
        kept = re.escape(safe_chars or "")
        made = re.sub(rf"[^A-Za-z0-9_{kept}]", "_", str)
        return f"_{made}" if made[:1].isdigit() else made

    def alphaNumeric(self, str: str) -> str:
        return re.sub(r"[^A-Za-z0-9]", "_", str)

    def normpath(self, path: str) -> str:
        return os.path.normpath(path).replace("\\", "/")

    def abspath(self, path: str, anchor_path: str | None = None) -> str:
        anchor = anchor_path or PurePosixPath(self._session.scene.hip).parent.as_posix()
        return self.normpath(path if path.startswith("/") else f"{anchor}/{path}")

    def collapseCommonVars(self, path: str, vars: Sequence[str] = ("$HIP", "$JOB")) -> str:
        for variable in vars:
            value = self.expandString(variable)
            if value and path.startswith(f"{value.rstrip('/')}/"):
                return variable + path[len(value.rstrip("/")) :]
        return path


class Playbar(Namespace):
    hom = "playbar"

    def frameRange(self) -> Vector2:
        return Vector2(self._session.scene.frame_range)

    def setFrameRange(self, start: float, end: float) -> None:
        self._session.scene.frame_range = (float(start), float(end))
        self._session.scene.changed = True

    def playbackRange(self) -> Vector2:
        return Vector2(self._session.scene.playback_range)

    def setPlaybackRange(self, start: float, end: float) -> None:
        self._session.scene.playback_range = (float(start), float(end))

    def timelineRange(self) -> Vector2:
        return Vector2(self._session.scene.frame_range)


class UndoGroup:
    """A context manager, as Houdini's: names what is undone together."""

    def __init__(self, session: Session, label: str) -> None:
        self._session, self._label = session, label

    def __enter__(self) -> UndoGroup:
        self._session.undo_depth += 1
        return self

    def __exit__(self, *error: Any) -> None:
        self._session.undo_depth -= 1
        if self._session.undo_depth == 0:
            self._session.undo_labels.append(self._label)


class Undos(Namespace):
    hom = "undos"

    def group(self, label: str, editor: Any = None) -> UndoGroup:
        return UndoGroup(self._session, label)

    def disabler(self) -> UndoGroup:
        return UndoGroup(self._session, "")

    def areEnabled(self) -> bool:
        return True

    def undoLabels(self) -> tuple[str, ...]:
        return tuple(reversed([label for label in self._session.undo_labels if label]))
