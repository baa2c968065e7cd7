"""What the system refuses to a command is explained, too."""

from __future__ import annotations

import errno
import os

from cosmos_houdini.errors import from_system


def test_a_full_disk_here_is_named_and_what_to_do():
    told = from_system(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "outputs/log.txt"))
    assert told.what == "The disk of this machine is full: outputs/log.txt."
    assert "same command" in told.fix


def test_anything_else_is_told_in_the_systems_own_words():
    told = from_system(PermissionError(errno.EACCES, "Permission denied", "outputs"))
    assert "outputs" in told.what
    assert told.why == "Permission denied"
