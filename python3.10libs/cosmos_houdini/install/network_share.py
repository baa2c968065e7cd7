"""Whether a folder is on a network share, where a runtime starts slowly and may serve the wrong machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

# As /proc/mounts of Linux and `mount` of macOS name them.
KINDS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "afpfs",
    "webdav",
    "fuse.sshfs",
    "afs",
    "lustre",
    "beegfs",
    "gpfs",
}
DRIVE_REMOTE = 4  # GetDriveTypeW, Windows SDK fileapi.h


def share_kind(folder: Path) -> str:
    """The kind of share that `folder` is on, as "nfs4"; "" for a disk of this machine, or an unknown one."""
    real = os.path.realpath(folder)
    if sys.platform == "win32":
        return kind_on_windows(real)
    try:
        if sys.platform == "darwin":
            done = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False)
            return kind_by_mounts(real, done.stdout)
        return kind_by_mounts(
            real, Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
        )
    except OSError:  # a system without the table; the note that this is for is no more than one
        return ""


def kind_by_mounts(folder: str, table: str) -> str:
    """By a table of mounts, in the form of /proc/mounts or of macOS' `mount`; the last mount wins."""
    kind, longest = "", -1
    for line in table.splitlines():
        match = re.match(r".+? on (/.*) \((\w+)[,)]", line) or re.match(r"\S+ (\S+) (\S+) ", line)
        if match is None:
            continue
        # /proc/mounts writes spaces and the like in octal
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), match[1])
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= longest:
            kind, longest = match[2], len(point)
    return kind if kind in KINDS else ""


def kind_on_windows(folder: str) -> str:
    if folder.startswith("\\\\") and not folder.startswith(("\\\\?\\", "\\\\.\\")):
        return "network share"
    if sys.platform == "win32":
        import ctypes

        drive = os.path.splitdrive(folder)[0] + "\\"
        return "network drive" if ctypes.windll.kernel32.GetDriveTypeW(drive) == DRIVE_REMOTE else ""
    return ""
