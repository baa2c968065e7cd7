"""Sections.list: what Houdini reads of a folder before anything else."""

from __future__ import annotations

from pathlib import Path

from .names import unescape
from .python_names import Finding


def section_rows(file: Path) -> tuple[dict[str, str], list[Finding]]:
    """Name on disk -> section, and what is wrong with the list."""
    text = file.read_bytes().decode()  # as it is: read_text would mend the ends of the lines
    wrong: list[Finding] = []
    if "\r" in text:
        wrong.append((1, "its lines have to end with LF alone"))
    if not text.endswith("\n"):
        wrong.append((text.count("\n") + 1, "its last line has no end"))
    lines = text.splitlines()
    if not lines or lines[0] != '""':
        wrong.append((1, 'its first line has to be ""'))
    rows: dict[str, str] = {}
    for number, line in enumerate(lines[1:], 2):
        disk, tab, section = line.partition("\t")
        if not tab or not disk or "\t" in section:
            wrong.append((number, f"'{line}' is not a name on disk, a tab and a section"))
        elif unescape(disk) != section:
            wrong.append((number, f"{disk} is not how {section} is written on disk"))
        elif disk in rows:
            wrong.append((number, f"{disk} is listed twice"))
        else:
            rows[disk] = section
    return rows, wrong
