from __future__ import annotations

import os
import shlex
from pathlib import Path
from urllib.parse import unquote

import pytest

from cosmos_houdini.houdini.work.command import encoded, job_command

NASTY = 'It\'s "wet" $HOME ${HIP} `rm -rf /` @prompt %41 ~ \\ ; & | 街 \n<tag> __PDG_DIR__ #1 *?'


def cut_by_the_local_scheduler(command):
    """As the local scheduler treats a command: variables first, whatever the quotes, then shlex."""
    return shlex.split(os.path.expandvars(command))


def test_what_an_artist_typed_arrives_as_it_was(monkeypatch):
    monkeypatch.setenv("HIP", "/somewhere; else")
    command = job_command(Path("/opt/my tools/python"), "spec", {"prompt": NASTY, "seed": 7})
    words = cut_by_the_local_scheduler(command)
    assert words[:7] == ["/opt/my tools/python", "-I", "-m", "cosmos_houdini", "job", "--encoded", "spec"]
    assert [unquote(word) for word in words[7:]] == [f"--prompt={NASTY}", "--seed=7"]


def test_no_letter_of_an_encoded_value_means_anything_to_a_shell():
    assert set(encoded(NASTY)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/:,._-=%"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lossless": True, "force": False, "view": None}, ["--lossless"]),
        ({"weight": ["depth=0.4", "edge=1"]}, ["--weight=depth=0.4", "--weight=edge=1"]),
        ({"canny_threshold": "low"}, ["--canny-threshold=low"]),
        ({"near": 0.1, "first": -3}, ["--near=0.1", "--first=-3"]),
        ({"only": []}, []),
    ],
)
def test_options_are_written_as_the_command_line_takes_them(options, words):
    assert job_command(Path("python"), "encode", options).split()[7:] == words


def test_ordinary_paths_stay_readable():
    assert encoded("/shots/sq010/sh_020-v3/shot.0001.exr") == "/shots/sq010/sh_020-v3/shot.0001.exr"
