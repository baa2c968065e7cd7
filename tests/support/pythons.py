"""Other versions of Python on this machine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Optional


def find_python(version: str) -> Optional[str]:
    """A Python of `version` ("3.9") that starts; None where there is none.

    Looked at beside PATH: what pyenv has installed, whose stubs on PATH may start nothing.
    """
    installed = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for candidate in [shutil.which(f"python{version}"), *map(str, installed)]:
        if candidate:
            told = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False)
            if told.returncode == 0 and f"Python {version}." in told.stdout + told.stderr:
                return candidate
    return None
