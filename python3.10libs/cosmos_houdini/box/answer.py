"""Reading what the agent printed: one JSON line, of our version, of sensible size; anything else is
explained.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..errors import BoxError

AGENT_VERSION = 1
ANSWER_LIMIT = 32 << 20  # bytes; 10,000 runs with their outputs stay well below


class BoxRefusalError(BoxError):
    """The agent understood and said no.

    `kind` is its word for why (conflict, missing_inputs, disk_full, ...).
    """

    def __init__(self, kind: str, what: str, why: str, fix: str, details: Mapping[str, Any]) -> None:
        super().__init__(what, why, fix)
        self.kind = kind
        self.details = details


def read_answer(stdout: bytes, stderr: bytes, verb: str, box: str) -> Mapping[str, Any]:
    """The agent's answer to `verb`.

    Raises BoxRefusalError for a refusal and BoxError for what is no answer at all.
    """
    if len(stdout) > ANSWER_LIMIT:
        raise nonsense(verb, box, f"The answer is larger than {ANSWER_LIMIT >> 20} MB.", stderr)
    try:
        answer = json.loads(stdout.decode("utf-8"))
    except (ValueError, RecursionError):
        shown = _shorten(stdout)
        why = f"Instead of an answer it printed: {shown}" if shown else "It printed nothing."
        raise nonsense(verb, box, why, stderr) from None
    if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
        raise nonsense(verb, box, "The answer is not an object with `ok` in it.", stderr)
    version = answer.get("agent_version")
    if version != AGENT_VERSION or isinstance(version, bool):
        raise BoxError(
            f"The agent on {box} is of another version.",
            f"It says {str(version)[:20]}, we speak {AGENT_VERSION}.",
            "Update Cosmos Houdini here and run again; the right agent is then installed beside the other.",
        )
    if answer["ok"]:
        return answer
    return _raise_refusal(answer.get("error"), verb, box, stderr)


def nonsense(verb: str, box: str, why: str, stderr: bytes = b"") -> BoxError:
    told = _last_line(stderr)
    return BoxError(
        f"{box[:1].upper()}{box[1:]} gave no usable answer to `{verb}`.",
        f"{why} Its Python said: {told}" if told else why,
        "Check that the Python of the box is 3.8 or newer and that its start-up files print nothing, "
        "then try again.",
    )


def _raise_refusal(error: object, verb: str, box: str, stderr: bytes) -> Mapping[str, Any]:
    if not isinstance(error, dict):
        raise nonsense(verb, box, "It refused without saying why.", stderr)
    texts = {name: error.get(name) for name in ("kind", "what", "why", "fix")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise nonsense(verb, box, "It refused in a form that we don't know.", stderr)
    shown = {name: printable(str(text), 1000) for name, text in texts.items()}
    details = {name: value for name, value in error.items() if name not in texts}
    raise BoxRefusalError(shown["kind"], shown["what"], shown["why"], shown["fix"], details)


def printable(text: str, limit: int) -> str:
    """Text from the box, made safe for a terminal: no control characters, no more than `limit` characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:limit])


def _last_line(stderr: bytes) -> str:
    lines = [line for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return printable(lines[-1].strip(), 300) if lines else ""


def _shorten(text: bytes) -> str:
    return printable(text[:200].decode("utf-8", "replace").strip(), 120)
