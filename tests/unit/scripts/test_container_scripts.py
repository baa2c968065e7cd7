"""inference.sh and upscale.sh as they run in the container, with a stand-in for torchrun on PATH."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts" / "remote"
BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None or os.name == "nt", reason="no bash here")

TORCHRUN = """#!{python}
import json, os, signal, sys, time
from pathlib import Path
told = {{"arguments": sys.argv[1:], "token": os.environ.get("HF_TOKEN"), "home": os.environ["HOME"]}}
Path({told!r}).write_text(json.dumps(told))
print("the engine speaks", flush=True)
def asked(number, _frame):
    Path({told!r} + ".signal").write_text(str(number))
    time.sleep(0.3)
    sys.exit(41)
signal.signal(signal.SIGTERM, asked)
signal.signal(signal.SIGINT, asked)
Path({told!r} + ".ready").touch()
{body}
"""


class Script:
    """One of the scripts, ready to be started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told = folder / "told.json"
        self.log = folder / "log.txt"
        self.arguments = folder / "arguments"
        self.arguments.write_bytes(b"transfer.py\0--x\0")
        self.environment = {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "COSMOS_ARGUMENTS": str(self.arguments),
            "COSMOS_LOG": str(self.log),
            "COSMOS_SECRETS": str(folder / "secrets"),
            "NUM_GPU": "2",
        }
        self.engine("sys.exit(0)")

    def engine(self, body: str) -> None:
        torchrun = self.folder / "torchrun"
        torchrun.write_text(TORCHRUN.format(python=sys.executable, told=str(self.told), body=body))
        torchrun.chmod(0o755)

    def start(self, name: str = "inference.sh", *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(BASH), str(SCRIPTS / name), *arguments], env=self.environment, start_new_session=True
        )

    def run(self, name: str = "inference.sh", *arguments: str) -> int:
        return self.start(name, *arguments).wait(60)

    @property
    def seen(self) -> dict[str, object]:
        return json.loads(self.told.read_text())


@pytest.fixture
def script(tmp_path):
    return Script(tmp_path)


def test_hostile_arguments_arrive_as_they_are(script):
    words = [
        "transfer.py",
        "$(touch pwned)",
        "`id`",
        "a b",
        "new\nline",
        "'\"",
        "",
        "EOF",
        "🎬",
        "; rm -rf x",
    ]
    script.arguments.write_bytes(b"".join(word.encode() + b"\0" for word in words))
    assert script.run() == 0
    assert script.seen["arguments"] == ["--standalone", "--nproc_per_node=2", *words]


def test_a_megabyte_of_arguments_arrives(script):
    words = ["transfer.py", *["x" * 50_000] * 20]
    script.arguments.write_bytes(b"".join(word.encode() + b"\0" for word in words))
    assert script.run() == 0
    assert script.seen["arguments"][2:] == words


@pytest.mark.parametrize("code", [0, 1, 2, 77])
def test_the_engines_exit_code_is_passed_on(script, code):
    script.engine(f"sys.exit({code})")
    assert script.run() == code


def test_an_engine_ended_by_a_signal_is_told_as_128_and_the_signal(script):
    script.engine("os.kill(os.getpid(), signal.SIGKILL)")
    assert script.run() == 137


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_reaches_the_engine_which_is_waited_for(script, number):
    script.engine("time.sleep(60)")
    process = script.start()
    deadline = time.monotonic() + 30
    while not Path(f"{script.told}.ready").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(number)
    assert process.wait(30) == 41
    assert Path(f"{script.told}.signal").read_text() == str(int(number))


def test_everything_printed_goes_to_the_log(script):
    script.log.write_text("before\n")
    script.run()
    assert script.log.read_text() == "before\nphase: loading\nthe engine speaks\n"


def test_the_token_is_read_from_its_file(script):
    (script.folder / "secrets").mkdir()
    (script.folder / "secrets" / "HF_TOKEN").write_text("hf_secret\n")
    script.run()
    assert script.seen["token"] == "hf_secret"
    assert "hf_secret" not in script.log.read_text()


def test_without_a_token_there_is_none(script):
    script.run()
    assert script.seen["token"] is None


def test_the_home_is_the_containers_own(script):
    script.run()
    assert script.seen["home"] == "/tmp"


@pytest.mark.parametrize("content", [None, b""])
def test_a_missing_or_empty_argument_file_is_refused(script, content):
    if content is None:
        script.arguments.unlink()
    else:
        script.arguments.write_bytes(content)
    assert script.run() == 2
    assert "argument file" in script.log.read_text()
    assert not script.told.exists()


def test_upscaling_goes_on_as_inference(script):
    video = script.folder / "input.mp4"
    video.write_bytes(b"film")
    script.environment["COSMOS_INPUT"] = str(video)
    assert script.run("upscale.sh", str(SCRIPTS / "inference.sh")) == 0
    assert script.seen["arguments"] == ["--standalone", "--nproc_per_node=2", "transfer.py", "--x"]


@pytest.mark.parametrize("there", [False, True])
def test_upscaling_without_a_video_is_refused(script, there):
    video = script.folder / "input.mp4"
    if there:
        video.touch()
    script.environment["COSMOS_INPUT"] = str(video)
    assert script.run("upscale.sh", str(SCRIPTS / "inference.sh")) == 2
    assert f"'{video}', does not exist or is empty" in script.log.read_text()


@pytest.mark.parametrize("name", ["inference.sh", "upscale.sh"])
def test_no_script_makes_shell_text_of_values(name):
    text = (SCRIPTS / name).read_text()
    assert not {"eval", "source"} & set(text.split())
    assert "bash -c" not in text
