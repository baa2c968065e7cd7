"""The rules that hide and disable parameters: `{ a == 0 b != 2 } { c == 1 }`, "and" inside, "or" between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

OPERATORS = frozenset(["==", "!=", "<", ">", "<=", ">=", "=~", "!~"])
_GROUP = re.compile(r"\{([^{}]*)\}")
_WORD = re.compile(r'"(?:\\.|[^"\\])*"|\S+')
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_#]*")
_FUNCTION = re.compile(r"(hasinput|isparm|hascopy|isspare)\(.*\)")


def wrong_with(
    rule: str, names: frozenset[str], menus: Mapping[str, frozenset[str]] = MappingProxyType({})
) -> Iterator[str]:
    """What can't be right about a rule, each in words.

    `names` are the parameters there are, `menus` what those can say that say one of a few things.
    """
    if _GROUP.sub("", rule).strip():
        yield f"the rule has something outside of braces: {rule}"
        return
    if not _GROUP.search(rule):
        yield "the rule is empty"
    for inside in _GROUP.findall(rule):
        words = _WORD.findall(inside)
        if not words or len(words) % 3:
            yield f"the rule is not made of NAME OPERATOR VALUE: {{{inside}}}"
            continue
        for name, operator, value in zip(*[iter(words)] * 3):
            if operator not in OPERATORS:
                yield f"the rule has an unknown operator '{operator}'"
            if _FUNCTION.fullmatch(name):
                continue
            if not _NAME.fullmatch(name):
                yield f"the rule asks for '{name}', which can't be a parameter"
            elif name not in names:
                yield f"the rule asks for '{name}', and there is no such parameter"
            elif operator in ("==", "!=") and value.strip('"') not in menus.get(name, (value.strip('"'),)):
                yield f"the rule asks if {name} is '{value}', which it never is"
