"""`hython` for jobs: `python hython.py SCRIPT ARGUMENTS`, whatever is on the path of whoever starts it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
sys.argv[0] = "hython"

from hython_harness.__main__ import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
