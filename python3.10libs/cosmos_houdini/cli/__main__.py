"""The entry point: runs a command and turns every expected error into words and an exit code.

Exit codes: 0 done, 2 usage, 3 bad input or pre-flight, 4 box unreachable or refused, 5 run failed,
6 cancelled, 130 interrupted.
"""

from __future__ import annotations

import errno
import sys

import click

from ..errors import BadInputError, CosmosError, UsageError
from .out import emit, emit_json

INTERRUPTED = 130
DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def main() -> None:
    """Never returns: ends the process with the command's exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command line and returns its exit code."""
    from .app import app

    as_json = "--json" in arguments
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
    except OSError as error:  # what nobody could foresee: a folder taken away, a terminal that is full
        return _explain(_from_system(error), as_json)


def _explain(error: CosmosError, as_json: bool) -> int:
    if as_json:
        emit_json({"event": "error", **error.as_json()})
    else:
        click.echo(f"{click.style('error:', fg='red', bold=True)} {error}", err=True)
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
        emit_json({"event": "interrupted"})
    click.echo("\ninterrupted. Type the same command again to go on.", err=True)
    return INTERRUPTED


def _from_system(error: OSError) -> BadInputError:
    where = f": {error.filename}" if error.filename else ""
    if error.errno in DISK_FULL:
        return BadInputError(
            f"The disk of this machine is full{where}.",
            why=f"{error.strerror}.",
            fix="Make room, then type the same command again: it goes on where it was.",
        )
    return BadInputError(
        f"A file or folder can't be used{where}.",
        why=error.strerror or str(error),
        fix="Check that it exists, that you may write there, and that the disk has room.",
    )


if __name__ == "__main__":
    main()
