"""Row 1 and 2: the person's side dies, or comes twenty times at once."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("transfer", ["rsync", "sftp"])
@pytest.mark.fault("2", "20 `run` commands for one run at the same moment, from two project folders")
def test_twenty_runs_at_once_make_one_container_and_all_bring_the_result(shot, row, transfer):
    shot.set(remote__transfer=f'"{transfer}"')
    copy = shot.second_copy()
    row.did(f"20 processes started together, every other one in a copy of the project folder, by {transfer}")
    clients = [shot.start("run", shot.run_id, project=(shot.project, copy)[n % 2]) for n in range(20)]
    for client in clients:
        shot.end(client)
    assert shot.succeeded()
    assert shot.succeeded(copy)
    assert len(shot.box.containers_ever(shot.run_id)) == 1
    row.came("all 20 ended with 0, one container ran, both folders hold the verified video")
