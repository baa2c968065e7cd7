"""How much room a disk of the box has, asked over SFTP: also where nothing of ours can run there."""

from __future__ import annotations

import posixpath
from typing import Any, Optional

from .light_paramiko import paramiko


def bytes_free(sftp: paramiko.SFTPClient, path: str) -> Optional[int]:
    """What our user may still write to the disk where the absolute `path` lies or would lie; None where the
    server can't say.

    source: statvfs@openssh.com in OpenSSH's PROTOCOL; paramiko has no word for it.
    """
    asking: Any = sftp
    try:
        kind, message = asking._request(paramiko.sftp.CMD_EXTENDED, "statvfs@openssh.com", path)
    except FileNotFoundError:
        return None if path == "/" else bytes_free(sftp, posixpath.dirname(path))
    except OSError:
        return None
    if kind != paramiko.sftp.CMD_EXTENDED_REPLY:
        return None
    _block, fragment, _blocks, _free, available = (message.get_int64() for _field in range(5))
    return int(fragment * available)
