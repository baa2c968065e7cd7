"""Our route alone in a process, so that its CPU time and the peak of its memory are its own."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from cosmos_houdini.passes.encode import encode
from encode_routes import request


def main() -> None:
    pattern, folder = sys.argv[1], Path(sys.argv[2])
    before = resource.getrusage(resource.RUSAGE_SELF)
    begun = time.perf_counter()
    encode(request(pattern, folder))
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = after.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak}))


if __name__ == "__main__":
    main()
