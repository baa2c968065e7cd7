"""The engines there are. A new one is a module of its own and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import BadInputError
from ..records.strict import nearest
from .engine import Engine
from .preview import Preview
from .transfer1 import Transfer1

ENGINES: Mapping[str, Engine] = {it.name: it for it in (Transfer1(), Preview())}


def engine(name: str) -> Engine:
    """The engine that records call `name`; BadInputError with the nearest known one."""
    if name in ENGINES:
        return ENGINES[name]
    known = ", ".join(ENGINES)
    meant = nearest(name.lower(), ENGINES)
    raise BadInputError(
        f"There is no engine called '{name}'.",
        why=f"Known engines: {known}.",
        fix=f"Did you mean '{meant}'?" if meant else f"Use one of: {known}.",
    )
