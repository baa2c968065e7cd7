"""A cook: order, failures, what a second one does again, cancelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from .topnet import commands, cook, items, states, wait_for_cook, wait_until


def counted(scene, tmp_path, fails: str = "False", name: str = "work", **options):
    """A node whose jobs note each run in a file of their index, and fail where `fails` (of `i`) says so."""
    text = (
        f"i = int(os.environ['PDG_INDEX']); f = open({str(tmp_path)!r} + '/{name}' + str(i), 'a'); "
        f"f.write('x'); f.close(); pdgcmd.setIntAttrib('n', i); sys.exit(3 if {fails} else 0)"
    )
    return commands(scene, text, name=name, **options)


def runs(tmp_path, name: str, count: int) -> list[int]:
    files = [tmp_path / f"{name}{place}" for place in range(count)]
    return [len(file.read_text()) if file.exists() else 0 for file in files]


def test_items_wait_for_those_they_come_from(scene, tmp_path):
    first = commands(scene, f"time.sleep(.2); open({str(tmp_path / 'first')!r}, 'w').close()")
    after = commands(scene, f"sys.exit(not os.path.exists({str(tmp_path / 'first')!r}))", 3, "after", first)
    cook(after)
    assert states(after) == ["CookedSuccess"] * 3


def test_a_job_that_fails_stops_what_comes_after_it_and_its_log_says_why(scene):
    node = commands(scene, "sys.exit('no such luck')")
    after = commands(scene, "pass", name="after", after=node)
    cook(after)
    assert states(node) == ["CookedFail"]
    assert "no such luck" in items(node)[0].logMessages
    assert items(after)[0].failedDependencies == items(node)
    assert states(after) == ["Uncooked"]
    assert node.getCookState(False).name() == "Failed"
    assert after.getCookState(False).name() == "Incomplete"
    assert node.errors()


def test_other_items_go_on_when_one_fails(scene, tmp_path):
    node = counted(scene, tmp_path, "i == 1", count=3)
    after = counted(scene, tmp_path, name="after", after=node)
    cook(after)
    assert states(node) == ["CookedSuccess", "CookedFail", "CookedSuccess"]
    assert states(after) == ["CookedSuccess", "Uncooked", "CookedSuccess"]


def test_a_cook_again_leaves_what_is_done_and_cooks_what_failed(scene, tmp_path):
    flag = tmp_path / "go"
    node = counted(scene, tmp_path, f"i == 1 and not os.path.exists({str(flag)!r})", count=2)
    cook(node)
    assert states(node) == ["CookedSuccess", "CookedFail"]
    before = items(node)
    flag.touch()
    cook(node)
    assert states(node) == ["CookedSuccess", "CookedSuccess"]
    assert items(node) == before
    assert runs(tmp_path, "work", 2) == [1, 2]


def test_what_was_changed_is_made_anew_and_all_after_it(scene, tmp_path):
    node = counted(scene, tmp_path, count=1)
    after = counted(scene, tmp_path, name="after", after=node)
    old = cook(after)
    node.parm("itemcount").set(2)
    new = cook(after)
    assert len(new) == 2
    assert not set(old) & set(new)
    assert runs(tmp_path, "after", 1)[0] >= 2
    graph = node.getPDGGraphContext().graph
    assert graph.workItemById(old[0].id) is None
    assert graph.workItemById(new[0].id) is new[0]


def test_dirty_items_are_forgotten_with_those_after_them_and_their_files_on_demand(scene, tmp_path):
    out = tmp_path / "out.txt"
    node = commands(scene, f"open({str(out)!r}, 'w').close(); pdgcmd.addOutputFile({str(out)!r})")
    after = commands(scene, "pass", name="after", after=node)
    cook(after)
    node.dirtyWorkItems(False)
    assert (items(node), items(after)) == ([], [])
    assert out.exists()
    cook(after)
    after.dirtyAllWorkItems(True)
    assert items(node) == []
    assert not out.exists()


def test_files_that_are_there_already_save_the_cook(scene, tmp_path):
    out = tmp_path / "out.txt"
    node = counted(scene, tmp_path)
    node.setParms({"expectedoutputsfrom": 2, "expectedoutputfiles": 1, "expectedoutputfile1": str(out)})
    out.touch()
    cook(node)
    assert states(node) == ["CookedCache"]
    assert [file.path for file in items(node)[0].outputFiles] == [str(out)]
    assert runs(tmp_path, "work", 1) == [0]
    node.parm("pdg_cachemode").set(3)  # Write Files
    cook(node)
    assert states(node) == ["CookedSuccess"]
    node.parm("pdg_cachemode").set(2)  # Read Files
    out.unlink()
    cook(node)
    assert states(node) == ["CookedFail"]


def test_files_of_a_node_after_one_that_cooked_anew_are_written_again(scene, tmp_path):
    out, source = tmp_path / "out.txt", tmp_path / "source.txt"
    first = commands(scene, f"open({str(source)!r}, 'w').close(); pdgcmd.addOutputFile({str(source)!r})")
    node = counted(scene, tmp_path, name="second", after=first)
    node.setParms({"expectedoutputsfrom": 2, "expectedoutputfiles": 1, "expectedoutputfile1": str(out)})
    out.touch()
    cook(node)
    assert states(node) == ["CookedSuccess"]  # what was there is of an older input
    node.dirtyWorkItems(False)
    cook(node)
    assert states(node) == ["CookedCache"]


def test_an_item_whose_file_is_gone_cooks_again(scene, tmp_path):
    out = tmp_path / "out.txt"
    node = commands(scene, f"open({str(out)!r}, 'a').write('x'); pdgcmd.addOutputFile({str(out)!r})")
    cook(node)
    cook(node)
    assert out.read_text() == "x"
    out.unlink()
    cook(node)
    assert out.read_text() == "x"
    assert states(node) == ["CookedSuccess"]


def test_an_expected_file_that_is_missing_fails_its_item(scene, tmp_path):
    node = commands(scene, "pass")
    node.setParms({"expectedoutputsfrom": 2, "expectedoutputfiles": 1})
    node.parm("expectedoutputfile1").set(str(tmp_path / "none.png"))
    cook(node)
    assert states(node) == ["CookedFail"]
    assert "none.png" in items(node)[0].logMessages
    scene.local.parm("pdg_checkexpectedoutputs").set(0)
    cook(node)
    assert states(node) == ["CookedSuccess"]


def test_a_cancelled_cook_ends_its_jobs_and_their_children(scene, tmp_path):
    pids = tmp_path / "pids"
    text = (
        "import subprocess; p = subprocess.Popen(['sleep', '60']); "
        f"f = open({str(pids)!r}, 'w'); f.write(str(os.getpid()) + ' ' + str(p.pid)); f.close(); "
        "time.sleep(60)"
    )
    node = commands(scene, text)
    after = commands(scene, "pass", name="after", after=node)
    after.cookWorkItems()
    wait_until(lambda: pids.is_file() and len(pids.read_text().split()) == 2)
    assert node.getCookState(False).name() == "Cooking"
    after.cancelCook()
    wait_for_cook(node)
    assert states(node) == ["CookedCancel"]
    assert states(after) == ["Uncooked"]
    wait_until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in pids.read_text().split()))


def test_one_item_is_cancelled_by_itself(scene, tmp_path):
    started = tmp_path / "started"
    node = commands(
        scene,
        f"i = os.environ['PDG_INDEX']; open({str(started)!r} + i, 'w').close(); "
        f"time.sleep(60 if i == '0' else 0)",
        count=2,
    )
    node.cookWorkItems()
    wait_until(lambda: Path(f"{started}0").exists())
    items(node)[0].cancel()
    wait_for_cook(node)
    assert states(node) == ["CookedCancel", "CookedSuccess"]


def test_a_second_cook_beside_the_first_is_refused(scene, tmp_path):
    node = commands(scene, "time.sleep(60)")
    node.cookWorkItems()
    with pytest.raises(scene.pdg.CookError, match="cooking already"):
        node.cookWorkItems()


def test_the_end_of_a_session_ends_its_jobs(hython, tmp_path, scene):
    pid = tmp_path / "pid"
    node = commands(
        scene, f"f = open({str(pid)!r}, 'w'); f.write(str(os.getpid())); f.close(); time.sleep(60)"
    )
    node.cookWorkItems()
    wait_until(lambda: pid.is_file() and pid.read_text())
    scene.pdg_graph().world(scene).end_cooks()
    assert not Path(f"/proc/{pid.read_text()}").exists()


def test_events_tell_of_each_change_of_state(scene):
    node = commands(scene, "pass")
    graph = node.getPDGGraphContext()
    seen, kinds = [], []
    handler = graph.addEventHandler(
        lambda event: seen.append(event.currentState.name), scene.pdg.EventType.WorkItemStateChange
    )
    graph.addEventHandler(lambda event: kinds.append(event.type.name), scene.pdg.EventType.All)
    cook(node)
    assert seen == ["Waiting", "Scheduled", "Cooking", "CookedSuccess"]
    assert kinds[0] == "CookStart"
    assert kinds[-1] == "CookComplete"
    assert {"WorkItemAdd", "NodeGenerated"} <= set(kinds)
    handler.removeFromAllEmitters()
    node.dirtyAllTasks(False)
    cook(node)
    assert len(seen) == 4


def test_a_handler_of_one_node_hears_of_that_node_only(scene):
    first = commands(scene, "pass")
    second = commands(scene, "pass", name="second", after=first)
    seen = []
    second.getPDGNode().addEventHandler(
        lambda handler, event: seen.append((handler, event.node)),
        scene.pdg.EventType.WorkItemStateChange,
        True,
    )
    cook(second)
    assert {node for _, node in seen} == {second.getPDGNode()}


def test_without_a_scheduler_the_node_says_so(scene):
    scene.local.destroy()
    scene.net.parm("topscheduler").set("")
    node = commands(scene, "pass")
    cook(node)
    assert states(node) == ["CookedFail"]
    assert "scheduler" in node.errors()[0]


def test_a_bypassed_node_is_passed_by(scene):
    first = commands(scene, "pdgcmd.setIntAttrib('n', 1)")
    middle = commands(scene, "sys.exit(1)", name="middle", after=first)
    last = commands(scene, "pass", name="last", after=middle)
    middle.bypass(True)
    [item] = cook(last)
    assert item.parent is items(first)[0]
    assert states(last) == ["CookedSuccess"]
