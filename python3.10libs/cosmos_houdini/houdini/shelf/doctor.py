"""Doctor: what a shot stands on, from the scene to the box; each finding with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import hou

from ...errors import CosmosError
from ..bridge_client.asks import ask_all
from ..bridge_client.steps import Question
from ..dialogs import tell
from ..hip import project_folder
from ..nodes import answers as say
from ..nodes.parms import frame_pattern
from ..nodes.types import all_registered
from ..rops import judge
from ..rops.cameras import cameras
from ..rops.render import output_parm
from ..rops.write import MARK
from ..runtime import python

Finding = Mapping[str, Any]
RUNTIME, PROJECT = "runtime", "project folder"  # without them nothing else can be tried


@dataclass(frozen=True)
class _Try:
    """Something that the runtime tries: what it is called, the question, how the answer is read."""

    name: str
    question: Question
    read: Callable[[Any], list[Finding]]


def examine() -> None:
    """Looks at the scene at once, then has the runtime try the rest; shows it all together."""
    found = list(scene_findings())
    if all(finding["ok"] for finding in found if finding["name"] in (RUNTIME, PROJECT)):
        project = str(project_folder())
        box = _Try("box", ("box.doctor", {"project": project}), lambda answer: answer["findings"])
        _go_on(found, [*_rendered(project), box])
    else:
        _show(found)


def _go_on(found: list[Finding], tries: list[_Try]) -> None:
    """One after the other: what one of them can't do is its finding, and keeps no other back."""
    if not tries:
        _show(found)
        return
    one, *rest = tries
    ask_all(
        [one.question],
        lambda answers: _go_on([*found, *one.read(answers[0])], rest),
        lambda error: _go_on([*found, _refused(one.name, error)], rest),
        f"Cosmos Houdini tries: {one.name}...",
    )


def _show(found: list[Finding]) -> None:
    tell(*say.findings_text({"findings": found}), wrong=not all(finding["ok"] for finding in found))


def _rendered(project: str) -> Iterator[_Try]:
    """What the frames that our ROPs have rendered so far are good for."""
    for name, rops in judge.groups(judge.ours()).items():
        patterns = {_role(rop): pattern for rop in rops if (pattern := _frames(rop))}
        asked = {"project": project, "sources": patterns}
        if patterns:
            yield _Try(f"frames of {name}", ("passes.inspect", asked), partial(_possible, name))


def _possible(name: str, told: Mapping[str, Any]) -> list[Finding]:
    """One finding for what can be made of the frames, and one for each control that can't."""
    videos = told["videos"]
    made = [video for video, how in videos.items() if how["uses"]]
    missing = [
        {"name": f"{video} of {name}", "ok": False, "seen": how["why_not"], "fix": how["fix"]}
        for video, how in videos.items()
        if not how["uses"]
    ]
    seen = f"{told['frames']} frames, good for {', '.join(made) or 'nothing'}."
    return [{"name": f"frames of {name}", "ok": True, "seen": seen, "fix": ""}, *missing]


def _frames(rop: Any) -> str:
    """The frames of a ROP as a pattern; "" where the first of them isn't there yet."""
    parm = output_parm(rop)
    first = hou.playbar.frameRange()[0]
    if parm is None or not Path(parm.evalAsStringAtFrame(first)).is_file():
        return ""
    return frame_pattern(parm)


def _role(rop: Any) -> str:
    """What its sequence is to Cosmos Encode."""
    word = str(rop.userData(MARK)).partition(":")[2]
    return {"all": "frames", "edge": "normal", "segmentation": "id"}.get(word, word)


def scene_findings() -> Iterator[Finding]:
    """What can be seen from Houdini alone, in no time."""
    yield _tried(RUNTIME, lambda: str(python()))
    yield _tried(PROJECT, lambda: str(project_folder(create=True)))
    known = all_registered()
    yield {
        "name": "node types",
        "ok": known,
        "seen": "Cosmos Encode, Spec, Transfer, Load and GPU Box are known."
        if known
        else "Cosmos Encode and its siblings are unknown here.",
        "fix": "Networks are built from factory nodes. For ours: cosmos-houdini install, start Houdini anew.",
    }
    there = cameras()
    yield {
        "name": "camera",
        "ok": bool(there),
        "seen": ", ".join(camera.path for camera in there) or "There is none in /obj or /stage.",
        "fix": "Make a camera (in the viewer: No cam > New Camera).",
    }
    for rop in judge.ours():
        yield _tried(rop.name(), lambda rop=rop: f"{judge.usable(rop.path()).path()} renders.")


def _tried(name: str, look: Any) -> Finding:
    try:
        return {"name": name, "ok": True, "seen": look(), "fix": ""}
    except CosmosError as error:
        return _refused(name, error)


def _refused(name: str, error: CosmosError) -> Finding:
    return {"name": name, "ok": False, "seen": f"{error.what} {error.why}".strip(), "fix": error.fix}
