"""The command line, typed by somebody whose machine dies: `python dying_client.py STEP WORDS…`.

A step is one use of the connection: a verb, an upload, a download, bringing one of our scripts there. The
same step again and again, as in following, counts once. Right after the STEP-th, the process gets SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from cosmos_houdini.box import ssh
from cosmos_houdini.cli.__main__ import run

STEPS = ("call", "call_ahead", "upload", "download", "installed")


class DyingConnection:
    """The real connection, whose owner dies right after its n-th step; says which it was."""

    def __init__(self, real: Any, steps: int) -> None:
        self._real = real
        self._left = steps
        self._last = ""

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._real, name)
        return self._counted(name, value) if name in STEPS else value

    def _counted(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def once(*arguments: Any) -> Any:
            result = method(*arguments)
            step = name if name in ("upload", "download") else str(arguments[0])
            if step != self._last:
                self._last = step
                self._left -= 1
                if self._left == 0:
                    os.write(2, f"died after: {step}\n".encode())
                    os.kill(os.getpid(), signal.SIGKILL)
            return result

        return once


def main() -> int:
    steps, *words = sys.argv[1:]
    opened = ssh.open_ssh
    ssh.open_ssh = lambda *given: DyingConnection(opened(*given), int(steps))  # type: ignore[assignment,return-value]
    return run(words)


if __name__ == "__main__":
    sys.exit(main())
