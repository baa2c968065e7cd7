"""Cosmos GPU Box: the scheduler that hands runs to the GPU box and reads how they stand."""

from __future__ import annotations

from .common import BOXES, override, project
from .model import Field, Folder, NodeInterface
from .scheduler_parms import SCHEDULER_PARMS

GPU_BOX = NodeInterface(
    name="cosmosgpubox",
    label="Cosmos GPU Box",
    kind="scheduler",
    summary="Hands the runs of Cosmos Transfer to the GPU box and shows how they stand.",
    help=(
        "Submits each run by its id and reads the progress of all runs over one connection: percent, "
        "phase, chunk and step appear on the work items while they cook. A cook that is started again, "
        "from this or another Houdini, comes back to the runs that are under way.\n\nChoose it as the TOP "
        "Scheduler Override of Cosmos Transfer. The other nodes of the network run on this machine, under "
        "the network's own scheduler."
    ),
    folders=(
        Folder(
            "GPU Box",
            (
                project(),
                Field(
                    "box",
                    "Run On",
                    "menu",
                    "",
                    menu=BOXES,
                    help="Where Cosmos Transfer leaves it to the project's settings. "
                    "Project settings: the preview runs on this machine, models on the GPU box.",
                ),
                Field(
                    "max_items",
                    "Runs Under Way at Once",
                    "integer",
                    8,
                    range=(1, 32),
                    strict=(True, False),
                    help="How many runs are handed to the box before one of them has to end. The box "
                    "itself starts as many as it has GPUs for; the others wait there, in the order in "
                    "which they came.",
                ),
                Field(
                    "poll_seconds",
                    "Refresh Every",
                    "float",
                    1.0,
                    range=(0.2, 60.0),
                    strict=(True, True),
                    help="Seconds between two looks at the progress that has arrived.",
                ),
                *override(
                    "patience_seconds",
                    "Patience",
                    "float",
                    600.0,
                    (1.0, 3600.0),
                    "For how many seconds a box that can't be reached is tried again, before the work items "
                    "fail. Their runs go on meanwhile, and the next cook comes back to them.",
                ),
                Field(
                    "onstop",
                    "When the Cook Is Stopped",
                    "menu",
                    "node",
                    menu=(
                        ("node", "As Each Node Says"),
                        ("leave", "Leave All Runs Going"),
                        ("cancel", "Cancel All Runs"),
                    ),
                    help="As each node says: by the parameter of that name on Cosmos Transfer.",
                ),
                Field(
                    "status",
                    "Status",
                    "button",
                    callback="box_status",
                    joined=True,
                    help="Says what the box does now: its GPUs, its runs, its disk.",
                ),
                Field(
                    "doctor",
                    "Doctor",
                    "button",
                    callback="doctor",
                    help="Looks at the GPU box: the connection, the container, the GPUs, the disk.",
                ),
            ),
        ),
        *SCHEDULER_PARMS,
    ),
)
