"""Records to test with, all values fixed."""

from __future__ import annotations

import pytest

from cosmos_houdini.records.enums import BlurStrength, Control
from cosmos_houdini.records.prompt_spec import ControlInput, PromptSpec, RegionalPrompt
from cosmos_houdini.records.run_spec import ControlWeight, Parameters, RunSpec
from cosmos_houdini.records.store import Store

NOON = "2024-05-17T12:00:00.000001+00:00"


def make_prompt(**changes):
    values = {
        "name": "cityscape",
        "prompt": "Futuristic city at night",
        "created_at": NOON,
        "negative_prompt": "blurry, “cartoon”",
        "input_video_path": "inputs/videos/city/color.mp4",
        "input_video_sha256": "1" * 64,
        "control_inputs": {
            Control.DEPTH: ControlInput("inputs/videos/city/depth.mp4", "2" * 64),
            Control.SEG: ControlInput(prompt="cars. houses. 街"),
            Control.EDGE: ControlInput(),
        },
        "regional_prompts": (
            RegionalPrompt("a red car", box=(0, 0.25, 0.5, 1)),
            RegionalPrompt("wet road", mask_path="inputs/masks/road.mp4", mask_sha256="3" * 64),
            RegionalPrompt("neon", mask_prompt="signs"),
        ),
        "metadata": {"shot": "sq010_sh020", "takes": [1, 2.5, None, True], "nested": {"b": 1, "a": "ü"}},
    }
    return PromptSpec(**{**values, **changes})


def make_run(**changes):
    values = {
        "name": "cityscape",
        "prompt_spec_id": make_prompt().id,
        "engine": "transfer1",
        "created_at": NOON,
        "control_weights": {
            Control.VIS: ControlWeight(1),
            Control.DEPTH: ControlWeight(0.4),
            Control.EDGE: ControlWeight(0.9, "inputs/masks/car.mp4", "4" * 64, 0.1),
        },
        "parameters": Parameters(
            seed=7, num_steps=35, guidance=5, sigma_max=70.0, blur_strength=BlurStrength.LOW, distilled=True
        ),
    }
    return RunSpec(**{**values, **changes})


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "project")


@pytest.fixture(name="make_prompt")
def _make_prompt():
    return make_prompt


@pytest.fixture(name="make_run")
def _make_run():
    return make_run
