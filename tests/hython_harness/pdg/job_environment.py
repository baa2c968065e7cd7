"""What a scheduler gives a job: folders, its item's data, variables, the words of PDG in its command."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from .items import WorkItem
from .nodes import Node

JOB_FILES = Path(__file__).parent / "job"


class JobEnvironment:
    """Folders are paths here and `remote` ones there; both are the same for jobs of this machine."""

    context: Any
    name: Any

    def __init__(self, node: Node) -> None:
        self._node = node
        self._working: tuple[str, str] | None = None
        self._temp: tuple[str, str] | None = None
        self._scripts: tuple[str, str] | None = None

    def setWorkingDir(self, local: str, remote: str) -> None:
        self._working = _both(local, remote)
        self._temp = self._scripts = None

    def workingDir(self, local: bool) -> str:
        if self._working is None:
            raise RuntimeError(f"{self.name}: setWorkingDir was not called")
        return self._working[0 if local else 1]

    def setTempDir(self, local: str, remote: str) -> None:
        self._temp = _both(local, remote)

    def tempDir(self, local: bool) -> str:
        if self._temp is not None:
            return self._temp[0 if local else 1]
        return (
            f"{self.workingDir(local)}/pdgtemp/{os.getpid()}"  # docs tops/paths: $PDG_DIR/pdgtemp/<process>
        )

    def setScriptDir(self, local: str, remote: str) -> None:
        self._scripts = _both(local, remote)

    def scriptDir(self, local: bool) -> str:
        return self._scripts[0 if local else 1] if self._scripts else f"{self.tempDir(local)}/scripts"

    def dataDir(self, local: bool) -> str:
        return f"{self.tempDir(local)}/data"

    def logDir(self, local: bool) -> str:
        return f"{self.tempDir(local)}/logs"

    def localizePath(self, path: str) -> str:
        for token, folder in (("__PDG_DIR__", self.workingDir), ("__PDG_TEMP__", self.tempDir)):
            if token in path:
                path = path.replace(token, folder(True))
        return os.path.expandvars(path)

    def delocalizePath(self, path: str) -> str:
        folder = self.workingDir(True)
        return path.replace(folder, "__PDG_DIR__", 1) if (path + "/").startswith(folder + "/") else path

    def applicationBin(self, name: str, work_item: WorkItem | None) -> str:
        """Never quoted: Houdini's programs are where no path has spaces (on Windows, by short names)."""
        if name == "hython":
            return str(self.context._world.hython())
        if name == "python":  # Houdini's own, which sees neither packages nor the runtime of the project
            return str(Path(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}"))
        raise ValueError(f"{self.name} names no program for {name}")

    # of one job

    def createJobDirsAndSerializeWorkItems(self, work_item: WorkItem) -> bool:
        for folder in (self.dataDir(True), self.logDir(True), self.scriptDir(True)):
            Path(folder).mkdir(parents=True, exist_ok=True)
        data = Path(self.dataDir(True)) / f"{work_item.name}.json"
        text = work_item._as_json().encode()
        if self._on("pdg_compressworkitemdata"):
            data.with_suffix(".json.gz").write_bytes(gzip.compress(text))
        else:
            data.write_bytes(text)
        return True

    def _copyJobSupportFiles(self) -> None:
        scripts = Path(self.scriptDir(True))
        scripts.mkdir(parents=True, exist_ok=True)
        for file in JOB_FILES.glob("*.py"):
            shutil.copyfile(file, scripts / file.name)

    def addCommonJobEnvVars(self, job_env: dict[str, str], work_item: WorkItem) -> None:
        """Variables of the item and its way to the result server; those of folders are the scheduler's."""
        address = self.workItemResultServerAddr()
        job_env.update(
            {
                "PDG_RESULT_SERVER": address,
                "PDG_HTTP_PORT": address.rpartition(":")[2],
                "PDG_RESULT_CLIENT_ID": f"{work_item.name}",
                "PDG_ITEM_NAME": work_item.name,
                "PDG_ITEM_ID": str(work_item.id),
                "PDG_INDEX": str(work_item.index),
                "PDG_INDEX4": f"{work_item.index:04d}",
                "PDG_ITEM_DATA_SOURCE": "0",
                "PDG_RPC_TIMEOUT": self._text("pdg_rpctimeout", "4"),
                "PDG_RPC_RETRIES": self._text("pdg_rpcretries", "2"),
                "PDG_RPC_BACKOFF": self._text("pdg_rpcbackoff", "2"),
                "PDG_RPC_MAX_ERRORS": self._text("pdg_rpcmaxerrors", "5"),
                "PDG_PATHMAP": "",
            }
        )
        if self._on("pdg_mapmode"):  # Path Mapping: None (docs nodes/top/localscheduler)
            job_env["HYTHON_HARNESS_DELOCALIZE"] = "1"

    def workItemResultServerAddr(self) -> str:
        raise RuntimeError(
            f"{self.name} has no result server: its class lacks CallbackServerMixin, or "
            f"startCallbackServer() was not called"
        )

    def expandCommandTokens(self, command: str, work_item: WorkItem) -> str:
        """The words of PDG in a command (listed in public files of SideFX), expanded for this machine."""
        for token, text in self._tokens(work_item).items():
            if token in command:
                command = command.replace(token, text())
        return command

    def _tokens(self, item: WorkItem) -> dict[str, Any]:
        return {
            "__PDG_PYTHON__": lambda: self.applicationBin("python", item),
            "__PDG_HYTHON__": lambda: self.applicationBin("hython", item),
            "__PDG_ITEM_NAME__": lambda: item.name,
            "__PDG_ITEM_ID__": lambda: str(item.id),
            "__PDG_INDEX__": lambda: str(item.index),
            "__PDG_DIR__": lambda: self.workingDir(False),
            "__PDG_TEMP__": lambda: self.tempDir(False),
            "__PDG_SHARED_TEMP__": lambda: self.tempDir(False),
            "__PDG_SCRIPTDIR__": lambda: self.scriptDir(False),
            "__PDG_RESULT_SERVER__": self.workItemResultServerAddr,
            "__PDG_HFS__": lambda: os.environ.get("HFS", ""),
        }

    def _on(self, parm: str) -> bool:
        parameter = self._node.parameter(parm)
        return parameter is not None and bool(parameter.evaluateInt())

    def _text(self, parm: str, default: str) -> str:
        parameter = self._node.parameter(parm)
        return default if parameter is None else parameter.evaluateString()


def _both(local: str, remote: str) -> tuple[str, str]:
    for folder in (local, remote):
        if not isinstance(folder, str):
            raise TypeError(f"a folder is a text, not {folder!r}")
    return local.replace("\\", "/").rstrip("/"), remote.replace("\\", "/").rstrip("/")
