"""Variables in texts and the few expressions that parms carry: `$HIP/$OS.$F4.exr`, `$FSTART`, `ch("../x") +
1`.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import OperationFailed, UnknownFactError

VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|(F\d*)(?!\w)|([A-Za-z_]\w*))")
BACKTICKS = re.compile(r"`([^`]*)`")
OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Mod: math.fmod, ast.Pow: operator.pow, ast.Eq: operator.eq, ast.NotEq: operator.ne,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip


@dataclass(frozen=True)
class Surroundings:
    """What an expression may ask for: variables, the frame, other parms, attributes of the work item."""

    variables: Mapping[str, str]
    frame: float
    fps: float
    function: Callable[[str, list[Any]], Any]
    attribute: Callable[[str, int], Any] = field(default=lambda name, index: 0)


def expand(text: str, around: Surroundings) -> str:
    """A text with backticks evaluated and variables replaced; unknown variables stay as they are, as in
    Houdini.
    """

    def computed(found: re.Match[str]) -> str:
        return as_text(evaluate(found[1], around))

    def variable(found: re.Match[str]) -> str:
        name = found[1] or found[2] or found[3]
        value = frame_variable(name, around)
        return found[0] if value is None else value

    return VARIABLE.sub(variable, BACKTICKS.sub(computed, text))


def frame_variable(name: str, around: Surroundings) -> str | None:
    """The value of `$name` as text; `F4` is the frame in four digits."""
    padded = re.fullmatch(r"F(\d*)", name)
    if padded:
        return f"{math.floor(around.frame):0{int(padded[1] or 1)}d}"
    if name == "FF":
        return as_text(around.frame)
    if name == "T":
        return as_text((around.frame - 1) / around.fps)
    if name == "FPS":
        return as_text(around.fps)
    return around.variables.get(name)


def as_text(value: Any) -> str:
    """A number as Houdini writes it into a text: whole numbers without a point."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:g}"
    return str(int(value)) if isinstance(value, bool) else str(value)


def evaluate(expression: str, around: Surroundings) -> Any:
    """The value of an hscript expression. Raises OperationFailed for one that is wrong, UnknownFactError
    for one that the harness can't judge.
    """
    text = expression.strip()
    text = re.sub(r"@([A-Za-z_]\w*)(?:\.([xyzw]|\d+))?", r'_attribute("\1","\2")', text)
    text = re.sub(r"\$\{?([A-Za-z_]\w*)\}?", r'_variable("\1")', text)
    text = re.sub(r"\bif\s*\(", "_if(", text).replace("&&", " and ").replace("||", " or ")
    text = re.sub(r"!(?!=)", " not ", text).strip()
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise OperationFailed(f"Syntax error in the expression {expression!r}") from error
    return _value(tree.body, expression, around)


def _value(node: ast.expr, whole: str, around: Surroundings) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp):
        operand = _value(node.operand, whole, around)
        return -operand if isinstance(node.op, ast.USub) else int(not operand)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = _value(node.left, whole, around), _value(node.right, whole, around)
        if isinstance(node.op, ast.Add) and (isinstance(left, str) or isinstance(right, str)):
            return as_text(left) + as_text(right)
        return OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        operands = _value(node.left, whole, around), _value(node.comparators[0], whole, around)
        return int(OPERATORS[type(node.ops[0])](*operands))
    if isinstance(node, ast.BoolOp):
        values = [_value(part, whole, around) for part in node.values]
        return int(all(values) if isinstance(node.op, ast.And) else any(values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node.func.id, [_value(part, whole, around) for part in node.args], whole, around)
    raise UnknownFactError(f"The harness doesn't evaluate the expression {whole!r}.")


def _call(name: str, values: list[Any], whole: str, around: Surroundings) -> Any:
    if name == "_variable":
        text = frame_variable(values[0], around)
        if text is None:
            raise OperationFailed(f"Undefined variable ${values[0]} in {whole!r}")
        try:
            return float(text)
        except ValueError:
            return text
    if name == "_attribute":
        index = {"": 0, "x": 0, "y": 1, "z": 2, "w": 3}.get(values[1])
        return around.attribute(values[0], int(values[1]) if index is None else index)
    if name == "_if":
        return values[1] if values[0] else values[2]
    if name == "padzero":
        return f"{int(values[1]):0{int(values[0])}d}"
    if name in ("floor", "ceil"):
        return getattr(math, name)(values[0])
    if name in ("min", "max", "abs"):
        return {"min": min, "max": max, "abs": abs}[name](*values)
    return around.function(name, values)
