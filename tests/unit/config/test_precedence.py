"""Command line > environment > project > user > defaults."""

from __future__ import annotations

import dataclasses

import pytest

from cosmos_houdini.config import CHOICES, DEFAULTS_FILE, SECTIONS, _kinds, load_config, user_config_file

# One key of every type: key, default, then user, project, environment, command line as typed and as read.
TYPES = [
    ("remote.host", "", [('"u"', "u"), ('"p"', "p"), ("e", "e"), ("c", "c")]),
    ("remote.port", None, [("1", 1), ("2", 2), ("3", 3), ("4", 4)]),
    ("passes.exposure", 0.0, [("1", 1.0), ("-0.5", -0.5), ("3e-1", 0.3), ("4", 4.0)]),
    ("passes.lossless", False, [("true", True), ("false", False), ("1", True), ("False", False)]),
    ("engine.seed", None, [("1", 1), ("0", 0), ("-3", -3), ("4", 4)]),
    ("engine.guidance", None, [("1", 1.0), ("2.5", 2.5), ("3", 3.0), ("4", 4.0)]),
    ("passes.fit", "auto", [('"pad"', "pad"), ('"crop"', "crop"), ("pad", "pad"), ("crop", "crop")]),
]


@pytest.mark.parametrize(("key", "default", "steps"), TYPES, ids=[name for name, _, _ in TYPES])
def test_each_source_wins_over_the_one_below(sources, key, default, steps):
    section, name = key.split(".")
    variable = f"COSMOS_{section}_{name}".upper()
    (user, project, environment, typed) = steps

    def value_and_origin():
        config = sources.load()
        value = getattr(getattr(config, section), name)
        assert config.values()[key] == value
        return value, type(value), config.origin[key]

    lowest = "default" if default is not None else {"engine": "engine's own", "remote": "ssh's own"}[section]
    assert value_and_origin() == (default, type(default), lowest)
    sources.user(f"[{section}]\n{name} = {user[0]}\n")
    assert value_and_origin() == (user[1], type(user[1]), f"user config ({sources.user_file})")
    sources.toml(f"[{section}]\n{name} = {project[0]}\n")
    assert value_and_origin() == (project[1], type(project[1]), f"project ({sources.project_file})")
    sources.environment[variable] = environment[0]
    assert value_and_origin() == (environment[1], type(environment[1]), f"environment {variable}")
    sources.command_line[key] = typed[0]
    assert value_and_origin() == (typed[1], type(typed[1]), "command line")


def test_sources_join_key_by_key(sources):
    sources.user('[remote]\nhost = "u"\nuser = "u"\nport = 1\n')
    sources.toml('[remote]\nhost = "p"\nuser = "p"\n')
    sources.environment["COSMOS_REMOTE_HOST"] = "e"
    remote = sources.load().remote
    assert (remote.host, remote.user, remote.port, remote.remote_dir) == ("e", "p", 1, "cosmos")


EXAMPLES = {str: "text", int: "7", float: "0.5", bool: "true"}
EVERY_KEY = [(section, key, kind) for section in SECTIONS for key, kind in _kinds(section).items()]


@pytest.mark.parametrize(("section", "key", "kind"), EVERY_KEY, ids=[f"{s}.{k}" for s, k, _ in EVERY_KEY])
def test_one_rule_names_the_variable_of_every_key(sources, section, key, kind):
    choices = CHOICES.get(f"{section}.{key}")
    text = choices[-1] if choices else EXAMPLES[kind]
    variable = f"COSMOS_{section.upper()}_{key.upper()}"
    sources.environment[variable] = text
    config = sources.load()
    assert getattr(getattr(config, section), key) == (True if kind is bool else kind(text))
    assert [name for name, origin in config.origin.items() if origin == f"environment {variable}"] == [
        f"{section}.{key}"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "COSMOS_SMOKE",
        "COSMOS_SMOKE_REMOTE_HOST",
        "COSMOS",
        "COSMOS_",
        "COSMOS_REMOTE",
        "COSMOS_REMOTE_",
        "XCOSMOS_REMOTE_HOST",
        "cosmos_remote_host",
        "NVIDIA_COSMOS_ENGINE_X",
    ],
)
def test_variables_of_other_programs_are_let_be(sources, name):
    sources.environment[name] = "1"
    assert not [origin for origin in sources.load().origin.values() if "environment" in origin]


def test_every_key_tells_where_it_came_from(sources):
    config = sources.load()
    every = {f"{section}.{key}" for section, key, _ in EVERY_KEY}
    assert set(config.origin) == set(config.values()) == every
    unset = {key: config.origin[key] for key, value in config.values().items() if value is None}
    engine = {f"engine.{key}" for key in ("seed", "num_steps", "guidance", "sigma_max", "fps")}
    assert unset == {**dict.fromkeys(engine, "engine's own"), "remote.port": "ssh's own"}


def test_a_config_is_frozen(sources):
    config = sources.load()
    for part in (config, *(getattr(config, section) for section in SECTIONS)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(part, dataclasses.fields(part)[0].name, "x")


def test_the_environment_is_the_real_one_unless_another_is_given(sources, monkeypatch):
    monkeypatch.setenv("HOME", str(sources.home))
    monkeypatch.setenv("COSMOS_REMOTE_USER", "someone")
    assert load_config(sources.project).remote.user == "someone"


def test_the_users_file_goes_by_the_desktop_standard(tmp_path):
    assert (
        user_config_file({"XDG_CONFIG_HOME": str(tmp_path), "HOME": "/h"})
        == tmp_path / "cosmos-houdini/config.toml"
    )
    assert str(user_config_file({"HOME": "/h"})) == "/h/.config/cosmos-houdini/config.toml"


def test_the_defaults_file_is_itself_a_valid_settings_file(sources):
    sources.toml(DEFAULTS_FILE.read_text(encoding="utf-8"))
    by_project = sources.load()
    sources.project_file.unlink()
    assert by_project.values() == sources.load().values()


@pytest.mark.parametrize("name", ["COSMOS_REMOTE_PORT", "COSMOS_REMOTE_HOST", "COSMOS_REMOTE_HOTS"])
def test_an_empty_variable_counts_as_unset(sources, name):
    sources.toml('[remote]\nhost = "p"\nport = 5\n')
    sources.environment[name] = ""
    config = sources.load()
    assert (config.remote.host, config.remote.port) == ("p", 5)
    assert not [origin for origin in config.origin.values() if "environment" in origin]
