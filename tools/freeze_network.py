"""Freezes the TOP network as a subnet asset, for people who want it as one node. Run it by hython:

    hython tools/freeze_network.py [--nodes types|factory] [--out FILE.hda]

The network itself is built by `cosmos_houdini.houdini.network`; what is frozen is what that builds. What is
set for each shot is on the asset itself. Of factory nodes that is the ROP alone: the rest stands in their
scripts, so unlock the asset to change it, or have our node types (`--nodes types`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "python3.10libs"))

NAME, LABEL, VERSION = "cosmosnetwork", "Cosmos Network", "1.0"
# The parameters of the asset, and the nodes in it that take each.
SHOWN = {
    "roppath": ("passes",),
    "setname": ("encode",),
    "project": ("encode",),
    "prompt": ("spec",),
    "negative_prompt": ("spec",),
    "engine": ("encode", "spec"),
    "use_seed": ("spec",),
    "seed": ("spec",),
    "box": ("transfer",),
    "use_num_gpus": ("transfer",),
    "num_gpus": ("transfer",),
    "onstop": ("transfer",),
}


def main(arguments: list[str]) -> int:
    """The exit code."""
    from cosmos_houdini.errors import CosmosError

    asked = _parser().parse_args(arguments)
    try:
        node = freeze(Path(asked.out).absolute(), asked.nodes)
    except CosmosError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    print(f"{asked.out}: {node.type().name()}")
    return 0


def freeze(file: Path, nodes: str) -> Any:
    """Builds the network in a subnet of a new TOP network and saves that as an asset in `file`."""
    subnet = built(nodes)
    file.parent.mkdir(parents=True, exist_ok=True)
    asset = subnet.createDigitalAsset(
        name=f"{NAME}::{VERSION}",
        hda_file_name=file.as_posix(),
        description=LABEL,
        min_num_inputs=0,
        max_num_inputs=1,
        ignore_external_references=True,  # the ROP that is rendered lies outside, and is the artist's
    )
    definition = asset.type().definition()
    definition.setParmTemplateGroup(asset.parmTemplateGroup())
    definition.save(file.as_posix(), template_node=asset)
    return asset


def built(nodes: str) -> Any:
    """The subnet with the network in it, ready to be made an asset."""
    import hou

    from cosmos_houdini.houdini.network.build import build

    topnet: Any = hou.node("/obj").createNode("topnet", "freezing")  # type: ignore[union-attr]
    subnet = topnet.createNode("subnet", NAME)
    network = build(subnet, nodes=nodes)
    if "gpu_box" in network.nodes:
        # Inside of an asset a relative path to a scheduler isn't found (public experience with Houdini 22).
        network.nodes["transfer"].parm("topscheduler").setExpression(
            'hou.pwd().parent().path() + "/cosmos_gpu_box"', hou.exprLanguage.Python
        )
    show(subnet, network.nodes)
    output = subnet.createNode("output", "output0")
    output.setInput(0, network.nodes["load"])
    subnet.layoutChildren()
    return subnet


def show(subnet: Any, nodes: Mapping[str, Any]) -> None:
    """Puts what is set for each shot on the subnet; the nodes in it, which an asset locks, refer to that."""
    import hou

    inner = {
        name: [parm for role in roles if (parm := nodes[role].parm(name)) is not None]
        for name, roles in SHOWN.items()
    }
    group = subnet.parmTemplateGroup()
    folder = hou.FolderParmTemplate("cosmos", "Cosmos")
    for parms in inner.values():
        for parm in parms[:1]:
            folder.addParmTemplate(parm.parmTemplate())
    group.append(folder)
    subnet.setParmTemplateGroup(group)
    for name, parms in inner.items():
        for parm in parms:
            function = "chs" if isinstance(parm.eval(), str) else "ch"
            parm.setExpression(f'{function}("../{name}")', hou.exprLanguage.Hscript)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--nodes", choices=["types", "factory", "auto"], default="auto")
    parser.add_argument("--out", default="cosmosnetwork.hda", metavar="FILE")
    return parser


if __name__ == "__main__":
    import hou as _hou

    _hou.exit(main(sys.argv[1:]), suppress_save_prompt=True)
