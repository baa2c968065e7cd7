"""Why a run failed, told from how it ended and from the last part of its log, in words for an artist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

from ..errors import RunFailedError
from ..records.enums import Word
from .answer import printable
from .box_run import Exit, Output


class FailureKind(Word):
    BAD_INPUT = "bad_input"
    OUT_OF_MEMORY = "out_of_memory"
    GUARDRAIL = "guardrail"
    MISSING_CHECKPOINT = "missing_checkpoint"
    NO_OUTPUT = "no_output"
    DISK_FULL = "disk_full"
    NO_GPU = "no_gpu"
    NOT_STARTED = "not_started"
    IMAGE_MISSING = "image_missing"
    DOCKER = "docker"
    KILLED = "killed"
    LOST = "lost"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Failure:
    """`kind` is a word of FailureKind; the texts are what the person reads."""

    kind: str
    what: str
    why: str
    fix: str

    def error(self) -> RunFailedError:
        return RunFailedError(self.what, self.why, self.fix)


def classify(log_tail: str, exit: Optional[Exit], outputs: Optional[Sequence[Output]]) -> Failure:  # noqa: A002
    """The likeliest reason, from the end of the log and from what the agent saw.

    Call it for a run that did not give its video: also for exit code 0 without one.
    """
    lines = _told_by_programs(log_tail)
    if exit is None or exit.lost:
        return _lost(exit)
    if exit.oom and exit.code != 0:
        return _container_out_of_memory()
    for rule in (*CONTAINER_RULES, *RULES) if exit.never_started else RULES:
        line = rule.find(lines)
        if line is not None:
            return Failure(rule.kind.value, rule.what, _quote(line), rule.fix)
    return _by_the_exit(exit, lines, outputs)


def _by_the_exit(exit: Exit, lines: Sequence[str], outputs: Optional[Sequence[Output]]) -> Failure:  # noqa: A002
    """Where the log says nothing that we know."""
    if exit.never_started:
        return Failure(
            FailureKind.NOT_STARTED.value,
            "The engine could not be started on the box.",
            _quote(_last(lines)),
            "Check that the program named there is installed on the box; for the preview, run `make "
            f"runtime` again. Then {AGAIN}",
        )
    if exit.signal is not None or exit.code in (137, 143):
        return _killed(exit.signal if exit.signal is not None else (exit.code or 128) - 128)
    ended = next(filter(None, map(TORCHRUN_ENDED.search, reversed(lines))), None)
    if ended is not None:
        return _killed(int(ended.group(1)))
    if exit.code == 0:
        return _no_output(outputs)
    return Failure(
        FailureKind.UNKNOWN.value,
        f"The engine ended with exit code {exit.code}.",
        _quote(_last(lines)) or "It printed nothing.",
        "Read the end of the log (`cosmos-houdini logs`); if the reason isn't yours to mend, send "
        f"that part to support. Once it is mended, {AGAIN}",
    )


@dataclass(frozen=True)
class Rule:
    """One kind of failure by the messages that programs print for it; the last line that matches is
    quoted.
    """

    kind: FailureKind
    pattern: re.Pattern[str]
    what: str
    fix: str

    def find(self, lines: Sequence[str]) -> Optional[str]:
        return next((line for line in reversed(lines) if self.pattern.search(_bare(line))), None)


# The workflow puts the ids in place of the two words in capitals.
AGAIN = "make a new run like it: cosmos-houdini create-run PROMPT_SPEC --like RUN."


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# Ordered: a full disk or a blocked prompt causes errors of other kinds after it, so the causes come first.
# sources: transfer1 world_generation_pipeline.py, transfer.py, inference_utils.py; torch
# CUDACachingAllocator; libc.
RULES = (
    Rule(
        FailureKind.DISK_FULL,
        _any(
            r"\bNo space (?:left|is left|on|available|\(or quota\))",
            r"\(or quota\) is left",
            r"\b[Tt]he disk(?: of the box)? is full\b",
            r"[Dd]isk quota exceeded",
            r"not enough space on the disk",
            r"\[Errno 28\]",
            r"\bENOSPC\b",
        ),
        "The disk of the box filled up during the run.",
        "Make room: delete the folders of old runs on the box (never of one that goes on), or free space "
        f"elsewhere on that disk. Then {AGAIN}",
    ),
    Rule(
        FailureKind.GUARDRAIL,
        _any(
            r"GUARDRAIL BLOCKED",
            r"Guardrail blocked generation",
            r"[Ii]nput text prompt(?: \d+)? is not safe",
            r"Generated video(?: \d+)? is not safe",
            r"All (?:prompts|generated videos) failed safety checks",
        ),
        "The model's safety check refused the prompt or the result.",
        "Reword the prompt (an empty one is refused too): leave out names of brands and people, "
        "violence and nudity. Where the picture itself was refused, change the seed. "
        f"With a new prompt spec or seed, {AGAIN}",
    ),
    Rule(
        FailureKind.OUT_OF_MEMORY,
        _any(
            r"OutOfMemoryError",
            r"CUDA out of memory",
            r"CUDA error: out of memory",
            r"CUBLAS_STATUS_ALLOC_FAILED",
            r"Cuda failure (?:2 )?'out of memory'",
            r"No available memory for the cache blocks",
            r"(?:\b|_Array)MemoryError\b",
            r"\bUnable to allocate .* for an array\b",
            r"std::bad_alloc",
            r"(?:Cannot|[Cc]an't) allocate memory",
            r"\bInsufficient memory\b",
            r"\boom-?kill",
        ),
        "The box ran out of memory.",
        "Use fewer controls, or turn on offloading (--offload-text-encoder, --offload-guardrail-models). "
        "On a GPU look whether somebody else's job holds memory. More GPUs give speed, hardly more room. "
        f"Then {AGAIN}",
    ),
    Rule(
        FailureKind.MISSING_CHECKPOINT,
        _any(
            r"(?:No such file or directory|FileNotFoundError|not found|does not exist).*"
            r""
            r"(?:checkpoints?/|nvidia/Cosmos-|meta-llama/|google-t5/|\.safetensors|(?:model|control|distilled)\.pt\b|\.jit\b)",
            r"(?:checkpoints?/|nvidia/Cosmos-|meta-llama/|google-t5/)\S*.*(?:not found|does not "
            r"exist|No such file)",
            r"Error no file named .* found in directory",
            r"GatedRepoError",
            r"Repository Not Found for url",
            r"Cannot access gated repo",
            r"LocalEntryNotFoundError",
            r"We couldn't connect to 'https://huggingface\.co'",
            r"401 Client Error.*huggingface",
        ),
        "A model file is missing on the box.",
        "Download the checkpoints on the box once more (about 300 GB; the Hugging Face token must "
        "have accepted the "
        f"Llama-Guard terms), and check `paths.checkpoints`. Then {AGAIN}",
    ),
    Rule(
        FailureKind.NO_GPU,
        _any(
            r"Found no NVIDIA driver",
            r"No CUDA GPUs are available",
            r"CUDA driver version is insufficient",
            r"no kernel image is available for execution",
            r"CUDA error: (?:invalid device ordinal|unknown error|an illegal memory access)",
            r"NCCL error",
            r"Watchdog caught collective operation timeout",
        ),
        "The box's GPU could not be used.",
        "Look at `nvidia-smi` on the box: the driver, and whether the GPU numbers of this run exist. "
        f"Then {AGAIN}",
    ),
    Rule(
        FailureKind.BAD_INPUT,
        _any(
            r"Invalid hint_key",
            r"Must have 'input_video' specified",
            r"controlnet must have 'input_control' video specified",
            r"Control weight for .* must be a valid non-negative float",
            r"No default distilled checkpoint",
            r"Sizes of tensors must match except in dimension",
            r"transfer\.py: error:|: error: (?:argument|unrecognized arguments|the following arguments)",
            r"JSONDecodeError",
            r"(?:FileNotFoundError|No such file or directory).*"
            r"\.(?:mp4|mov|avi|mkv|webm|png|jpe?g|json|pt)\b",
            r"IsADirectoryError",
            r"moov atom not found|Invalid data found when processing input|InvalidDataError",
            r"^(?:ValueError|KeyError): |^TypeError: '<' not supported",
            r"\btime axis\b|torch\.cat\(\): expected a non-empty list",
            r"expected Tensor as element 0 in argument 0, but got NoneType",
            r"[Ee]xpanded size of the tensor .*must match",
            r"\bUnpicklingError\b|Weight map is empty",
            # The rest are words of the preview's own, where the model says less.
            r"^\w+Error: '\w+' must be |must be a JSON object|object has no attribute 'items'",
            r"^\w*(?:Type|Overflow|Unicode\w+)Error: (?:float\(\)|int too large|expected str|'\S+' codec|"
            r"'\w+' object is not a mapping)",
            r"must hold a list of boxes|The \w+ video ends at frame|--num_gpus is \d+, but \d+ process",
            r"latent frames can't be divided|The distilled model takes exactly one control",
            r"use_distilled and is_av_sample exclude|A distilled model can't save its input noise",
            r"upscale (?:can't be combined|needs an input video)",
        ),
        "The engine could not use what it was given.",
        "Run `cosmos-houdini check` on this run: it names the control or the setting, and what to change. "
        f"Then {AGAIN}",
    ),
)


# What the container engine says when it can't begin; looked for only where nothing began.
# sources: docker 20.10 and 28, podman 4.
CONTAINER_RULES = (
    Rule(
        FailureKind.IMAGE_MISSING,
        _any(r"(?i:no such image)", r"(?i:image not known)", r"(?i:unable to find image)"),
        "The model's image is not on the box.",
        "Build or pull it there, or name the right one as `docker.image` in cosmos.toml; `cosmos-houdini "
        f"doctor` says what is there. Then {AGAIN}",
    ),
    Rule(
        FailureKind.DOCKER,
        _any(
            r"^(?:docker|podman) does not answer",
            r"(?i:cannot connect to the docker daemon|failed to connect to the docker API)",
            r"(?i:permission denied while trying to connect to the docker)",
            r"^cannot start (?:docker|podman)\b",
        ),
        "The container engine of the box could not be used.",
        "See that it runs there (`systemctl status docker`) and that your user may use it (group `docker`); "
        f"`cosmos-houdini doctor` tries it. Then {AGAIN}",
    ),
    Rule(
        FailureKind.NO_GPU,
        _any(r"could not select device driver", r"nvidia-container-cli", r"unresolvable CDI devices"),
        "The box's GPU could not be handed to the container.",
        "Install the NVIDIA Container Toolkit on the box, or look whether the GPU numbers of this run exist "
        f"there (`nvidia-smi`). Then {AGAIN}",
    ),
    Rule(
        FailureKind.MISSING_CHECKPOINT,
        _any(r"^the folder .*checkpoints?\b.* does not exist on the box"),
        "The checkpoint folder is missing on the box.",
        f"Download the checkpoints there (about 300 GB), or set `paths.checkpoints`. Then {AGAIN}",
    ),
    Rule(
        FailureKind.NOT_STARTED,
        _any(r"^the folder .* does not exist on the box"),
        "A folder that the model needs is missing on the box.",
        f"Set `docker.checkout` and `paths.checkpoints` to what is there; `cosmos-houdini doctor` looks. "
        f"Then {AGAIN}",
    ),
)


# torchrun that is asked to end ends with 1. source: torch distributed/elastic/multiprocessing/api.py
TORCHRUN_ENDED = re.compile(r"\bSignalException: Process \d+ got signal: (\d{1,2})\b")


def _container_out_of_memory() -> Failure:
    return Failure(
        FailureKind.OUT_OF_MEMORY.value,
        "The box ran out of main memory.",
        "The system ended processes in the run's container (OOM kill).",
        "Raise `docker.memory` where it is set, let fewer runs at once use the box, or use fewer controls. "
        f"Then {AGAIN}",
    )


def _lost(exit: Optional[Exit]) -> Failure:  # noqa: A002
    why = (
        "It ended together with everything that watched it: the box was restarted or its processes "
        "were killed, or the project or the box folder was moved while it went on."
    )
    if exit is None:
        why = (
            "The box has no record of how it ended: perhaps the project or the box folder was moved or "
            "cleaned while it went on."
        )
    return Failure(
        FailureKind.LOST.value,
        "The run was lost on the box.",
        why,
        "If it happens twice, ask who restarts or cleans that machine, and leave the folders where they are "
        f"while a run goes on. For now, {AGAIN}",
    )


def _killed(number: int) -> Failure:
    names = {6: "abort", 9: "kill", 11: "memory error", 15: "terminate"}
    why = f"It received signal {number} ({names.get(number, 'see signal(7)')}) from outside of the run."
    fix = f"If it happens twice, ask who ends processes on that machine. For now, {AGAIN}"
    if number == 9:
        why += " Most often this is the system, out of main memory."
        fix = f"See how much main memory the box has free, use fewer controls or GPUs at once; then {AGAIN}"
    if number == 15:
        why += " So it is when its container is stopped by hand, and when docker or the box is restarted."
    if number in (6, 11):
        why = f"The engine crashed with signal {number} ({names[number]})."
        fix = f"If it crashes at the same place again, send the end of the log to support. For now, {AGAIN}"
    return Failure(FailureKind.KILLED.value, "The engine was ended before it was done.", why, fix)


def _no_output(outputs: Optional[Sequence[Output]]) -> Failure:
    there = ", ".join(output.name for output in outputs or ())
    return Failure(
        FailureKind.NO_OUTPUT.value,
        "The engine said it was done, but there is no video.",
        f"Its output folder holds {there}." if there else "Its output folder is empty.",
        "Read the log (`cosmos-houdini logs`); a silent refusal by the safety check looks like this too. "
        f"Once the reason is mended, {AGAIN}",
    )


def _told_by_programs(log_tail: str) -> list[str]:
    """Lines of the log without those that only repeat what the artist wrote.

    The engine prints its arguments as indented JSON (source: transfer1 transfer.py); a prompt that speaks
    of running out of memory is no failure. Neither is what Python says of its own tidying up.
    """
    told = re.split(r"[\r\n]+", TERMINAL_WORDS.sub("", log_tail))
    lines = [line.strip() for line in _without_ignored(told)]
    return [line for line in lines if line and not ECHOED.search(_bare(line))]


def _bare(line: str) -> str:
    """A line without the rank before it."""
    return RANK.sub("", line).strip()


# Colours, and what else would mean something to the terminal of whoever reads the failure.
TERMINAL_WORDS = re.compile(
    r"(?:\x1b\[|\x9b)[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b\r\n]*\x07?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)

ECHOED = re.compile(
    r"^\"[A-Za-z_]+\"\s*:|\b(?:[Uu]psampl(?:ed|ing) prompt|Run with prompt|regional_prompts)\b.*:"
)


IGNORED = re.compile(r"\bException ignored (?:in|on|while|when)\b")
RANK = re.compile(r"^\[[\w ]+\]:? ?(?=\S| {2})")  # torchrun puts the rank before each line
LABEL = re.compile(r"^(?:why|fix): ")  # errors of ours have them on lines of their own; ours will be put anew
TRACEBACK = "Traceback (most recent call last):"
RAISED = re.compile(r"^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning)\b")


def _without_ignored(lines: Sequence[str]) -> Iterator[str]:
    """Without `Exception ignored in` and the traceback beneath it: noise after the real reason."""
    inside = False
    for line in lines:
        bare = RANK.sub("", line)
        if IGNORED.search(bare):
            inside = True
        elif inside and (bare.startswith((" ", TRACEBACK)) or not bare.strip()):
            continue
        elif inside and RAISED.match(bare):
            inside = False  # the last line of the traceback
        else:
            inside = False
            yield line


def _last(lines: Sequence[str]) -> str:
    return lines[-1] if lines else ""


def _quote(line: str) -> str:
    line = LABEL.sub("", line)
    return printable(line if len(line) <= 300 else line[:297] + "...", 300)
