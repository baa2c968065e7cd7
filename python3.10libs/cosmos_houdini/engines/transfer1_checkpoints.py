"""The checkpoint files of Cosmos Transfer1, by what they are for (source: transfer1 checkpoints.py).

Its download script ends with exit code 0 though files failed, so what is there has to be looked at.
"""

from __future__ import annotations

from collections.abc import Mapping

_MODEL = "nvidia/Cosmos-Transfer1-7B"
_DRIVING = "nvidia/Cosmos-Transfer1-7B-Sample-AV"

CHECKPOINTS: Mapping[str, str] = {
    "base": f"{_MODEL}/base_model.pt",
    "vis": f"{_MODEL}/vis_control.pt",
    "edge": f"{_MODEL}/edge_control.pt",
    "depth": f"{_MODEL}/depth_control.pt",
    "seg": f"{_MODEL}/seg_control.pt",
    "keypoint": f"{_MODEL}/keypoint_control.pt",
    "distilled edge": f"{_MODEL}/edge_control_distilled.pt",
    "upscale": f"{_MODEL}/4kupscaler_control.pt",
    "driving base": f"{_DRIVING}/base_model.pt",
    "hdmap": f"{_DRIVING}/hdmap_control.pt",
    "lidar": f"{_DRIVING}/lidar_control.pt",
    "tokenizer": "nvidia/Cosmos-Tokenize1-CV8x8x8-720p/autoencoder.jit",
    "prompt upsampler": "nvidia/Cosmos-UpsamplePrompt1-12B-Transfer",
    "guardrail": "nvidia/Cosmos-Guardrail1",
    "guardrail language model": "meta-llama/Llama-Guard-3-8B",
    "text encoder": "google-t5/t5-11b",
}
# Without these no run at all can go.
NEEDED_ALWAYS = ("base", "tokenizer", "guardrail", "guardrail language model", "text encoder")
