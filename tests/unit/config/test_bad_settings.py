"""A setting that can't be meant is refused with file, line, key and what was probably meant."""

from __future__ import annotations

import codecs

import pytest

from cosmos_houdini.errors import BadInputError, UsageError


def refused(sources, text, user=False):
    (sources.user if user else sources.toml)(text)
    with pytest.raises(BadInputError) as caught:
        sources.load()
    error = caught.value
    assert str(sources.user_file if user else sources.project_file) in error.what
    assert error.fix
    assert error.exit_code == 3
    return error


@pytest.mark.parametrize("user", [False, True])
def test_an_unknown_key_names_file_line_key_and_the_nearest(sources, user):
    error = refused(sources, '# mine\n[remote]\n\nuser = "u"\nhots = "x"\n', user)
    assert "line 5: unknown key 'hots' in [remote]" in error.what
    assert error.fix == "Did you mean 'host'?"


def test_an_unknown_section_names_line_and_the_nearest(sources):
    error = refused(sources, '[docker]\nprogram = "podman"\n\n[pases]\nfps = 25\n')
    assert "line 4: unknown section [pases]" in error.what
    assert "'passes'" in error.fix


def test_an_unknown_section_like_no_other_lists_the_known_ones(sources):
    assert "remote, paths, docker, engine, passes" in refused(sources, "[q]\n").fix


@pytest.mark.parametrize(
    ("section", "entry", "word"),
    [
        ("remote", "host = 5", "text"),
        ("remote", "host = true", "text"),
        ("remote", "host = []", "text"),
        ("remote", "host = 2024-01-01", "text"),
        ("remote", 'port = "22"', "a whole number"),
        ("remote", "port = 22.0", "a whole number"),
        ("remote", "port = true", "a whole number"),
        ("engine", 'seed = "random"', "a whole number"),
        ("engine", 'guidance = "7"', "a number"),
        ("engine", "guidance = false", "a number"),
        ("passes", "exposure = {}", "a number"),
        ("passes", "lossless = 1", "true or false"),
        ("passes", 'lossless = "yes"', "true or false"),
    ],
)
def test_a_wrong_type_names_file_line_key_and_the_right_one(sources, section, entry, word):
    key = entry.split()[0]
    error = refused(sources, f"[paths]\n\n[{section}]\n# a comment\n{entry}\n")
    assert f"line 5: {section}.{key} should be {word}, and is " in error.what
    assert error.fix.startswith(f"Write it as {key} = ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('host = "x"', 1),
        ('\n\nremote = "x"', 3),
        ('remote.hots = "x"', 1),
        ('\nremote = { hots = "x" }', 2),
        ('[paths]\n["remote"]\n"hots" = 1', 3),
        ("[paths]\n[ remote ]\n hots=1", 3),
        ("[paths]\n[remote.hots]\nx=1", 2),
        ("[paths]\n\n[[remote]]\nx=1", 3),
        ("[paths]\nlocal_box = 'host = 1'\n[remote]\nhots = 1", 4),
        ("[paths]\nhost = 1\n[remote]\nhost = 2", 2),
    ],
)
def test_the_line_is_found_however_toml_is_written(sources, text, line):
    assert f"line {line}:" in refused(sources, text).what


def test_a_key_above_all_sections_is_told_where_it_belongs(sources):
    error = refused(sources, 'host = "x"\n[remote]\nport = 22\n')
    assert "'host' stands outside of any section" in error.what
    assert "[remote]" in error.fix
    assert "[engine] or [passes]" in refused(sources, "fps = 25").fix
    assert "[remote], [paths]" in refused(sources, "q = 25").fix


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[remote\n", 1),
        ("[remote]\nhost = box\n", 2),
        ('[remote]\nhost = "box\n', 2),
        ('[remote]\nhost = "C:\\Users"\n', 2),
        ('[remote]\nhost = "a"\nhost = "b"\n', 3),
        ("[remote]\n[paths]\n[remote]\n", 3),
        ("host: box\n", 1),
        ("[remote", 1),
        ("[remote]\nhost =", 2),
        ('[remote]\n\nhost = """box\n\n', 3),
    ],
)
def test_bad_toml_names_file_and_line(sources, text, line):
    error = refused(sources, text)
    assert f"line {line}" in error.what
    assert "not valid TOML" in error.what
    assert f"line {line}" in error.why
    assert ("the key 'host'" in error.what) == text.splitlines()[line - 1].startswith("host =")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe[\x00r\x00", b'[remote]\nhost = "\xe4"\n', b"a = " + b"9" * 9999]
)
def test_what_is_no_text_is_refused(sources, content):
    sources.project_file.write_bytes(content)
    with pytest.raises(BadInputError) as caught:
        sources.load()
    assert str(sources.project_file) in caught.value.what
    assert caught.value.why
    assert caught.value.fix


def test_a_mark_that_windows_editors_put_in_front_is_no_error(sources):
    sources.project_file.write_bytes(codecs.BOM_UTF8 + '[remote]\r\nhost = "böx"\r\n'.encode())
    assert sources.load().remote.host == "böx"


CHOSEN = [
    ("passes.fit", "corp", "crop"),
    ("passes.edge_source", "geo", None),
    ("passes.edge_source", "geometri", "geometry"),
    ("passes.canny_threshold", "verylow", "very_low"),
    ("passes.blur_strength", "hi", None),
    ("passes.blur_strength", "", None),
]


@pytest.mark.parametrize(("key", "value", "meant"), CHOSEN)
def test_a_word_outside_the_choices_is_refused_wherever_it_stands(sources, key, value, meant):
    section, name = key.split(".")
    said = f"'{value}', which is not among its choices"
    error = refused(sources, f'[paths]\n[{section}]\n{name} = "{value}"\n')
    assert "line 3" in error.what
    assert said in error.what
    assert meant is None or meant in error.fix
    sources.project_file.unlink()

    if value:
        sources.environment[f"COSMOS_{section}_{name}".upper()] = value
        with pytest.raises(BadInputError, match=f"COSMOS_PASSES_{name.upper()}") as caught:
            sources.load()
        assert said in caught.value.what
        del sources.environment[f"COSMOS_{section}_{name}".upper()]

    sources.command_line[key] = value
    with pytest.raises(UsageError, match=f"--set {key}") as caught:
        sources.load()
    assert said in caught.value.what
    assert caught.value.fix


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("guidance = nan", "finite"),
        ("sigma_max = inf", "finite"),
        ("fps = 0", "at least 1"),
        ("num_gpus = -1", "at least 1"),
    ],
)
def test_a_number_that_nothing_can_be_done_with_is_refused(sources, entry, said):
    error = refused(sources, f"[engine]\n{entry}\n")
    assert said in error.what
    assert f"engine.{entry.split()[0]}" in error.what
    sources.project_file.unlink()
    name, _, value = entry.partition(" = ")
    sources.command_line[f"engine.{name}"] = value
    with pytest.raises(UsageError, match=said):
        sources.load()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("COSMOS_REMOTE_HOTS", "COSMOS_REMOTE_HOST"),
        ("COSMOS_ENGINE_NUM_GPU", "COSMOS_ENGINE_NUM_GPUS"),
        ("COSMOS_DOCKER_SHMSIZE", "COSMOS_DOCKER_SHM_SIZE"),
    ],
)
def test_a_misspelt_variable_is_named_with_the_nearest(sources, name, meant):
    sources.environment[name] = "1"
    with pytest.raises(BadInputError, match=name) as caught:
        sources.load()
    assert f"'{meant}'" in caught.value.fix


@pytest.mark.parametrize(
    ("key", "text", "word"),
    [
        ("remote.port", "ssh", "a whole number"),
        ("remote.port", "22.5", "a whole number"),
        ("passes.exposure", "one", "a number"),
        ("passes.lossless", "maybe", "true or false"),
        ("passes.lossless", "2", "true or false"),
    ],
)
def test_text_that_is_not_the_type_is_refused_from_the_environment_and_the_command_line(
    sources, key, text, word
):
    variable = "COSMOS_" + key.replace(".", "_").upper()
    sources.environment[variable] = text
    with pytest.raises(BadInputError, match=f"{variable} should be {word}, and is '{text}'") as caught:
        sources.load()
    assert caught.value.fix
    del sources.environment[variable]
    sources.command_line[key] = text
    with pytest.raises(UsageError, match=f"--set {key} should be {word}") as caught:
        sources.load()
    assert caught.value.fix


@pytest.mark.parametrize(
    ("key", "meant"),
    [("remote.hots", "remote.host"), ("remote", "remote."), ("host", "remote.host"), ("", "")],
)
def test_a_setting_that_is_none_is_refused_on_the_command_line(sources, key, meant):
    sources.command_line[key] = "x"
    with pytest.raises(UsageError, match="no such setting") as caught:
        sources.load()
    assert meant in caught.value.fix
    assert caught.value.fix


def test_a_bad_setting_is_refused_even_where_a_better_one_lies_above(sources):
    sources.command_line["remote.port"] = "22"
    assert "remote.port" in refused(sources, '[remote]\nport = "x"\n').what


@pytest.mark.parametrize("port", [0, -1, 65536, 10**30])
def test_a_port_that_is_none_is_refused_wherever_it_stands(sources, port):
    assert "line 2: remote.port should be at " in refused(sources, f"[remote]\nport = {port}\n").what
    sources.project_file.unlink()
    sources.environment["COSMOS_REMOTE_PORT"] = str(port)
    with pytest.raises(BadInputError, match=r"remote\.port should be at "):
        sources.load()


@pytest.mark.parametrize("name", ["patience_seconds", "stall_seconds"])
@pytest.mark.parametrize("seconds", [0, -1.5])
def test_a_patience_of_nothing_is_refused(sources, seconds, name):
    told = refused(sources, f"[remote]\n{name} = {seconds}\n")
    assert f"line 2: remote.{name} should be more than 0" in told.what


def test_nesting_without_an_end_is_refused(sources):
    sources.toml("a = " + "[" * 100_000)
    with pytest.raises(BadInputError) as caught:
        sources.load()
    assert str(sources.project_file) in caught.value.what
