"""`hython -m cosmos_houdini.houdini.batch`."""

from __future__ import annotations

import sys

from .main import exit_code, main

if __name__ == "__main__":
    try:
        import hou as _hou
    except ImportError:
        sys.exit(main(sys.argv[1:]))
    _hou.exit(exit_code(sys.argv[1:]), suppress_save_prompt=True)
