"""Orders of every kind, on a box that is called /box."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cosmos_houdini.engines.engine import BoxPlaces, BuildOrder
from cosmos_houdini.records.enums import BlurStrength, CannyThreshold, Control
from cosmos_houdini.records.prompt_spec import ControlInput, PromptSpec, RegionalPrompt
from cosmos_houdini.records.run_spec import ControlWeight, Parameters, RunSpec

VIS, EDGE, DEPTH, SEG = Control.VIS, Control.EDGE, Control.DEPTH, Control.SEG
WHEN = "2026-01-02T03:04:05.000000+00:00"
BOX = "/box/runs/rs_1"
PROMPT = 'Neon rain, "Blade" $(street) 🌃\nat night'


def an_order(
    controls=(DEPTH,),
    weights=None,
    *,
    computed=(),
    input_video=True,
    regions=(),
    negative=None,
    num_gpus=1,
    upscale_of=None,
    seg_prompt=None,
    **parameters,
) -> BuildOrder:
    """An order with control videos under /box; `weights` maps control -> number or ControlWeight."""
    weights = dict.fromkeys((*controls, *computed), 1.0) if weights is None else weights
    weights = {c: w if isinstance(w, ControlWeight) else ControlWeight(w) for c, w in weights.items()}
    inputs = {control: ControlInput(f"inputs/videos/x/{control}.mp4", "0" * 64) for control in controls}
    inputs |= {control: ControlInput(prompt=seg_prompt if control is SEG else None) for control in computed}
    prompt = PromptSpec(
        name="city",
        prompt=PROMPT,
        created_at=WHEN,
        negative_prompt=negative,
        input_video_path="inputs/videos/x/color.mp4" if input_video else None,
        input_video_sha256="1" * 64 if input_video else None,
        control_inputs=inputs,
        regional_prompts=tuple(regions),
    )
    run = RunSpec(
        name="city",
        prompt_spec_id=prompt.id,
        engine="transfer1",
        created_at=WHEN,
        control_weights=weights,
        parameters=Parameters(**parameters),
        upscale_of=upscale_of,
    )
    places = BoxPlaces(
        spec_path=f"{BOX}/spec.json",
        output_folder=f"{BOX}/out",
        checkpoint_dir="/models/checkpoints",
        input_video=f"{BOX}/in/input.mp4" if input_video else None,
        controls={control: f"{BOX}/in/{control}.mp4" for control in controls},
        weight_maps={c: f"{BOX}/in/{c}_weights.pt" for c, w in weights.items() if w.mask_path is not None},
        region_masks={
            index: f"{BOX}/in/region_{index}.mp4"
            for index, region in enumerate(regions)
            if region.mask_path is not None
        },
    )
    return BuildOrder(prompt, run, places, num_gpus)


def masked(inside: float, outside: float = 0.0) -> ControlWeight:
    return ControlWeight(inside, "inputs/masks/hero.mp4", "2" * 64, outside)


ORDERS = {
    "single_control": lambda: an_order((DEPTH,), seed=7),
    "multi_control": lambda: an_order(
        (VIS, EDGE, DEPTH, SEG),
        {VIS: 0.3, EDGE: 0.4, DEPTH: 0.2, SEG: 0.1},
        negative="cartoon, low quality",
        seed=7,
        num_steps=40,
        guidance=6.5,
        sigma_max=60,
        fps=30,
    ),
    "weights_above_one": lambda: an_order((VIS, EDGE, DEPTH), {VIS: 1, EDGE: 1, DEPTH: 1}),
    "zero_weight": lambda: an_order((VIS, EDGE), {VIS: 0, EDGE: 0.8}),
    "weight_maps": lambda: an_order((VIS, EDGE, DEPTH), {VIS: masked(0.8, 0.1), EDGE: 0.9, DEPTH: 0}),
    "computed_controls": lambda: an_order(
        (DEPTH,),
        {VIS: 0.2, EDGE: 0.2, DEPTH: 0.2, SEG: 0.2},
        computed=(VIS, EDGE, SEG),
        seg_prompt="car . tree . street",
        blur_strength=BlurStrength.HIGH,
        canny_threshold=CannyThreshold.LOW,
    ),
    "no_input_video": lambda: an_order((DEPTH, SEG), {DEPTH: 0.5, SEG: 0.5}, input_video=False),
    "regional_prompts": lambda: an_order(
        (EDGE,),
        regions=(
            RegionalPrompt("a red car", box=(0, 0.5, 0.5, 1)),
            RegionalPrompt("a wet street", mask_path="inputs/masks/street.mp4", mask_sha256="3" * 64),
            RegionalPrompt("a night sky", mask_prompt="sky"),
        ),
    ),
    "distilled": lambda: an_order(
        (EDGE,), {EDGE: 1}, distilled=True, negative="cartoon", num_steps=35, guidance=5, seed=3
    ),
    "distilled_without_input_video": lambda: an_order((EDGE,), {EDGE: 1}, distilled=True, input_video=False),
    "prompt_upsampling": lambda: an_order((EDGE,), upsample_prompt=True, offload_prompt_upsampler=True),
    "offload": lambda: an_order(
        (DEPTH,),
        offload_diffusion_transformer=True,
        offload_text_encoder=True,
        offload_guardrail_models=True,
    ),
    "eight_gpus": lambda: an_order((DEPTH,), num_gpus=8),
    "driving": lambda: an_order(
        (Control.HDMAP, Control.LIDAR), {Control.HDMAP: 0.3, Control.LIDAR: 0.7}, input_video=False
    ),
    "upscale": lambda: an_order((), {Control.UPSCALE: 0.7}, upscale_of="rs_0123456789abcdef", seed=7, fps=30),
}


@pytest.fixture
def order():
    """Builds an order; see `an_order`."""
    return an_order


@pytest.fixture
def orders():
    """One order of each kind, by name."""
    return {name: make() for name, make in ORDERS.items()}


@pytest.fixture
def replaced():
    """`dataclasses.replace`, for one place of an order."""
    return lambda order, **places: replace(order, places=replace(order.places, **places))


@pytest.fixture
def mask():
    """A weight that holds inside a mask."""
    return masked
