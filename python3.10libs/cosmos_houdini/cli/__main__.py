"""The entry point: runs a command and turns every expected error into words and an exit code.

Exit codes: 0 done, 2 usage, 3 bad input or pre-flight, 4 box unreachable or refused, 5 run failed,
6 cancelled, 130 interrupted.
"""

from __future__ import annotations

import sys
from contextlib import suppress

import click

from ..errors import CosmosError, UsageError, from_system
from .out import emit, emit_error, emit_json
from .streams import is_lost, prepare_streams

INTERRUPTED = 130


def main() -> None:
    """Never returns: ends the process with the command's exit code."""
    prepare_streams()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command line and returns its exit code."""
    as_json = "--json" in arguments
    try:
        return _run(arguments, as_json)
    except OSError as error:  # what nobody could foresee: a folder taken away, a terminal that is full
        return _explain(from_system(error), as_json)


def _run(arguments: list[str], as_json: bool) -> int:
    from .app import app

    try:
        code = app.main(args=arguments, prog_name="cosmos-houdini", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except CosmosError as error:
        return _explain(error, as_json)
    except click.ClickException as error:
        return _explain_usage(error, as_json)
    except (KeyboardInterrupt, click.Abort):
        return _explain_interruption(as_json)


def _explain(error: CosmosError, as_json: bool) -> int:
    """In JSON where that was asked for; in words too where standard output is what failed."""
    if as_json:
        plain = {key: click.unstyle(text) for key, text in error.as_json().items()}
        _last_event({"event": "error", **plain})
    if not as_json or is_lost(sys.stdout):
        emit_error(f"{click.style('error:', fg='red', bold=True)} {error}")
    return error.exit_code


def _explain_usage(error: click.ClickException, as_json: bool) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        emit(error.format_message())
        return 0
    if as_json:
        return _explain(UsageError(error.format_message()), as_json)
    error.show()
    return error.exit_code


def _explain_interruption(as_json: bool) -> int:
    if as_json:
        _last_event({"event": "interrupted"})
    emit_error("\ninterrupted. Type the same command again to go on.")
    return INTERRUPTED


def _last_event(event: dict[str, str]) -> None:
    """The command ends now: with the exit code that it has, whether this can be written or not."""
    with suppress(OSError):
        emit_json(event)


if __name__ == "__main__":
    main()
