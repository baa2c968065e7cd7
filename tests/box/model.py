"""What lies on the box beside Docker: the model's checkout, its checkpoints and the hub's cache.

The checkout answers the model's own command line, `cosmos_transfer1/diffusion/inference/transfer.py`, with
the preview engine; the checkpoints are small files at the real places (source: transfer1 checkpoints.py).
"""

from __future__ import annotations

import os
from pathlib import Path

CHECKOUT = "cosmos-transfer1"
HUB = ".cache/huggingface"
ENTRY = "cosmos_transfer1/diffusion/inference/transfer.py"
PROGRAM = '''\
"""In the place of the model: the preview engine, which takes the same arguments and spec."""

import os
import sys

from cosmos_houdini.preview.__main__ import main

if __name__ == "__main__":
    # One write for each rank, so that the lines of several don't mix.
    sys.stderr.write("rank {RANK} of {WORLD_SIZE}\\n".format_map(os.environ))
    sys.exit(main())
'''
TRANSFER1 = "nvidia/Cosmos-Transfer1-7B"
TOKENIZER = "nvidia/Cosmos-Tokenize1-CV8x8x8-720p"
CHECKPOINTS = (
    *(
        f"{TRANSFER1}/{name}.pt"
        for name in (
            *(
                "base_model",
                "vis_control",
                "edge_control",
                "seg_control",
                "depth_control",
                "keypoint_control",
            ),
            *("edge_control_distilled", "4kupscaler_control"),
        )
    ),
    *(f"{TOKENIZER}/{name}" for name in ("encoder.jit", "decoder.jit", "autoencoder.jit", "mean_std.pt")),
    "nvidia/Cosmos-UpsamplePrompt1-12B-Transfer/config.json",
    "nvidia/Cosmos-Guardrail1/config.json",
    "meta-llama/Llama-Guard-3-8B/config.json",
    "google-t5/t5-11b/config.json",
    "depth-anything/Depth-Anything-V2-Small-hf/config.json",
    "facebook/sam2-hiera-large/config.json",
    "IDEA-Research/grounding-dino-tiny/config.json",
)


def lay_out(home: Path, owner: int) -> None:
    """Writes checkout, checkpoints and cache below `home`, which belongs to the user id `owner`."""
    checkout = home / CHECKOUT
    files = {checkout / ENTRY: PROGRAM, home / HUB / "version.txt": "1\n"}
    files |= {checkout / "checkpoints" / name: "a stand-in of a checkpoint\n" for name in CHECKPOINTS}
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    for folder, _folders, names in os.walk(home):
        for path in (folder, *(Path(folder, name) for name in names)):
            os.chown(path, owner, owner)
