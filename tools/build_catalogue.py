"""Writes tests/hython_harness/catalogue/: the node types that this project uses, of a larger catalogue.

`python3 tools/build_catalogue.py CATALOGUE.json` reads a catalogue with two parts: `factory` (whole parameter
interfaces that Houdini keeps in its own files, each with the version that wrote the file) and `houdini21`
(names and kinds dumped from Houdini 21.0.631). What neither holds is in `additions.json`, written by hand.
The committed files are what counts: Houdini's facts change only with new sources.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, Optional

TARGET = Path(__file__).parents[1] / "tests" / "hython_harness" / "catalogue"
DUMP_21 = "21.0.631"
SOURCES = {
    "interface": "parameter interface that Houdini of that version kept in a public hip or hda file",
    DUMP_21: "dump of Houdini 21.0.631 (houdini_ramen 2480c7b, MIT): names, kinds, labels of menus",
}
TYPES = {
    "object": "cam geo topnet ropnet cop2net copnet lopnet",
    "driver": "karma ifd opengl flipbook usdrender comp image fetch merge null topnet shell geometry subnet",
    "lop": """camera karma karmarenderproperties karmarendersettings karmastandardrendervars karmacryptomatte
        additionalrendervars rendervar rendersettings renderproduct rendergeometrysettings usdrender_rop
        usd_rop""",
    "top": """ropfetch ropkarma ropmantra ropopengl ropcomposite ropimage usdrender usdrenderscene waitforall
        wedge genericgenerator pythonscript pythonprocessor pythonpartitioner pythonscheduler localscheduler
        inprocessscheduler hqueuescheduler deadlinescheduler tractorscheduler attributecreate attributedelete
        attributecopy partitionbyframe partitionbyattribute partitionbynode partitionbyindex merge null output
        filepattern filerange textoutput topnet subnet ropnet ffmpegencodevideo ffmpegextractimages
        rangegenerate error environmentedit""",
    "cop2": "file wipe over null composite mosaic color switch rop_comp",
    "cop": """file wipe contactsheet null output switch rop_image layer cryptomatte cryptomattedecode idtorgb
        idtomono convertdepth edgedetect""",
}
CATEGORY = {"object": "Object", "driver": "Driver", "lop": "Lop", "top": "Top", "cop2": "Cop2", "cop": "Cop"}
KINDS = {
    "integer": "int", "intvector2": "int", "intvector": "int", "intvector4": "int", "vector": "float",
    "vector2": "float", "vector4": "float", "color": "float", "color4": "float", "angle": "float",
    "ordinal": "menu", "log": "float", "buttonstrip": "menu",
}  # fmt: skip
# Houdini names the components of these types so; others of several components end in 1, 2, 3 (DialogScript).
SUFFIXES = {
    "vector": "xyz", "vector2": "xy", "vector4": "xyzw", "intvector2": "xy", "intvector": "xyz",
    "intvector4": "xyzw", "color": "rgb", "color4": "rgba",
}  # fmt: skip
NO_VERSION = {"hda_filecache.1.0": "unknown", "hda_roptopkarma.1.0": "unknown"}


def main(path: Path) -> None:
    catalogue = json.loads(path.read_text(encoding="utf-8"))
    for folder, names in TYPES.items():
        types = {name: node_type(catalogue, f"{folder}/{name}") for name in sorted(names.split())}
        missing = [name for name, found in types.items() if found is None]
        if missing:
            raise SystemExit(f"{folder}: the catalogue doesn't know {', '.join(missing)}")
        write(TARGET / f"{folder}.json", CATEGORY[folder], types)


def node_type(catalogue: Any, key: str) -> Optional[dict[str, Any]]:
    """One type of both parts: where it was seen, its inputs and each parm with where that was seen."""
    old, new = catalogue["factory"].get(key), catalogue["houdini21"].get(key)
    if old is None and new is None:
        return None
    found: dict[str, Any] = {"seen": [], "parms": {}}
    parms = found["parms"]
    if old is not None:
        version = NO_VERSION.get(old["as_of"], old["as_of"])
        found["seen"].append(version)
        for name, told in old["parms"].items():
            parms[name] = interface_parm(told) | {"seen": [version]}
    if new is not None:
        found["seen"].append(DUMP_21)
        found["inputs"], found["outputs"] = len(new["inputs"]), len(new["outputs"])
        for name, told in new["parms"].items():
            plain = re.sub(r"\{\}", "#", name)
            if plain in parms:
                if parms[plain]["kind"] == "unknown":
                    parms[plain] |= dumped_parm(told)
                parms[plain]["seen"].append(DUMP_21)
            else:
                parms[plain] = dumped_parm(told) | {"seen": [DUMP_21]}
    return found


def interface_parm(told: Any) -> dict[str, Any]:
    kind = told.get("type")
    if kind is None:
        return {"kind": "unknown", "label": told["label"]}
    parm: dict[str, Any] = {"kind": KINDS.get(kind, kind), "label": told["label"]}
    if told.get("size", 1) > 1:
        parm |= {"size": told["size"], "suffix": SUFFIXES.get(kind, "1234")[: told["size"]]}
    menu = told.get("menu")
    if menu and not is_script(menu):
        parm["menu"] = menu
    elif menu or parm["kind"] == "menu":
        parm["script_menu"] = True
    if "default" in told and parm["kind"] not in ("button", "separator", "label"):
        parm["default"] = told["default"]
    return parm


def is_script(menu: list[str]) -> bool:
    """A menu that a script makes lists its source instead of tokens."""
    return any(re.search(r"opmenu|import |return |\n|hou\.|=", token) for token in menu)


def dumped_parm(told: Any) -> dict[str, Any]:
    """The dump tells kinds as `Float3`, and of menus the labels only."""
    kind, labels = (told["kind"], told.get("menu")) if isinstance(told, dict) else (told, None)
    name, size = re.fullmatch(r"([A-Za-z]+)(\d*)", kind).groups()  # type: ignore[union-attr]
    parm: dict[str, Any] = {"kind": name.lower()}
    if size:
        parm["size"] = int(size)
    if labels:
        parm["labels"] = labels
    return parm


def write(path: Path, category: str, types: dict[str, Any]) -> None:
    """One line for each parm: what changes is seen in a diff."""
    lines = ["{", f' "category": "{category}",', f' "sources": {json.dumps(SOURCES)},', ' "types": {']
    for name, told in types.items():
        lines.append(f"  {json.dumps(name)}: {{")
        for key, value in told.items():
            if key != "parms":
                lines.append(f"   {json.dumps(key)}: {json.dumps(value)},")
        lines.append('   "parms": {')
        parms = [
            f"    {json.dumps(n)}: {json.dumps(p, ensure_ascii=False)}" for n, p in told["parms"].items()
        ]
        lines.append(",\n".join(parms))
        lines.append("   }\n  }" + ("," if name != list(types)[-1] else ""))
    path.write_text("\n".join([*lines, " }", "}", ""]), encoding="utf-8")
    json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
