"""Cosmos Transfer: submits a run, follows it, brings its result home."""

from __future__ import annotations

from .common import BOXES, OPEN_OUTPUTS, SCHEDULERS, WORK_ITEMS, override, project
from .model import Field, Folder, NodeInterface

TRANSFER = NodeInterface(
    name="cosmostransfer",
    label="Cosmos Transfer",
    kind="processor",
    summary="Carries out a run on the GPU box and brings its video back, verified.",
    help=(
        "Each work item is one run. Its id is the key everywhere: cooking again never starts a run twice, "
        "it comes back to the one that is under way or done. Losing the connection, closing Houdini or "
        "switching this machine off changes nothing on the box.\n\nOnly a video that decodes with the "
        "expected frames and size counts as a success. It lies in `outputs/RUN` of the project folder, "
        "with the box's log and a contact sheet beside it."
    ),
    inputs=("Runs of Cosmos Spec",),
    least_inputs=1,
    folders=(
        Folder(
            "Transfer",
            (
                Field(
                    "box",
                    "Run On",
                    "menu",
                    "",
                    menu=BOXES,
                    help="Project settings: the preview runs on this machine, models on the GPU box "
                    "(`remote.host` of the settings).",
                ),
                *override(
                    "num_gpus",
                    "GPUs",
                    "integer",
                    1,
                    (1, 16),
                    "How many GPUs a run is split over. Cosmos Transfer1 takes 1, 2, 4, 8 or 16.",
                ),
                Field(
                    "cuda_devices",
                    "Which GPUs",
                    "string",
                    help="The numbers that nvidia-smi shows, as in `0,1`: as many as the run uses. Empty: "
                    "any.",
                ),
                Field(
                    "check",
                    "Check Before Submitting",
                    "toggle",
                    1,
                    help="Looks at the videos and settings here first, and fails at once on what would "
                    "fail on the box after minutes. Errors stop a run with this off, too: then they are "
                    "told one run at a time.",
                ),
                Field(
                    "onstop",
                    "When the Cook Is Stopped",
                    "menu",
                    "leave",
                    menu=(("leave", "Leave the Run Going"), ("cancel", "Cancel the Run")),
                    help="A run that was left going is found again by the next cook. "
                    "One that was cancelled has to begin anew. Cosmos GPU Box heeds it; any other scheduler "
                    "ends its job alone, and the run is left going.",
                ),
                Field(
                    "checknow",
                    "Check Now",
                    "button",
                    callback="check_runs",
                    joined=True,
                    help="Says everything that would go wrong with the runs of this node, each with its fix.",
                ),
                Field(
                    "cancelruns",
                    "Cancel Runs...",
                    "button",
                    callback="cancel_runs",
                    joined=True,
                    help="Cancels the runs of this node that are under way, after asking.",
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
        Folder(
            "Result",
            (
                Field(
                    "upscale",
                    "Upscale to 4K",
                    "toggle",
                    0,
                    help="Then brings the result to three times its width and height, as a run of its own.",
                ),
                Field(
                    "upscale_weight",
                    "Upscale Weight",
                    "float",
                    0.5,
                    range=(0.0, 1.0),
                    strict=(True, True),
                    disable_when="{ upscale == 0 }",
                    help="How closely the upscaler keeps to the result: above 0, up to 1.",
                ),
                Field(
                    "frames_format",
                    "Write Frames",
                    "menu",
                    "none",
                    menu=(("none", "No, Only the Video"), ("png", "PNG"), ("exr", "EXR")),
                    help="Also writes the frames of the result. Cosmos Load writes those that it needs by "
                    "itself.",
                ),
                project(),
                OPEN_OUTPUTS,
            ),
        ),
        WORK_ITEMS,
        SCHEDULERS,
    ),
)
