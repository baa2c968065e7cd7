"""Assets of a session: `hou.hda`, and the scripts that an asset's nodes run."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .errors import OperationFailed
from .facts import TypeFact
from .fake import Fake, Namespace
from .library import CATEGORIES, Asset, read_library

if TYPE_CHECKING:
    from .node_types import NodeType
    from .parms import Parm
    from .scene import NodeState
    from .session import Session


class Assets:
    """The installed libraries and, for each type made by one, its asset."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.libraries: dict[Path, list[TypeFact]] = {}
        self._assets: dict[str, Asset] = {}
        self._modules: dict[str, ModuleType] = {}

    def namespace(self) -> Hda:
        return Hda(self._session)

    def install(self, folder: Path) -> None:
        facts = [self._add(asset) for asset in read_library(folder)]
        self.libraries[folder] = facts

    def uninstall(self, folder: Path) -> None:
        for fact in self.libraries.pop(folder):
            self._session.remove_type(fact)
            self._assets.pop(fact.key())
            self._modules.pop(fact.key(), None)

    def _add(self, asset: Asset) -> TypeFact:
        fact = TypeFact(
            category=CATEGORIES[asset.table],
            name=asset.operator,
            parms={parm.name: parm for parm in asset.script.parms},
            inputs=asset.inputs,
            outputs=asset.outputs,
            label=asset.label,
            subtype=asset.extra.get("subtype", ""),
        )
        self._session.add_type(fact)
        self._assets[fact.key()] = asset
        self._modules.pop(fact.key(), None)
        return fact

    def definition(self, fact: TypeFact) -> HDADefinition | None:
        asset = self._assets.get(fact.key())
        return None if asset is None else HDADefinition(self._session, asset, fact)

    def module(self, fact: TypeFact) -> ModuleType | None:
        """The asset's PythonModule, run once."""
        asset = self._assets.get(fact.key())
        if asset is None or "PythonModule" not in asset.sections:
            return None
        if fact.key() not in self._modules:
            module = ModuleType(f"hou.hdaModule.{fact.name}")
            module.__dict__["hou"] = self._session.hou
            exec(_compiled(asset, "PythonModule"), module.__dict__)
            self._modules[fact.key()] = module
        return self._modules[fact.key()]

    def icon(self, fact: TypeFact) -> str:
        asset = self._assets.get(fact.key())
        return f"{fact.category.upper()}_{fact.name}" if asset is None else asset.icon

    def run_created(self, state: NodeState) -> None:
        """Runs the OnCreated script of an asset."""
        asset = self._assets.get(state.fact.key())
        if asset is None or "OnCreated" not in asset.sections:
            return
        node = self._session.wrap(state)
        with self._session.working_in(state):
            exec(
                _compiled(asset, "OnCreated"),
                {"hou": self._session.hou, "kwargs": {"node": node, "type": node.type()}},
            )

    def run_button(self, parm: Parm, arguments: dict[str, Any]) -> None:
        """Runs the callback script of a parm, with `kwargs` as Houdini gives them."""
        tags, state = parm._fact.tags, parm._state
        script = tags.get("script_callback", "")
        if not script:
            raise OperationFailed(f"{parm.path()} has no callback script")
        if tags.get("script_callback_language") != "python":
            raise OperationFailed(f"{parm.path()}: its callback is hscript, which hython runs as such")
        kwargs = {
            "node": self._session.wrap(state),
            "parm": parm,
            "parm_name": parm.name(),
            "parm_tuple": parm.tuple(),
            "script_value": parm.evalAsString(),
            "script_parm": parm.name(),
            **arguments,
        }
        with self._session.working_in(state):
            exec(compile(script, parm.path(), "exec"), {"hou": self._session.hou, "kwargs": kwargs})


def _compiled(asset: Asset, section: str) -> Any:
    return compile(asset.sections[section], f"{asset.library.name}/{asset.operator}/{section}", "exec")


class HDADefinition(Fake):
    hom = "HDADefinition"

    def __init__(self, session: Session, asset: Asset, fact: TypeFact) -> None:
        super().__init__(session)
        self._asset, self._fact = asset, fact

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HDADefinition) and other._asset == self._asset

    def __hash__(self) -> int:
        return hash((self._asset.library, self._asset.operator))

    def nodeType(self) -> NodeType:
        from .node_types import NodeType

        return NodeType(self._session, self._fact)

    def nodeTypeName(self) -> str:
        return self._fact.name

    def description(self) -> str:
        return self._asset.label

    def libraryFilePath(self) -> str:
        return self._asset.library.as_posix()

    def icon(self) -> str:
        return self._asset.icon

    def extraInfo(self) -> str:
        return " ".join(f"{key}='{value}'" for key, value in self._asset.extra.items())

    def maxNumInputs(self) -> int:
        return self._asset.inputs

    def sections(self) -> dict[str, HDASection]:
        return {name: HDASection(self._session, name, text) for name, text in self._asset.sections.items()}


class HDASection(Fake):
    hom = "HDASection"

    def __init__(self, session: Session, name: str, text: str) -> None:
        super().__init__(session)
        self._name, self._text = name, text

    def name(self) -> str:
        return self._name

    def contents(self, compression_type: Any = None) -> str:
        return self._text

    def size(self) -> int:
        return len(self._text.encode("utf-8"))


class Hda(Namespace):
    hom = "hda"

    def installFile(
        self,
        file_path: str,
        oplibraries_file: str | None = None,
        change_oplibraries_file: bool = True,
        force_use_assets: bool = False,
    ) -> None:
        folder = Path(file_path)
        if not folder.exists():
            raise OperationFailed(f"Unable to find the asset library {file_path}")
        self._session.assets.install(folder)

    def uninstallFile(
        self, file_path: str, oplibraries_file: str | None = None, change_oplibraries_file: bool = True
    ) -> None:
        if Path(file_path) not in self._session.assets.libraries:
            raise OperationFailed(f"{file_path} is not installed")
        self._session.assets.uninstall(Path(file_path))

    def reloadFile(self, file_path: str) -> None:
        self.uninstallFile(file_path)
        self.installFile(file_path)

    def loadedFiles(self) -> tuple[str, ...]:
        return tuple(folder.as_posix() for folder in self._session.assets.libraries)

    def definitionsInFile(self, file_path: str) -> tuple[HDADefinition, ...]:
        known = self._session.assets.libraries.get(Path(file_path))
        if known is None:
            raise OperationFailed(f"{file_path} is not installed")
        found = (self._session.assets.definition(fact) for fact in known)
        return tuple(definition for definition in found if definition is not None)
