"""Parameters that several nodes have, and the ones that Houdini itself knows."""

from __future__ import annotations

from .model import Field, Folder

PROJECT_SETTINGS = ("", "Project Settings")
PROJECT_FOLDER = "$HIP/cosmos"

ENGINES = (PROJECT_SETTINGS, ("preview", "Preview (CPU, No Model)"), ("transfer1", "Cosmos Transfer1"))
BOXES = (PROJECT_SETTINGS, ("local", "This Machine"), ("remote", "GPU Box"))
PRESETS = (
    PROJECT_SETTINGS,
    ("none", "None"),
    ("very_low", "Very Low"),
    ("low", "Low"),
    ("medium", "Medium"),
    ("high", "High"),
    ("very_high", "Very High"),
)


def project() -> Field:
    """The folder that holds inputs/ and outputs/."""
    return Field(
        "project",
        "Project Folder",
        "directory",
        help="The folder that holds the control videos, the records and the results (`inputs/` and "
        "`outputs/`), and the project's settings (`cosmos.toml`). It is made on demand. Empty: that of the "
        f"work item, else that of the scene. The scene's is `{PROJECT_FOLDER}`, until Ctrl-click on a tool "
        "of the shelf chooses another.",
    )


OPEN_OUTPUTS = Field(
    "openoutputs",
    "Open Folder",
    "button",
    callback="open_outputs",
    help="Shows the results in the file browser.",
)


def override(
    name: str,
    label: str,
    kind: str,
    default: float,
    scale: tuple[float, float],
    help_text: str,
    strict: tuple[bool, bool] = (True, False),
) -> tuple[Field, Field]:
    """A toggle and a number on one line: with the toggle off, the project's settings say the number."""
    return (
        Field(
            f"use_{name}",
            f"Set {label}",
            "toggle",
            0,
            joined=True,
            bare=True,
            help=f"Off: the project's settings say it ({label}).",
        ),
        Field(
            name,
            label,
            kind,
            default,
            range=scale,
            strict=strict,
            disable_when=f"{{ use_{name} == 0 }}",
            help=help_text,
        ),
    )


# What each processor has in Houdini (Houdini 20.0 parm dumps of pythonprocessor and genericgenerator; the
# menu of pdg_workitemgeneration from the 18.5 dump of downloadfile, whose tokens later defaults still use).
WORK_ITEMS = Folder(
    "Work Items",
    (
        Field(
            "pdg_workitemgeneration",
            "Generate When",
            "choice",
            2,
            menu=(
                ("0", "Each Upstream Item is Cooked"),
                ("1", "All Upstream Items are Generated"),
                ("2", "Automatic"),
                ("3", "All Upstream Items are Cooked"),
            ),
            help="When this node makes its work items.",
            factory=True,
        ),
        Field(
            "pdg_workitemlabel",
            "Work Item Label",
            "choice",
            0,
            menu=(
                ("0", "Use Default"),
                ("1", "Inherit from Upstream Item"),
                ("2", "Custom Expression"),
            ),
            help="How the work items are called in the work item panel.",
            factory=True,
        ),
        Field(
            "pdg_workitemlabelexpr",
            "Label Expression",
            "string",
            hide_when="{ pdg_workitemlabel != 2 }",
            help="The label, as an expression.",
            factory=True,
        ),
        Field(
            "pdg_workitempriority",
            "Work Item Priority",
            "choice",
            0,
            menu=(("0", "Inherit from Upstream Item"), ("1", "Custom Expression")),
            help="Which work items are cooked first.",
            factory=True,
        ),
        Field(
            "pdg_workitempriorityexpr",
            "Priority Expression",
            "integer",
            0,
            range=(0, 10),
            hide_when="{ pdg_workitempriority != 1 }",
            help="A higher number is cooked earlier.",
            factory=True,
        ),
    ),
)
SCHEDULERS = Folder(
    "Schedulers",
    (
        Field(
            "topscheduler",
            "TOP Scheduler Override",
            "node",
            help="The scheduler of this node's work items. Empty: that of the network.",
            tags=(("opfilter", "!!TOP!!"), ("oprelative", ".")),
            factory=True,
        ),
        Field(
            "pdg_useschedulewhen",
            "Use Schedule When",
            "toggle",
            0,
            joined=True,
            bare=True,
            help="Cook only the work items for which the expression is not 0.",
            factory=True,
        ),
        Field(
            "pdg_schedulewhen",
            "Schedule When",
            "integer",
            1,
            range=(0, 1),
            disable_when="{ pdg_useschedulewhen == 0 }",
            help="A work item for which this is 0 is not cooked and counts as done.",
            factory=True,
        ),
    ),
)
