"""The words that a node's table is written in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional, Union

Value = Union[str, int, float]

# Kinds that hold a value, and those that only stand in the interface.
TEXTS = ("string", "text", "file", "directory", "menu", "node")
NUMBERS = ("integer", "float", "toggle", "choice")
SILENT = ("button", "separator")
KINDS = (*TEXTS, *NUMBERS, *SILENT)


@dataclass(frozen=True)
class Field:
    """One parameter.

    `kind` is one of `KINDS`: a `menu` stores the token as text, a `choice` (Houdini's own parameters only) a
    whole number. `range` is the slider's; an end that is `strict` is a limit too, which reading the settings
    enforces. `hide_when` and `disable_when` are Houdini's conditions (`{ a == 1 }`). `pattern` is what a file
    chooser offers; `callback` is a function of `nodes.buttons`, called with Houdini's kwargs. `expression` is
    an hscript default for the digital asset; where there is no asset, `default` holds. `joined` puts the next
    parameter on the same line; `bare` shows no label. `factory` marks what Houdini gives each registered type
    by itself. `keep_frame` says that the text is a pattern of frames, in which $F4 must not be replaced by
    the current frame (see `frame_variables`).
    """

    name: str
    label: str
    kind: str
    default: Value = ""
    menu: tuple[tuple[str, str], ...] = ()
    range: Optional[tuple[float, float]] = None
    strict: tuple[bool, bool] = (False, False)
    hide_when: str = ""
    disable_when: str = ""
    help: str = ""
    pattern: str = ""
    callback: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    expression: str = ""
    joined: bool = False
    bare: bool = False
    factory: bool = False
    keep_frame: bool = False

    @property
    def has_value(self) -> bool:
        return self.kind not in SILENT

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(token for token, _ in self.menu)


@dataclass(frozen=True)
class Folder:
    """A tab of the node, or (`look` "group" or "collapsible") a part of a tab."""

    label: str
    fields: tuple[Union[Field, Folder], ...]
    look: str = "tab"
    hide_when: str = ""

    def all_fields(self) -> Iterator[Field]:
        for item in self.fields:
            if isinstance(item, Folder):
                yield from item.all_fields()
            else:
                yield item


@dataclass(frozen=True)
class NodeInterface:
    """One node. `name` is the PDG template's name and the operator's; `kind` is `processor` or `scheduler`.

    `summary` is one line for the help index, `help` the wiki text between it and the parameters. `inputs` are
    the labels of the inputs, `least_inputs` of which have to be wired.
    """

    name: str
    label: str
    kind: str
    summary: str
    help: str
    folders: tuple[Folder, ...]
    inputs: tuple[str, ...] = ()
    least_inputs: int = 0

    @property
    def icon(self) -> str:
        """The file of the icon in `tools/hda/icons`."""
        return f"{self.name}.svg"

    def fields(self) -> tuple[Field, ...]:
        """Every parameter, in the order of the interface."""
        return tuple(field for folder in self.folders for field in folder.all_fields())

    def own_fields(self) -> tuple[Field, ...]:
        """The parameters with a value that are ours, in order: those of the PDG template."""
        return tuple(field for field in self.fields() if field.has_value and not field.factory)

    def field(self, name: str) -> Field:
        """KeyError for a name that isn't there."""
        for field in self.fields():
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no parameter '{name}'")
