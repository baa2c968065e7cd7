from __future__ import annotations

import io
import json

import pytest
from tqdm import tqdm


@pytest.fixture
def progress(agent_module):
    return agent_module.Progress()


def stands(progress):
    return (progress.phase, progress.chunk, progress.chunks, progress.step, progress.steps)


def test_our_own_lines_tell_phase_chunk_and_step(progress):
    progress.feed(b"phase: loading\n")
    assert stands(progress) == ("loading", None, None, None, None)
    progress.feed(b"generating: chunk 1/2, step 5/35\n")
    assert stands(progress) == ("generating", 1, 2, 5, 35)
    progress.feed(b"generating: chunk 2/2\nphase: saving\n")
    assert stands(progress) == ("saving", 2, 2, None, None)


def test_lines_may_come_in_any_pieces(progress):
    for byte in b"phase: loading\ngenerating: chunk 1/2, step 15/35\nnext":
        progress.feed(bytes([byte]))
    assert stands(progress) == ("generating", 1, 2, 15, 35)


def test_the_model_s_own_log_tells_the_phase(progress):
    """Lines as the model's logger writes them (source: transfer1 log.py, world_generation_pipeline.py)."""
    seen = []
    for words in (
        "Loading ctrl model from ckpt_path: checkpoints/nvidia/Cosmos-Transfer1-7B/depth_control.pt",
        "Running guardrail checks on all prompts",
        "Running text embedding on all prompts",
        "Starting data augmentation",
        "Starting latent encoding",
        "Starting diffusion sampling",
        "Starting VAE decode",
        "Run guardrail on generated videos",
        "Saved video to outputs/output.mp4",
    ):
        progress.feed(f"[06-07 10:00:00|INFO|cosmos_transfer1/x.py:12:_run] {words}\n".encode())
        seen.append(progress.phase)
    assert seen == [
        "loading",
        "checking prompt",
        "encoding prompt",
        "reading controls",
        "encoding controls",
        "generating",
        "decoding",
        "checking result",
        "saving",
    ]


def test_a_real_bar_without_a_label_counts_chunks(progress):
    printed = io.StringIO()
    progress.feed(b"Starting data augmentation\n")
    bar = tqdm(total=3, file=printed)
    seen = []
    for done in range(4):
        # Drawn each time: left to itself, a bar leaves out quick steps, and all while the clock is set back.
        bar.n = done
        bar.refresh()
        progress.feed(printed.getvalue().encode())
        printed.seek(0)
        printed.truncate()
        seen.append((progress.chunk, progress.chunks))
    bar.close()
    progress.feed(printed.getvalue().encode())
    assert seen == [(1, 3), (2, 3), (3, 3), (3, 3)]
    assert (progress.chunk, progress.chunks) == (3, 3)


def test_a_bar_of_steps_counts_steps_and_other_bars_count_nothing(progress):
    progress.feed(b"generating: chunk 1/2\n")
    progress.feed("\rSampling steps:  14%|█▍        | 5/35 [00:10<01:00,  2.00s/it]".encode())
    assert stands(progress) == ("generating", 1, 2, 5, 35)
    progress.feed("\rLoading checkpoint shards: 50%|█████     | 1/2 [00:10<00:10, 10.0s/it]\n".encode())
    assert stands(progress) == ("generating", 1, 2, 5, 35)


def test_the_message_is_short_and_has_no_control_characters(progress):
    progress.feed(b"\x1b[32mgreen\x1b[0m \x07bell\n" + b"x" * 10000 + b"\n")
    assert len(progress.message) <= 200
    progress.feed(b"\x1b[32mgreen\x1b[0m \x07bell\n")
    assert progress.message == "green bell"


@pytest.mark.parametrize(
    "junk", [b"\xff\xfe\x00", b"chunk 999999999999/1\n", b"generating: chunk x/y\n", b"\r\r\n"]
)
def test_junk_is_no_progress(progress, junk):
    progress.feed(junk)
    assert stands(progress) == ("", None, None, None, None)
    json.dumps(progress.as_json())
