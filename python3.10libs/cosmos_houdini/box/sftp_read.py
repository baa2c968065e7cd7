"""Reading a file of the box with many requests under way.

paramiko's own read-ahead does this in a thread that prints a traceback when the connection breaks, and sleeps
when it is full; so its requests are asked here by hand. They are the library's internals, which is why the
lock file pins it and this file is the only one that knows them, but for one request in `sftp_room.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Optional

from .light_paramiko import paramiko


def read_blocks(
    sftp: paramiko.SFTPClient, path: str, begin: int, end: int, block: int, requests: int
) -> Iterator[bytes]:
    """The bytes of `path` from `begin` up to `end`, in order; fewer where the file is shorter."""
    if begin >= end:
        return
    with sftp.open(path, "rb") as file:
        ahead = _Ahead(sftp, file.handle)
        under_way: deque[tuple[int, int, int]] = deque()
        asked = begin
        while asked < end or under_way:
            while asked < end and len(under_way) < requests:
                length = min(block, end - asked)
                under_way.append((ahead.ask(asked, length), asked, length))
                asked += length
            number, offset, length = under_way.popleft()
            content = ahead.wait(number)
            if not content:
                return
            yield content
            if len(content) < length:  # allowed, and rare: ask for the rest before anything else
                rest = offset + len(content), length - len(content)
                under_way.appendleft((ahead.ask(*rest), *rest))


class _Ahead:
    """Answers to read requests, kept until they are wanted."""

    def __init__(self, sftp: paramiko.SFTPClient, handle: Any) -> None:
        self._sftp: Any = sftp
        self._handle = handle
        self._arrived: dict[int, bytes] = {}
        self._error: Optional[OSError] = None

    def ask(self, offset: int, length: int) -> int:
        number: int = self._sftp._async_request(
            self, paramiko.sftp.CMD_READ, self._handle, paramiko.sftp.int64(offset), length
        )
        return number

    def wait(self, number: int) -> bytes:
        while number not in self._arrived:
            if self._error is not None:
                raise self._error
            self._sftp._read_response()
        return self._arrived.pop(number)

    def _async_response(self, kind: int, message: paramiko.Message, number: int) -> None:
        """Called by paramiko for each answer."""
        if kind == paramiko.sftp.CMD_DATA:
            self._arrived[number] = message.get_string()
        elif kind == paramiko.sftp.CMD_STATUS:
            try:
                self._sftp._convert_status(message)
            except EOFError:
                self._arrived[number] = b""
            except OSError as error:
                self._error = error
        else:
            raise paramiko.SFTPError("an answer that is none to a read")
