"""What a parm is worth at a frame: values, texts with variables, expressions, attributes of a work item."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import NotPlayedError, OperationFailed, UnknownFactError
from .expressions import Surroundings, as_text, evaluate, expand
from .facts import ParmFact
from .scene import PYTHON, NodeState, Value

if TYPE_CHECKING:
    from .session import Session

NUMBERS = ("int", "float", "toggle", "menu", "multiparm", "button")
Attribute = Callable[[str, int], Any]


BUILT_IN = {"pdg_index": "index", "pdg_name": "name", "pdg_id": "id", "pdg_frame": "frame"}


def no_item(name: str, index: int) -> Any:
    """Without a work item each attribute is 0, as Houdini has it."""
    return 0


def attributes_of(item: Any) -> Attribute:
    """What `@name` is for a work item; None: for none."""
    if item is None:
        return no_item

    def read(name: str, index: int) -> Any:
        if name in BUILT_IN:
            return getattr(item, BUILT_IN[name])
        if name.startswith("pdg_"):
            raise NotPlayedError(f"the harness doesn't play @{name}")
        value = item.attribValue(name, index)
        return 0 if value is None else value

    return read


def component(
    session: Session,
    node: NodeState,
    fact: ParmFact,
    index: int,
    frame: float | None = None,
    attribute: Attribute | None = None,
) -> Value:
    """The value of one component. Raises OperationFailed for a wrong expression."""
    channel = node.channel(fact)[index]
    if fact.default is None and not channel.touched and fact.kind != "button":
        session.note_unknown(f"{node.fact.key()}.{fact.name}: its default")
    if channel.expression is None and not _has_variables(channel.value):
        return channel.value
    around = surroundings(session, node, session.scene.frame if frame is None else frame, attribute)
    if channel.expression is None:
        return expand(str(channel.value), around)
    result = _expression(session, node, channel.expression, channel.language, around)
    return converted(fact, result)


def _has_variables(value: Value) -> bool:
    return isinstance(value, str) and ("$" in value or "`" in value)


def converted(fact: ParmFact, result: Any) -> Value:
    """The result of an expression in the type of its parm."""
    if fact.kind not in NUMBERS:
        return as_text(result)
    try:
        number = float(result)
    except (TypeError, ValueError):
        raise OperationFailed(f"{fact.name}: {result!r} is no number") from None
    return number if fact.kind == "float" else int(number)


def surroundings(
    session: Session, node: NodeState | None, frame: float, attribute: Attribute | None = None
) -> Surroundings:
    """Without `attribute`, those of the work item that is active in this thread, if there is one."""
    here = node or session.scene.root
    attribute = attribute or attributes_of(session.active_item())
    return Surroundings(
        variables=variables(session, here),
        frame=frame,
        fps=session.scene.fps,
        function=lambda name, values: _function(session, here, name, values, frame, attribute),
        attribute=attribute,
    )


def variables(session: Session, node: NodeState) -> dict[str, str]:
    """The variables of a text on `node`: the process's, the scene's, and `$OS`."""
    scene = session.scene
    hip = Path(scene.hip)
    start, end = scene.frame_range
    low, high = scene.playback_range
    return {
        **os.environ,
        **scene.variables,
        "HIP": hip.parent.as_posix(),
        "HIPNAME": hip.stem,
        "HIPFILE": hip.as_posix(),
        "JOB": scene.variables.get("JOB", os.environ.get("JOB", hip.parent.as_posix())),
        "OS": node.name,
        "FSTART": as_text(start),
        "FEND": as_text(end),
        "RFSTART": as_text(low),
        "RFEND": as_text(high),
        "NFRAMES": as_text(end - start + 1),
    }


def _function(
    session: Session, node: NodeState, name: str, values: list[Any], frame: float, attribute: Attribute
) -> Any:
    if name in ("ch", "chf", "chs", "chsop", "chi"):
        found = session.find_parm(str(values[0]), node)
        if found is None:
            if name in ("chs", "chsop"):
                return ""
            raise OperationFailed(f"{node.path()}: there is no parm {values[0]!r}")
        owner, fact, index = found
        value = component(session, owner, fact, index, frame, attribute)
        if name == "chsop" and value:
            target = session.scene.node(str(value), owner)
            return target.path() if target else value
        return value
    if name == "opfullpath":
        target = session.scene.node(str(values[0]), node)
        return target.path() if target else ""
    if name == "opname":
        target = session.scene.node(str(values[0]), node)
        return target.name if target else ""
    raise UnknownFactError(f"The harness doesn't play the hscript function {name}().")


def _expression(session: Session, node: NodeState, text: str, language: str, around: Surroundings) -> Any:
    if language != PYTHON:
        return evaluate(text, around)
    try:
        return _python(session, node, text)
    except Exception as error:  # of whatever kind: Houdini shows it as its own
        raise OperationFailed(f"{node.path()}: Python expression error: {error}") from error


def _python(session: Session, node: NodeState, text: str) -> Any:
    with session.working_in(node):
        names: dict[str, Any] = {"hou": session.hou}
        if "return" not in text:
            return eval(text, names)
        body = "\n".join(f"    {line}" for line in text.splitlines())
        exec(f"def _expression():\n{body}", names)
        return names["_expression"]()
