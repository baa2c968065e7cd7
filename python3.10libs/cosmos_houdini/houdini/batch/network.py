"""`--top`: a TOP network cooked as it is, with a line for each work item that ends."""

from __future__ import annotations

from typing import Any

from ...errors import BadInputError, CancelledError, RunFailedError
from ..network.build import marked
from .order import BatchOrder
from .save import save
from .says import NOTHING_DONE, Says

ENDED = {
    "CookedSuccess": "cooked",
    "CookedCache": "was there already",
    "CookedFail": "FAILED",
    "CookedCancel": "cancelled",
}


def cook_network(order: BatchOrder, says: Says) -> None:
    """Cooks up to the end of the network; BadInputError for none, RunFailedError for failed work items."""
    node = _node(str(order.top))
    says.event("cook", f"cook    {node.path()}", node=node.path())
    if order.dry_run:
        before = [one.path() for one in reversed(node.inputAncestors())]
        for path in before:
            says.line(f"after   {path}")
        says.line(f"save    {order.save}" if order.save else "save    nothing")
        says.event("plan", NOTHING_DONE, node=node.path(), after=before, save=order.save)
        return
    watch = _Watch(node, says)
    watch.begin()
    try:
        node.cookWorkItems(block=True)
    finally:
        watch.end()
    _judge(node, watch)
    save(order, says)


class _Watch:
    """Tells of each work item that comes to an end, and remembers those that didn't cook."""

    def __init__(self, node: Any, says: Says) -> None:
        import pdg

        self._pdg = pdg
        self._context = node.getPDGGraphContext()
        self._says = says
        self._handler: Any = None
        self.failed: dict[str, str] = {}
        self.cancelled: list[str] = []
        self.ended = 0

    def begin(self) -> None:
        self._handler = self._context.addEventHandler(
            self._heard, self._pdg.EventType.WorkItemStateChange, True
        )

    def end(self) -> None:
        self._context.removeEventHandler(self._handler)

    def _heard(self, _handler: Any, event: Any) -> None:
        """From a thread of PDG's."""
        state = str(getattr(event.currentState, "name", event.currentState)).rpartition(".")[2]
        if state not in ENDED:
            return
        item = self._context.graph.workItemById(event.workItemId)
        if item.isBatch:
            return  # its items tell, each for itself
        name = item.name
        self.ended += 1
        log = _log_of(item)
        if state == "CookedFail":
            self.failed[name] = log
        elif state == "CookedCancel":
            self.cancelled.append(name)
        self._says.event("item", f"  {name}: {ENDED[state]}", item=name, state=state, log=log)


def _log_of(item: Any) -> str:
    """What was said of the item, and by the job that it shares with the others of its batch, as of frames."""
    logs = [one.logMessages or "" for one in (item, item.batchParent) if one is not None]
    return "\n".join(text for log in logs if (text := log.strip()))


def _node(path: str) -> Any:
    """The node to cook for `path`: itself; of a network, our last step, else the displayed one."""
    import hou

    node: Any = hou.node(path)
    if node is None:
        raise BadInputError(f"There is no node {path} in the scene.", fix="Check --top.")
    category = node.childTypeCategory()
    if category is None or category.name() != "Top":
        if node.type().category().name() == "Top":
            return _with_items(node)
        raise BadInputError(
            f"{path} is no TOP network.",
            why=f"It is a node of type {node.type().name()}.",
            fix="Name a TOP network, or a node in one.",
        )
    last = marked(node).get("load") or node.displayNode()
    if last is None:
        raise BadInputError(
            f"{path} doesn't say which of its nodes to cook.",
            why="None of them has the display flag, and none is a Cosmos Load of ours.",
            fix="Name the node itself, as in --top /obj/topnet1/last.",
        )
    return last


def _with_items(node: Any) -> Any:
    if node.isScheduler():
        raise BadInputError(
            f"{node.path()} is a scheduler: it runs work items and has none of its own.",
            fix="Name the TOP network, or the last node in it.",
        )
    return node


def _judge(node: Any, watch: _Watch) -> None:
    if watch.failed:
        names: dict[str, list[str]] = {}  # by what was said: a batch says it once for all its frames
        for name, log in watch.failed.items():
            names.setdefault(log, []).append(name)
        told = "\n".join(
            f"{', '.join(those)}: {log}" if log else ", ".join(those) for log, those in names.items()
        )
        raise RunFailedError(
            f"{len(watch.failed)} of {watch.ended} work items failed.",
            why=told,
            fix="Mend what they say and cook again: what is done is not done again.",
        )
    errors = [text for each in (node, *node.inputAncestors()) for text in each.errors()]
    if errors:
        raise BadInputError(f"{node.path()} could not cook.", why="\n".join(errors))
    if watch.cancelled:
        raise CancelledError("The cook was cancelled.", fix="Cook again: what is done is not done again.")
    if not node.getPDGNode().workItems:
        said = [text for each in (node, *node.inputAncestors()) for text in each.warnings()]
        raise BadInputError(
            f"{node.path()} had nothing to cook.",
            why="\n".join(["No node before it handed it a work item.", *said]),
            fix="If there is a Wedge, set its Wedge Count to 1 or more; check the range of a ROP Fetch.",
        )
