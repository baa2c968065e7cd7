"""What the fake `hou` raises: Houdini's own exceptions, and those of the harness, which no plugin code
catches.
"""

from __future__ import annotations


class HarnessError(BaseException):
    """The harness can't play this. It is no `Exception`, so that no `except Exception` hides it."""


class UnknownFactError(HarnessError):
    """The catalogue doesn't say how Houdini behaves here: find the fact, add it with its source."""


class NotPlayedError(HarnessError):
    """Houdini has it, the harness doesn't play it yet."""


class Error(Exception):
    """`hou.Error` of the types-houdini stubs."""

    says = "An error occurred."

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self._message = message

    def exceptionTypeName(self) -> str:
        return type(self).__name__

    def description(self) -> str:
        return self.says

    def instanceMessage(self) -> str:
        return self._message

    def __str__(self) -> str:
        return f"{self.says}\n{self._message}" if self._message else self.says


class OperationFailed(Error):
    says = "The attempted operation failed."


class ObjectWasDeleted(Error):
    says = "Attempt to access an object that no longer exists in Houdini."


class InvalidInput(Error):
    says = "Invalid input."


class InvalidOutput(Error):
    says = "Invalid output."


class InvalidSize(Error):
    says = "Invalid size."


class InvalidNodeType(Error):
    says = "Invalid node type."


class PermissionError(Error):
    says = "Failed to modify node or parameter because of a permission error."


class KeyframeValueNotSet(Error):
    says = "Keyframe value not set."


class OperationInterrupted(Error):
    says = "Operation interrupted."


class LoadWarning(Error):
    says = "Warnings were generated during load."


class NotAvailable(Error):
    says = "Not available."


class NameConflict(Error):
    says = "Name conflict."


class NodeError(Error):
    says = "Error in node."


class NodeWarning(Error):
    says = "Warning in node."


ALL = {
    found.__name__: found
    for found in (
        Error, OperationFailed, ObjectWasDeleted, InvalidInput, InvalidOutput, InvalidSize, InvalidNodeType,
        PermissionError, KeyframeValueNotSet, OperationInterrupted, LoadWarning, NotAvailable, NameConflict,
        NodeError, NodeWarning,
    )
}  # fmt: skip
