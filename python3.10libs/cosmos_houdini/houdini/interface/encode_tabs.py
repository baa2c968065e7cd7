"""The tabs of Cosmos Encode behind the first: how each control is made, the videos, the passes."""

from __future__ import annotations

from .common import PRESETS, PROJECT_SETTINGS, override
from .model import Field, Folder

PICTURES = "*.exr *.png *.jpg *.jpeg *.tif *.tiff *.mp4 *.mov *.mkv *.avi *.webm"


def _frames(role: str, label: str, help_text: str) -> Field:
    return Field(
        f"{role}_frames", f"{label} Frames", "file", pattern=PICTURES, help=help_text, keep_frame=True
    )


def _plane(role: str, known: str) -> Field:
    return Field(
        f"{role}_plane",
        f"{role.title() if role != 'id' else 'Id'} Plane",
        "string",
        help=f"The name of the plane in the EXR files. Empty: the first there is of {known}.",
    )


CONTROLS_TAB = Folder(
    "Controls",
    (
        Folder(
            "Depth",
            (
                Field(
                    "depthrange",
                    "Depth Range",
                    "menu",
                    "clip",
                    menu=(("clip", "From the Whole Clip"), ("manual", "Near and Far")),
                    help="From the clip: the nearest and farthest surface that is seen, outliers left out.",
                ),
                Field(
                    "near",
                    "Near",
                    "float",
                    0.1,
                    range=(0.01, 100.0),
                    joined=True,
                    hide_when="{ depthrange != manual }",
                    help="The distance from the camera that is white, in scene units.",
                ),
                Field(
                    "far",
                    "Far",
                    "float",
                    100.0,
                    range=(0.01, 1000.0),
                    hide_when="{ depthrange != manual }",
                    help="The distance from the camera that is darkest, in scene units. The background is "
                    "black.",
                ),
            ),
            look="group",
        ),
        Folder(
            "Edge",
            (
                Field(
                    "edge_source",
                    "Edges Of",
                    "menu",
                    "",
                    menu=(
                        PROJECT_SETTINGS,
                        ("beauty", "Beauty (Canny)"),
                        ("geometry", "Depth, Normals and Ids"),
                        ("both", "Both"),
                    ),
                    help="Edges of the picture, shadows and textures included, or of the geometry alone.",
                ),
                Field(
                    "canny_threshold",
                    "Edge Threshold",
                    "menu",
                    "",
                    menu=PRESETS,
                    disable_when="{ edge_source == geometry }",
                    help="A higher threshold draws fewer lines.",
                ),
            ),
            look="group",
        ),
        Folder(
            "Segmentation",
            (
                Field(
                    "seg_source",
                    "One Colour Per",
                    "menu",
                    "auto",
                    menu=(
                        ("auto", "First There Is"),
                        ("object", "Cryptomatte Object"),
                        ("asset", "Cryptomatte Asset"),
                        ("material", "Cryptomatte Material"),
                        ("id", "Id"),
                        ("colored", "Colour of a Ready-Made Pass"),
                    ),
                    help="What counts as one object.",
                ),
            ),
            look="group",
        ),
        Folder(
            "Vis",
            (
                Field(
                    "blur_strength",
                    "Blur",
                    "menu",
                    "",
                    menu=PRESETS,
                    help="More blur leaves the model more freedom with detail.",
                ),
            ),
            look="group",
        ),
    ),
)

VIDEO_TAB = Folder(
    "Video",
    (
        Field(
            "fit",
            "Fit",
            "menu",
            "",
            menu=(
                PROJECT_SETTINGS,
                ("auto", "Crop a Little, Else Pad"),
                ("crop", "Crop"),
                ("pad", "Pad with Black"),
            ),
            help="Where the aspect of the frames isn't one of the engine's. Nothing is ever stretched.",
        ),
        Field(
            "size",
            "Exact Size",
            "string",
            help="Width and height, as in `1280x704`. Empty: the engine's nearest to the frames.",
        ),
        Field(
            "rate",
            "Rate",
            "menu",
            "scene",
            menu=(
                ("scene", "As the Scene"),
                ("project", "Project Settings"),
                ("custom", "Frames a Second"),
            ),
            help="The rate of the videos. The scene's is rounded, since the model takes whole rates only.",
        ),
        Field(
            "fps",
            "Frames a Second",
            "integer",
            24,
            range=(1, 60),
            strict=(True, False),
            hide_when="{ rate != custom }",
            help="A whole number.",
        ),
        Field(
            "userange",
            "Use Frame Range",
            "toggle",
            0,
            joined=True,
            bare=True,
            help="Off: all frames there are.",
        ),
        Field(
            "first",
            "First, Last, Step",
            "integer",
            1,
            range=(1, 240),
            expression="$FSTART",
            joined=True,
            disable_when="{ userange == 0 }",
            help="The first frame number.",
        ),
        Field(
            "last",
            "Last",
            "integer",
            240,
            range=(1, 240),
            expression="$FEND",
            joined=True,
            bare=True,
            disable_when="{ userange == 0 }",
            help="The last frame number.",
        ),
        Field(
            "step",
            "Step",
            "integer",
            1,
            range=(1, 10),
            strict=(True, False),
            bare=True,
            disable_when="{ userange == 0 }",
            help="Every n-th frame.",
        ),
        Folder(
            "Colour",
            (
                Field(
                    "view",
                    "View",
                    "string",
                    help="A view of the OCIO configuration, as in `ACES 1.0 - SDR Video`. "
                    "Empty: that of the project's settings, where none means the plain sRGB curve.",
                ),
                *override(
                    "exposure",
                    "Exposure",
                    "float",
                    0.0,
                    (-50.0, 50.0),
                    "Stops, before the view.",
                    strict=(True, True),
                ),
            ),
            look="group",
        ),
        Field(
            "lossless",
            "Lossless",
            "toggle",
            0,
            help="Exact pixels and larger files. Off: as the project's settings say.",
        ),
    ),
)

PASSES_TAB = Folder(
    "Passes",
    (
        Folder(
            "One Sequence per Pass",
            (
                _frames("beauty", "Beauty", "Another sequence or video for the beauty alone."),
                _frames("depth", "Depth", "Distances, or ready-made pictures or a video of depth."),
                _frames("normal", "Normal", "Normals, for edges from geometry."),
                _frames("id", "Id", "Object ids or Cryptomatte."),
                _frames("edge", "Edge", "Ready-made edges, white on black."),
                _frames("seg", "Segmentation", "Ready-made segmentation."),
            ),
            look="group",
        ),
        Folder(
            "Planes",
            (
                _plane("beauty", "C, beauty, rgba, or plain R G B"),
                _plane("depth", "Pz, hitPz, depth, Z, depth.Z, zfiltered"),
                _plane("normal", "N, hitN, normal"),
                _plane("id", "primid, element, Op_Id, Prim_Id, objectid, seg_id"),
            ),
            look="group",
        ),
        Field(
            "force",
            "Encode Unchanged Frames Too",
            "toggle",
            0,
            help="On: encodes again what has not changed.",
        ),
    ),
)
