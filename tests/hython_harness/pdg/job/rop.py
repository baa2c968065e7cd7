"""The job of ROP Fetch: loads the scene, renders the frames, reports each file.

Of a batch, each frame is an item of its own, which is told by its place; an error ends all of it.
"""

import argparse
import os
import sys
from pathlib import Path

import hou

sys.path.insert(0, os.environ["PDG_SCRIPTDIR"])
import pdgcmd

from hython_harness.job_scene import load


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hip", required=True)
    parser.add_argument("--rop", required=True)
    parser.add_argument("--tag", required=True)
    parser.add_argument("--frames", type=float, nargs="+", required=True)
    parser.add_argument("--batch", action="store_true")
    parser.add_argument("--ignore-load-errors", action="store_true")
    asked = parser.parse_args()
    lost = load(hou, Path(asked.hip))
    for line in lost:
        sys.stderr.write(line + "\n")
    if lost and not asked.ignore_load_errors:
        hou.exit(1)
    rop = hou.node(asked.rop)
    if rop is None:
        sys.stderr.write(f"There is no ROP {asked.rop}\n")
        hou.exit(1)
    for place, frame in enumerate(asked.frames):
        subindex = place if asked.batch else -1
        if asked.batch:
            pdgcmd.workItemStartCook(subindex=subindex)
        try:
            rop.render(frame_range=(frame, frame))
        except hou.OperationFailed as error:
            sys.stderr.write(f"{error}\n")
            hou.exit(1)
        # A locked or bypassed ROP renders nothing: there is no file to report then.
        path = Path(rop.parm(picture_parm(rop)).evalAtFrame(frame))
        if path.is_file():
            pdgcmd.addOutputFile(
                str(path), result_data_tag=asked.tag, subindex=subindex, and_success=asked.batch
            )
        pdgcmd.workItemSetCookPercent(100.0 * (place + 1) / len(asked.frames))
    hou.exit(0)


def picture_parm(rop):
    """Where Houdini's own job looks for the picture."""
    return next(
        name for name in ("vm_picture", "picture", "outputimage", "copoutput") if rop.parm(name) is not None
    )


main()
