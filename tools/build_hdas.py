"""Writes the digital assets (`otls/`) and the node help (`help/`) from the tables of the nodes.

    python tools/build_hdas.py            write them
    python tools/build_hdas.py --check    say what differs, and end with 1 where anything does

Plain Python 3.9, no Houdini: the assets are expanded ones without contents, which Houdini loads as they are.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "python3.10libs"), str(ROOT / "tools")]

from cosmos_houdini.houdini.interface import NODES  # noqa: E402
from hda.check import check_library  # noqa: E402
from hda.help_text import help_text  # noqa: E402
from hda.library import library  # noqa: E402

ICONS = ROOT / "config" / "Icons"
FOLDERS = ("otls", "help/nodes/top")  # all files in them are ours to write and to delete


def wanted() -> dict[str, str]:
    """Every file that belongs there: path below the checkout -> text."""
    files = {}
    for node in NODES.values():
        for name, text in library(node, ICONS).items():
            files[f"otls/{node.name}.hda/{name}"] = text
        files[f"help/nodes/top/{node.name}.txt"] = help_text(node)
    return files


def differences(root: Path) -> list[str]:
    """What below `root` is missing, not as it should be, or too much, a line each."""
    files, there = wanted(), _there(root)
    lines = [f"{name} is missing" for name in files if name not in there]
    lines += [
        f"{name} differs" for name, text in files.items() if name in there and there[name] != text.encode()
    ]
    return sorted(lines + [f"{name} belongs to no node" for name in there if name not in files])


def write(root: Path) -> list[str]:
    """Makes `root` as it should be; returns what was changed."""
    changed = differences(root)
    for name in _there(root):
        if name not in wanted():
            (root / name).unlink()
    for name, text in wanted().items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.is_file() or file.read_bytes() != text.encode():
            file.write_bytes(text.encode())
    return changed


def _there(root: Path) -> dict[str, bytes]:
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for folder in FOLDERS
        for file in sorted((root / folder).rglob("*"))
        if file.is_file()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Write otls/ and help/ from the tables of the nodes.")
    parser.add_argument("--check", action="store_true", help="write nothing; say what differs")
    only_look = parser.parse_args().check
    changed = differences(ROOT) if only_look else write(ROOT)
    for line in changed:
        print(line)
    if only_look and changed:
        print("To mend it: python tools/build_hdas.py")
        return 1
    found = [error for node in NODES for error in check_library(ROOT / "otls" / f"{node}.hda")]
    for error in found:
        print(error)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
