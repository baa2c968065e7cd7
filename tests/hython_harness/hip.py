"""`hou.hipFile`: scenes as JSON in a .hip file, so that another process can open what this one saved."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .enumerations import EnumValue
from .errors import OperationFailed
from .fake import Namespace
from .scene import empty_scene
from .scene_file import from_json, to_json

if TYPE_CHECKING:
    from .session import Session

UNTITLED = "untitled.hip"


class HipFile(Namespace):
    hom = "hipFile"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._callbacks: list[Callable[[EnumValue], None]] = []

    def path(self) -> str:
        return Path(self._session.scene.hip).as_posix()

    def name(self) -> str:
        return UNTITLED if self.isNewFile() else self.path()

    def basename(self) -> str:
        return Path(self._session.scene.hip).name

    def setName(self, file_name: str) -> None:
        self._session.scene.hip = _absolute(file_name)

    def isNewFile(self) -> bool:
        return not self._session.saved_once

    def hasUnsavedChanges(self) -> bool:
        return self._session.scene.changed

    def isLoadingHipFile(self) -> bool:
        return False

    def isShuttingDown(self) -> bool:
        return False

    def save(self, file_name: str | None = None, save_to_recent_files: bool = True) -> None:
        path = Path(_absolute(file_name or self._session.scene.hip))
        self._tell("BeforeSave")
        self._session.scene.hip = str(path)
        text = json.dumps(to_json(self._session), indent=1, ensure_ascii=False)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        except OSError as error:
            raise OperationFailed(f"Unable to save to {path}: {error.strerror}") from error
        self._session.scene.changed = False
        self._session.saved_once = True
        self._tell("AfterSave")

    def load(
        self, file_name: str, suppress_save_prompt: bool = False, ignore_load_warnings: bool = False
    ) -> None:
        path = Path(_absolute(file_name))
        self._tell("BeforeLoad")
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise OperationFailed(f"Unable to open file {path}: {error.strerror}") from error
        except ValueError as error:
            raise OperationFailed(f"{path} is not a valid hip file") from error
        self._session.new_scene(empty_scene(str(path)))
        lost = from_json(self._session, told)
        self._session.saved_once = True
        self._session.scene.changed = False
        self._tell("AfterLoad")
        if lost and not ignore_load_warnings:
            raise self._session.hou.LoadWarning("\n".join(lost))

    def clear(self, suppress_save_prompt: bool = False) -> bool:
        self._tell("BeforeClear")
        self._session.new_scene(empty_scene(_absolute(UNTITLED)))
        self._session.saved_once = False
        self._tell("AfterClear")
        return True

    def addEventCallback(self, callback: Callable[[EnumValue], None]) -> None:
        self._callbacks.append(callback)

    def removeEventCallback(self, callback: Callable[[EnumValue], None]) -> None:
        if callback not in self._callbacks:
            raise OperationFailed("that callback was not added")
        self._callbacks.remove(callback)

    def eventCallbacks(self) -> tuple[Callable[[EnumValue], None], ...]:
        return tuple(self._callbacks)

    def _tell(self, event: str) -> None:
        value: Any = self._session.enumeration("hipFileEventType", event)
        for callback in list(self._callbacks):
            callback(value)


def _absolute(name: str) -> str:
    return str(Path(os.path.expandvars(name)).absolute())
