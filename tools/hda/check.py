"""Checks expanded digital assets without Houdini: `python tools/hda/check.py otls/NAME.hda …`.

Prints `FILE:LINE: what is wrong` for each error and ends with 1 where there is any. Everything is compared
with closed lists: what isn't known to work counts as an error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

if __package__ in (None, ""):  # started as a script
    sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from hda.check_index import index_errors
from hda.check_interface import interface_errors
from hda.check_sections import asset_errors
from hda.sections_list import section_rows

LIBRARIES = Path(__file__).resolve().parents[2] / "python3.10libs"
LIBRARY_FILES = ("INDEX__SECTION", "Sections.list", "houdini.hdalibrary")


def check_library(folder: Path, libraries: Path = LIBRARIES) -> list[str]:
    """Every error in the expanded library `folder`; `libraries` is where our own Python modules are."""
    return [f"{folder / file}:{line}: {text}" for file, line, text in _errors(folder, libraries)]


def _errors(folder: Path, libraries: Path) -> Iterator[tuple[str, int, str]]:
    if not folder.is_dir():
        yield ".", 1, "there is no such folder"
        return
    missing = [name for name in LIBRARY_FILES if not (folder / name).is_file()]
    for name in missing:
        yield name, 1, "it is missing, and Houdini does not recognise a library without it"
    if missing:
        return
    rows, wrong = section_rows(folder / "Sections.list")
    for line, text in wrong:
        yield "Sections.list", line, text
    assets = {disk: section for disk, section in rows.items() if disk not in LIBRARY_FILES}
    for disk in sorted({path.name for path in folder.iterdir()} - set(rows) - {"Sections.list"}):
        yield "Sections.list", 1, f"{disk} is there and not listed"
    if not assets:
        yield "Sections.list", 1, "it lists no asset"
    for line, text in index_errors(folder / "INDEX__SECTION", assets):
        yield "INDEX__SECTION", line, text
    for disk in assets:
        if not (folder / disk).is_dir():
            yield "Sections.list", 1, f"{disk} is listed and not there"
            continue
        for name, line, text in (*asset_errors(folder / disk), *interface_errors(folder / disk, libraries)):
            yield f"{disk}/{name}", line, text


def main() -> int:
    folders = [Path(argument) for argument in sys.argv[1:]]
    if not folders:
        print("usage: check.py NAME.hda …", file=sys.stderr)
        return 2
    errors = [error for folder in folders for error in check_library(folder)]
    for error in errors:
        print(error)
    print(f"{len(folders)} libraries, {len(errors)} errors", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
