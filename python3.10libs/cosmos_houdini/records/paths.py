"""Where things lie in a project folder: the only place that spells these names."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Optional, Union

from ..errors import BadInputError
from .names import safe_name

PROJECT_FILE = "cosmos.toml"


def find_project(start: Path) -> Path:
    """The nearest folder from `start` upwards that holds `cosmos.toml` or `inputs/`, else `start` itself."""
    start = Path(os.path.normpath(start.absolute()))
    for folder in (start, *start.parents):
        if is_file(folder / PROJECT_FILE) or _is_folder(folder / "inputs"):
            return folder
    return start


def is_file(path: Path) -> bool:
    """As Path.is_file, but False too where the path can't be looked at (no permission, a name too long)."""
    try:
        return path.is_file()
    except OSError:
        return False


def try_writing(folder: Path) -> None:
    """OSError where no file can be made in `folder`: permissions lie, on a network share above all."""
    import tempfile

    with tempfile.TemporaryFile(dir=folder):
        pass


def expand_home(path: Union[str, Path]) -> Path:
    """`~` and `~user` filled in; a name that only looks so (`~backup`) stays as it is."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def make_project(folder: Path) -> None:
    """Makes a project's folder where it is missing; BadInputError where that can't be."""
    try:
        (folder / "inputs").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(
            f"The project folder {folder} can't be made.",
            why=error.strerror or str(error),
            fix="Save the scene where you may write, or name another project folder.",
        ) from error


def check_project_path(relative: str, where: str) -> PurePosixPath:
    """A path of a record, as parts; BadInputError for one that isn't below the project folder everywhere.

    Backslashes and drive letters are refused on Linux too, since a project may move to Windows.
    """
    pure = PurePosixPath(relative)
    if (
        not pure.parts
        or pure.is_absolute()
        or ".." in pure.parts
        or re.search(r"[\\\0]", relative)
        or re.match(r"[A-Za-z]:", relative)
    ):
        raise BadInputError(
            f"{where} names the file '{relative}', which is outside the project.",
            why="A record may only name files below its project folder, as in inputs/videos/shot/depth.mp4.",
            fix="Create the record again with a file inside the project.",
        )
    return pure


@dataclass(frozen=True)
class ProjectPaths:
    """The folders and files of one project; `root` holds `inputs/` and `outputs/`."""

    root: Path

    @property
    def config_file(self) -> Path:
        return self.root / PROJECT_FILE

    @property
    def prompts(self) -> Path:
        return self.root / "inputs" / "prompts"

    @property
    def runs(self) -> Path:
        return self.root / "inputs" / "runs"

    @property
    def local_box(self) -> Path:
        """The root of the box `local`, laid out like any box's."""
        return self.root / ".cosmos_houdini"

    def videos(self, name: str) -> Path:
        """The folder of the control videos encoded under `name`."""
        return self.root / "inputs" / "videos" / safe_name(name)

    def masks(self) -> Path:
        """Where weight maps made from mask videos are kept, by content."""
        return self.root / "inputs" / "masks"

    @property
    def decoded(self) -> Path:
        """Where pre-flight remembers what it found out about videos, by content."""
        return self.root / "inputs" / ".decoded"

    def output(self, run_id: str) -> RunOutputPaths:
        return RunOutputPaths(self.root / "outputs" / run_id)

    def lock(self, record_id: str) -> Path:
        return self.root / "inputs" / ".locks" / f"{record_id}.lock"

    def record_file(self, folder: Path, name: str, created: datetime, record_id: str) -> Path:
        """`{folder}/{YYYY-MM-DD}/{name}_{timestamp}_{id}.json`; an id is `ps_…` or `rs_…`."""
        stem = f"{safe_name(name)}_{created:%Y%m%d-%H%M%S-%f}_{record_id}"
        return folder / f"{created:%Y-%m-%d}" / f"{stem}.json"

    def inside(self, path: Union[str, Path], base: Optional[Path] = None) -> str:
        """`path` (relative to `base`, by default the current folder) as it is written in a record.

        BadInputError where it lies outside the project, since then the project couldn't be moved.
        """
        absolute = Path(os.path.normpath(Path.cwd() / (base or "") / expand_home(path)))
        root_as_named = Path(os.path.normpath(Path.cwd() / self.root))
        for root, candidate in ((root_as_named, absolute), (self.root.resolve(), absolute.resolve())):
            if candidate != root and candidate.is_relative_to(root):
                relative = candidate.relative_to(root).as_posix()
                if re.search(r"[\\\0]", relative) or re.match(r"[A-Za-z]:", relative):
                    raise BadInputError(
                        f"The file name {relative} can't be written in a record.",
                        why="A backslash, or a letter and a colon in front, mean something else on Windows.",
                        fix="Rename the file, then try again.",
                    )
                return relative
        if absolute in (root_as_named, self.root.resolve()):
            raise BadInputError(
                f"{path} is the project folder itself; a file inside it is needed.",
                fix="Name a file, such as inputs/videos/NAME/color.mp4.",
            )
        raise BadInputError(
            f"{path} lies outside the project {self.root}.",
            why="Records name files relative to the project folder, so that a project can be moved.",
            fix=f"Copy the file into {self.root / 'inputs'}, or name another project with --project.",
        )

    def resolve(self, relative: str, where: str) -> Path:
        """The file that a record names; BadInputError for a path that leaves the project."""
        return self.root / Path(*check_project_path(relative, where).parts)


@dataclass(frozen=True)
class RunOutputPaths:
    """What is kept of one run: `outputs/{run_id}/`."""

    folder: Path

    @property
    def video(self) -> Path:
        return self.folder / "output.mp4"

    @property
    def frames(self) -> Path:
        return self.folder / "frames"

    @property
    def spec(self) -> Path:
        return self.folder / "spec.json"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    @property
    def result(self) -> Path:
        return self.folder / "result.json"

    @property
    def sheet(self) -> Path:
        return self.folder / "sheet.png"


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False
