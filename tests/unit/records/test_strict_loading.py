"""A record on disk that isn't exactly a record is refused with words that help."""

from __future__ import annotations

import json

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.records.hashing import hash_json
from cosmos_houdini.records.store import Store

PS, RS = "prompt", "run"


@pytest.fixture
def edited(store, make_prompt, make_run):
    """Writes a record, lets `change` edit its JSON, loads it and returns the error."""

    def edit(kind, change, rehash=False):
        add, read = (store.add_prompt, store.prompt) if kind == PS else (store.add_run, store.run)
        spec, file = add(make_prompt() if kind == PS else make_run())
        value = json.loads(file.read_bytes())
        replaced = change(value)
        value = value if replaced is None else replaced
        if rehash:
            apart = ("id", "execution_status", "execution")
            content = {key: item for key, item in value.items() if key not in apart}
            value["id"] = spec.id[:3] + hash_json(content)[:16]
        file.write_text(json.dumps(value), encoding="utf-8")
        with pytest.raises(BadInputError) as caught:
            read(spec.id)
        error = caught.value
        assert error.exit_code == 3
        assert error.fix, error
        assert file.name in error.what
        return error

    return edit


def put(value, *path_and_entry):
    *path, key, entry = path_and_entry
    for step in path:
        value = value[step]
    value[key] = entry


@pytest.mark.parametrize(
    ("kind", "path", "misspelt", "meant"),
    [
        (PS, (), "promt", "prompt"),
        (PS, (), "negative_prompts", "negative_prompt"),
        (PS, (), "meta_data", "metadata"),
        (PS, ("control_inputs", "depth"), "paht", "path"),
        (PS, ("regional_prompts", 1), "mask_pth", "mask_path"),
        (RS, (), "control_weight", "control_weights"),
        (RS, ("parameters",), "guidence", "guidance"),
        (RS, ("control_weights", "edge"), "outsid", "outside"),
        (RS, ("execution",), "phse", "phase"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_known_one(edited, kind, path, misspelt, meant):
    error = edited(kind, lambda value: put(value, *path, misspelt, 1))
    assert f"unknown key '{misspelt}'" in error.what
    assert f"'{meant}'" in error.fix
    assert all(str(step) in error.what for step in path)


def test_an_unknown_key_like_no_other_shows_the_known_ones(edited):
    error = edited(PS, lambda value: put(value, "qqq", 1))
    assert "negative_prompt" in error.fix


@pytest.mark.parametrize("kind", [PS, RS])
def test_a_newer_schema_says_to_update(edited, kind):
    error = edited(kind, lambda value: put(value, "schema_version", 2))
    assert "schema version 2" in error.what
    assert "Update" in error.fix


@pytest.mark.parametrize("version", [0, -1])
def test_a_schema_that_never_was_is_refused(edited, version):
    assert f"version {version}" in edited(PS, lambda value: put(value, "schema_version", version)).what


@pytest.mark.parametrize(
    ("kind", "path", "entry", "word"),
    [
        (PS, ("schema_version",), "1", "a whole number"),
        (PS, ("schema_version",), True, "a whole number"),
        (PS, ("schema_version",), 1.0, "a whole number"),
        (PS, ("name",), 5, "text"),
        (PS, ("prompt",), None, "text"),
        (PS, ("negative_prompt",), ["a"], "text"),
        (PS, ("control_inputs",), [], "an object"),
        (PS, ("control_inputs", "depth"), "depth.mp4", "an object"),
        (PS, ("regional_prompts",), {}, "a list"),
        (PS, ("regional_prompts", 0), "x", "an object"),
        (PS, ("regional_prompts", 0, "box"), "0,0,1,1", "a list"),
        (PS, ("regional_prompts", 0, "box"), [0, 0, 1], "four numbers"),
        (PS, ("regional_prompts", 0, "box"), [0, 0, True, True], "four numbers"),
        (PS, ("regional_prompts", 0, "box"), [0, 0, 2, 1], "between 0 and 1"),
        (PS, ("regional_prompts", 0, "box"), [0.5, 0, 0.5, 1], "no area"),
        (PS, ("regional_prompts", 0, "mask_prompt"), "too", "exactly one of"),
        (PS, ("metadata",), "x", "an object"),
        (RS, ("engine",), 1, "text"),
        (RS, ("control_weights", "vis"), "1", "a number"),
        (RS, ("control_weights", "vis"), True, "a number"),
        (RS, ("control_weights", "vis"), None, "a number"),
        (RS, ("control_weights", "vis"), 10**400, "a finite number"),
        (RS, ("parameters",), 1, "an object"),
        (RS, ("parameters", "seed"), 1.5, "a whole number"),
        (RS, ("parameters", "seed"), "1", "a whole number"),
        (RS, ("parameters", "guidance"), "7", "a number"),
        (RS, ("parameters", "distilled"), 1, "true or false"),
        (RS, ("parameters", "distilled"), "yes", "true or false"),
        (RS, ("execution",), [], "an object"),
        (RS, ("execution", "failure"), "disk full", "an object"),
        (RS, ("execution", "num_gpus"), "two", "a whole number"),
        (RS, ("execution_status",), 1, "text"),
    ],
)
def test_a_wrong_type_is_named_with_the_right_one(edited, kind, path, entry, word):
    error = edited(kind, lambda value: put(value, *path, entry))
    assert word in error.what
    assert path[0] in error.what


@pytest.mark.parametrize("kind", [PS, RS])
@pytest.mark.parametrize("key", ["id", "name", "schema_version", "created_at"])
def test_a_missing_key_is_named(edited, kind, key):
    error = edited(kind, lambda value: value.pop(key) and None)
    assert f"lacks the key '{key}'" in error.what


@pytest.mark.parametrize(
    ("kind", "path", "entry", "meant"),
    [
        (RS, ("execution_status",), "SUCESS", "SUCCESS"),
        (RS, ("execution_status",), "pending", "PENDING"),
        (RS, ("parameters", "blur_strength"), "verylow", "very_low"),
        (RS, ("parameters", "canny_threshold"), "mediun", "medium"),
        (RS, ("control_weights", "dept"), 1, "depth"),
        (PS, ("control_inputs", "segm"), {}, "seg"),
        (RS, ("execution_status",), "#", "PENDING"),
    ],
)
def test_a_word_outside_its_list_is_named_with_the_nearest(edited, kind, path, entry, meant):
    error = edited(kind, lambda value: put(value, *path, entry))
    assert meant in error.fix
    assert "not one of" in error.what


@pytest.mark.parametrize(
    ("kind", "path", "entry"),
    [
        (PS, ("prompt",), "A quiet city"),
        (PS, ("control_inputs", "depth", "sha256"), "5" * 64),
        (PS, ("metadata", "shot"), "other"),
        (PS, ("created_at",), "2024-05-17T12:00:00.000002+00:00"),
        (PS, ("id",), "ps_0000000000000000"),
        (RS, ("control_weights", "depth"), 0.5),
        (RS, ("parameters", "seed"), 8),
        (RS, ("prompt_spec_id",), "ps_0000000000000000"),
    ],
)
def test_an_edited_record_is_told_from_a_genuine_one(edited, kind, path, entry):
    error = edited(kind, lambda value: put(value, *path, entry))
    assert "edited" in error.what
    assert "hash" in error.why
    assert "Create a new record" in error.fix


def test_editing_what_became_of_a_run_is_not_editing_the_record(store, make_run):
    spec, file = store.add_run(make_run())
    value = json.loads(file.read_bytes())
    value["execution"] = {"phase": "loading"}
    file.write_text(json.dumps(value, indent=7, sort_keys=True), encoding="utf-8")
    assert store.run(spec.id).execution.phase == "loading"


OUTSIDE = [
    "../x.mp4",
    "a/../../x.mp4",
    "/etc/passwd",
    "C:/x.mp4",
    "c:x.mp4",
    "a\\b.mp4",
    "\\\\h\\s",
    "",
    ".",
    "a\0b",
]


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize(
    ("kind", "place"),
    [
        (PS, ("input_video_path",)),
        (PS, ("control_inputs", "depth", "path")),
        (PS, ("regional_prompts", 1, "mask_path")),
        (RS, ("control_weights", "edge", "mask_path")),
        (RS, ("execution", "output_path")),
    ],
)
def test_a_path_outside_the_project_is_refused_even_with_the_right_hash(edited, kind, place, path):
    error = edited(kind, lambda value: put(value, *place, path), rehash=True)
    assert "outside the project" in error.what
    assert str(place[-1]) in error.what


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{",
        b"# EXR",
        b"{'id': 1}",
        b"\xff\xfe{\x00}\x00",
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": "\\ud800"}',
        b'{"name": "\\uD83D only half"}',
        b'{"seconds": NaN}',
        b'{"seconds": -Infinity}',
        b'{"seconds": 1e999}',
        b'{"name": "a", "name": "b"}',
        b"[" * 100_000,
        b'{"n": ' + b"9" * 10_000 + b"}",
    ],
    ids=range(15),
)
@pytest.mark.parametrize("kind", [PS, RS])
def test_what_is_not_json_is_refused(tmp_path, kind, content):
    file = tmp_path / "x.json"
    file.write_bytes(content)
    store = Store(tmp_path)
    with pytest.raises(BadInputError, match="not valid JSON") as caught:
        store.prompt(str(file)) if kind == PS else store.run(str(file))
    assert str(file) in caught.value.what
    assert caught.value.why
    assert caught.value.fix


@pytest.mark.parametrize("content", ["[]", "1", "null", '"text"'])
def test_json_that_is_no_object_is_refused(tmp_path, content):
    file = tmp_path / "x.json"
    file.write_text(content)
    with pytest.raises(BadInputError, match="should be an object"):
        Store(tmp_path).prompt(str(file))


def test_a_record_truncated_anywhere_is_refused(store, make_run):
    spec, file = store.add_run(make_run())
    whole = file.read_bytes()
    for length in range(0, len(whole.rstrip()), 37):
        file.write_bytes(whole[:length])
        with pytest.raises(BadInputError, match="not valid JSON"):
            store.run(spec.id)


def test_a_record_of_the_other_kind_is_told_by_name(store, make_prompt, make_run):
    _, prompt_file = store.add_prompt(make_prompt())
    _, run_file = store.add_run(make_run())
    with pytest.raises(BadInputError, match="is not a run spec: its id is ps_"):
        store.run(str(prompt_file))
    with pytest.raises(BadInputError, match="is not a prompt spec: its id is rs_"):
        store.prompt(str(run_file))


def test_a_folder_in_place_of_a_record_is_refused(store, make_run):
    spec, file = store.add_run(make_run())
    file.unlink()
    file.mkdir()
    with pytest.raises(BadInputError, match="can't be read"):
        store.run(spec.id)
