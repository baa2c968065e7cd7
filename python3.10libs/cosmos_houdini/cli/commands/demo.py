"""`demo`: frames of a small city, and the whole way on them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Optional

import click

from ... import authoring
from ...config import DEFAULTS_FILE
from ...errors import UsageError
from ...records.geometry import Resolution
from ...records.run_spec import ControlWeight, Parameters
from ..session import Session, open_session
from .passes import encode_frames
from .run import execute

CHECKOUT = DEFAULTS_FILE.parents[1]
PROMPT = (
    "A city street at night after rain, filmed from a slow crane: neon signs and warm windows mirrored in "
    "the wet asphalt, brick and glass facades, trees along the pavement, a yellow cab driving through."
)
NEGATIVE = "cartoon, plastic, flicker, distorted geometry, text, watermark"

MARK = ".demo"
SMALLEST, LARGEST = 64, 8192  # pixels a side: below there is nothing to see, above no memory for it


@click.command(epilog="Example: cosmos-houdini demo")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where to work. [default: demo/ of the checkout]"
)
@click.option("--frames", "frame_count", type=click.IntRange(min=2), default=49, show_default=True)
@click.option(
    "--size",
    default="1280x704",
    show_default=True,
    metavar="WxH",
    help=f"Size of the rendered frames, {SMALLEST} to {LARGEST} a side.",
)
@click.option("--fresh", is_flag=True, help="Empty the folder first, rendered frames too.")
@click.option("--json", "as_json", is_flag=True, help="Progress and result as JSON lines.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but the answer, warnings and errors.")
def demo(
    folder: Optional[Path], frame_count: int, size: str, fresh: bool, as_json: bool, quiet: bool
) -> None:
    """Make frames of a small city, then run the main job on them: no GPU, no Houdini, no ssh."""
    folder = (folder or CHECKOUT / "demo").absolute()
    resolution = _resolution(size)
    _prepare(folder, fresh)
    session = open_session(folder, (), as_json, quiet)
    session.say(f"Working in {session.relative(folder)}")
    frames = _render(session, frame_count, resolution)
    videos = encode_frames(session, frames, name="city")
    store = session.store
    colour, controls = authoring.controls_of_folder(store, str(videos))
    prompt, _ = authoring.create_prompt(
        store, "city", PROMPT, negative_prompt=NEGATIVE, input_video=colour, controls=controls
    )
    weights = {control: ControlWeight(value) for control, value in authoring.equal_weights(prompt).items()}
    run, _ = authoring.create_run(
        store, prompt, engine="preview", weights=weights, parameters=Parameters(seed=1)
    )
    session.say(f"{prompt.id} with {', '.join(map(str, controls))}")
    execute(session, run.id)
    _show(session, store.paths.output(run.id).sheet)


def _show(session: Session, sheet: Path) -> None:
    """Opens the sheet where a person sits at a screen."""
    screen = (
        os.name == "nt"
        or sys.platform == "darwin"
        or os.environ.get("DISPLAY")
        or os.environ.get("WAYLAND_DISPLAY")
    )
    if screen and sys.stdout.isatty() and not session.json and not session.quiet:
        click.launch(str(sheet))


def _render(session: Session, frame_count: int, resolution: Resolution) -> str:
    sys.path.insert(0, str(CHECKOUT / "examples"))
    try:
        from city import render  # type: ignore[import-not-found,unused-ignore]
    finally:
        sys.path.pop(0)
    with session.progress() as report:
        pattern: str = render(
            session.project / "render", frames=frame_count, resolution=resolution, report=report
        )
    session.say(f"frames  {session.relative(Path(pattern))}")
    return pattern


def _resolution(size: str) -> Resolution:
    try:
        resolution = Resolution.parse(size)
    except ValueError as error:
        raise UsageError(f"--size: {error}.", fix="Write it as --size 1280x704.") from None
    if not all(SMALLEST <= side <= LARGEST for side in (resolution.width, resolution.height)):
        raise UsageError(
            f"--size {resolution}: a side of the demo's frames is {SMALLEST} to {LARGEST} pixels.",
            fix="Leave --size out for 1280x704, the size that the model works at.",
        )
    return resolution


def _prepare(folder: Path, fresh: bool) -> None:
    """Makes the folder; refuses one that holds something else, so that a mistyped name loses nothing."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise UsageError(
            f"{folder} is not empty, and no demo made it.",
            fix="Name a folder that does not exist yet, or leave --folder out.",
        )
    if fresh and folder.is_dir():
        shutil.rmtree(folder)
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
