"""What a headless batch is told on its command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, Optional

from ...errors import UsageError
from ...records.enums import Control

PROGRAM = "hython -m cosmos_houdini.houdini.batch"
EXAMPLE = f'{PROGRAM} --hip shot.hip --camera /obj/cam1 --prompt "A street at night, rain" --engine preview'
SHOT_ONLY = (  # what says something of a shot, and nothing of a network that is cooked
    "camera", "renderer", "rop", "prompt", "negative_prompt", "engine", "frames", "name", "project", "seed",
    "weights", "box", "num_gpus", "upscale", "no_load",
)  # fmt: skip


@dataclass(frozen=True)
class BatchOrder:
    """One hip file, and either a shot to take the whole way or a TOP network to cook.

    `frames` are the first and the last. `save` is where the hip is saved to afterwards; None: not at all.
    """

    hip: Path
    top: Optional[str] = None
    camera: Optional[str] = None
    renderer: Optional[str] = None
    rops: tuple[str, ...] = ()
    prompt: str = ""
    negative_prompt: Optional[str] = None
    engine: Optional[str] = None
    frames: Optional[tuple[int, int]] = None
    name: Optional[str] = None
    project: Optional[Path] = None
    seed: Optional[int] = None
    weights: dict[str, float] = field(default_factory=dict)
    box: Optional[str] = None
    num_gpus: Optional[int] = None
    upscale: bool = False
    load: bool = True
    save: Optional[Path] = None
    dry_run: bool = False
    as_json: bool = False


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", fix=f"As in: {EXAMPLE}")


def read_order(arguments: Sequence[str]) -> BatchOrder:
    """UsageError for what can't be carried out; SystemExit 0 after `--help`."""
    typed = _parser().parse_args(_joined(arguments))
    _refuse_empty(typed)
    if typed.top is not None:
        wrong = [word for word in SHOT_ONLY if getattr(typed, word) not in (None, False, [])]
        if wrong:
            options = ", ".join("--" + word.rstrip("s").replace("_", "-") for word in wrong)
            raise UsageError(
                f"--top and {options} don't go together.",
                why="A network says by itself what it renders and makes.",
                fix="Leave them out, or leave --top out to take the shot the whole way.",
            )
    elif not (typed.camera or typed.rop):
        raise UsageError(
            "Neither --camera nor --rop says what to render.",
            fix="Name the camera of the shot, as in --camera /obj/cam1; or --top to cook a network.",
        )
    elif typed.rop and (typed.camera or typed.renderer):
        option = "--camera" if typed.camera else "--renderer"
        raise UsageError(
            f"{option} and --rop don't go together.",
            why="A ROP is rendered as it is, through its own camera.",
            fix=f"Leave {option} out, or leave --rop out to have the passes set up.",
        )
    elif typed.weights and not any(value for _, value in typed.weights):
        raise UsageError(
            "No control counts: every --weight is 0.",
            why="The model needs at least one control to follow.",
            fix="Give a weight above 0, or leave --weight out for equal parts.",
        )
    elif not (typed.prompt or "").strip():
        raise UsageError(
            "--prompt is missing.",
            why="The model makes what the prompt says.",
            fix='Describe the picture, as in --prompt "A street at night, rain".',
        )
    return BatchOrder(
        hip=Path(typed.hip),
        top=typed.top,
        camera=typed.camera,
        renderer=typed.renderer,
        rops=tuple(typed.rop or ()),
        prompt=(typed.prompt or "").strip(),
        negative_prompt=typed.negative_prompt,
        engine=typed.engine,
        frames=typed.frames,
        name=typed.name,
        project=Path(typed.project).absolute() if typed.project else None,
        seed=typed.seed,
        weights=dict(typed.weights or ()),
        box=typed.box,
        num_gpus=typed.num_gpus,
        upscale=typed.upscale,
        load=not typed.no_load,
        save=_save(typed),
        dry_run=typed.dry_run,
        as_json=typed.json,
    )


def _joined(arguments: Sequence[str]) -> list[str]:
    """With frames before 0 in one word with their option: argparse takes what begins with - for another."""
    words: list[str] = []
    for word in arguments:
        if words and words[-1] == "--frames" and re.match(r"-\d", word):
            words[-1] += f"={word}"
        else:
            words.append(word)
    return words


def _refuse_empty(typed: argparse.Namespace) -> None:
    """UsageError for `--save ""`: taken for none, it would be the scene itself."""
    for word in ("hip", "top", "camera", "rop", "engine", "name", "project", "save"):
        said = getattr(typed, word)
        if any(one is not None and not one.strip() for one in (said if isinstance(said, list) else [said])):
            raise UsageError(
                f"--{word} is empty.",
                why="A variable of the shell that isn't set leaves nothing.",
                fix="Give it a value, or leave it out.",
            )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM,
        description="Takes a shot the whole way without a window: passes, encode, run, load, save. "
        "With --top it cooks a TOP network instead.",
        epilog=f"Example: {EXAMPLE}",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--hip", required=True, metavar="FILE", help="The scene.")
    add("--top", metavar="NODE", help="A TOP network, or a node in one, to cook as it is.")
    add("--camera", metavar="NODE", help="The camera of the shot.")
    add("--renderer", choices=["karma", "mantra", "opengl"], help="[default: the newest this Houdini has]")
    add("--rop", action="append", metavar="NODE", help="Render this ROP as it is, rather than set one up.")
    add("--prompt", help="What is to be seen.")
    add("--negative-prompt", help="What must not be seen. [default: the engine's own]")
    add("--engine", help="preview or transfer1. [default: engine.name of the project's settings]")
    add("--frames", type=_frames, metavar="FIRST-LAST", help="[default: the scene's range]")
    add("--name", help="The name of the control set and the records. [default: the scene's]")
    add("--project", metavar="FOLDER", help="[default: the scene's own: cosmos beside it]")
    add("--seed", type=_seed, metavar="NUMBER")
    add("--weight", dest="weights", action="append", type=_weight, metavar="CONTROL=NUMBER",
        help="As depth=0.4. [default: equal parts]")  # fmt: skip
    add("--box", choices=["local", "remote"], help="[default: preview here, models on the GPU box]")
    add("--num-gpus", type=_at_least_one, metavar="NUMBER")
    add("--upscale", action="store_true", default=None, help="Then bring the result to 4K.")
    add("--no-load", action="store_true", help="Make no COP nodes.")
    add("--save", metavar="FILE", help="Save the scene there. [default: the scene itself; not with --top]")
    add("--no-save", action="store_true", help="Leave the scene file as it is.")
    add("--dry-run", action="store_true", help="Say what would be done, and do nothing.")
    add("--json", action="store_true", help="One JSON object a line.")
    return parser


def _save(typed: argparse.Namespace) -> Optional[Path]:
    if typed.no_save and typed.save:
        raise UsageError("--save and --no-save don't go together.", fix="Leave one of them out.")
    if typed.save:
        return Path(typed.save)
    return None if typed.no_save or typed.top is not None else Path(typed.hip)


def _frames(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(-?\d+)-(-?\d+)", text.strip())
    if match is None or int(match[1]) > int(match[2]):
        raise argparse.ArgumentTypeError(f"'{text}' is no range of frames, as 1-121")
    return int(match[1]), int(match[2])


def _weight(text: str) -> tuple[str, float]:
    control, equals, number = text.partition("=")
    known = [str(one) for one in Control]
    if not equals or control.strip() not in known:
        raise argparse.ArgumentTypeError(
            f"'{text}' is no weight, as depth=0.4; the controls are {', '.join(known)}"
        )
    try:
        value = float(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{number}' is no number") from None
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"a weight is 0 or more, and {control} has {number}")
    return control.strip(), value


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is no seed, a whole number from 0")
    return int(text)


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of GPUs")
    return int(text)
