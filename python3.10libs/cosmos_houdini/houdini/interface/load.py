"""Cosmos Load: puts result, beauty and controls of a run into a COP network."""

from __future__ import annotations

from .common import OPEN_OUTPUTS, SCHEDULERS, WORK_ITEMS, project
from .model import Field, Folder, NodeInterface

LOAD = NodeInterface(
    name="cosmosload",
    label="Cosmos Load",
    kind="processor",
    summary="Puts the result of a run into a COP network, beside the beauty and the controls.",
    help=(
        "Writes the frames of each run's video and makes file nodes for them, named and laid out, with the "
        "right frame range and colour space, and a node that compares the result with the beauty. Cooking "
        "again updates these nodes; other nodes of the network are left alone.\n\nHoudini 20.5 and later "
        "get a Copernicus network, older ones the classic compositing network."
    ),
    inputs=("Runs of Cosmos Transfer",),
    folders=(
        Folder(
            "Load",
            (
                Field(
                    "runsource",
                    "Runs",
                    "menu",
                    "upstream",
                    menu=(("upstream", "Runs of the Upstream Items"), ("run", "One Run")),
                    help="The runs that the work items before this node carried out, or a run named here.",
                ),
                Field(
                    "run",
                    "Run",
                    "string",
                    "last",
                    hide_when="{ runsource != run }",
                    joined=True,
                    help="The id of a run, the beginning of it, or `last` for the newest.",
                ),
                Field(
                    "choose",
                    "Choose...",
                    "button",
                    callback="choose_run",
                    hide_when="{ runsource != run }",
                    help="Picks one of the project's runs.",
                ),
                Field(
                    "load_result",
                    "Load Result",
                    "toggle",
                    1,
                    joined=True,
                    help="The video that the engine made.",
                ),
                Field("load_beauty", "Load Beauty", "toggle", 1, joined=True, help="The rendered colour."),
                Field(
                    "load_controls", "Load Controls", "toggle", 1, help="Vis, edge, depth and segmentation."
                ),
                Field(
                    "frames_format",
                    "Frames As",
                    "menu",
                    "png",
                    menu=(("png", "PNG"), ("exr", "EXR")),
                    help="What the frames are written as. PNG is smaller; both hold the video's 8 bits.",
                ),
                Field(
                    "comparison",
                    "Compare By",
                    "menu",
                    "wipe",
                    menu=(("wipe", "Wipe"), ("sheet", "Contact Sheet"), ("none", "Nothing")),
                    help="The node that shows result and beauty together, where the Houdini version has it.",
                ),
                Field(
                    "copnet",
                    "COP Network",
                    "node",
                    help="Where the file nodes go. Empty: a network of its own, /obj/cosmos_comp.",
                    tags=(("oprelative", "."),),
                ),
                Field(
                    "coptype",
                    "New Network Is",
                    "menu",
                    "auto",
                    menu=(
                        ("auto", "The Newest This Houdini Has"),
                        ("copernicus", "Copernicus"),
                        ("cop2", "Classic Compositing"),
                    ),
                    disable_when='{ copnet != "" }',
                    help="What kind of network is made, where none is named.",
                ),
                project(),
                OPEN_OUTPUTS,
            ),
        ),
        WORK_ITEMS,
        SCHEDULERS,
    ),
)
