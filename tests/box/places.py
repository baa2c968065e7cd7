"""Where the box of the tests keeps its files: `.box/` of this checkout, and the same seen from inside.

.box/                   inside: /run/box
    base/ site/ app/    what the image is made of, each with the key of what it was made from
    docker/             Docker's own folder: images are kept, containers are not
    locks/              who builds, who uses the box, who has it alone
    run/                one life of the box; removed with it
        home/           inside: /run/cosmosbox, the home of the user `cosmosbox`
        bin/            first in that user's PATH
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
# The tests of the box's own life make a second one, elsewhere.
BOX = Path(os.environ.get("COSMOS_TEST_BOX") or CHECKOUT / ".box")
RUN = BOX / "run"
HOME = RUN / "home"
BIN = RUN / "bin"
DOCKER = BOX / "docker"
LOCKS = BOX / "locks"

INSIDE_BOX = "/run/box"
INSIDE_RUN = f"{INSIDE_BOX}/run"
INSIDE_BIN = f"{INSIDE_RUN}/bin"
INSIDE_HOME = "/run/cosmosbox"
INSIDE_SOCKET = "/run/docker.sock"

# Several checkouts may have their boxes on one machine at the same time.
MARK = hashlib.sha256(str(BOX).encode()).hexdigest()[:8]
CGROUP = f"cosmosbox-{MARK}"
VETH = f"cbx{MARK}"
