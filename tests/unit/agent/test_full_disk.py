from __future__ import annotations

import subprocess

import pytest


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 1 MB, where this machine lets us mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(["mount", *options], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("no small disk can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def box(make_box, small_disk):
    return make_box(root=small_disk / "box")


def fill(folder):
    with (folder / "filler").open("wb", buffering=0) as filler:
        for size in (1 << 16, 4096, 1):
            try:
                while True:
                    filler.write(bytes(size))
            except OSError:
                continue


def test_the_end_of_a_run_is_written_even_on_a_full_disk(box, small_disk):
    box.submit("r-1", f"{box.gate('go')}; echo result > out/a.mp4 || exit 28")
    box.child("r-1")
    fill(small_disk)
    box.open_gate("go")
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"]) == ("finished", 28)


def test_a_run_that_fails_on_a_full_disk_has_it_in_its_log_though_the_engine_could_not_say_it(
    box, small_disk
):
    box.submit("r-1", f"{box.gate('go')}; head -c 8192 /dev/zero | tr '\\0' x; exit 1")
    box.child("r-1")
    fill(small_disk)
    box.open_gate("go")
    assert box.wait_for_end("r-1")["exit"]["code"] == 1
    assert box.log("r-1").endswith("the disk of the box is full\n")


def test_a_commit_on_a_full_disk_is_refused_and_works_when_there_is_room_again(box, small_disk, refused):
    box.upload("r-1", b"film" * 1000)
    box.call("probe")
    fill(small_disk)
    manifest = box.manifest("r-1", inputs=[("a.mp4", b"film" * 1000)])
    with refused("disk_full") as refusal:
        box.call("commit", run_id="r-1", manifest=manifest, spec={})
    assert "Free space" in refusal.error["fix"]
    assert "gc" not in refusal.error["fix"]
    assert box.status("r-1")["state"] == "unknown"

    (small_disk / "filler").unlink()
    box.call("commit", run_id="r-1", manifest=manifest, spec={})
    box.start("r-1")
    assert box.wait_for_end("r-1")["exit"]["code"] == 0


def test_a_cancel_works_on_a_full_disk(box, small_disk):
    box.submit("r-1", f"trap '' TERM; echo ready; {box.gate('never')}")
    box.wait_for_words("r-1", "ready")
    box.call("stop", run_id="r-1", grace_seconds=0.3)
    fill(small_disk)
    assert box.wait_for_end("r-1")["state"] == "cancelled"
