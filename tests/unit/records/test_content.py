"""What was found out about a file is remembered by its content, and which content it has by its state."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from cosmos_houdini.records import content as contents
from cosmos_houdini.records.content import Content, known_hash
from cosmos_houdini.records.hashing import hash_file

BY = (Path(contents.__file__),)


def test_a_version_is_that_of_the_sources(tmp_path):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("MOST = 1")
    other.write_text("MOST = 2")
    assert contents._version((one,)) != contents._version((other,)) != contents._version((one, other))


def test_what_was_found_is_not_looked_for_again(tmp_path):
    file = tmp_path / "a"
    file.write_bytes(b"content")
    for find in (lambda: 3, lambda: pytest.fail("it was looked for again")):
        content = Content(file, tmp_path / "notes")
        assert content.found("number", BY, find, int) == 3
        content.save()


def test_nothing_to_keep_is_looked_for_again(tmp_path):
    content = Content(tmp_path / "a", tmp_path / "notes", "0" * 64)
    found = iter([(), (1.0,)])
    for expected in ((), (1.0,)):
        assert content.found("n", BY, lambda: next(found), tuple, lambda it: it or None) == expected


def test_what_others_found_meanwhile_is_kept(tmp_path):
    file = tmp_path / "a"
    file.write_bytes(b"content")
    one, other = (Content(file, tmp_path / "notes") for _ in range(2))
    for content, name in ((one, "one"), (other, "other")):
        content.found(name, BY, lambda: 1, int)
    one.save()
    other.save()
    again = Content(file, tmp_path / "notes")
    assert [again.found(name, BY, lambda: 2, int) for name in ("one", "other")] == [1, 1]


@pytest.fixture
def old_file(tmp_path, monkeypatch):
    """A file that was written long ago, as the clock has it, and the hashes that are counted of it."""
    file = tmp_path / "a.mp4"
    file.write_bytes(b"content")
    now = time.time_ns()
    monkeypatch.setattr(contents.time, "time_ns", lambda: now + 60_000_000_000)
    hashed = []
    monkeypatch.setattr(contents, "hash_file", lambda path: hashed.append(path) or hash_file(path))
    return file, hashed


def known(file):
    return known_hash(file, file.parent / "notes")


def test_a_file_that_nobody_wrote_to_is_not_read_again(old_file):
    file, hashed = old_file
    assert known(file) == known(file) == hash_file(file)
    assert hashed == [file]


def test_a_file_with_the_size_and_time_of_the_old_one_is_read_again(old_file):
    file, hashed = old_file
    known(file)
    before = file.stat()
    file.write_bytes(b"CONTENT")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # the time of its change nobody can set
    assert known(file) == hash_file(file)
    assert len(hashed) == 2


def test_another_file_in_its_place_is_read(old_file):
    file, hashed = old_file
    known(file)
    other = file.with_name("b.mp4")
    other.write_bytes(b"CONTENT")
    other.replace(file)
    assert known(file) == hash_file(file)
    assert len(hashed) == 2


def test_a_file_that_was_just_written_is_read_again(old_file, monkeypatch):
    file, _ = old_file
    monkeypatch.undo()
    known(file)
    assert not file.parent.joinpath("notes").exists()
    assert known(file) == hash_file(file)


def test_a_file_that_changes_while_it_is_read_is_not_remembered(old_file, monkeypatch):
    file, _ = old_file

    def slow(path):
        found = hash_file(path)
        path.write_bytes(b"more content")
        return found

    monkeypatch.setattr(contents, "hash_file", slow)
    known(file)
    monkeypatch.setattr(contents, "hash_file", hash_file)
    assert known(file) == hash_file(file)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"state": [7, 1, 1, 1, 1], "sha256": 3}'])
def test_a_note_of_a_hash_that_makes_no_sense_counts_as_none(old_file, text):
    file, _ = old_file
    known(file)
    [note] = file.parent.joinpath("notes").iterdir()
    state = json.loads(note.read_text())["state"]
    note.write_text(text.replace("[7, 1, 1, 1, 1]", str(state)))
    assert known(file) == hash_file(file)
