"""A shot the whole way, in this process: passes, encode, run, load, save."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ...errors import BadInputError
from ...records.paths import ProjectPaths
from ..bridge_client.client import Bridge, shared
from ..interface.spec import SPEC
from ..rops.render import find_rop, render
from ..rops.sizes import Length
from ..work.flight import Landed
from ..work.flights import Done, Failed, Flights, Moved, Said
from ..work.sequences import by_role, sequences
from ..work.transfer import TransferOrder
from .order import BatchOrder
from .save import save
from .says import NOTHING_DONE, Says

LOOK_EVERY = 0.2  # seconds


class InterruptedRun(Exception):  # noqa: N818 -- no error: the artist's Ctrl-C
    """Ctrl-C while the run is on the box; it goes on. `run` is its id."""

    def __init__(self, run: str, project: Path) -> None:
        super().__init__(
            "interrupted. What the box has begun goes on.\n"
            f"To come back: cosmos-houdini attach {run} --project {shlex.quote(str(project))},\n"
            "or give the same command again."
        )
        self.run = run


@dataclass(frozen=True)
class Shot:
    """What is to be done, with everything that was left open filled in from the scene."""

    order: BatchOrder
    project: Path
    name: str
    frames: tuple[int, int]


def take_shot(order: BatchOrder, says: Says) -> None:
    """CosmosError for whatever stops it; InterruptedRun for Ctrl-C while the box works."""
    shot = _shot(order)
    if order.dry_run:
        for line in plan_lines(shot):
            says.line(line)
        says.event("plan", NOTHING_DONE, **_plan_json(shot))
        return
    bridge = shared()
    opened = bridge.call("project.open", {"project": str(shot.project), "create": True})
    says.event("project", f"project {shot.project}", **opened)
    rendered = _render(shot, says)
    controls = _encode(shot, rendered, bridge, says)
    run = _record(shot, controls, bridge, says)
    landed = _carry(shot, run, bridge, says)
    says.event("result", f"result  {landed.video}", run=landed.run, video=landed.video, sheet=landed.sheet)
    if order.load:
        _load(shot, landed, bridge, says)
    save(order, says)


def plan_lines(shot: Shot) -> list[str]:
    """The steps, as `--dry-run` prints them."""
    order = shot.order
    count = shot.frames[1] - shot.frames[0] + 1
    passes = ", ".join(order.rops) if order.rops else f"{order.renderer or 'ROP'} set up for {order.camera}"
    weights = ", ".join(f"{control} {value:g}" for control, value in order.weights.items())
    return [
        f"project {shot.project}",
        f"passes  {passes}: frames {shot.frames[0]} to {shot.frames[1]} ({count})",
        f"encode  {ProjectPaths(shot.project).videos(shot.name)}",
        f"run     {order.engine or 'the engine of the settings'}, {weights or 'equal weights'}"
        + (f", seed {order.seed}" if order.seed is not None else "")
        + (", then to 4K" if order.upscale else ""),
        f"prompt  {order.prompt}",
        "load    COP nodes" if order.load else "load    nothing",
        f"save    {order.save}" if order.save is not None else "save    nothing",
    ]


def _shot(order: BatchOrder) -> Shot:
    import hou

    from ..hip import project_folder

    if order.camera is not None:
        from ..rops.cameras import named

        named(order.camera)
    for path in order.rops:
        find_rop(path)
    engines = [engine for engine in SPEC.field("engine").tokens if engine]
    if order.engine is not None and order.engine not in engines:
        raise BadInputError(
            f"There is no engine '{order.engine}'.",
            why=f"The engines are {', '.join(engines)}.",
            fix="Check --engine, or leave it out for that of the project's settings.",
        )
    first, last = hou.playbar.frameRange()
    length = Length(*(order.frames or (int(first), int(last))))
    if not length.sensible:
        raise BadInputError(length.told(), fix="Name others with --frames, as in --frames 1-121.")
    return Shot(
        order=order,
        project=project_folder(str(order.project or "")),
        name=order.name or order.hip.stem,
        frames=(length.first, length.last),
    )


def _render(shot: Shot, says: Says) -> list[str]:
    files: list[str] = []
    for rop in _rops(shot, says):
        says.event("passes", f"passes  {rop.path()}", rop=rop.path())

        def tell(done: int, total: int) -> None:
            says.progress({"phase": "rendering", "done": done, "total": total, "unit": "frames"})

        files += render(rop, shot.frames, tell)
    return files


def _rops(shot: Shot, says: Says) -> list[Any]:
    if shot.order.rops:
        return [find_rop(path) for path in shot.order.rops]
    from .passes import set_up

    return set_up(shot.order, shot.frames, says)


def _encode(shot: Shot, rendered: list[str], bridge: Bridge, says: Says) -> str:
    """The folder of the control videos."""
    import hou

    whole, parts = by_role(sequences(rendered))
    asked: dict[str, Any] = {
        "project": str(shot.project),
        "name": shot.name,
        "sources": {role: frames.pattern for role, frames in parts.items()},
        "range": list(shot.frames),
        "fps": max(1, round(hou.fps())),
    }
    if whole is not None:
        asked["frames"] = whole.pattern
    if shot.order.engine:
        asked["engine"] = shot.order.engine
    made = bridge.call("passes.encode", asked, on_progress=says.progress)
    for warning in made.get("warnings") or ():
        says.event("warning", f"  {warning}", text=warning)
    says.event("encoded", f"encoded {made['folder']}: {', '.join(made['paths'])}", folder=made["folder"])
    return str(made["folder"])


def _record(shot: Shot, controls: str, bridge: Bridge, says: Says) -> str:
    """The id of the run; the same for the same order, so that doing it again comes back to it."""
    order = shot.order
    prompt = bridge.call(
        "prompt.create",
        _given(
            project=str(shot.project),
            name=shot.name,
            prompt=order.prompt,
            negative_prompt=order.negative_prompt,
            controls=controls,
        ),
    )
    run = bridge.call(
        "run.create",
        _given(
            project=str(shot.project),
            prompt_spec_id=prompt["id"],
            name=shot.name,
            engine=order.engine,
            weights=order.weights or None,
            parameters=_given(seed=order.seed),
        ),
    )
    says.event("run", f"run     {run['id']}", id=run["id"], prompt=prompt["id"])
    return str(run["id"])


def _carry(shot: Shot, run: str, bridge: Bridge, says: Says) -> Landed:
    order = shot.order
    flights = Flights(lambda: bridge)
    wish = TransferOrder(
        shot.project,
        run,
        box=order.box,
        num_gpus=order.num_gpus,
        upscale_weight=0.5 if order.upscale else None,
    )
    flights.begin(0, wish)
    try:
        while True:
            for event in flights.tick():
                if isinstance(event, Done):
                    return event.landed
                if isinstance(event, Failed):
                    raise event.error
                if isinstance(event, Said):
                    says.event("warning" if event.wrong else "log", f"  {event.text}", text=event.text)
                elif isinstance(event, Moved):
                    says.progress({"phase": "run", "message": event.text, "percent": event.percent})
            time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        raise InterruptedRun(run, shot.project) from None
    finally:
        flights.close()


def _load(shot: Shot, landed: Landed, bridge: Bridge, says: Says) -> None:
    from ..cops.loading import put
    from ..interface import LoadSettings
    from ..interface.load import LOAD
    from ..work.load import RunPlace, ready

    settings = LoadSettings.read(lambda name: LOAD.field(name).default)
    put(settings, [ready(RunPlace(shot.project, landed.run), settings, bridge)])
    says.event("loaded", "loaded  the result into COPs", run=landed.run)


def _plan_json(shot: Shot) -> Mapping[str, Optional[Any]]:
    order = shot.order
    return {
        "project": shot.project,
        "camera": order.camera,
        "rops": order.rops,
        "frames": shot.frames,
        "set": shot.name,
        "engine": order.engine,
        "prompt": order.prompt,
        "save": order.save,
    }


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
