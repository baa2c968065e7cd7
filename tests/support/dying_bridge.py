"""The real bridge, whose machine dies once: `python dying_bridge.py METHOD MARKER`.

It gets SIGKILL when the work of METHOD is done and before it says so; MARKER remembers that it happened.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from cosmos_houdini.bridge import __main__ as bridge
from cosmos_houdini.bridge.call import Call


def main() -> None:
    method, marker = sys.argv[1], Path(sys.argv[2])
    answer = Call.answer

    def die_before(call: Call, result: Any) -> None:
        if call.method == method and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        answer(call, result)

    Call.answer = die_before  # type: ignore[method-assign]
    bridge.main()


if __name__ == "__main__":
    main()
