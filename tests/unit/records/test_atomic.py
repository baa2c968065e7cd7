"""A file of ours is there whole under its final name, or not at all."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.records.atomic import (
    create_atomic,
    part_path,
    remove_stale_parts,
    replacing,
    write_atomic,
)
from cosmos_houdini.records.store import Store


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("content", ["text 夜\r\n", b"\x00bytes\xff", "", b""])
def test_a_file_is_written_and_replaced_as_given(tmp_path, content):
    file = tmp_path / "deep" / "er" / "file.bin"
    write_atomic(file, "old")
    write_atomic(file, content)
    assert file.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert names_in(file.parent) == ["file.bin"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_exception_while_writing_leaves_the_old_file_and_no_part(tmp_path, error):
    file = tmp_path / "video.mp4"
    file.write_bytes(b"old")

    def write_half():
        with replacing(file) as part:
            part.write_bytes(b"half")
            raise error

    with pytest.raises(error):
        write_half()
    assert file.read_bytes() == b"old"
    assert names_in(tmp_path) == ["video.mp4"]


def test_a_writer_that_wrote_nothing_leaves_the_old_file(tmp_path):
    file = tmp_path / "video.mp4"
    file.write_bytes(b"old")
    with pytest.raises(FileNotFoundError), replacing(file):
        pass
    assert file.read_bytes() == b"old"


def test_text_that_cannot_be_encoded_leaves_the_old_file(tmp_path):
    file = tmp_path / "a.txt"
    write_atomic(file, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomic(file, "\ud800")
    assert file.read_text() == "old"
    assert names_in(tmp_path) == ["a.txt"]


def test_part_files_lie_beside_keep_the_suffix_and_differ(tmp_path):
    final = tmp_path / "shot.v3.mp4"
    parts = {part_path(final) for _ in range(50)}
    assert len(parts) == 50
    assert {(part.parent, part.suffix, part.name[0]) for part in parts} == {(tmp_path, ".mp4", ".")}


@pytest.mark.parametrize("stem", ["x" * 250, "夜" * 80, "🚗" * 60, "a.b.c"])
def test_any_name_that_a_file_may_have_can_be_written(tmp_path, stem):
    write_atomic(tmp_path / f"{stem}.png", "x")
    create_atomic(tmp_path / f"{stem}.mp4", "x")
    assert names_in(tmp_path) == [f"{stem}.mp4", f"{stem}.png"]


@pytest.mark.parametrize("hard_links", [True, False])
def test_creating_refuses_to_replace(tmp_path, monkeypatch, hard_links):
    if not hard_links:
        monkeypatch.setattr(os, "link", _no_links)
    file = tmp_path / "a.json"
    create_atomic(file, "first")
    with pytest.raises(FileExistsError):
        create_atomic(file, "second")
    assert file.read_text() == "first"
    assert names_in(tmp_path) == ["a.json"]


@pytest.mark.skipif(os.name == "nt", reason="takes another way there")
def test_without_hard_links_a_failed_rename_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", _no_links)

    def fail(*_paths):
        raise OSError("the volume went away")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="went away"):
        create_atomic(tmp_path / "a.json", "text")
    assert names_in(tmp_path) == []


def test_a_folder_under_the_final_name_is_an_error_and_no_part_stays(tmp_path):
    (tmp_path / "a.json").mkdir()
    with pytest.raises(OSError, match=r"directory|denied"):
        write_atomic(tmp_path / "a.json", "text")
    assert names_in(tmp_path) == ["a.json"]


LIMITED = """
import resource, sys
from pathlib import Path
from cosmos_houdini.errors import BadInputError
from cosmos_houdini.records.atomic import create_atomic, write_atomic
from cosmos_houdini.records.prompt_spec import PromptSpec
from cosmos_houdini.records.store import Store, timestamp
folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for write in (write_atomic, create_atomic):
    try:
        write(folder / (write.__name__ + ".txt"), "new" * 100_000)
    except OSError as error:
        print(write.__name__, "refused")
try:
    Store(folder).add_prompt(PromptSpec("big", "x" * 200_000, timestamp()))
except BadInputError as error:
    print(error.what, error.why, error.fix, sep="|")
"""


@pytest.mark.skipif(os.name == "nt", reason="RLIMIT_FSIZE")
def test_a_write_that_the_system_refuses_half_way_leaves_the_old_file(tmp_path):
    (tmp_path / "write_atomic.txt").write_text("old")
    said = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert said[:2] == ["write_atomic refused", "create_atomic refused"]
    assert "could not be written" in said[2]
    assert all(said[2].split("|"))
    assert (tmp_path / "write_atomic.txt").read_text() == "old"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["write_atomic.txt"]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 256 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if sys.platform != "linux" or os.getuid() != 0:
        pytest.skip("only root on Linux may mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine doesn't let root mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_old_file_and_says_what_to_do(small_disk, make_prompt, make_run):
    store = Store(small_disk)
    file = small_disk / "a.txt"
    write_atomic(file, "old")
    run_id = store.add_run(make_run())[0].id
    (small_disk / "filler").write_bytes(b"x" * 180_000)
    before = sorted(path for path in small_disk.rglob("*") if path.is_file())
    with pytest.raises(OSError, match="space"):
        write_atomic(file, "new" * 50_000)
    with pytest.raises(BadInputError, match="could not be written") as caught:
        store.add_prompt(make_prompt(prompt="x" * 150_000))
    assert "space" in caught.value.why
    assert "room" in caught.value.fix
    with pytest.raises(BadInputError, match="could not be written"):
        store.update_run(run_id, lambda run: _with_phase(run, "x" * 150_000))
    assert file.read_text() == "old"
    assert store.run(run_id).execution.phase is None
    after = {path for path in small_disk.rglob("*") if path.is_file() and path.suffix != ".lock"}
    assert sorted(after) == before
    assert store.update_run(run_id, lambda run: _with_phase(run, "loading")).execution.phase == "loading"


def _with_phase(run, phase):
    return dataclasses.replace(run, execution=dataclasses.replace(run.execution, phase=phase))


def _no_links(*_paths):
    raise PermissionError("this volume has no hard links")


def dead_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


@pytest.fixture
def part(tmp_path):
    """A part file of a process, last written so many seconds ago."""

    def make(process: int, idle: float) -> Path:
        path = tmp_path / f".color.part-{process}-0123abcd.mp4"
        path.write_bytes(b"half")
        then = time.time() - idle
        os.utime(path, (then, then))
        return path

    return make


@pytest.mark.skipif(os.name == "nt", reason="Windows can't be asked whether a process lives")
def test_part_files_of_dead_processes_are_removed(part, tmp_path):
    left = part(dead_process(), 3600)
    remove_stale_parts(tmp_path)
    assert not left.exists()


def test_part_files_that_somebody_may_still_write_are_left(part, tmp_path):
    parts = [part(os.getpid(), 3600), part(dead_process(), 5)]
    other = tmp_path / ".notes.part-time.txt"
    other.write_text("mine")
    os.utime(other, (0, 0))
    remove_stale_parts(tmp_path)
    assert all(path.exists() for path in (*parts, other))


def test_a_part_file_of_yesterday_is_removed_whoever_has_its_number_now(part, tmp_path):
    left = part(os.getpid(), 100_000)
    remove_stale_parts(tmp_path)
    remove_stale_parts(tmp_path / "missing")
    assert not left.exists()
