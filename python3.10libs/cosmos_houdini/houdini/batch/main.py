"""A batch from its command line to its exit code.

Exit codes are those of the command line: 0 done, 2 usage, 3 bad input or pre-flight, 4 box unreachable or
refused, 5 run failed, 6 cancelled, 130 interrupted.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence

from ...errors import BadInputError, CosmosError, UsageError, from_system
from .network import cook_network
from .order import BatchOrder, read_order
from .save import check_save
from .says import Says
from .shot import InterruptedRun, take_shot

INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Carries a batch out and returns its exit code."""
    says = Says("--json" in arguments)
    try:
        order = read_order(arguments)
        _open(order, says)
        _carry_out(order, says)
    except CosmosError as error:
        says.error(error)
        return error.exit_code
    except OSError as failed:
        told = from_system(failed)
        says.error(told)
        return told.exit_code
    except InterruptedRun as interrupted:
        says.event("interrupted", f"\n{interrupted}", run=interrupted.run)
        return INTERRUPTED
    except KeyboardInterrupt:
        says.event("interrupted", "\ninterrupted. Give the same command again to go on.")
        return INTERRUPTED
    return 0


def exit_code(arguments: Sequence[str]) -> int:
    """As `main`, whatever happens: what leaves Python by itself leaves hython's own threads waiting."""
    try:
        return main(arguments)
    except SystemExit as end:  # --help
        return int(end.code or 0)
    except Exception:
        traceback.print_exc()
        return 1


def _carry_out(order: BatchOrder, says: Says) -> None:
    import hou

    from ..dialogs import of_houdini

    check_save(order)
    try:
        if order.top is not None:
            cook_network(order, says)
        else:
            take_shot(order, says)
    except hou.Error as error:
        raise of_houdini("The batch", error) from error


def _open(order: BatchOrder, says: Says) -> None:
    """Loads the scene. UsageError where this is no hython, BadInputError for a file that can't be loaded."""
    try:
        import hou
    except ImportError as error:
        raise UsageError(
            "This is not Houdini's Python.",
            why=f"The module hou can't be imported: {error}.",
            fix="Run it by hython, from $HFS/bin.",
        ) from error
    if not order.hip.is_file():
        raise BadInputError(
            f"There is no scene {order.hip}.", why=f"Looked for {order.hip.absolute()}.", fix="Check --hip."
        )
    try:
        # Nodes of a package that isn't here are a warning, and none that a render needs.
        hou.hipFile.load(
            order.hip.absolute().as_posix(), suppress_save_prompt=True, ignore_load_warnings=True
        )
    except hou.OperationFailed as error:
        raise BadInputError(
            f"Houdini can't load {order.hip}.", why=str(error), fix="Open it in Houdini to see what is wrong."
        ) from error
    says.event("opened", f"scene   {order.hip}", hip=order.hip, houdini=hou.applicationVersionString())
