"""What the bridge answered to a button, as the text of a dialog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def inspection_text(found: Mapping[str, Any]) -> str:
    """What the frames hold, and what each control would use or why it can't be made."""
    return "\n".join(_inspection_lines(found))


def _inspection_lines(found: Mapping[str, Any]) -> Iterator[str]:
    for source in found["sources"]:
        yield str(source["pattern"])
        frames = f"{source['first']} to {source['last']}, {source['frames']} in all"
        yield f"Frames {frames}, {source['resolution']}"
        planes = [str(plane["name"]) or "".join(plane["channels"]) for plane in source["planes"]]
        planes += [f"{layer['name']} (Cryptomatte)" for layer in source["cryptomatte"]]
        yield f"Planes: {', '.join(planes) or 'none'}"
        yield ""
    yield f"{found['frames']} frames at {found['fps']} frames a second, {found['fit']}"
    yield ""
    for video, made in found["videos"].items():
        if made["uses"]:
            yield f"{video}: from {', '.join(made['uses'])}"
        else:
            yield f"{video}: can't be made. {made['why_not']} {made['fix']}"


def check_text(answers: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[str, str]:
    """A headline and the details of what pre-flight said of each run (id, answer)."""
    errors = sum(_is_error(problem) for _, answer in answers for problem in answer["problems"])
    warnings = sum(len(answer["problems"]) for _, answer in answers) - errors
    lines: list[str] = []
    for run, answer in answers:
        lines.append(f"{run}: {'nothing to mend' if not answer['problems'] else ''}".rstrip())
        for problem in answer["problems"]:
            lines += _problem_lines(problem)
    runs = counted(len(answers), "run")
    if errors:
        head = f"{counted(errors, 'error')} and {counted(warnings, 'warning')} in {runs}."
    elif warnings:
        head = f"No error and {counted(warnings, 'warning')} in {runs}."
    else:
        head = f"Nothing would go wrong with {runs}."
    return head, "\n".join(lines)


def estimate_text(estimates: Sequence[Mapping[str, Any]]) -> str:
    """What the runs would cost together, as far as anybody has published it."""
    chunks = counted(sum(int(one["chunks"]) for one in estimates), "chunk")
    notes = {str(one["note"]) for one in estimates if not one["seconds"]}
    if len(notes) == 1 and not any(one["seconds"] for one in estimates):  # the preview says why it is free
        return f"Cost: {chunks}. {notes.pop()}".rstrip()
    known = [one["seconds"] for one in estimates if one["seconds"]]
    if len(known) < len(estimates):
        return f"Cost: {chunks}; there are no published times for all of it."
    low, high = (sum(float(seconds[end]) for seconds in known) / 60 for end in (0, 1))
    return f"Cost: {chunks}, about {low:.0f} to {high:.0f} minutes of the GPUs one after the other."


def _is_error(problem: Mapping[str, Any]) -> bool:
    return bool(problem["severity"] == "error")


def _problem_lines(problem: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {problem['severity']}: {problem['what']}"
    if problem["why"]:
        yield f"    why: {problem['why']}"
    if problem["fix"]:
        yield f"    fix: {problem['fix']}"


def findings_text(answer: Mapping[str, Any]) -> tuple[str, str]:
    """A headline and the details of what the doctor found."""
    wrong = [finding for finding in answer["findings"] if not finding["ok"]]
    lines: list[str] = []
    for finding in answer["findings"]:
        lines.append(f"{'ok' if finding['ok'] else 'FAIL'}  {finding['name']}: {finding['seen']}")
        if not finding["ok"] and finding["fix"]:
            lines.append(f"      fix: {finding['fix']}")
    if not wrong:
        return "Everything that a run stands on is in order.", "\n".join(lines)
    first = wrong[0]
    return f"{first['name']}: {first['seen']}\n\n{first['fix']}".rstrip(), "\n".join(lines)


def status_text(answer: Mapping[str, Any]) -> tuple[str, str]:
    """A headline and the details of what the box does now."""
    name = answer["box"]
    if not answer["reachable"]:
        error = answer["error"]
        return f"{name} can't be reached. Runs that it has begun go on.", _three_lines(error)
    probe = answer["probe"]
    lines = [
        f"GPU {gpu['index']}: {gpu['name']}, {gpu['memory_used_bytes'] / 2**30:.1f} of "
        f"{gpu['memory_bytes'] / 2**30:.1f} GB in use"
        for gpu in probe["gpus"]
    ]
    lines += [f"{run['run_id']}: {run['state']}" for run in answer["runs"]]
    busy = sum(run["state"] in ("running", "queued") for run in answer["runs"])
    free = f"{probe['bytes_free'] / 1e9:.0f} GB free"
    return f"{name} can be reached: {counted(busy, 'run')} under way, {free}.", "\n".join(lines)


def run_line(run: Mapping[str, Any]) -> str:
    """A run in a list to choose from: when, what became of it, what it is called."""
    return f"{run['created_at'][:16].replace('T', ' ')}  {run['status']:<9}  {run['name']}  {run['id']}"


def _three_lines(error: Mapping[str, Any]) -> str:
    return "\n".join(str(error[key]) for key in ("what", "why", "fix") if error.get(key))


def counted(number: int, unit: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{number} {unit}{'' if number == 1 else 's'}"
