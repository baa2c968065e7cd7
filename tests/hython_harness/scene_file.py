"""A scene as JSON and back: nodes, what was set on them, wires, the time line."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from .facts import ParmFact
from .scene import Channel, NodeState

if TYPE_CHECKING:
    from .session import Session

FORMAT = 1


def to_json(session: Session) -> dict[str, Any]:
    scene = session.scene
    return {
        "format": FORMAT,
        "houdini": session.version,
        "frame": scene.frame,
        "fps": scene.fps,
        "frame_range": scene.frame_range,
        "playback_range": scene.playback_range,
        "variables": scene.variables,
        "nodes": [_node(state) for state in scene.root.walk() if state.fact.category != "Manager"],
    }


def _node(state: NodeState) -> dict[str, Any]:
    told: dict[str, Any] = {"path": state.path(), "type": state.fact.name}
    for key in ("comment", "user_data", "flags", "position", "color", "locked", "without_init"):
        value = getattr(state, key)
        if value not in ("", {}, False):
            told[key] = value
    if state.spare:
        told["spare"] = [dataclasses.asdict(fact) for fact in state.spare.values()]
    parms = {
        name: [dataclasses.asdict(channel) for channel in channels]
        for name, channels in state.channels.items()
        if any(channel.touched for channel in channels)
    }
    if parms:
        told["parms"] = parms
    if state.inputs:
        told["inputs"] = {
            str(index): [source.name, output] for index, (source, output) in sorted(state.inputs.items())
        }
    return told


def from_json(session: Session, told: dict[str, Any]) -> list[str]:
    """Fills the session's empty scene; returns what could not be loaded, in words."""
    scene = session.scene
    scene.frame, scene.fps = told["frame"], told["fps"]
    scene.frame_range = tuple(told["frame_range"])
    scene.playback_range = tuple(told["playback_range"])
    scene.variables = dict(told["variables"])
    lost = []
    for row in told["nodes"]:
        problem = _add(session, row)
        if problem:
            lost.append(problem)
    for row in told["nodes"]:
        state = scene.node(row["path"])
        for index, (name, output) in row.get("inputs", {}).items():
            source = state.parent.children.get(name) if state and state.parent else None
            if state and source:
                state.inputs[int(index)] = (source, output)
    return lost


def _add(session: Session, row: dict[str, Any]) -> str:
    above, _, name = row["path"].rpartition("/")
    parent = session.scene.node(above or "/")
    if parent is None:
        return f"{row['path']}: the network it was in is missing"
    fact = session.find_type(parent.fact.children, row["type"], exact=True)
    if fact is None:
        return f"{row['path']}: Houdini {session.version} has no {parent.fact.children} type {row['type']}"
    state = NodeState(name, fact, parent, session.scene.take_id())
    parent.children[name] = state
    for key in ("comment", "user_data", "flags", "locked", "without_init"):
        if key in row:
            setattr(state, key, row[key])
    state.position, state.color = tuple(row["position"]), tuple(row["color"])
    for spare in row.get("spare", ()):
        lists = {k: tuple(v) for k, v in spare.items() if isinstance(v, list)}
        state.spare[spare["name"]] = ParmFact(**(spare | lists))
    for parm, channels in row.get("parms", {}).items():
        state.channels[parm] = [Channel(**channel) for channel in channels]
    return ""
