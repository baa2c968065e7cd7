"""Cosmos Spec: prompt, weights and parameters -> a prompt record and a run record."""

from __future__ import annotations

from .common import ENGINES, SCHEDULERS, WORK_ITEMS, override, project
from .model import Field, Folder, NodeInterface

CONTROLS = (
    ("vis", "Vis", "Blurred beauty: keeps the colours and the light."),
    ("edge", "Edge", "Outlines: keep shapes where they are."),
    ("depth", "Depth", "Keeps the space."),
    ("seg", "Segmentation", "Keeps what is what."),
)
MASKS = "*.mp4 *.mov *.mkv *.png *.jpg *.tif *.exr"
# The parameters that a wedge can vary: the wedge's own name for each is looked up under `attr_NAME`.
WEDGED = ("prompt", "negative_prompt", "seed", "num_steps", "guidance", "sigma_max")


def _weight(control: str, label: str, keeps: str) -> Folder:
    own = "{ weights != own }"
    off = f"{{ use_{control} == 0 }}"
    return Folder(
        label,
        (
            Field(
                f"use_{control}",
                f"Use {label}",
                "toggle",
                1,
                joined=True,
                bare=True,
                help=f"Whether the {control} control counts. {keeps}",
            ),
            Field(
                f"weight_{control}",
                f"{label} Weight",
                "float",
                0.25,
                range=(0.0, 1.0),
                strict=(True, False),
                disable_when=off,
                help="How strongly it counts. Where all weights are more than 1 together, the model scales "
                "them down.",
            ),
            Field(
                f"mask_{control}",
                f"{label} Mask",
                "file",
                pattern=MASKS,
                disable_when=off,
                help="A mask video or still of the project folder, white where the weight holds. "
                "Empty: everywhere.",
            ),
            Field(
                f"outside_{control}",
                f"{label} Weight Outside",
                "float",
                0.0,
                range=(0.0, 1.0),
                strict=(True, False),
                disable_when=off,
                hide_when=f'{{ mask_{control} == "" }}',
                help="The weight where the mask is black.",
            ),
        ),
        look="group",
        hide_when=own,
    )


def _attribute(name: str, label: str, default: str, help_text: str) -> Field:
    return Field(f"attr_{name}", label, "string", default, disable_when="{ usewedges == 0 }", help=help_text)


def _offload(name: str, label: str) -> Field:
    return Field(
        f"offload_{name}",
        label,
        "toggle",
        0,
        help="Takes it off the GPU while it isn't needed: less GPU memory, more time.",
    )


SPEC = NodeInterface(
    name="cosmosspec",
    label="Cosmos Spec",
    kind="processor",
    summary="Writes down what to make and how: prompt, control weights, engine and seed.",
    help=(
        "Each work item becomes two records in the project folder: what to make (`inputs/prompts`) and how "
        "(`inputs/runs`). Nothing is submitted yet, so a hundred variants can be made and looked at "
        "first.\n\nPut a Wedge before this node to vary prompt, seed or weights. The attributes are read "
        "as they are called on the Wedges tab; they go before the parameters here."
    ),
    inputs=("Control sets, or a wedge of them",),
    folders=(
        Folder(
            "Prompt",
            (
                Field(
                    "prompt",
                    "Prompt",
                    "text",
                    tags=(("editorlines", "6-20"),),
                    help="What is to be seen: the subject first, then the place, the light, the camera. "
                    "A few full sentences work better than a list of words. Houdini fills in variables as "
                    "`$HIPNAME` and expressions in backquotes that have an @, a $ or a bracket, as `@seed`; "
                    "any other $ or backquote stays as it is typed.",
                ),
                Field(
                    "negative_prompt",
                    "Negative Prompt",
                    "text",
                    tags=(("editorlines", "2-10"),),
                    help="What must not be seen. Empty: the engine's own.",
                ),
                Field(
                    "runname",
                    "Name",
                    "string",
                    help="The name of the records. Empty: that of the control set.",
                ),
                Field(
                    "engine",
                    "Engine",
                    "menu",
                    "",
                    menu=ENGINES,
                    help="The model that runs. Project settings: the engine of Cosmos Encode before this "
                    "node, else `engine.name` of the settings.",
                ),
                project(),
                Field(
                    "checknow",
                    "Check and Estimate",
                    "button",
                    callback="check_runs",
                    help="Says everything that would go wrong with the runs of this node, each with its "
                    "fix, and what they would cost. Generate the work items first.",
                ),
            ),
        ),
        Folder(
            "Controls",
            (
                Field(
                    "setsource",
                    "Control Set From",
                    "menu",
                    "upstream",
                    menu=(("upstream", "Upstream Item"), ("folder", "Folder on Disk")),
                    help="The set that Cosmos Encode made, or one that is there already.",
                ),
                Field(
                    "setfolder",
                    "Set Folder",
                    "directory",
                    hide_when="{ setsource != folder }",
                    joined=True,
                    help="A folder of control videos with its `passes.json`, below `inputs/videos` of the "
                    "project.",
                ),
                Field(
                    "chooseset",
                    "Choose...",
                    "button",
                    callback="choose_set",
                    hide_when="{ setsource != folder }",
                    help="Picks one of the project's control sets.",
                ),
                Field(
                    "weights",
                    "Weights",
                    "menu",
                    "equal",
                    menu=(("equal", "Equal Parts for All Controls of the Set"), ("own", "As Set Below")),
                    help="Equal parts are a good first try.",
                ),
                *(_weight(*control) for control in CONTROLS),
            ),
        ),
        Folder(
            "Model",
            (
                *override(
                    "seed",
                    "Seed",
                    "integer",
                    1,
                    (0, 100),
                    "Another number, another result.",
                ),
                *override(
                    "num_steps", "Steps", "integer", 35, (1, 100), "Denoising steps: more take longer."
                ),
                *override(
                    "guidance",
                    "Guidance",
                    "float",
                    5.0,
                    (0.0, 15.0),
                    "How closely the prompt is followed, usually 3 to 7.",
                ),
                *override(
                    "sigma_max",
                    "Sigma Max",
                    "float",
                    70.0,
                    (0.0, 80.0),
                    "How much of the input video is dissolved into noise: above 0; at 80 nothing of it is "
                    "kept.",
                    strict=(True, True),
                ),
                *override(
                    "fps",
                    "Rate of the Result",
                    "integer",
                    24,
                    (1, 60),
                    "Frames a second that the result is written at. Best that of the control videos.",
                ),
                Field(
                    "distilled",
                    "Distilled Model",
                    "toggle",
                    0,
                    help="One step instead of many: a quick look. It follows edges only, and reads no "
                    "guidance, negative prompt or steps.",
                ),
                Field(
                    "upsample_prompt",
                    "Enrich the Prompt",
                    "toggle",
                    0,
                    help="Lets a language model on the box write the prompt out.",
                ),
                Folder(
                    "Save GPU Memory",
                    (
                        _offload("diffusion_transformer", "Offload Diffusion Model"),
                        _offload("text_encoder", "Offload Text Encoder"),
                        _offload("guardrail_models", "Offload Guardrails"),
                        _offload("prompt_upsampler", "Offload Prompt Enricher"),
                    ),
                    look="collapsible",
                ),
            ),
        ),
        Folder(
            "Wedges",
            (
                Field(
                    "usewedges",
                    "Read Attributes",
                    "toggle",
                    1,
                    help="An attribute of the work item goes before the parameter of this node. Several "
                    "names, with spaces between them: the first that the item has.",
                ),
                _attribute("prompt", "Prompt From", "cosmos_prompt prompt", "Text."),
                _attribute("negative_prompt", "Negative Prompt From", "negative_prompt", "Text."),
                _attribute("seed", "Seed From", "seed", "A whole number."),
                _attribute("num_steps", "Steps From", "num_steps", "A whole number."),
                _attribute("guidance", "Guidance From", "guidance", "A number."),
                _attribute("sigma_max", "Sigma Max From", "sigma_max", "A number."),
                _attribute(
                    "weight",
                    "Weights Begin With",
                    "weight_",
                    "Followed by the control, as in `weight_depth`. A control that no attribute names "
                    "keeps the weight that it has on the Controls tab; with equal parts, the named ones "
                    "alone count.",
                ),
            ),
        ),
        WORK_ITEMS,
        SCHEDULERS,
    ),
)
