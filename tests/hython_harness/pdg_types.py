"""Types registered with PDG, as TOP node types: `pdg_<name>` with the parms of their template."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .errors import UnknownFactError
from .facts import MANY, ParmFact, TypeFact

if TYPE_CHECKING:
    from .session import Session

# Seen for schedulers (an OpenCue integration that hython of 21.0.729 and 22.0.429 cooked); for processors by
# analogy.
PREFIX = "pdg_"
KINDS = {"String": "string", "Integer": "int", "Float": "float"}
# A registered type has the parms that every node of its kind has: taken from a factory node of that kind.
LIKE = {"scheduler": "localscheduler", "processor": "pythonprocessor", "partitioner": "pythonpartitioner"}
# What files of "Save to Python Script" and public types say of a parameter.
ROW = {"name", "label", "type", "size", "value", "tag", "tags"}
COMMON = ("pdg_", "topscheduler")
LABEL_BY_ITS_OWN = {"pdg_command"}


def add_type(session: Session, kind: str, name: str, label: str, template_body: str) -> TypeFact:
    """Makes a registered type known to TOP networks; `template_body` is the JSON text of its class.

    Raises ValueError for a body that PDG can't read, UnknownFactError for parms whose look no source tells.
    """
    fact = TypeFact(
        category="Top",
        name=f"{PREFIX}{name}",
        parms={**_common(session, kind), **_parms(template_body)},
        inputs={"scheduler": 0, "processor": 1, "partitioner": MANY}[kind],
        outputs=0 if kind == "scheduler" else 1,
        certain=kind == "scheduler",
        label=label or name,
    )
    session.add_type(fact)
    return fact


def _common(session: Session, kind: str) -> dict[str, ParmFact]:
    like = session.types("Top")[LIKE[kind]]
    return {
        name: replace(parm, certain=False)
        for name, parm in like.parms.items()
        if name.startswith(COMMON) and name not in LABEL_BY_ITS_OWN and not parm.parent
    }


def _parms(template_body: str) -> dict[str, ParmFact]:
    told: dict[str, Any] = json.loads(template_body)
    missing = {"name", "dataType", "parameters"} - set(told)
    if missing:
        raise ValueError(f"the template has no {', '.join(sorted(missing))}")
    if str(told["dataType"]).lower() != "genericdata":  # "Save to Python Script" writes GenericData, too
        raise ValueError(f"the data type of a template is genericdata, not {told['dataType']}")
    return {row["name"]: _parm(row) for row in told["parameters"]}


def _parm(row: dict[str, Any]) -> ParmFact:
    unknown = set(row) - ROW
    if unknown:
        raise ValueError(f"{row['name']}: a template parameter has no {', '.join(sorted(unknown))}")
    if row["type"] not in KINDS:
        raise ValueError(
            f"{row['name']}: a template parameter is one of {', '.join(KINDS)}, not {row['type']}"
        )
    if row.get("size", 1) != 1:
        raise UnknownFactError(
            f"{row['name']}: how the components of a template parameter are called is unknown; "
            f"Houdini itself writes vectors as one parameter for each component"
        )
    default = row.get("value")
    return ParmFact(
        name=row["name"],
        kind=KINDS[row["type"]],
        default=None if default is None else (str(default),),
        label=row.get("label", row["name"]),
    )
