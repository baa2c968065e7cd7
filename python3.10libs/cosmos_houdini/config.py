"""Settings: TOML files, environment and command line -> one frozen Config that knows its sources."""

from __future__ import annotations

import dataclasses
import math
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union, get_args, get_origin, get_type_hints

from .errors import BadInputError, UsageError
from .records.enums import BlurStrength, CannyThreshold
from .records.paths import expand_home
from .records.strict import kind_of, nearest
from .toml_lines import key_on, line_of, line_told

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DEFAULTS_FILE = Path(__file__).parents[2] / "config" / "config.toml"
ENVIRONMENT_PREFIX = "COSMOS_"


@dataclass(frozen=True)
class RemoteSettings:
    """`port` None: as ssh would choose. `gpus` as in "0,1"; empty: all that the box has."""

    host: str
    user: str
    key_file: str
    remote_dir: str
    gpus: str
    transfer: str
    connect_seconds: float
    patience_seconds: float
    stall_seconds: float
    port: Optional[int] = None


@dataclass(frozen=True)
class PathSettings:
    local_box: str
    checkpoints: str


@dataclass(frozen=True)
class DockerSettings:
    """Paths are the box's, below its user's home unless absolute; `token_file` alone is on this machine."""

    program: str
    image: str
    checkout: str
    hf_home: str
    token_file: str
    gpus: str
    shm_size: str
    memory: str


@dataclass(frozen=True)
class EngineSettings:
    """None: the engine's own default."""

    name: str
    num_gpus: int
    cuda_devices: str
    seed: Optional[int] = None
    num_steps: Optional[int] = None
    guidance: Optional[float] = None
    sigma_max: Optional[float] = None
    fps: Optional[int] = None


@dataclass(frozen=True)
class PassSettings:
    """`fps` in frames a second, `exposure` in stops."""

    fps: int
    fit: str
    edge_source: str
    canny_threshold: str
    blur_strength: str
    view: str
    exposure: float
    lossless: bool


@dataclass(frozen=True)
class Config:
    """All settings. `origin` tells for each `section.key` where its value came from."""

    remote: RemoteSettings
    paths: PathSettings
    docker: DockerSettings
    engine: EngineSettings
    passes: PassSettings
    origin: Mapping[str, str]

    def values(self) -> dict[str, Any]:
        """`section.key` -> value, in the order of the defaults file."""
        return {
            f"{section}.{item.name}": getattr(getattr(self, section), item.name)
            for section, kind in SECTIONS.items()
            for item in dataclasses.fields(kind)
        }


SECTIONS: dict[str, Any] = {
    "remote": RemoteSettings,
    "paths": PathSettings,
    "docker": DockerSettings,
    "engine": EngineSettings,
    "passes": PassSettings,
}

CHOICES: dict[str, tuple[str, ...]] = {
    "remote.transfer": ("auto", "rsync", "sftp"),
    "docker.program": ("docker", "podman"),
    "docker.gpus": ("auto", "none"),
    "engine.name": ("preview", "transfer1"),  # engines.registry, which lies above
    "passes.fit": ("auto", "crop", "pad"),
    "passes.edge_source": ("beauty", "geometry", "both"),
    "passes.canny_threshold": tuple(str(preset) for preset in CannyThreshold),
    "passes.blur_strength": tuple(str(preset) for preset in BlurStrength),
}

AT_LEAST_ONE = ("remote.port", "engine.num_gpus", "engine.num_steps", "engine.fps", "passes.fps")

MORE_THAN_ZERO = ("remote.connect_seconds", "remote.patience_seconds", "remote.stall_seconds")

LARGEST_PORT = 65535

# Whose choice it is where a key is set nowhere.
UNSET = {"engine": "engine's own", "remote": "ssh's own"}

# One setting as found somewhere: its value and where that was.
Found = dict[str, tuple[Any, str]]


def load_config(
    project: Path,
    *,
    environment: Optional[Mapping[str, str]] = None,
    command_line: Optional[Mapping[str, str]] = None,
) -> Config:
    """Reads all sources, lowest first, and checks every value.

    `command_line` maps `section.key` to text as typed. BadInputError names file, line, key and the nearest
    known key; UsageError for a wrong `command_line` entry.
    """
    environment = os.environ if environment is None else environment
    found: Found = {}
    for file, label in (
        (DEFAULTS_FILE, "default"),
        (user_config_file(environment), "user config"),
        (project / "cosmos.toml", "project"),
    ):
        if label == "default" or _is_there(file):
            found.update(_read_file(file, label))
    found.update(_read_environment(environment))
    found.update(_read_command_line(command_line or {}))
    sections = {
        section: kind(
            **{key: found[f"{section}.{key}"][0] for key in _kinds(section) if f"{section}.{key}" in found}
        )
        for section, kind in SECTIONS.items()
    }
    origin = {
        f"{section}.{key}": found.get(f"{section}.{key}", (None, UNSET.get(section, "")))[1]
        for section in SECTIONS
        for key in _kinds(section)
    }
    return Config(**sections, origin=origin)


def user_config_file(environment: Mapping[str, str]) -> Path:
    """The user's own file, which need not exist."""
    if os.name == "nt" and environment.get("APPDATA"):
        return Path(environment["APPDATA"]) / "cosmos-houdini" / "config.toml"
    base = environment.get("XDG_CONFIG_HOME")
    if not base:
        # expand_home: in a container a user may have no home, and so no such file.
        base = str(Path(environment.get("HOME") or expand_home("~")) / ".config")
    return Path(base) / "cosmos-houdini" / "config.toml"


def _is_there(file: Path) -> bool:
    """True too for what can't be read as a file, a folder or a link to nothing: reading it says so."""
    try:
        file.lstat()
        return True
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: Exception) -> BadInputError:
    return BadInputError(
        f"{file} can't be read.", why=str(error), fix="Save it as UTF-8 text that you may read."
    )


def _read_file(file: Path, label: str) -> Found:
    try:
        text = file.read_text(encoding="utf-8-sig")  # Windows editors like to put a mark in front
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _bad_toml(file, text, error) from error
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(file, error) from error
    found: Found = {}
    for section, block in value.items():
        at = f"{file}, line {line_of(text, section, None)}"
        if not isinstance(block, Mapping):
            raise _outside_of_sections(section, at)
        _known(section, SECTIONS, f"{at}: unknown section [{section}]", BadInputError)
        for key, entry in block.items():
            at = f"{file}, line {line_of(text, section, key)}"
            _known(key, _kinds(section), f"{at}: unknown key '{key}' in [{section}]", BadInputError)
            kind = _kinds(section)[key]
            if not _fits(entry, kind):
                raise BadInputError(
                    f"{at}: {section}.{key} should be {_kind_name(kind)}, and is {kind_of(entry)}.",
                    fix=f"Write it as {key} = {_example(kind)}",
                )
            _check_value(f"{section}.{key}", entry, at, BadInputError)
            where = label if label == "default" else f"{label} ({file})"
            found[f"{section}.{key}"] = (float(entry) if kind is float else entry, where)
    return found


def _bad_toml(file: Path, text: str, error: Exception) -> BadInputError:
    """The parser names the line, or just the end, in the last words of its message."""
    told = str(error)
    line = line_told(text, told)
    key = key_on(text, line)
    about = f" (the key '{key}')" if key else ""
    return BadInputError(
        f"{file}, line {line}{about}: this is not valid TOML.",
        why=told.replace("at end of document", f"at the end, line {line}"),
        fix='Mend that line; texts need quotes: host = "box".',
    )


def _read_environment(environment: Mapping[str, str]) -> Found:
    found: Found = {}
    for name, text in environment.items():
        section, _, key = name[len(ENVIRONMENT_PREFIX) :].lower().partition("_")
        # Other programs' variables may begin alike (COSMOS_SMOKE); ours name a section.
        if not name.startswith(ENVIRONMENT_PREFIX) or section not in SECTIONS or not key:
            continue
        if not text:  # how scripts and containers unset one
            continue
        variables = {f"{ENVIRONMENT_PREFIX}{section}_{known}".upper(): known for known in _kinds(section)}
        _known(name, variables, f"The environment variable {name} names no setting", BadInputError)
        where = f"environment {name}"
        value = _parse(text, _kinds(section)[key], where, BadInputError)
        _check_value(f"{section}.{key}", value, where, BadInputError)
        found[f"{section}.{key}"] = (value, where)
    return found


def _read_command_line(settings: Mapping[str, str]) -> Found:
    found: Found = {}
    for name, text in settings.items():
        section, _, key = name.partition(".")
        known = [f"{section}.{key}" for section in SECTIONS for key in _kinds(section)]
        _known(name, known, f"--set {name}: there is no such setting", UsageError)
        value = _parse(text, _kinds(section)[key], f"--set {name}", UsageError)
        _check_value(name, value, f"--set {name}", UsageError)
        found[name] = (value, "command line")
    return found


def _kinds(section: str) -> dict[str, Any]:
    """The keys of a section and their types, Optional taken off."""
    kinds = {}
    for key, kind in get_type_hints(SECTIONS[section]).items():
        inner = [part for part in get_args(kind) if part is not type(None)]
        kinds[key] = inner[0] if get_origin(kind) is Union else kind
    return kinds


def _known(name: str, known: Any, problem: str, error: type[Union[BadInputError, UsageError]]) -> None:
    if name not in known:
        meant = nearest(name, known)
        raise error(f"{problem}.", fix=f"Did you mean '{meant}'?" if meant else f"Known: {', '.join(known)}.")


def _fits(value: Any, kind: Any) -> bool:
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)


def _parse(text: str, kind: Any, where: str, error: type[Union[BadInputError, UsageError]]) -> Any:
    try:
        if kind is bool:
            return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
        return kind(text)
    except (ValueError, KeyError):
        raise error(
            f"{where} should be {_kind_name(kind)}, and is '{text}'.",
            fix=f"Write {_example(kind)}, for instance.",
        ) from None


def _check_value(name: str, value: Any, where: str, error: type[Union[BadInputError, UsageError]]) -> None:
    if name in CHOICES:
        _known(value, CHOICES[name], f"{where}: {name} is '{value}', which is not among its choices", error)
    if isinstance(value, float) and not math.isfinite(value):
        raise error(
            f"{where}: {name} should be a finite number, and is {value}.", fix="Write 1.0, for instance."
        )
    if name in MORE_THAN_ZERO and value <= 0:
        raise error(
            f"{where}: {name} should be more than 0, and is {value}.", fix="Write 10.0, for instance."
        )
    if name in AT_LEAST_ONE and value < 1:
        raise error(f"{where}: {name} should be at least 1, and is {value}.", fix="Write 1 or more.")
    if name == "remote.port" and value > LARGEST_PORT:
        raise error(
            f"{where}: {name} should be at most {LARGEST_PORT}, and is {value}.",
            fix="ssh listens on 22, usually.",
        )


def _outside_of_sections(name: str, at: str) -> BadInputError:
    homes = [section for section in SECTIONS if name in _kinds(section)]
    if name in SECTIONS:
        return BadInputError(
            f"{at}: '{name}' should be a section.",
            fix=f"Write [{name}] on a line of its own, its keys below.",
        )
    return BadInputError(
        f"{at}: '{name}' stands outside of any section.",
        fix=f"Put it below {' or '.join(f'[{home}]' for home in homes)}."
        if homes
        else f"Put it below one of {', '.join(f'[{section}]' for section in SECTIONS)}.",
    )


def _kind_name(kind: Any) -> str:
    return {str: "text", int: "a whole number", float: "a number", bool: "true or false"}[kind]


def _example(kind: Any) -> str:
    return {str: '"text"', int: "1", float: "1.0", bool: "true"}[kind]
