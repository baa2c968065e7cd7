"""Real last words of the programs, and what the artist reads for them."""

from __future__ import annotations

import re

import pytest

from cosmos_houdini.box.box_run import Exit, Output
from cosmos_houdini.box.failures import FailureKind, classify
from cosmos_houdini.errors import BadInputError


def ended(code=1, signal=None, lost=False, never_started=False, oom=False):
    return Exit(
        code, signal, 1.0, 2.0, "boot", cancelled=False, lost=lost, never_started=never_started, oom=oom
    )


LAST_WORDS = [
    (
        "out_of_memory",
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a capacity of "
        "79.10 GiB of which 1.2 GiB is free.",
    ),
    ("out_of_memory", "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB"),
    (
        "out_of_memory",
        "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    ),
    ("out_of_memory", "OSError: [Errno 12] Cannot allocate memory"),
    (
        "out_of_memory",
        "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 3.05 GiB for an array with shape "
        "(121, 704, 1280, 3) and data type float32",
    ),
    ("out_of_memory", "terminate called after throwing an instance of 'std::bad_alloc'"),
    (
        "out_of_memory",
        "RuntimeError: [enforce fail at alloc_cpu.cpp:114] data. DefaultCPUAllocator: can't allocate memory: "
        "you tried to allocate 1308491776 bytes. Error code 12 (Cannot allocate memory)",
    ),
    (
        "out_of_memory",
        "cv2.error: OpenCV(4.10.0) alloc.cpp:73: error: (-4:Insufficient memory) Failed to allocate "
        "2703360 bytes",
    ),
    ("bad_input", "[rank0]: ValueError: Must have 'input_video' specified if sigma_max < 80"),
    ("bad_input", "[rank3]: KeyError: 'hdmap'"),
    ("guardrail", "[06-07 10:00:00|CRITICAL|presets.py:55:run] GUARDRAIL BLOCKED: BLOCKLIST: a word"),
    ("guardrail", "Input text prompt 1 is not safe\nTypeError: cannot unpack non-iterable NoneType object"),
    ("guardrail", "Generated video 1 is not safe\nTypeError: cannot unpack non-iterable NoneType object"),
    (
        "missing_checkpoint",
        "FileNotFoundError: [Errno 2] No such file or directory: 'checkpoints/x/base_model.pt'",
    ),
    (
        "missing_checkpoint",
        "OSError: Error no file named pytorch_model.bin found in directory checkpoints/x.",
    ),
    ("missing_checkpoint", "huggingface_hub.errors.GatedRepoError: 403 Client Error."),
    ("disk_full", "OSError: [Errno 28] No space left on device: 'out/output.mp4'"),
    ("bad_input", "ValueError: Invalid hint_key: depht. Must be one of {'vis', 'edge'}"),
    ("bad_input", "ValueError: Must have 'input_video' specified if sigma_max < 80"),
    (
        "bad_input",
        "ValueError: Control weight for vis must be a valid non-negative float or a path to a .pt file.",
    ),
    ("bad_input", "FileNotFoundError: [Errno 2] No such file or directory: '/box/runs/r/in/depth.mp4'"),
    (
        "bad_input",
        "RuntimeError: Sizes of tensors must match except in dimension 0. Expected size 704 but got size 960",
    ),
    ("bad_input", "transfer.py: error: argument --num_gpus: invalid int value: 'two'"),
    ("no_gpu", "RuntimeError: Found no NVIDIA driver on your system."),
    ("unknown", "AssertionError"),
]


@pytest.mark.parametrize(("kind", "log"), LAST_WORDS)
def test_last_words_are_understood(kind, log):
    failure = classify(f"[INFO] starting\n{log}\n", ended(), ())
    assert failure.kind == kind
    assert failure.what
    assert failure.fix
    assert failure.why in log.splitlines() or failure.why.endswith("...")


def test_the_cause_counts_and_not_what_follows_from_it():
    log = "OSError: [Errno 28] No space left on device\nCUDA out of memory\nValueError: broken"
    assert classify(log, ended(), ()).kind == "disk_full"


@pytest.mark.parametrize(
    "log",
    [
        '    "prompt": "a robot shouts: CUDA out of memory, No space left on device",',
        '[rank0]:     "prompt": "a robot shouts: CUDA out of memory, No space left on device",',
        "[INFO] Upsampled prompt 1: Input text prompt 1 is not safe, GUARDRAIL BLOCKED...",
    ],
)
def test_what_the_artist_wrote_is_no_reason(log):
    assert classify(log, ended(), ()).kind == "unknown"


def test_a_kill_from_outside_suggests_main_memory():
    failure = classify("generating: chunk 1/2", ended(None, 9), ())
    assert failure.kind == "killed"
    assert "memory" in failure.why


def test_a_crash_is_told_as_a_crash():
    assert "crashed" in classify("", ended(None, 11), ()).why


def test_a_lost_run_is_told_as_lost_whatever_the_log_says():
    assert classify("CUDA out of memory", ended(None, lost=True), ()).kind == "lost"
    assert classify("", None, None).kind == "lost"


def test_success_without_a_video_names_what_is_there():
    failure = classify("done", ended(0), (Output("output.txt", "a" * 64, 3),))
    assert failure.kind == "no_output"
    assert "output.txt" in failure.why


def test_a_program_that_is_not_there_is_named():
    failure = classify(
        "cannot start /opt/torchrun: No such file or directory", ended(127, never_started=True), ()
    )
    assert failure.kind == "not_started"
    assert "/opt/torchrun" in failure.why


def test_an_unknown_end_quotes_the_last_line_and_not_all_of_it():
    failure = classify("first\n" + "x" * 5000 + "\n", ended(3), ())
    assert failure.kind == "unknown"
    assert "3" in failure.what
    assert len(failure.why) <= 300


def test_a_torchrun_that_was_asked_to_end_is_told_as_killed_though_its_code_is_1():
    log = (
        "W0101 10:00:00.000 7 torch/distributed/elastic/multiprocessing/api.py:1010] Sending process 39\n"
        "torch.distributed.elastic.multiprocessing.api.SignalException: Process 7 got signal: 15\n"
        "docker does not answer, waiting for it: Cannot connect to the Docker daemon\n"
    )
    failure = classify(log, ended(1), ())
    assert failure.kind == "killed"
    assert "signal 15" in failure.why
    assert "restarted" in failure.why


def test_every_kind_can_be_raised():
    error = classify("", ended(3), ()).error()
    assert error.exit_code == 5
    assert {kind.value for kind in FailureKind} >= {kind for kind, _log in LAST_WORDS}


@pytest.mark.parametrize(
    "line",
    [
        "The disk is full: out/output.mp4 could not be written.",
        "No space (or quota) is left on the disk that holds this folder.",
        "ERROR: (or quota) is left",
        "av.error.OSError: [Errno 28] No space left on device: 'out/output.mp4'",
        "write failed: ENOSPC",
    ],
)
def test_a_full_disk_is_told_by_our_own_words_too(line):
    failure = classify(f"generating\n{line}\n", ended(), ())
    assert (failure.kind, failure.why) == ("disk_full", line)
    assert "gc" not in failure.fix.split()


def test_a_reason_that_is_quoted_is_not_called_a_reason_twice():
    said = BadInputError(
        "The disk is full: out.mp4.", "No space (or quota) is left on the disk.", "Free some."
    )
    failure = classify(str(said), ended(), ())
    assert failure.why == "No space (or quota) is left on the disk."
    assert str(failure.error()).count("why:") == 1


@pytest.mark.parametrize("rank", ["", "[rank0]: "])
@pytest.mark.parametrize("above", ["AssertionError", "No space left on device"])
def test_what_python_ignored_while_it_tidied_up_is_not_quoted(rank, above):
    noise = (
        "Exception ignored in: <function Pool.__del__ at 0x7f>",
        "Traceback (most recent call last):",
        '  File "pool.py", line 5, in __del__',
        "    self.close()",
        "ValueError: I/O operation on closed file.",
        "Exception ignored in: <_io.TextIOWrapper name='<stdout>'>",
        "BrokenPipeError: [Errno 32] Broken pipe",
    )
    log = "\n".join([above, *(rank + line for line in noise)])
    assert classify(log, ended(), ()).why == above


def test_a_real_traceback_after_the_noise_is_read():
    noise = "Exception ignored in: <x>\nTypeError: a\n"
    log = "Traceback (most recent call last):\n  x\nValueError: Invalid hint_key"
    assert classify(noise + log, ended(), ()).why == "ValueError: Invalid hint_key"


@pytest.mark.parametrize(
    ("log", "exit"),
    [(log, ended()) for _kind, log in LAST_WORDS]
    + [("", None), ("", ended(lost=True)), ("", ended(None, 9)), ("", ended(None, 11)), ("", ended(None, 15))]
    + [("", ended(0)), ("", ended(127, never_started=True)), ("", ended(3))],
)
def test_every_fix_names_the_command_that_makes_a_new_run(log, exit):  # noqa: A002
    fix = classify(log, exit, ()).fix
    assert "make a new run like it: cosmos-houdini create-run PROMPT_SPEC --like RUN." in fix
    assert (fix.count("PROMPT_SPEC"), len(re.findall(r"\bRUN\b", fix))) == (1, 1)
    assert not re.search(r"run (?:it )?again", fix, re.IGNORECASE)


@pytest.mark.parametrize("exit", [None, ended(None, lost=True)])
def test_a_lost_run_may_have_been_moved(exit):  # noqa: A002
    assert "the project or the box folder was moved" in classify("", exit, None).why


CONTAINER_WORDS = [
    ("image_missing", "Error: No such image: nvcr.io/me/cosmos-transfer1:latest"),
    ("image_missing", "Error response from daemon: No such image: cosmos:1"),
    ("image_missing", "Error: cosmos:1: image not known"),
    (
        "docker",
        "docker does not answer: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the "
        "docker daemon running?",
    ),
    ("docker", "docker does not answer: cannot start docker: No such file or directory"),
    (
        "docker",
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
    ),
    (
        "no_gpu",
        'Error response from daemon: could not select device driver "" with capabilities: [[gpu]]',
    ),
    ("missing_checkpoint", "the folder /home/a/cosmos-transfer1/checkpoints does not exist on the box"),
    ("not_started", "the folder /home/a/cosmos-transfer1 does not exist on the box"),
    (
        "not_started",
        "a container named cosmos-rs_1 is there already, and it is not of this run: left as it is",
    ),
]


@pytest.mark.parametrize(("kind", "log"), CONTAINER_WORDS)
def test_the_container_engines_last_words_are_understood(kind, log):
    failure = classify(log, ended(code=125, never_started=True), ())
    assert failure.kind == kind
    assert failure.why == log
    assert failure.fix


def test_an_engine_that_speaks_of_images_is_not_taken_for_docker():
    failure = classify("Error: No such image: frame_0001.png", ended(), ())
    assert failure.kind != "image_missing"


def test_a_container_out_of_memory_is_told_whatever_its_log_says():
    failure = classify("phase: loading", ended(code=137, oom=True), ())
    assert failure.kind == "out_of_memory"
    assert "docker.memory" in failure.fix


def test_a_success_in_spite_of_an_oom_kill_is_no_memory_failure():
    assert classify("done", ended(code=0, oom=True), ()).kind == "no_output"


@pytest.mark.parametrize(
    "line",
    ["\x1b[31mRuntimeError: no \x1b[2J\x1b]0;a title\x07luck\x1b[0m", "RuntimeError: no \x9b2J\u202eluck"],
)
def test_what_a_log_would_do_to_a_terminal_is_left_out(line):
    why = classify(f"{line}\n", ended(), ()).why
    assert why.isprintable()
    assert why.startswith("RuntimeError: no ")


def test_a_coloured_line_is_understood():
    assert classify("\x1b[31mValueError: bad\x1b[0m\n", ended(), ()).kind == "bad_input"
