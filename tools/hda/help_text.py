"""A node's table as its page in Houdini's help."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cosmos_houdini.houdini.interface import NODES, Field, Folder, NodeInterface


def help_text(node: NodeInterface) -> str:
    """Wiki text: the head, what the node does, and each of our own parameters by tab."""
    lines = [
        f"= {node.label} =",
        "",
        "#type: node",
        "#context: top",
        f"#internal: {node.name}",
        f"#icon: opdef:/Top/{node.name}?IconSVG",
        "#tags: cosmos, video, controls",
        "",
        f'"""{node.summary}"""',
        "",
        node.help,
        "",
        "@parameters",
        "",
    ]
    for folder in node.folders:
        if any(not field.factory for field in folder.all_fields()):
            lines += [f"== {folder.label} ==", "", *_folder(folder)]
    if node.inputs:
        lines += ["@inputs", ""]
        for label in node.inputs:
            needed = "" if node.least_inputs else " May stay unwired."
            lines += [f"{label}:", f"    Work items of the node before.{needed}", ""]
    others = [other for other in NODES.values() if other is not node]
    lines += ["@related", "", *(f"* [Node:top/{other.name}]" for other in others)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip("\n") + "\n"


def _folder(folder: Folder) -> Iterator[str]:
    for item in folder.fields:
        if isinstance(item, Folder):
            yield from (f"=== {item.label} ===", "")
            yield from _folder(item)
        elif not item.factory and item.kind != "separator":
            yield from _parm(item)


def _parm(field: Field) -> Iterator[str]:
    yield f"{field.label}:"
    yield f"    #id: {field.name}"
    yield ""
    yield f"    {field.help}"
    yield ""
    if field.kind == "menu":
        yield f"    One of: {', '.join(label for _, label in field.menu)}."
        yield ""
