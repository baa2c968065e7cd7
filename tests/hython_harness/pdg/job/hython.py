"""`hython` for jobs: `python hython.py SCRIPT ARGUMENTS`, whatever is on the path of whoever starts it."""

import os
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[3]
LIBRARIES = str(TESTS.parent / "python3.10libs")
# The project is installed in the environment of its tests; in Houdini only its package puts it on the path.
if LIBRARIES not in os.environ.get("PYTHONPATH", "").split(os.pathsep):
    sys.path = [entry for entry in sys.path if entry != LIBRARIES]
sys.path.insert(0, str(TESTS))
sys.argv[0] = "hython"

from hython_harness.__main__ import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
