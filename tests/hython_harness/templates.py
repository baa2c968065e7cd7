"""Parm templates: what a parm looks like, and how a script adds spare parms to a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from .binding import Hom, check_call
from .enumerations import EnumValue
from .errors import HarnessError
from .facts import ParmFact
from .stubs import Stubs

if TYPE_CHECKING:
    from .session import Session

SCHEMES = {"XYZW": "xyzw", "RGBA": "rgba", "UVW": "uvw", "Base1": "1234"}


class ParmTemplate(Hom):
    """Base of all templates. A session has subclasses of its own, whose constructors are checked by its
    stubs.
    """

    hom = "ParmTemplate"
    kind: ClassVar[str] = ""
    session: ClassVar[Session]

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        call = self.session.stubs.method(self.hom, "__init__")
        if call is None:
            raise HarnessError(f"the stubs have no constructor of hou.{self.hom}")
        check_call(call, self.hom, arguments, keywords)
        self._told: dict[str, Any] = dict(call.signature.bind(*arguments, **keywords).arguments)

    def _stubs(self) -> Stubs:
        return self.session.stubs

    def __repr__(self) -> str:
        return f"<hou.{self.hom} name='{self._told['name']}' label='{self._told.get('label', '')}'>"

    def name(self) -> str:
        return str(self._told["name"])

    def setName(self, name: str) -> None:
        self._told["name"] = name

    def label(self) -> str:
        return str(self._told.get("label", ""))

    def setLabel(self, label: str) -> None:
        self._told["label"] = label

    def numComponents(self) -> int:
        return int(self._told.get("num_components", 1))

    def isHidden(self) -> bool:
        return bool(self._told.get("is_hidden", False))

    def hide(self, on: bool) -> None:
        self._told["is_hidden"] = on

    def help(self) -> str:
        return str(self._told.get("help") or "")

    def setHelp(self, help: str) -> None:
        self._told["help"] = help

    def tags(self) -> dict[str, str]:
        return dict(self._told.get("tags", {}))

    def setTags(self, tags: dict[str, str]) -> None:
        self._told["tags"] = dict(tags)

    def setJoinWithNext(self, on: bool) -> None:
        self._told["join_with_next"] = on

    def setConditional(self, cond_type: EnumValue, conditional: str) -> None:
        self._told.setdefault("conditionals", {})[cond_type] = conditional

    def setScriptCallback(self, script_callback: str) -> None:
        self._told["script_callback"] = script_callback

    def setScriptCallbackLanguage(self, script_callback_language: EnumValue) -> None:
        self._told["script_callback_language"] = script_callback_language

    def defaultValue(self) -> Any:
        return self._told.get("default_value")

    def setDefaultValue(self, default_value: Any) -> None:
        self._told["default_value"] = default_value

    def menuItems(self) -> tuple[str, ...]:
        return tuple(self._told.get("menu_items", ()))

    def menuLabels(self) -> tuple[str, ...]:
        return tuple(self._told.get("menu_labels", ()))

    def _fact(self) -> ParmFact:
        size = self.numComponents()
        scheme = self._told.get("naming_scheme")
        suffix = SCHEMES[scheme.name() if scheme is not None else "XYZW"][:size]
        tags = self.tags()
        if self._told.get("script_callback"):
            language = self._told.get("script_callback_language")
            tags |= {
                "script_callback": self._told["script_callback"],
                "script_callback_language": (language.name() if language else "HScript").lower(),
            }
        return ParmFact(
            name=self.name(), kind=self.kind, size=size, suffix=suffix if size > 1 else None,
            default=self._default(), menu=tuple(self._told.get("menu_items", ())) or None,
            labels=tuple(self._told.get("menu_labels", ())) or None,
            label=self.label(), hidden=self.isHidden(), tags=tags,
        )  # fmt: skip

    def _default(self) -> tuple[str, ...]:
        value = self._told.get("default_value", ())
        expressions = self._told.get("default_expression", ())
        texts = [str(one) for one in (value if isinstance(value, (tuple, list)) else (int(value),))]
        for n, expression in enumerate((expressions,) if isinstance(expressions, str) else expressions):
            if expression:
                texts[n : n + 1] = [expression]
        return tuple(texts)


class StringParmTemplate(ParmTemplate):
    hom, kind = "StringParmTemplate", "string"


class IntParmTemplate(ParmTemplate):
    hom, kind = "IntParmTemplate", "int"


class FloatParmTemplate(ParmTemplate):
    hom, kind = "FloatParmTemplate", "float"


class ToggleParmTemplate(ParmTemplate):
    hom, kind = "ToggleParmTemplate", "toggle"


class MenuParmTemplate(ParmTemplate):
    hom, kind = "MenuParmTemplate", "menu"


class ButtonParmTemplate(ParmTemplate):
    hom, kind = "ButtonParmTemplate", "button"


class LabelParmTemplate(ParmTemplate):
    hom, kind = "LabelParmTemplate", "label"


class SeparatorParmTemplate(ParmTemplate):
    hom, kind = "SeparatorParmTemplate", "separator"


class FolderParmTemplate(ParmTemplate):
    hom, kind = "FolderParmTemplate", "folder"

    def parmTemplates(self) -> tuple[ParmTemplate, ...]:
        return tuple(self._told.get("parm_templates", ()))

    def setParmTemplates(self, parm_templates: Any) -> None:
        self._told["parm_templates"] = tuple(parm_templates)

    def addParmTemplate(self, parm_template: ParmTemplate) -> None:
        self._told["parm_templates"] = (*self.parmTemplates(), parm_template)


KINDS: dict[str, type[ParmTemplate]] = {
    "int": IntParmTemplate, "multiparm": IntParmTemplate, "float": FloatParmTemplate,
    "toggle": ToggleParmTemplate, "menu": MenuParmTemplate, "button": ButtonParmTemplate,
    "label": LabelParmTemplate, "separator": SeparatorParmTemplate,
}  # fmt: skip


class KnownTemplate(ParmTemplate):
    """The template of a parm that is there already."""

    def __init__(self, session: Session, fact: ParmFact) -> None:
        self.session = session  # type: ignore[misc]
        self.hom = KINDS.get(fact.kind, StringParmTemplate).hom  # type: ignore[misc]
        self._known = fact
        self._told = {
            "name": fact.name, "label": fact.label, "num_components": fact.size, "is_hidden": fact.hidden,
            "tags": fact.tags, "menu_items": fact.menu or (), "menu_labels": fact.labels or (),
            "default_value": fact.default,
        }  # fmt: skip

    def _fact(self) -> ParmFact:
        return self._known


def template_of(session: Session, fact: ParmFact) -> ParmTemplate:
    return KnownTemplate(session, fact)


def classes(session: Session) -> dict[str, Any]:
    """The classes for one session's `hou`."""
    from .template_groups import ParmTemplateGroup

    found = {
        kind.__name__: kind
        for kind in (
            ParmTemplate, StringParmTemplate, IntParmTemplate, FloatParmTemplate, ToggleParmTemplate,
            MenuParmTemplate, ButtonParmTemplate, LabelParmTemplate, SeparatorParmTemplate,
            FolderParmTemplate, ParmTemplateGroup,
        )
    }  # fmt: skip
    return {name: type(name, (kind,), {"session": session}) for name, kind in found.items()}
