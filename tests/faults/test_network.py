"""Row 3: the cable to the box is pulled, for a second and for longer than anything waits."""

from __future__ import annotations

import time

import pytest

from cosmos_houdini.records.enums import Status
from faults.events import Events
from faults.shot import HASTY

SIZE = 30_000_000  # of the control video; the quick engine gives it back, so it is the result's too
SHARES = (0.01, 0.5, 0.99)
MARKS = [int(SIZE * share) for share in SHARES]
LOST = ("broke", "can't be reached", "does not answer")
BY_BOTH = pytest.mark.parametrize("transfer", ["rsync", "sftp"])


def large_run(shot, quick, transfer="auto", patience=20.0):
    shot.set(
        docker__checkout=quick.setting,
        remote__transfer=f'"{transfer}"',
        remote__patience_seconds=str(patience),
    )
    return shot.new_run("a large shot", ballast=SIZE).id


def on_the_box(shot, run_id):
    """Bytes of an upload that have arrived: under way, or whole and not committed."""
    folder = shot.box_root / "incoming" / run_id
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def settled(shot, run_id):
    """As `on_the_box`, once it stands still: what a cut held up on the way arrives when it is healed."""
    before, now = None, on_the_box(shot, run_id)
    while now != before:
        time.sleep(1)
        before, now = now, on_the_box(shot, run_id)
    return now


def fetched(shot, run_id):
    """Bytes of a result that have arrived here."""
    parts = list((shot.project / "outputs" / run_id).glob(".output.mp4.part-*"))
    return sum(path.stat().st_size for path in parts)


def finish_on_box(shot, run_id):
    shot.type("run", run_id, "--detach")
    shot.wait_until(shot.state_file("exit.json", run_id).exists, "the end of the run on the box")


@BY_BOTH
@pytest.mark.fault("3", "the network is cut for 1 s at 1, 50 and 99 % of an upload")
def test_an_upload_survives_short_cuts(shot, row, quick, line, transfer):
    run_id = large_run(shot, quick, transfer)
    line.cut_at(MARKS, sending=True, heal_after=1.0)
    begun = line.wire.sent
    shot.type("run", run_id)
    assert line.cuts == 3
    assert shot.succeeded(run_id=run_id)
    assert len(shot.box.containers_ever(run_id)) == 1
    assert line.wire.sent - begun < 1.3 * SIZE
    row.did(f"all three in one upload of {SIZE >> 20} MB by {transfer}")
    row.came("`run` went on by itself and ended with 0; the video is verified")


@BY_BOTH
@pytest.mark.fault("3", "the network is cut at 1, 50 and 99 % of an upload, for longer than every timeout")
def test_an_upload_that_was_cut_off_goes_on_where_it_was(shot, row, quick, line, transfer):
    run_id = large_run(shot, quick, transfer)
    row.did(f"by {transfer}, with timeouts of 2 to 3 s; `run` and `status` typed while cut, `run` afterwards")
    begun = line.wire.sent
    shares = []
    for mark in MARKS:
        line.cut_at([mark - settled(shot, run_id)], sending=True)
        answer = shot.type("run", run_id, program=HASTY, code=4)
        assert any(words in answer.err for words in LOST), answer.err
        assert "fix:" in answer.err
        arrived = on_the_box(shot, run_id)
        assert arrived < SIZE
        shares.append(f"{arrived / SIZE:.1%}")
        assert shot.store.run(run_id).execution_status is Status.PENDING
        if mark == MARKS[-1]:
            seen = shot.type("status", program=HASTY, code=4)
            assert "gpubox: unreachable" in seen.out
        line.heal()
    assert line.cuts == 3
    shot.type("run", run_id)
    sent = line.wire.sent - begun
    assert sent < 1.6 * SIZE
    assert shot.succeeded(run_id=run_id)
    assert len(shot.box.containers_ever(run_id)) == 1
    row.came(
        "each cut `run` ended with 4 and said that the connection broke, `status` that the box is "
        f"unreachable; {', '.join(shares)} lay on the box; the last `run` went on there ({sent / SIZE:.2f} "
        "times the size was sent in all) and brought the verified video"
    )


@pytest.mark.fault("3", "the network is cut for 1 s at 1, 50 and 99 % of a download")
def test_a_download_survives_short_cuts(shot, row, quick, line):
    run_id = large_run(shot, quick)
    finish_on_box(shot, run_id)
    line.cut_at(MARKS, sending=False, heal_after=1.0)
    begun = line.wire.returned
    shot.type("attach", run_id)
    assert line.cuts == 3
    assert shot.succeeded(run_id=run_id)
    assert line.wire.returned - begun < 1.3 * SIZE
    row.did(f"all three in one download of {SIZE >> 20} MB (by SFTP, as every download)")
    row.came("`attach` went on by itself and ended with 0; the video is verified")


@pytest.mark.fault("3", "the network is cut at 1, 50 and 99 % of a download, for longer than every timeout")
def test_a_download_that_was_cut_off_goes_on_where_it_was(shot, row, quick, line):
    run_id = large_run(shot, quick, patience=2.0)
    finish_on_box(shot, run_id)
    row.did("with timeouts of 2 to 3 s; `attach` typed while cut and afterwards")
    begun = line.wire.returned
    shares = []
    for mark in MARKS:
        line.cut_at([mark - fetched(shot, run_id)], sending=False)
        answer = shot.type("attach", run_id, program=HASTY, code=4)
        assert "unreachable since" in answer.err
        assert f"cosmos-houdini attach {run_id}" in answer.err
        assert not (shot.project / "outputs" / run_id / "output.mp4").exists()
        shares.append(f"{fetched(shot, run_id) / SIZE:.1%}")
        assert shot.store.run(run_id).execution_status is Status.RUNNING
        line.heal()
    assert line.cuts == 3
    shot.type("attach", run_id)
    returned = line.wire.returned - begun
    assert returned < 1.6 * SIZE
    assert shot.succeeded(run_id=run_id)
    assert len(shot.box.containers_ever(run_id)) == 1
    row.came(
        "each cut `attach` ended with 4, said since when the box is unreachable and how to come back; "
        f"{', '.join(shares)} lay here; the last one went on there ({returned / SIZE:.2f} times the size "
        "came in all) and verified the video"
    )


@pytest.mark.fault("3", "the network is cut while following")
def test_a_run_that_is_followed_outlives_every_cut(shot, row, quick):
    box = shot.box
    shot.set(docker__checkout=quick.setting, remote__patience_seconds="60.0")
    quick.hold()
    events = Events(shot.start("run", shot.run_id, "--json", program=HASTY))
    events.wait_for("generating")
    row.did("for 1 s")
    with box.cut_off():
        time.sleep(1)
    events.wait_for_more()
    row.did("for longer than every timeout, with patience left")
    with box.cut_off():
        events.wait_for("unreachable since")
        assert shot.record.execution_status is Status.RUNNING
    events.wait_for_more()
    row.came("the command went on by itself both times, the second time after saying `unreachable since …`")
    events.kill()
    shot.set(docker__checkout=quick.setting, remote__patience_seconds="1.0")
    follower = shot.start("attach", shot.run_id, program=HASTY)
    shot.wait_until(shot.container_runs, "the container of the run")
    time.sleep(2)
    with box.cut_off():
        row.did("and for longer than its patience")
        answer = shot.end(follower, 4)
        assert "unreachable since" in answer.err
        assert f"cosmos-houdini attach {shot.run_id}" in answer.err
        assert shot.record.execution_status is Status.RUNNING
        seen = shot.type("status", program=HASTY, code=4)
        assert "gpubox: unreachable" in seen.out
        assert "Runs that it has begun go on" in seen.out
    quick.release()
    shot.type("attach", shot.run_id)
    assert shot.succeeded()
    assert len(box.containers_ever(shot.run_id)) == 1
    row.came(
        "when patience was over it ended with 4 and named `attach`, the record stayed RUNNING, `status` said "
        "that the box is unreachable and its runs go on; `attach` brought the verified video"
    )
