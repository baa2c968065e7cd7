"""A bridge that misbehaves: `python odd_bridge.py HOW FOLDER`. FOLDER remembers its lives and what it heard.

It stands for a runtime that is broken, old, hung or killed; the real one is used wherever it can be brought
to the same.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    how, folder = sys.argv[1], Path(sys.argv[2])
    life = len(list(folder.glob("life-*"))) + 1
    (folder / f"life-{life}").touch()
    if how == "stillborn":
        sys.stderr.write("ImportError: no module named numpy\n")
        sys.exit(1)
    if how == "deaf":  # reads nothing, so that the pipe to it fills
        time.sleep(1000)
    while how == "endless":
        sys.stdout.write("x" * 1000)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for line in sys.stdin:
        message = json.loads(line)
        method, identity = message["method"], message.get("id")
        if method == "hello":
            answer(identity, {"protocol": 2 if how == "newer" else 1})
            continue
        with (folder / "asked").open("a", encoding="utf-8") as asked:
            asked.write(f"{life} {line}")
        if how == "mortal" or (how == "dies once" and life == 1):
            sys.stderr.write("out of memory\n")
            sys.stderr.flush()
            os._exit(9)
        if how == "chatty":
            print("Loading plug-ins …", flush=True)
        if how == "tells":
            for done in (1, 2, 3):
                say({"method": "progress", "params": {"id": identity, "done": done}})
                time.sleep(0.2)
        if how == "babbles":
            print("\n".join(message["params"]["lines"]), flush=True)
        if how == "turns deaf" and life == 1:
            os.close(0)
            answer(identity, {"life": life})
            time.sleep(1000)
        if how == "environment":
            answer(identity, dict(os.environ))
        elif how == "refuses":
            say({"id": identity, "error": message["params"]["error"]})
        elif how != "mute":
            answer(identity, {"life": life})
    while how == "hangs on":  # the end of its input means nothing to it
        time.sleep(1000)


def answer(identity: object, result: object) -> None:
    say({"id": identity, "result": result})


def say(message: dict[str, object]) -> None:
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


if __name__ == "__main__":
    main()
