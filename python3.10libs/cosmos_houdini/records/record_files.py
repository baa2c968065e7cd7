"""The files of records: how they are called, and finding them in their folders of days."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ..errors import BadInputError

_FILE_NAME = re.compile(r"(?P<name>.+)_(?P<time>\d{8}-\d{6}-\d{6})_(?P<id>(?:ps|rs)_[0-9a-f]+)\.json")


def newest_first(folder: Path) -> Iterator[Path]:
    """The files of all records in `folder`, newest first."""
    for day in days(folder):
        # By name too, so that two records of one microsecond keep one order.
        yield from sorted(_files_of(day), key=lambda file: (time_of(file), file.name), reverse=True)


def files_in(folder: Path) -> Iterator[Path]:
    """The files of all records in `folder`, in any order."""
    for day in days(folder):
        yield from _files_of(day)


def files_with_id(folder: Path, begin: str) -> Iterator[Path]:
    """The files of the records whose id begins with `begin`, as `rs_1f2e`."""
    for day in days(folder):
        for name in names_of(day):
            # Most names are told apart without a look at their parts: there may be ten thousand.
            if begin in name and is_record(name) and id_of(day / name).startswith(begin):
                yield day / name


def days(folder: Path) -> list[Path]:
    """The date folders, newest first."""
    try:
        with os.scandir(folder) as entries:
            names = [
                entry.name
                for entry in entries
                if re.fullmatch(r"\d{4}-\d\d-\d\d", entry.name) and entry.is_dir()
            ]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _not_listed(folder, error) from error
    return [folder / name for name in sorted(names, reverse=True)]


def names_of(day: Path) -> list[str]:
    """All names in the folder of one day, those of other files too."""
    try:
        return os.listdir(day)  # noqa: PTH208 - a path for each of ten thousand takes its time
    except FileNotFoundError:  # tidied away meanwhile
        return []
    except OSError as error:
        raise _not_listed(day, error) from error


def is_record(name: str) -> bool:
    return _FILE_NAME.fullmatch(name) is not None


def id_of(file: Path) -> str:
    """The id in the name of a record's file."""
    return _part(file, "id")


def time_of(file: Path) -> str:
    """The time in the name of a record's file, which sorts."""
    return _part(file, "time")


def _files_of(day: Path) -> Iterator[Path]:
    for name in names_of(day):
        if is_record(name):
            yield day / name


def _part(file: Path, part: str) -> str:
    match = _FILE_NAME.fullmatch(file.name)
    assert match is not None
    return match[part]


def _not_listed(folder: Path, error: OSError) -> BadInputError:
    return BadInputError(
        f"The records in {folder} can't be listed.", why=str(error), fix="Make the folder readable."
    )
