"""Every public method of a fake is called as the stubs say, or not at all.

A class of the fake names the class of `hou` that it plays. A call with arguments that Houdini would refuse
raises TypeError as Houdini does; a method that the version's stubs don't have is not there. What the stubs
lack though Houdini has it, is marked with `beyond_stubs(source)`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from .errors import NotPlayedError
from .stubs import Call, Stubs

Function = TypeVar("Function", bound=Callable[..., Any])
NAMED = {"str": str, "int": int, "float": (int, float), "bool": (bool, int), "bytes": bytes}


def beyond_stubs(source: str) -> Callable[[Function], Function]:
    """Marks a method that Houdini has and the stubs lack; `source` says where it was seen."""
    assert source

    def mark(function: Function) -> Function:
        function.beyond_stubs = source  # type: ignore[attr-defined]
        return function

    return mark


class Hom:
    """Base of all fakes: `hom` is the class of `hou` that is played, `_stubs()` tells the version's
    signatures.
    """

    hom: ClassVar[str] = ""

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        for name, value in list(vars(cls).items()):
            if callable(value) and not name.startswith("_") and not isinstance(value, (type, staticmethod)):
                setattr(cls, name, _Bound(value, name))

    def _stubs(self) -> Stubs:
        raise NotImplementedError

    def _before(self, name: str) -> None:
        """Called before each method: raises where the object is gone."""

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and self._stubs().method(self.hom, name) is not None:
            raise NotPlayedError(
                f"hou.{self.hom}.{name} is not played by the harness; add it with its behaviour."
            )
        raise AttributeError(f"'{self.hom}' object has no attribute '{name}'")


class _Bound:
    """A method that binds its arguments to the stub's signature before it runs."""

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self._function, self._name = function, name
        self.beyond_stubs = getattr(function, "beyond_stubs", "")
        functools.update_wrapper(self, function)  # type: ignore[arg-type]

    def __get__(self, instance: Hom | None, owner: type) -> Any:
        if instance is None:
            return self
        call = None
        if not self.beyond_stubs:
            call = instance._stubs().method(instance.hom, self._name)
            if call is None:
                raise AttributeError(
                    f"'{instance.hom}' object has no attribute '{self._name}' in this version"
                )
        return functools.partial(self._run, instance, call)

    def _run(self, instance: Hom, call: Call | None, /, *arguments: Any, **keywords: Any) -> Any:
        if call is not None:
            check_call(call, f"{instance.hom}.{self._name}", arguments, keywords)
        instance._before(self._name)
        return self._function(instance, *arguments, **keywords)


def check_call(call: Call, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    """Raises TypeError where the arguments don't fit the stub's signature, in number, name or plain type."""
    try:
        bound = call.signature.bind(*arguments, **keywords)
    except TypeError as error:
        raise TypeError(f"hou.{name}: {error}") from None
    for parameter, value in bound.arguments.items():
        annotation = call.annotations[parameter]
        if not fits(value, annotation):
            raise TypeError(
                f"in method 'hou.{name}', argument '{parameter}' of type '{annotation}': "
                f"got {type(value).__name__}"
            )


def fits(value: Any, annotation: str) -> bool:
    """Whether a value may be given for an annotation of plain types; others aren't judged.

    Houdini's wrappers take no pathlib.Path for a string and no string for a number.
    """
    allowed = _plain_types(annotation)
    return allowed is None or isinstance(value, allowed)


@functools.cache
def _plain_types(annotation: str) -> tuple[type, ...] | None:
    optional = re.fullmatch(r"(?:typing\.)?Optional\[(.+)\]", annotation)
    names = [*([optional[1], "None"] if optional else annotation.split("|"))]
    found: list[type] = []
    for name in (name.strip() for name in names):
        if name == "None":
            found.append(type(None))
        elif name in NAMED:
            kinds = NAMED[name]
            found += kinds if isinstance(kinds, tuple) else (kinds,)
        else:
            return None
    return tuple(found)
