"""Reading ~/.ssh/config and the machine's, with what they include."""

from __future__ import annotations

import glob
import re
from pathlib import Path

from ..errors import BadInputError
from ..records.paths import expand_home
from .light_paramiko import paramiko

SYSTEM_CONFIG = Path("/etc/ssh/ssh_config")
INCLUDE = re.compile(r"\s*include(?:\s*=\s*|\s+)(.+?)\s*\Z", re.IGNORECASE)
DEEPEST = 16  # as in ssh


def read_ssh_config(home: Path) -> paramiko.SSHConfig:
    """The user's settings before the machine's: as in ssh, the first value found counts."""
    config = paramiko.SSHConfig()
    for file in (home / ".ssh" / "config", SYSTEM_CONFIG):
        try:
            config.parse(_lines(file, file.parent, 0))
        except paramiko.SSHException as error:
            raise BadInputError(
                f"{file} can't be read as settings of ssh.", why=str(error), fix="Mend that line."
            ) from error
    return config


def words(text: str) -> list[str]:
    """The words of a value, quotes taken off; backslashes stay, since paths of Windows are full of them."""
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|(\S+)', text)]


def _lines(file: Path, folder: Path, depth: int) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BadInputError(
            f"{file} can't be read.", why=error.strerror or str(error), fix="Make it readable for you."
        ) from error
    lines: list[str] = []
    for line in text.splitlines():
        include = INCLUDE.match(line)
        if include is None:
            lines.append(line)
        elif depth < DEEPEST:
            for pattern in words(include[1]):
                # Relative ones are meant from the folder of ssh, whatever file they stand in.
                for found in sorted(glob.glob(str(folder / expand_home(pattern)))):  # noqa: PTH207
                    lines += _lines(Path(found), folder, depth + 1)
    return lines
