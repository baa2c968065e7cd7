"""Frames of a ROP: the city of the examples, ray cast, in the file that the ROP's renderer would write."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import NodeError, NotPlayedError, OperationFailed
from .scene import NodeState
from .wanted_planes import Output, Reader, Wanted, lops_above, output_of

if TYPE_CHECKING:
    from .nodes import OpNode
    from .session import Session

EXAMPLES = Path(__file__).parents[2] / "examples"
OUTPUT_PARMS = ("vm_picture", "picture", "outputimage", "copoutput")
FINEST_SHADOW, COARSEST_SHADOW, HD_WIDTH = 0.05, 0.3, 1280  # metres; as examples/city/render.py has it
SEED = 1


def render_frames(
    rop: OpNode, frames: Iterable[float], report: Callable[[str], None] | None = None
) -> list[Path]:
    """Renders these frames of a ROP; returns the files. `report` gets each as it is done.

    Raises NodeError where Houdini's renderer would end with an error, NotPlayedError for ROPs that write no
    frames.
    """
    session, state = rop._session, rop._state
    output = output_of(session, state)
    width, height = resolution_of(session, state)
    check_camera(session, state)
    written = []
    for frame in frames:
        path = output_path(session, state, frame)
        make_folder(session, state, path)
        write(path, output, width, height, frame, first=session.scene.frame_range[0])
        written.append(path)
        if report is not None:
            report(str(path))
    return written


def output_parm(session: Session, state: NodeState) -> str:
    reader = Reader(session, state)
    found = next((parm for parm in OUTPUT_PARMS if reader.has(parm)), None)
    if found is None:
        raise NodeError(f"{state.path()} has no output picture")
    return found


def output_path(session: Session, state: NodeState, frame: float) -> Path:
    text = Reader(session, state).text(output_parm(session, state), frame=frame)
    if not text:
        raise NodeError(f"{state.path()}: the output picture is empty")
    return Path(text)


def make_folder(session: Session, state: NodeState, path: Path) -> None:
    reader = Reader(session, state)
    wanted = reader.on("mkpath", True) and reader.on("soho_mkpath", True)
    try:
        if wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NodeError(f"{state.path()}: can't make {path.parent}: {error.strerror}") from error
    if not path.parent.is_dir():
        raise NodeError(f"{state.path()}: {path.parent} is missing and the ROP doesn't make it")


def check_camera(session: Session, state: NodeState) -> None:
    """A camera of objects has to be there; one of a stage can't be judged here."""
    path = Reader(session, state).text("camera")
    if not path or state.fact.category != "Driver":
        return
    found = session.scene.node(path, state)
    if path.startswith("/obj/") and (found is None or found.fact.name != "cam"):
        raise NodeError(f"{state.path()}: invalid camera {path!r}")


def resolution_of(session: Session, state: NodeState) -> tuple[int, int]:
    """The picture's size in pixels: the ROP's own, or its camera's scaled as the ROP says."""
    reader = Reader(session, state)
    camera = session.scene.node(reader.text("camera"), state)
    own = Reader(session, camera) if camera is not None else None
    natural = (1280, 720)
    if own is not None and own.has("resx"):
        natural = (int(own.number("resx")), int(own.number("resy")))
    kind = state.fact.name
    if kind in ("opengl", "flipbook"):
        return (int(reader.number("res1")), int(reader.number("res2"))) if reader.on("tres") else natural
    if reader.on("override_camerares"):
        return _overridden(reader, natural)
    if kind == "karma":
        return int(reader.number("resolutionx")), int(reader.number("resolutiony"))
    if kind in ("usdrender", "usdrender_rop"):
        return _stage_resolution(session, state) or natural
    return natural


def _overridden(reader: Reader, natural: tuple[int, int]) -> tuple[int, int]:
    fraction = reader.text("res_fraction")
    if fraction == "specific":
        return int(reader.number("res_overridex")), int(reader.number("res_overridey"))
    return round(natural[0] * float(fraction)), round(natural[1] * float(fraction))


def _stage_resolution(session: Session, state: NodeState) -> tuple[int, int] | None:
    for source in lops_above(session, state):
        fact = source.parm("resolution")
        if fact is not None:
            mode = Reader(session, source).text("res_mode", "manual")
            if mode != "manual":  # "autoheight" by default (Houdini 20.0 parm dump): not what is set here
                raise NotPlayedError(f"{source.path()}: the harness sizes no picture by the mode {mode!r}")
            channels = source.channel(fact)
            return int(channels[0].value), int(channels[1].value)
    return None


def write(path: Path, output: Output, width: int, height: int, frame: float, first: float) -> None:
    """One EXR with the wanted planes only."""
    city = _city()
    scene, lighting = _scene(width, height)
    size = city.frame.Resolution(width, height)
    planes = city.frame.render_planes(scene, lighting, city.frame.scene_second(int(frame - first)), size)
    variables = [var for wanted in output.planes for var in _variables(wanted, planes, output)]
    crypto = {
        wanted.name: scene.names if wanted.content == "objects" else scene.material_names
        for wanted in output.planes
        if wanted.levels
    }
    if not variables:
        raise OperationFailed(f"{path}: the ROP writes no plane at all")
    parts = city.exr.Parts.MULTI if output.multi_part else city.exr.Parts.SINGLE
    city.exr.write_variables(path, variables, crypto, parts, int(frame))


def _variables(wanted: Wanted, planes: Any, output: Output) -> list[Any]:
    """The render vars of one plane: one, or one for each level of a Cryptomatte."""
    import numpy as np

    var, kind = _city().exr.RenderVar, "half" if wanted.half else "float"
    if wanted.levels:
        ranked = planes.objects if wanted.content == "objects" else planes.materials
        return [
            var(
                f"{wanted.name}{level:02d}",
                tuple(f"{wanted.name}{level:02d}.{letter}" for letter in wanted.channels),
                "float",
                ranked[..., 4 * level : 4 * level + 4],
            )
            for level in range(min(wanted.levels, ranked.shape[2] // 4))
        ]
    depth = np.where(planes.depth == 0, np.float32(output.miss), planes.depth / np.float32(output.far))
    pixels = {
        "beauty": planes.beauty[..., : len(wanted.channels)],
        "depth": np.repeat(depth[..., None], len(wanted.channels), axis=2),
        "normal": planes.normal,
        "ids": planes.primid[..., None],
        "alpha": planes.beauty[..., 3:],
    }[wanted.content]
    return [var(wanted.name, wanted.channels, kind, pixels)]


@functools.cache
def _scene(width: int, height: int) -> tuple[Any, Any]:
    city = _city()
    scene = city.layout.city_block(SEED)
    texel = FINEST_SHADOW * HD_WIDTH / max(width, height)
    return scene, city.shading.Lighting.of(scene, min(COARSEST_SHADOW, max(FINEST_SHADOW, texel)))


@functools.cache
def _city() -> Any:
    """The ray caster; imported late, since Houdini's side must work without what it needs."""
    for folder in (EXAMPLES, EXAMPLES.parent / "python3.10libs"):
        if str(folder) not in sys.path:  # a job of PDG starts without the project's package
            sys.path.append(str(folder))
    import city
    import city.exr
    import city.frame
    import city.layout
    import city.shading

    return city
