"""`python tests/box up|down|status|image`: the GPU box of the tests, by hand."""

from __future__ import annotations

import sys
from pathlib import Path

# Instead of this folder, whose box.py would stand for all of it.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from box import box, image  # noqa: E402
from box.places import RUN  # noqa: E402


def main(arguments: list[str]) -> int:
    verb = arguments[0] if len(arguments) == 1 else ""
    if verb not in ("up", "down", "status", "image"):
        print(__doc__, file=sys.stderr)
        return 2
    why = box.why_not()
    if why:
        print(f"No GPU box: {why}.")
        return 0 if verb == "down" else 4
    if verb == "up":
        _tell(box.up(keep=True))
    elif verb == "down":
        box.down()
    elif verb == "image":
        try:
            image.prepare()
        except image.NotMadeError as problem:
            print(f"No GPU box: {problem}")
            return 4
    else:
        there = box.running()
        if there is None:
            print("The box is down.")
            return 4
        _tell(there)
    return 0


def _tell(there: box.GpuBox) -> None:
    config = RUN / "ssh_config"
    config.write_text(there.ssh_config)
    print(f"ssh -F {config} gpubox")
    print(f"docker --host {there.docker_host} ps")
    print(there.settings())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
