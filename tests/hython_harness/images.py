"""COP nodes: a file node has to find its file, and knows its size and planes then."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .errors import OperationFailed
from .evaluation import component
from .scene import NodeState

if TYPE_CHECKING:
    from .session import Session

FILE_PARMS = {"Cop2/file": "filename1", "Cop/file": "filename"}


def cook(session: Session, state: NodeState) -> None:
    """Cooks what is above the node, then the node. Raises OperationFailed where a file is missing."""
    for _, (source, _) in sorted(state.inputs.items()):
        cook(session, source)
    state.errors.clear()
    if state.fact.key() in FILE_PARMS:
        path = picture(session, state)
        if not path.is_file():
            state.errors.append(f"Unable to read the file {path}")
            raise OperationFailed(f"{state.path()}: {state.errors[-1]}")


def picture(session: Session, state: NodeState) -> Path:
    """The file of a file node at the scene's frame."""
    found = state.find_parm(FILE_PARMS[state.fact.key()])
    assert found is not None
    return Path(str(component(session, state, *found)))


def size(session: Session, state: NodeState) -> tuple[int, int]:
    """Pixels of the picture that the node shows: its own file's, or its first input's."""
    cook(session, state)
    source = state
    while source.fact.key() not in FILE_PARMS:
        if not source.inputs:
            raise OperationFailed(f"{state.path()} has no input")
        source = source.inputs[min(source.inputs)][0]
    import OpenImageIO as oiio  # noqa: N813 - the library's own abbreviation

    image = oiio.ImageInput.open(str(picture(session, source)))
    if image is None:
        raise OperationFailed(f"{source.path()}: {picture(session, source)} is no picture")
    spec = image.spec()
    return spec.width, spec.height
