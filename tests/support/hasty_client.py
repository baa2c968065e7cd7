"""The command line with every timeout of seconds made a short one: `python hasty_client.py WORDS…`.

What happens when they are over is the same; a test need not wait for a minute to see it.
"""

from __future__ import annotations

import sys

from cosmos_houdini.box import rsync, rsync_ssh, ssh, ssh_link
from cosmos_houdini.box.ssh_config import resolve
from cosmos_houdini.cli.__main__ import run
from cosmos_houdini.config import Config
from cosmos_houdini.workflow import patience


def main() -> int:
    ssh_link.PULSE, ssh_link.PULSE_PATIENCE = 1.0, 2.0
    rsync.SILENCE = 3
    rsync_ssh.ALIVE_EVERY, rsync_ssh.ALIVE_TRIES = 1, 2
    patience.FIRST_PAUSE, patience.LONGEST_PAUSE = 0.3, 1.0
    ssh.open_ssh = _open
    return run(sys.argv[1:])


def _open(config: Config, *_: object) -> ssh.SshConnection:
    return ssh.SshConnection(resolve(config.remote), config.remote, retry_seconds=2.0)


if __name__ == "__main__":
    sys.exit(main())
