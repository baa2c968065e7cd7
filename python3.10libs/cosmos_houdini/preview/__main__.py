"""`python -m cosmos_houdini.preview`: the preview engine as a command, in the place of `transfer.py`."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn, Optional

TERMINATED = 128 + signal.SIGTERM
INTERRUPTED = 130


def main(argv: Optional[list[str]] = None) -> int:
    """The exit code: 0 done, 1 refused, 2 (SystemExit of argparse) bad arguments."""
    signal.signal(signal.SIGTERM, _terminated)
    # What takes long to load is loaded once a signal ends us cleanly.
    from cosmos_houdini.errors import CosmosError
    from cosmos_houdini.preview.arguments import read_request
    from cosmos_houdini.preview.console import complain
    from cosmos_houdini.preview.generate import generate
    from cosmos_houdini.preview.refusal import RefusalError

    try:
        generate(read_request(sys.argv[1:] if argv is None else argv))
    except (RefusalError, CosmosError) as error:
        complain(str(error))
        return 1
    except OSError as error:
        complain(f"{type(error).__name__}: {error}")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _terminated(_number: int, _frame: Optional[FrameType]) -> NoReturn:
    raise SystemExit(TERMINATED)


if __name__ == "__main__":
    sys.exit(main())
