"""`create-spec`: text and control videos -> PromptSpec."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import click

from ... import authoring
from ...errors import BadInputError, UsageError
from ...records.enums import Control
from ...records.prompt_spec import ControlInput
from ..session import Session, session_options
from ..variadic import VariadicCommand
from ..words import named_twice, typed_word

# A misspelt control is taken too, to be told so; but not a prompt with a colon in it, as "Night: rain".
CONTROL_WORD = rf"(?i:{'|'.join(map(str, Control))})(:.*)?|\w+:\S+"


@click.command(
    cls=VariadicCommand,
    variadic={"--control-inputs": CONTROL_WORD},
    epilog="Example: cosmos-houdini create-spec city 'Futuristic city' --controls inputs/videos/city",
)
@click.argument("name")
@click.argument("prompt", required=False)
@click.option(
    "--prompt-file", type=click.Path(path_type=Path), help="Read the prompt from a text file (UTF-8)."
)
@click.option("--negative-prompt", help="What must not be seen. [default: the engine's own]")
@click.option("--input-video", metavar="VIDEO", help="The beauty as a video.")
@click.option(
    "--controls", metavar="FOLDER", help="A folder made by `passes encode`: its video and all its controls."
)
@click.option(
    "--control-inputs",
    multiple=True,
    metavar="CONTROL:VIDEO …",
    help="Control videos, as depth:PATH edge:PATH. A control without a path is computed by the engine.",
)
@click.option(
    "--seg-objects", metavar="WORDS", help="What to segment, where the engine computes seg: 'car . road'."
)
@click.option(
    "--region",
    "regions",
    nargs=2,
    multiple=True,
    metavar="WHERE PROMPT",
    help="A prompt for a part of the picture. WHERE: x1,y1,x2,y2 in 0..1, a mask video, or find:WORDS.",
)
@click.option("--meta", multiple=True, metavar="KEY=VALUE", help="Anything to remember with it.")
@session_options
def create_spec(
    session: Session,
    name: str,
    prompt: Optional[str],
    prompt_file: Optional[Path],
    negative_prompt: Optional[str],
    input_video: Optional[str],
    controls: Optional[str],
    control_inputs: tuple[str, ...],
    seg_objects: Optional[str],
    regions: tuple[tuple[str, str], ...],
    meta: tuple[str, ...],
) -> None:
    """Record what to make: a prompt and the control videos of a shot."""
    store = session.store
    chosen: dict[Control, ControlInput] = {}
    if controls is not None:
        colour, chosen = authoring.controls_of_folder(store, controls)
        input_video = input_video or colour
    named: set[Control] = set()
    for text in control_inputs:
        word = typed_word(text.partition(":")[0], Control, "--control-inputs")
        if word in named:
            raise named_twice("--control-inputs", str(word))
        named.add(word)
        control, source = authoring.control_from_text(store, text)
        chosen[control] = source
    if seg_objects is not None:
        if Control.SEG not in chosen or chosen[Control.SEG].path is not None:
            raise UsageError(
                "--seg-objects needs a segmentation that the engine computes.",
                fix="Add --control-inputs seg (without a video), or leave --seg-objects out.",
            )
        chosen[Control.SEG] = ControlInput(prompt=seg_objects)
    spec, file = authoring.create_prompt(
        store,
        name,
        _prompt_text(prompt, prompt_file),
        negative_prompt=negative_prompt,
        input_video=input_video,
        controls=chosen,
        regions=[authoring.region_from_text(store, where, text) for where, text in regions],
        metadata=_metadata(meta),
    )
    session.answer(
        {"id": spec.id, "file": str(file), "controls": [str(control) for control in chosen]},
        f"{spec.id}  {session.relative(file)}",
    )
    session.say(f"Next: cosmos-houdini create-run {spec.id}")


def _prompt_text(prompt: Optional[str], prompt_file: Optional[Path]) -> str:
    if (prompt is None) == (prompt_file is None):
        raise UsageError("The prompt is needed once: as the second argument, or with --prompt-file.")
    if prompt_file is None:
        assert prompt is not None
        return prompt
    try:
        text = prompt_file.read_text(encoding="utf-8-sig")  # Windows editors like to put a mark in front
    except UnicodeDecodeError as error:
        raise BadInputError(
            f"{prompt_file} is not UTF-8 text.", why=str(error), fix="Save it as UTF-8."
        ) from error
    except OSError as error:
        raise BadInputError(
            f"{prompt_file} can't be read.",
            why=error.strerror or str(error),
            fix="Check the path and its permissions.",
        ) from error
    return text.strip("\n")


def _metadata(texts: tuple[str, ...]) -> dict[str, str]:
    """What `KEY=VALUE` says for each key; UsageError where one is named twice."""
    metadata: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageError(f"--meta {text} should be KEY=VALUE.", fix="As in --meta shot=sh010.")
        if key in metadata:
            raise named_twice("--meta", key)
        metadata[key] = value
    return metadata
