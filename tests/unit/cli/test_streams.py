"""Standard output and error that are closed, full, gone, or in an encoding of the last century."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="redirections of a Unix shell")

ENCODE = "passes encode inputs/videos/x/color.mp4 --only edge --name again --force"


@pytest.fixture
def type_in(shell):
    """Types a line of shell in the project, with $CH for the command; nothing may ever be a traceback."""

    def typed(line, code=0, **environment):
        done = subprocess.run(  # noqa: PLW1510
            ["bash", "-o", "pipefail", "-c", f"CH='{sys.executable} -m cosmos_houdini'\n{line}"],
            cwd=shell.folder,
            env={**os.environ, **environment},
            capture_output=True,
            timeout=300,
        )
        for told in (done.stdout, done.stderr):
            assert b"Traceback" not in told, told.decode()
            assert b"Exception ignored" not in told, told.decode()
        assert done.returncode == code, done
        return done

    return typed


def made(shell):
    return (shell.folder / "inputs" / "videos" / "again" / "edge.mp4").is_file()


@pytest.mark.parametrize("closed", ["2>&-", ">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_command_does_its_work_with_closed_streams(shell, type_in, closed):
    type_in(f"$CH {ENCODE} {closed}")
    assert made(shell)


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
def test_a_run_succeeds_with_closed_streams(shell, run_id, type_in, closed):
    type_in(f"$CH run {run_id} {closed}")
    assert shell("show", run_id, "--json").json["execution_status"] == "SUCCESS"


def test_a_file_never_becomes_the_standard_error_that_was_closed(shell, type_in):
    """What C libraries print on descriptor 2 must not end in whatever file was opened next."""
    look = (
        "import os, sys; from cosmos_houdini.cli.streams import prepare_streams; prepare_streams();"
        "print(min(os.open('probe', os.O_CREAT), 3), os.get_inheritable(2))"
    )
    told = type_in(f'{sys.executable} -c "{look}" 2>&-')
    assert told.stdout.split() == [b"3", b"True"]


@pytest.mark.parametrize("closed", ["2>&-", ">&-"])
def test_an_error_keeps_its_exit_code_with_closed_streams(type_in, closed):
    type_in(f"$CH show rs_00 {closed}", code=2)
    type_in(f"$CH show rs_00 --json {closed}", code=2)
    type_in(f"$CH chek {closed}", code=2)


def test_a_reader_of_the_errors_that_leaves_early_does_not_stop_the_work(shell, type_in):
    type_in(f"$CH {ENCODE} 2>&1 >/dev/null | true")
    assert made(shell)


def test_an_error_keeps_its_exit_code_when_nobody_reads_it(type_in):
    type_in("$CH show rs_00 2>&1 | true", code=2)
    type_in("$CH show rs_00 --json | true", code=2)
    type_in("$CH chek 2>&1 | true", code=2)


def test_help_may_be_left_early_too(type_in):
    type_in("$CH create-run --help | true")
    type_in("$CH --help | true")


def test_a_terminal_that_is_hung_up_does_not_stop_the_work(shell):
    far, near = os.openpty()
    client = subprocess.Popen(
        [sys.executable, "-m", "cosmos_houdini", *ENCODE.split()],
        cwd=shell.folder,
        stdout=subprocess.DEVNULL,
        stderr=near,
    )
    os.close(near)
    os.close(far)
    assert client.wait(300) == 0
    assert made(shell)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="/dev/full of Linux")  # noqa: PTH110
@pytest.mark.parametrize("command", ["", "list --json", "list", "show rs_00 --json", "--help"])
def test_an_answer_that_could_not_be_written_is_an_error_on_the_other_stream(type_in, command):
    code = 2 if "rs_00" in command else 3
    told = type_in(f"$CH {command} >/dev/full", code=code).stderr.decode()
    assert told.startswith("error: ")
    assert "No run is called" in told if code == 2 else "No space left" in told


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="/dev/full of Linux")  # noqa: PTH110
def test_a_log_that_is_full_does_not_stop_the_work(shell, type_in):
    type_in(f"$CH {ENCODE} 2>/dev/full")
    assert made(shell)
    type_in("$CH show rs_00 2>/dev/full", code=2)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "utf-8"])
def test_an_encoding_that_cannot_hold_a_prompt_still_shows_it(shell, type_in, encoding):
    prompt = "neon 🌆 … ä 雨"
    spec = shell("create-spec", "x 🌆", prompt, "--json").json["id"]
    for options in ("", " --json"):
        told = type_in(f"$CH show {spec}{options}", PYTHONIOENCODING=encoding)
        assert json.loads(told.stdout.decode(encoding))["prompt"] == prompt
    assert b"neon" in type_in("$CH list --specs", PYTHONIOENCODING=encoding).stdout
    type_in("$CH show 🌆", code=2, PYTHONIOENCODING=encoding)


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colour_is_for_terminals_that_have_it_and_people_who_want_it(shell, environment, coloured):
    far, near = os.openpty()
    with os.fdopen(far, "rb", buffering=0) as screen:
        subprocess.run(  # noqa: PLW1510
            [sys.executable, "-m", "cosmos_houdini", "show", "rs_00"],
            cwd=shell.folder,
            env={**{name: value for name, value in os.environ.items() if name != "NO_COLOR"}, **environment},
            stderr=near,
        )
        told = screen.read(10_000)
        os.close(near)
    assert b"error:" in told
    assert (b"\x1b[" in told) == coloured


def test_json_holds_no_colour(shell, prompt_id):
    run = shell("create-run", prompt_id, "--weights", "0", "0", "0", "0", "--json").json["id"]
    [told] = [event for event in shell("run", run, "--json", code=3).events if event["event"] == "error"]
    assert "\x1b" not in told["what"]
