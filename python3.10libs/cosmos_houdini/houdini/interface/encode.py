"""Cosmos Encode: rendered frames -> control videos."""

from __future__ import annotations

from .common import ENGINES, SCHEDULERS, WORK_ITEMS, project
from .encode_tabs import CONTROLS_TAB, PASSES_TAB, PICTURES, VIDEO_TAB
from .model import Field, Folder, NodeInterface

CONTROLS = ("color", "vis", "edge", "depth", "seg")  # what `make_NAME` can be switched on for


def _make(control: str, label: str, help_text: str, joined: bool = True) -> Field:
    return Field(f"make_{control}", label, "toggle", 1, help=help_text, joined=joined)


ENCODE = NodeInterface(
    name="cosmosencode",
    label="Cosmos Encode",
    kind="processor",
    summary="Makes the control videos of a shot from rendered frames.",
    help=(
        "Cosmos Transfer follows _control videos_: depth, edges, segmentation and blurred colour. This "
        "node makes them from the frames that a ROP Fetch rendered (put a Wait for All in between, so that "
        "it sees all frames at once) or from frames that are on disk already. Each frame is opened once; "
        "the range of depth and the colours of objects hold over the whole clip.\n\nThe videos lie in "
        "`inputs/videos/NAME` of the project folder. What has not changed is not encoded again."
    ),
    inputs=("Rendered frames",),
    folders=(
        Folder(
            "Encode",
            (
                Field(
                    "framesource",
                    "Frames From",
                    "menu",
                    "upstream",
                    menu=(("upstream", "Upstream Output Files"), ("pattern", "Files on Disk")),
                    help="The output files of the work items before this node, or files named here.",
                ),
                Field(
                    "frames",
                    "Frames",
                    "file",
                    "$HIP/render/$HIPNAME.####.exr",
                    pattern=PICTURES,
                    keep_frame=True,
                    hide_when="{ framesource != pattern }",
                    help="A sequence (`shot.$F4.exr`, `shot.####.exr`, `shot.%04d.exr`), a folder, or a "
                    "video.",
                ),
                Field(
                    "inspect",
                    "Look at the Frames",
                    "button",
                    callback="inspect_frames",
                    hide_when="{ framesource != pattern }",
                    help="Says what planes the frames hold and what each control would use.",
                ),
                Field(
                    "setname",
                    "Control Set",
                    "string",
                    "$HIPNAME",
                    help="The name of this set of videos: a folder below `inputs/videos`. Where one hip file "
                    "has several shots, give each its own by an attribute of the work items: write `@shot` "
                    "in backquotes behind the name.",
                ),
                project(),
                Field(
                    "openset",
                    "Open Folder",
                    "button",
                    callback="open_set",
                    help="Shows the videos of this set in the file browser.",
                ),
                Field(
                    "engine",
                    "Engine",
                    "menu",
                    "",
                    menu=ENGINES,
                    help="The model that the videos are for: it decides their size. The preview works at "
                    "the sizes of Cosmos Transfer1, so its videos serve both.",
                ),
                Folder(
                    "Controls to Make",
                    (
                        _make("color", "Make Colour", "The beauty itself: the input video of the model."),
                        _make("vis", "Make Vis", "Blurred beauty: keeps the colours and the light."),
                        _make("edge", "Make Edge", "Outlines: keep shapes where they are."),
                        _make("depth", "Make Depth", "Near is bright: keeps the space."),
                        _make(
                            "seg",
                            "Make Segmentation",
                            "A colour for each object: keeps what is what.",
                            joined=False,
                        ),
                        Field(
                            "missing",
                            "If a Pass Is Missing",
                            "menu",
                            "warn",
                            menu=(
                                ("warn", "Leave Its Control Out and Warn"),
                                ("fail", "Stop with an Error"),
                            ),
                            help="What happens where the frames lack the plane that a chosen control is "
                            "made from.",
                        ),
                    ),
                    look="group",
                ),
            ),
        ),
        CONTROLS_TAB,
        VIDEO_TAB,
        PASSES_TAB,
        WORK_ITEMS,
        SCHEDULERS,
    ),
)
