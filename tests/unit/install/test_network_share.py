"""A share is told from a disk by the system's own table."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cosmos_houdini.install.network_share import kind_by_mounts, kind_on_windows, share_kind

LINUX = r"""/dev/sda1 / ext4 rw,relatime 0 0
nas:/export/tools /mnt/tools nfs4 rw,vers=4.2 0 0
tmpfs /mnt/tools/local tmpfs rw 0 0
//nas/a\040b /mnt/a\040b cifs rw 0 0
"""
MACOS = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//jo@nas/tools on /Volumes/the tools (smbfs, nodev, nosuid, mounted by jo)
"""


@pytest.mark.parametrize(
    ("folder", "table", "kind"),
    [
        ("/home/jo", LINUX, ""),
        ("/mnt/tools", LINUX, "nfs4"),
        ("/mnt/tools/cosmos", LINUX, "nfs4"),
        ("/mnt/toolshed", LINUX, ""),
        ("/mnt/tools/local/x", LINUX, ""),
        ("/mnt/a b/x", LINUX, "cifs"),
        ("/Volumes/the tools/x", MACOS, "smbfs"),
        ("/Users/jo", MACOS, ""),
        ("/x", "", ""),
        ("/x", "nonsense\n\n", ""),
    ],
)
def test_the_mount_that_is_nearest_decides(folder, table, kind):
    assert kind_by_mounts(folder, table) == kind


def test_a_mount_over_another_hides_it():
    assert kind_by_mounts("/mnt/tools/x", LINUX + "/dev/sdb1 /mnt/tools ext4 rw 0 0\n") == ""


def test_a_path_of_a_server_is_a_share_of_windows():
    assert kind_on_windows("\\\\nas\\tools") == "network share"
    if sys.platform != "win32":
        assert kind_on_windows("\\\\?\\C:\\tools") == kind_on_windows("C:\\tools") == ""


@pytest.mark.skipif(not Path("/proc/mounts").exists(), reason="no table of mounts here")
def test_this_machines_own_table_can_be_read():
    assert share_kind(Path("/proc")) == ""
