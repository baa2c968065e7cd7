"""The job of Python Script: runs a script with `work_item` and `parent_item`."""

import os
import runpy
import sys

sys.path.insert(0, os.environ["PDG_SCRIPTDIR"])
from pdgjson import WorkItem

work_item = WorkItem.fromJobEnvironment()
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], {"work_item": work_item, "parent_item": None}, "__main__")
