"""One node as an expanded digital asset without contents: every file of the folder `NAME.hda`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from cosmos_houdini.houdini.interface import NodeInterface

from .dialog_script import dialog_script
from .help_text import help_text
from .names import escape, unescape

# Houdini shows it in the asset manager. It stands still, so that the files say the same whenever they are
# written; git knows when they changed.
MODIFIED = "Thu Jan  1 00:00:00 2026"
BUTTONS = "cosmos_houdini.houdini.nodes.buttons"

# As Houdini 19.5 to 21 write them for an asset that was never unlocked (public expanded assets).
OPTIONS = {
    "CheckExternal": 1,
    "ContentsCompressionType": 1,
    "ForbidOutsideParms": 1,
    "GzipContents": 1,
    "LockContents": 1,
    "MakeDefault": 1,
    "ParmsFromVfl": 0,
    "PrefixDroppedParmLabel": 0,
    "PrefixDroppedParmName": 0,
    "SaveCachedCode": 0,
    "SaveIcon": 1,
    "SaveSpareParms": 0,
    "UnlockOnCreate": 0,
    "UseDSParms": 1,
}

SHELF = """<?xml version="1.0" encoding="UTF-8"?>
<shelfDocument>
  <tool name="$HDA_DEFAULT_TOOL" label="$HDA_LABEL" icon="$HDA_ICON">
    <toolMenuContext name="viewer">
      <contextNetType>TOP</contextNetType>
    </toolMenuContext>
    <toolMenuContext name="network">
      <contextOpType>$HDA_TABLE_AND_NAME</contextOpType>
    </toolMenuContext>
    <toolSubmenu>Cosmos</toolSubmenu>
    <script scriptType="python"><![CDATA[import toptoolutils

toptoolutils.genericTool(kwargs, '$HDA_NAME')]]></script>
  </tool>
</shelfDocument>
"""

CREATE_SCRIPT = """# Written by tools/build_hdas.py
\\set noalias = 1
#
#  Creation script of the operator {name}
#

if ( "$arg1" == "" ) then
    echo This script makes one node, named by its argument.
    exit
endif

# Node $arg1 (Top/{name})
opexprlanguage -s hscript $arg1
opuserdata -n '___Version___' -v '' $arg1
"""


def library(node: NodeInterface, icons: Path) -> dict[str, str]:
    """Path below `NAME.hda` -> text. Equal tables give equal texts."""
    section = f"Top/{node.name}"
    folder = escape(section)
    asset = _asset(node, (icons / node.icon).read_text(encoding="utf-8"))
    files = {"INDEX__SECTION": _index(node, section), "houdini.hdalibrary": ""}
    files["Sections.list"] = _sections_list([*files, folder])
    asset["Sections.list"] = _sections_list(asset)
    return {**files, **{f"{folder}/{name}": text for name, text in asset.items()}}


def _asset(node: NodeInterface, icon: str) -> dict[str, str]:
    """Name on disk -> text, of every section but the list of them."""
    asset = {
        "DialogScript": dialog_script(node),
        "CreateScript": CREATE_SCRIPT.format(name=node.name),
        "TypePropertiesOptions": "".join(f"{key} := {value};\n" for key, value in OPTIONS.items()),
        "Help": help_text(node),
        "Tools.shelf": SHELF,
        "IconSVG": icon,
    }
    options: dict[str, object] = {}
    callbacks = sorted({field.callback for field in node.fields() if field.callback})
    if callbacks:
        asset["PythonModule"] = f"from {BUTTONS} import {', '.join(callbacks)}\n"
        options = _python_options("PythonModule")
    asset["ExtraFileOptions"] = json.dumps(options, indent=4, sort_keys=True) + "\n"
    return asset


def _python_options(section: str) -> dict[str, object]:
    return {
        f"{section}/Cursor": {"type": "intarray", "value": [1, 1]},
        f"{section}/IsExpr": {"type": "bool", "value": False},
        f"{section}/IsPython": {"type": "bool", "value": True},
        f"{section}/IsScript": {"type": "bool", "value": True},
        f"{section}/Source": {"type": "string", "value": ""},
    }


def _sections_list(disk_names: Iterable[str]) -> str:
    """The list that Houdini reads before anything else: a name on disk, a tab, the name of the section."""
    rows = [f"{name}\t{unescape(name)}\n" for name in disk_names]
    return '""\n' + "".join(rows)


def _index(node: NodeInterface, section: str) -> str:
    scheduler = node.kind == "scheduler"
    extra = (
        f"pdgtype='scheduler' subtype={node.name} visibleoutputs=0"
        if scheduler
        else f"pdgtype='node' subtype={node.name}"
    )
    rows = {
        "Operator": node.name,
        "Label": node.label,
        "Path": f"oplib:/{section}?{section}",
        "Icon": f"opdef:/{section}?IconSVG",
        "Table": "Top",
        "License": "",
        "Extra": extra,
        "User": "",
        "Inputs": f"{node.least_inputs} to {len(node.inputs)}",
        **({"Outputs": "0"} if scheduler else {}),
        "Subnet": "false",
        "Python": "false",
        "Empty": "false",
        "Modified": MODIFIED,
    }
    return "".join(f"{key + ':':<14}{value}\n" for key, value in rows.items()) + "\n"
