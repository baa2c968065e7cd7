from __future__ import annotations

import pytest

TEXT = "aé€🎬" * 50 + "ende\n"


def ended(box, content):
    box.submit("r-1", "true")
    box.wait_for_end("r-1")
    (box.run("r-1") / "log.txt").write_bytes(content)


def pieces(box, limit):
    offset, texts = 0, []
    while True:
        piece = box.call("log", run_id="r-1", **{"from": offset, "limit": limit})
        assert piece["from"] == offset
        if not piece["text"]:
            return texts, piece
        assert piece["next"] > offset
        texts.append(piece["text"])
        offset = piece["next"]


@pytest.mark.parametrize("limit", [97, 100, 1 << 20])
def test_pieces_are_cut_between_characters(box, limit):
    ended(box, TEXT.encode())
    texts, last = pieces(box, limit)
    assert "".join(texts) == TEXT
    assert "\N{REPLACEMENT CHARACTER}" not in "".join(texts)
    assert last["next"] == last["size"] == len(TEXT.encode())


def test_a_limit_smaller_than_a_character_still_gets_on(box):
    ended(box, "🎬🎬".encode())
    texts, _last = pieces(box, 1)
    assert texts == ["🎬", "🎬"]


def test_bytes_that_are_no_text_are_shown_as_such(box):
    ended(box, b"a\xff\xfe\x80b\xf0\x9f")
    texts, last = pieces(box, 1000)
    assert "".join(texts) == b"a\xff\xfe\x80b\xf0\x9f".decode("utf-8", "replace")
    assert last["next"] == last["size"]


def test_half_a_character_at_the_end_of_a_growing_log_waits_for_its_other_half(box):
    box.submit("r-1", f"printf 'x\\303'; {box.gate('half')}; printf '\\251y'; {box.gate('go')}")
    box.wait_for_words("r-1", "x")
    first = box.call("log", run_id="r-1", **{"from": 0, "limit": 100})
    assert (first["text"], first["next"]) == ("x", 1)
    box.open_gate("half")
    box.wait_for_words("r-1", "y")
    assert box.call("log", run_id="r-1", **{"from": 1, "limit": 100})["text"] == "éy"
    box.open_gate("go")


def test_the_log_of_a_run_that_has_not_begun_is_empty(box):
    box.commit("r-1")
    answer = box.call("log", run_id="r-1", **{"from": 0, "limit": 100})
    assert (answer["text"], answer["next"], answer["size"]) == ("", 0, 0)


def test_an_offset_past_the_end_gives_nothing(box):
    ended(box, b"short")
    answer = box.call("log", run_id="r-1", **{"from": 1000, "limit": 100})
    assert (answer["text"], answer["next"], answer["size"]) == ("", 1000, 5)


@pytest.mark.parametrize("offset", [-1, "0", 1.5, None])
def test_an_offset_that_is_no_count_is_refused(box, refused, offset):
    box.commit("r-1")
    with refused("bad_request"):
        box.call("log", run_id="r-1", **{"from": offset, "limit": 100})
