"""Cosmos Encode: one work item for each set of rendered frames, carried out by `job encode`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from ...errors import BadInputError
from ...records.item_attributes import ENGINE, PROJECT, SET, VIDEOS
from ...records.paths import ProjectPaths, make_project
from ..interface import EncodeSettings
from ..interface.encode import ENCODE
from ..runtime import python
from .command import job_command
from .evaluate import Attributes, evaluator
from .ports import Holder, Item, Node
from .scene import frame_rate, project_of
from .sequences import Frames, by_role, sequences
from .upstream import came_from, from_upstream


def generate(node: Node, holder: Holder, upstream: Sequence[Item]) -> None:
    """Makes one work item for each upstream item; for frames on disk, one without any.

    BadInputError for what can't be used, before any item is made.
    """
    sources = from_upstream(node, upstream, "framesource", "pattern")
    rendered = [rendered_files(item) for item in sources]
    settings = [EncodeSettings.read(evaluator(node, ENCODE.name, item)) for item in sources]
    if all(one.frames is None for one in settings):
        refuse_single_frames(rendered)
    options = [
        encode_options(one, source, frame_rate(), files)
        for one, source, files in zip(settings, sources, rendered)
    ]
    program = python()
    for folder in {told["project"] for told in options}:
        make_project(Path(folder))
    for source, one, told in zip(sources, settings, options):
        dress(holder.addWorkItem(**came_from(source)), told, one.engine, program)


def encode_options(
    settings: EncodeSettings, item: Optional[Item], scene_fps: float, rendered: Sequence[str]
) -> dict[str, Any]:
    """What `job encode` is told; `rendered` are the files from upstream.

    The range of those is told, too: an earlier, longer render may have left more frames there.
    """
    options: dict[str, Any] = {
        "project": project_of(settings.project, Attributes(item)).as_posix(),
        "name": settings.name,
        "set": f"engine.name={settings.engine}" if settings.engine else None,
        "must_make": settings.must_make,
        **settings.as_options(scene_fps),
    }
    if settings.frames is not None:
        return {**options, "frames": settings.frames or None}
    found = sequences(rendered)
    if not found and not settings.sources:
        raise BadInputError(
            "No rendered frames come from upstream.",
            why=f"{len(rendered)} output files came, none of them a numbered picture."
            if rendered
            else "The work items before this node report no output files.",
            fix="Check that the ROP writes EXR files, as in $HIP/render/shot.$F4.exr, "
            "or set Frames From to Files on Disk.",
        )
    whole, parts = by_role(found)
    from_files: dict[str, Any] = {"frames": whole.pattern if whole is not None else None, **_span(found)}
    from_files.update({f"{role}_frames": frames.pattern for role, frames in parts.items()})
    # What the node says goes before what the files say.
    return {**from_files, **{name: value for name, value in options.items() if value is not None}}


def rendered_files(upstream: Optional[Item]) -> list[str]:
    """The files that an upstream item, or the items that it gathers, wrote or will write."""
    if upstream is None:
        return []
    members: Sequence[Item] = upstream.partitionItems if upstream.isPartition else ()
    for files in (
        upstream.outputFiles,
        [file for member in members for file in member.outputFiles],
        upstream.expectedOutputFiles,
        [file for member in members for file in member.expectedOutputFiles],
    ):
        if files:
            return [file.path for file in files]
    return []


def refuse_single_frames(all_rendered: Sequence[Sequence[str]]) -> None:
    """BadInputError where each work item brings one frame of one sequence: a video needs them all at once."""
    if len(all_rendered) < 2 or any(len(files) != 1 for files in all_rendered):
        return
    found = sequences([files[0] for files in all_rendered])
    if len(found) == 1:
        raise BadInputError(
            f"Each of the {len(all_rendered)} work items before Cosmos Encode brings a single frame.",
            why="A control video is made of all frames of a shot together.",
            fix="Put a Wait for All node between the ROP Fetch and Cosmos Encode.",
        )


def dress(item: Item, options: dict[str, Any], engine: Optional[str], program: Path) -> None:
    """Gives a new work item its command and what the nodes after it read."""
    project = Path(options["project"])
    item.setStringAttrib(PROJECT, project.as_posix())
    item.setStringAttrib(SET, options["name"])
    item.setStringAttrib(VIDEOS, ProjectPaths(project).videos(options["name"]).as_posix())
    if engine:
        item.setStringAttrib(ENGINE, engine)
    item.setCommand(job_command(program, "encode", options))


def _span(found: list[Frames]) -> dict[str, int]:
    if not found:
        return {}
    return {"first": max(frames.first for frames in found), "last": min(frames.last for frames in found)}
