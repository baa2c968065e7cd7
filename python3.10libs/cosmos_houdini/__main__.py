"""`python -m cosmos_houdini` is the command `cosmos-houdini`.

So is `python3 python3.10libs/cosmos_houdini COMMAND` on a machine where nothing is installed yet; `install`
and `uninstall` then need the standard library only. Every Python can read this file, back to 2.7.
"""

import os
import sys

TOO_OLD = """error: Cosmos Houdini needs Python 3.10 or newer.
  why: This is Python {0}.{1} ({2}).
  fix: Start it with a newer one, as in: python3.11 {3} install
"""

if sys.version_info < (3, 10):  # as in pyproject.toml
    sys.stderr.write(TOO_OLD.format(sys.version_info[0], sys.version_info[1], sys.executable, sys.argv[0]))
    sys.exit(3)

if not __package__:  # started by its path: then this folder is on sys.path, and has to be the one above
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120

if __name__ == "__main__":
    from cosmos_houdini.install.command import NAMES, say_what_is_missing
    from cosmos_houdini.install.command import main as install

    if sys.argv[1:2] and sys.argv[1] in NAMES:
        sys.exit(install(sys.argv[1:]))
    try:
        from cosmos_houdini.cli.__main__ import main
    except ModuleNotFoundError as error:
        sys.exit(say_what_is_missing(error))
    main()
