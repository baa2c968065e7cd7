"""A second checkout on the box, whose engine gives the control video back as its result.

Started by the same torchrun in the same container as the other; it is there for what is not about the engine.
While the checkout holds a file `wait`, it goes on waiting.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from box.box import GpuBox
from box.model import ENTRY

CHECKOUT = "cosmos-quick"
PROGRAM = """\
import json
import os
import shutil
import sys
import time

given = dict(zip(sys.argv[1::1], sys.argv[2::1]))
with open(given["--controlnet_specs"], encoding="utf-8") as file:
    spec = json.load(file)
video = next(block["input_control"] for block in spec.values() if isinstance(block, dict))
print("Starting diffusion sampling", flush=True)
while os.path.exists("wait"):
    time.sleep(0.05)
target = os.path.join(given["--video_save_folder"], given["--video_save_name"] + ".mp4")
shutil.copyfile(video, target)
print("Saved video to", target, flush=True)
"""


class QuickEngine:
    """Its folder on the box, as this machine reaches it; settings name it `docker__checkout`."""

    setting = f'"{CHECKOUT}"'

    def __init__(self, box: GpuBox, program: str = PROGRAM) -> None:
        self.folder = box.here_path(f"{box.home}/{CHECKOUT}")
        (self.folder / "checkpoints").mkdir(parents=True)
        (self.folder / ENTRY).parent.mkdir(parents=True)
        (self.folder / ENTRY).write_text(program)
        owner = self.folder.parent.stat().st_uid
        for path in (self.folder, *self.folder.rglob("*")):
            shutil.chown(path, owner, owner)

    @property
    def _wait(self) -> Path:
        return self.folder / "wait"

    def hold(self) -> None:
        """Runs go on until `release`."""
        self._wait.touch()

    def release(self) -> None:
        self._wait.unlink(missing_ok=True)

    def remove(self) -> None:
        shutil.rmtree(self.folder)
