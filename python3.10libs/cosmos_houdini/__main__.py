"""`python -m cosmos_houdini` is the command `cosmos-houdini`."""

from cosmos_houdini.cli.__main__ import main

if __name__ == "__main__":
    main()
