"""Expanded asset libraries: folders called `X.hda` that Houdini loads as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .dialog_script import Script, ScriptError, read_script
from .errors import NotPlayedError, OperationFailed

# Table of an asset -> category of its nodes, where these differ.
CATEGORIES = {
    "Driver": "Driver",
    "Object": "Object",
    "Top": "Top",
    "Sop": "Sop",
    "Lop": "Lop",
    "Cop2": "Cop2",
}


@dataclass(frozen=True)
class Asset:
    """One asset of a library: its place in the index, and its sections by name."""

    library: Path
    operator: str
    table: str
    label: str
    icon: str
    extra: dict[str, str]
    inputs: int
    outputs: int
    sections: dict[str, str]
    script: Script


def read_library(folder: Path) -> list[Asset]:
    """Raises OperationFailed where Houdini would not take the folder for a library."""
    if folder.is_file():
        raise NotPlayedError(f"{folder} is a packed asset; the harness reads expanded folders")
    missing = [
        name
        for name in ("INDEX__SECTION", "Sections.list", "houdini.hdalibrary")
        if not (folder / name).is_file()
    ]
    if missing:
        raise OperationFailed(f"{folder} is no asset library: {', '.join(missing)} is missing")
    listed = _sections(folder)
    blocks = re.split(r"\n\s*\n", (folder / "INDEX__SECTION").read_text(encoding="utf-8").strip())
    return [_asset(folder, _fields(block), listed) for block in blocks if block.strip()]


def _fields(block: str) -> dict[str, str]:
    rows = (line.partition(":") for line in block.splitlines())
    return {key.strip(): value.strip() for key, colon, value in rows if colon}


def _sections(folder: Path) -> dict[str, str]:
    """Section name -> file name, of a Sections.list."""
    lines = (folder / "Sections.list").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if "\t" in line]
    return {section: disk for disk, section in rows}


def _asset(folder: Path, fields: dict[str, str], listed: dict[str, str]) -> Asset:
    name = f"{fields['Table']}/{fields['Operator']}"
    if name not in listed:
        raise OperationFailed(f"{folder}: Sections.list doesn't list {name}")
    place = folder / listed[name]
    sections = {}
    for section, disk in _sections(place).items():
        file = place / disk
        if not file.is_file():
            raise OperationFailed(f"{file} is listed and missing")
        sections[section] = file.read_text(encoding="utf-8")
    try:
        script = read_script(sections["DialogScript"])
    except ScriptError as error:
        raise OperationFailed(f"{place / 'DialogScript'}: {error}") from error
    return Asset(
        library=folder,
        operator=fields["Operator"],
        table=fields["Table"],
        label=fields["Label"],
        icon=fields.get("Icon", ""),
        extra={
            key: value.strip("'") for key, _, value in (w.partition("=") for w in fields["Extra"].split())
        },
        inputs=int(fields["Inputs"].split(" to ")[1]),
        outputs=int(fields.get("Outputs", "1")),
        sections=sections,
        script=script,
    )
