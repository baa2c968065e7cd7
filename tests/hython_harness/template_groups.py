"""`hou.ParmTemplateGroup`: the interface of a node as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from .binding import Hom
from .dialog_script import ScriptError, read_script
from .errors import OperationFailed
from .facts import ParmFact
from .scene import NodeState
from .stubs import Stubs
from .templates import FolderParmTemplate, KnownTemplate, ParmTemplate

if TYPE_CHECKING:
    from .session import Session


class ParmTemplateGroup(Hom):
    hom = "ParmTemplateGroup"
    session: ClassVar[Session]

    def __init__(self, parm_templates: Sequence[ParmTemplate] = ()) -> None:
        self._entries = list(parm_templates)

    def _stubs(self) -> Stubs:
        return self.session.stubs

    def entries(self) -> tuple[ParmTemplate, ...]:
        return tuple(self._entries)

    def parmTemplates(self) -> tuple[ParmTemplate, ...]:
        return tuple(self._entries)

    def entriesWithoutFolders(self) -> tuple[ParmTemplate, ...]:
        return tuple(
            found for found in self._walk(self._entries) if not isinstance(found, FolderParmTemplate)
        )

    def find(self, name: str) -> ParmTemplate | None:
        return next((found for found in self._walk(self._entries) if found.name() == name), None)

    def findFolder(self, label_or_labels: Any) -> ParmTemplate | None:
        labels = (label_or_labels,) if isinstance(label_or_labels, str) else tuple(label_or_labels)
        inside, found = list(self._entries), None
        for label in labels:
            folders = [one for one in inside if isinstance(one, FolderParmTemplate) and one.label() == label]
            if not folders:
                return None
            found = folders[0]
            inside = list(found.parmTemplates())
        return found

    def append(self, parm_template: ParmTemplate) -> None:
        self._check_new(parm_template)
        self._entries.append(parm_template)

    def addParmTemplate(self, parm_template: ParmTemplate) -> None:
        self.append(parm_template)

    def appendToFolder(
        self, label_or_labels_or_parm_template_or_indices: Any, parm_template: ParmTemplate
    ) -> None:
        where = label_or_labels_or_parm_template_or_indices
        folder = where if isinstance(where, FolderParmTemplate) else self.findFolder(where)
        if not isinstance(folder, FolderParmTemplate):
            raise OperationFailed(f"there is no folder {where!r}")
        self._check_new(parm_template)
        folder.addParmTemplate(parm_template)

    def insertBefore(self, name_or_parm_template_or_indices: Any, parm_template: ParmTemplate) -> None:
        self._check_new(parm_template)
        self._entries.insert(self._index(name_or_parm_template_or_indices), parm_template)

    def insertAfter(self, name_or_parm_template_or_indices: Any, parm_template: ParmTemplate) -> None:
        self._check_new(parm_template)
        self._entries.insert(self._index(name_or_parm_template_or_indices) + 1, parm_template)

    def replace(self, name_or_parm_template_or_indices: Any, parm_template: ParmTemplate) -> None:
        self._entries[self._index(name_or_parm_template_or_indices)] = parm_template

    def remove(self, name_or_parm_template_or_indices: Any) -> None:
        del self._entries[self._index(name_or_parm_template_or_indices)]

    def setToDialogScript(self, dialog_script: str) -> None:
        try:
            script = read_script(dialog_script)
        except ScriptError as error:
            raise OperationFailed(str(error)) from error
        self._entries = [KnownTemplate(self.session, fact) for fact in script.parms]

    def _index(self, which: Any) -> int:
        """Where an entry of the first level is, by its name or as it is."""
        name = which if isinstance(which, str) else which.name()
        for place, entry in enumerate(self._entries):
            if entry.name() == name:
                return place
        raise OperationFailed(f"there is no parm template {name!r}")

    def _check_new(self, template: ParmTemplate) -> None:
        for one in self._walk([template]):
            if self.find(one.name()) is not None:
                raise OperationFailed(f"the group has a parm {one.name()!r} already")

    def _walk(self, entries: Sequence[ParmTemplate]) -> Iterator[ParmTemplate]:
        for entry in entries:
            yield entry
            if isinstance(entry, FolderParmTemplate):
                yield from self._walk(entry.parmTemplates())

    def _facts(self) -> list[ParmFact]:
        return [entry._fact() for entry in self.entriesWithoutFolders()]


def group_of(session: Session, state: NodeState) -> ParmTemplateGroup:
    facts = [*state.fact.parms.values(), *state.spare.values()]
    made: ParmTemplateGroup = session.hou.ParmTemplateGroup([KnownTemplate(session, fact) for fact in facts])
    return made


def set_group(state: NodeState, group: ParmTemplateGroup) -> None:
    """Parms that the node's type doesn't have become spare parms; spare parms that are left out are gone."""
    facts = {fact.name: fact for fact in group._facts()}
    gone = [name for name in state.spare if name not in facts]
    for name in gone:
        del state.spare[name]
        state.channels.pop(name, None)
    for name, fact in facts.items():
        if name not in state.fact.parms:
            state.spare[name] = fact
