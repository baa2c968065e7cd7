"""Doctor: what a shot stands on, from the scene to the box; each finding with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import CosmosError
from . import node_answers as say
from .bridge_asks import ask_all
from .dialogs import tell
from .hip import project_folder
from .node_types import all_registered
from .rops import judge
from .rops.cameras import cameras
from .runtime import python

Finding = Mapping[str, Any]


def examine() -> None:
    """Looks at the scene at once, then has the runtime try the box; shows it all together."""
    found = list(scene_findings())

    def show(more: list[Finding]) -> None:
        wrong = not all(finding["ok"] for finding in [*found, *more])
        tell(*say.findings_text({"findings": [*found, *more]}), wrong=wrong)

    def failed(error: CosmosError) -> None:
        show([_refused("runtime", error)])

    if all(finding["ok"] for finding in found if finding["name"] in ("runtime", "project folder")):
        question = ("box.doctor", {"project": str(project_folder())})
        ask_all([question], lambda answers: show(answers[0]["findings"]), failed, "Trying the box...")
    else:
        show([])


def scene_findings() -> Iterator[Finding]:
    """What can be seen from Houdini alone, in no time."""
    yield _tried("runtime", lambda: str(python()))
    yield _tried("project folder", lambda: str(project_folder(create=True)))
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
