"""Saving the scene when a batch is done, and whether that can be done, which is asked before it begins."""

from __future__ import annotations

import os

from ...errors import BadInputError
from ...records.paths import try_writing
from .order import BatchOrder
from .says import Says

FIX = "Name another file with --save, or give --no-save."


def check_save(order: BatchOrder) -> None:
    """BadInputError where the scene can't be saved: not told after hours of rendering."""
    if order.save is None:
        return
    file = order.save.absolute()
    if file.is_dir():
        raise BadInputError(f"The scene can't be saved as {file}.", why="It is a folder.", fix=FIX)
    try:
        try_writing(file.parent)
        writable = not file.exists() or os.access(file, os.W_OK)
        why = "" if writable else "The file is read-only."
    except OSError as error:
        why = f"{file.parent}: {error.strerror or error}."
    if why:
        raise BadInputError(f"The scene can't be saved as {file}.", why=why, fix=FIX)


def save(order: BatchOrder, says: Says) -> None:
    import hou

    if order.save is None:
        return
    try:
        hou.hipFile.save(order.save.absolute().as_posix(), save_to_recent_files=False)
    except hou.OperationFailed as error:
        raise BadInputError(
            f"The scene can't be saved as {order.save}.", why=str(error), fix=f"All else is done. {FIX}"
        ) from error
    says.event("saved", f"saved   {order.save}", hip=order.save)
