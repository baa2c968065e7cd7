"""The Local Scheduler: its jobs, their environment, what becomes of those that fail or take too long."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .topnet import commands, cook, items, states


def told(scene, text: str, after=None) -> dict:
    """What a job says of itself, as a dictionary; `text` fills `told`."""
    file = Path(scene.hou.hipFile.path()).parent / "told.json"
    node = commands(
        scene,
        f"import json; told = {{}}; {text}; f = open({str(file)!r}, 'w'); json.dump(told, f); f.close()",
    )
    if after is not None:
        node.setInput(0, after)
    cook(node)
    assert states(node) == ["CookedSuccess"], items(node)[0].logMessages
    node.destroy()
    found: dict = json.loads(file.read_text())
    return found


def test_a_job_has_the_variables_of_pdg(scene, tmp_path):
    found = told(scene, "told = {k: v for k, v in os.environ.items() if k.startswith(('PDG_', 'HIP'))}")
    assert found["PDG_DIR"] == tmp_path.as_posix()
    assert found["PDG_SHARED_TEMP"] == found["PDG_TEMP"]
    assert Path(found["PDG_SCRIPTDIR"], "pdgcmd.py").parent == Path(found["PDG_TEMP"], "scripts")
    assert found["PDG_ITEM_NAME"] == f"work_{found['PDG_ITEM_ID']}"
    assert found["PDG_INDEX"] == "0"
    host, port = found["PDG_RESULT_SERVER"].split(":")
    assert (host, found["PDG_HTTP_PORT"]) == ("127.0.0.1", port)
    assert found["PDG_ITEM_DATA_SOURCE"] == "0"
    assert found["HIP"] == tmp_path.as_posix()
    assert found["HIPNAME"] == "shot é"


def test_a_job_runs_in_the_working_folder_with_its_item_in_a_file(scene, tmp_path):
    wedge = scene.net.createNode("wedge")
    wedge.setParms({"wedgeattributes": 1, "name1": "seed", "type1": 2})
    wedge.parmTuple("intrange1").set((7, 7))
    text = (
        "import pdgjson; item = pdgjson.WorkItem.fromJobEnvironment(); "
        "told = {'seed': item.attribValue('seed'), 'name': item.name, 'cwd': os.getcwd()}"
    )
    for compressed in (1, 0):
        scene.local.parm("pdg_compressworkitemdata").set(compressed)
        found = told(scene, text, after=wedge)
        assert (found["seed"], found["cwd"]) == (7, str(tmp_path))


def test_the_words_of_pdg_in_a_command_are_expanded(scene, tmp_path):
    node = scene.net.createNode("genericgenerator", "work")
    script = tmp_path / "say.py"
    script.write_text("import sys; open(sys.argv[1], 'w').write('|'.join(sys.argv[2:]))")
    words = "__PDG_ITEM_NAME__ __PDG_ITEM_ID__ __PDG_INDEX__ __PDG_RESULT_SERVER__ '__PDG_DIR__/a b'"
    node.parm("pdg_command").set(f"__PDG_PYTHON__ '__PDG_DIR__/say.py' '__PDG_DIR__/said' {words}")
    [item] = cook(node)
    assert states(node) == ["CookedSuccess"], item.logMessages
    name, item_id, index, server, path = (tmp_path / "said").read_text().split("|")
    assert (name, item_id, index) == (item.name, str(item.id), "0")
    assert server.startswith("127.0.0.1:")
    assert path == f"{tmp_path}/a b"


def test_a_command_is_no_shell_text_unless_its_node_says_so(scene, tmp_path):
    node = scene.net.createNode("genericgenerator", "work")
    node.parm("pdg_command").set(f"/bin/echo hello > '{tmp_path}/said'")
    [item] = cook(node)
    assert "hello >" in item.logMessages
    assert not (tmp_path / "said").exists()
    node.parm("shellcommand").set(1)
    cook(node)
    assert (tmp_path / "said").read_text() == "hello\n"


@pytest.mark.parametrize("command", ["/no/such/program", "'unclosed"])
def test_a_command_that_can_not_start_fails_its_item(scene, command):
    node = scene.net.createNode("genericgenerator", "work")
    node.parm("pdg_command").set(command)
    [item] = cook(node)
    assert states(node) == ["CookedFail"]
    assert "can't be started" in item.logMessages


def test_only_as_many_jobs_run_at_once_as_there_are_slots(scene, tmp_path):
    assert most_at_once(scene, tmp_path) == 2


def test_an_item_may_take_more_than_one_slot(scene, tmp_path):
    scene.local.setParms({"local_is_CPU_number_set": 1, "local_CPUs_to_use": 2})
    assert most_at_once(scene, tmp_path) == 1


def test_items_may_have_to_run_alone(scene, tmp_path):
    scene.local.parm("local_single").set(1)
    assert most_at_once(scene, tmp_path) == 1


def test_jobs_may_be_limited(scene, tmp_path):
    scene.local.setParms({"pdg_usemaxtasks": 1, "pdg_maxtasks": 1})
    assert most_at_once(scene, tmp_path) == 1


def most_at_once(scene, tmp_path) -> int:
    text = (
        f"folder = {str(tmp_path)!r}; me = os.path.join(folder, os.environ['PDG_ITEM_NAME']); "
        "open(me, 'w').close(); "
        "many = len([f for f in os.listdir(folder) if f.startswith('work')]); time.sleep(.3); os.unlink(me); "
        "pdgcmd.setIntAttrib('many', many)"
    )
    node = commands(scene, text, count=4)
    cook(node)
    assert states(node) == ["CookedSuccess"] * 4
    found: int = max(item.intAttribValue("many") for item in items(node))
    return found


FAILS = "f = open({0!r}, 'a'); f.write('x'); f.close(); sys.exit(3 if len(open({0!r}).read()) < {1} else 0)"


def test_a_failed_job_is_tried_again_where_the_scheduler_says_so(scene, tmp_path):
    scene.local.setParms({"local_echandleby": 2, "local_maximumretries": 2, "local_addfailcountattr": 1})
    node = commands(scene, FAILS.format(str(tmp_path / "runs"), 3))
    [item] = cook(node)
    assert states(node) == ["CookedSuccess"]
    assert item.intAttribValue("failurecount") == 2
    (tmp_path / "runs").unlink()
    node.parm("pdg_command").set(node.parm("pdg_command").unexpandedString().replace("< 3", "< 9"))
    cook(node)
    assert states(node) == ["CookedFail"]
    assert (tmp_path / "runs").read_text() == "xxx"


def test_a_failed_job_may_be_a_warning_or_nothing(scene):
    node = commands(scene, "sys.exit(5)")
    scene.local.parm("local_echandleby").set(1)
    cook(node)
    assert states(node) == ["CookedSuccess"]
    assert "exit code 5" in node.warnings()[0]
    scene.local.parm("local_echandleby").set(3)
    node.dirtyAllTasks(False)
    cook(node)
    assert states(node) == ["CookedSuccess"]
    assert node.warnings() == ()


def test_only_one_exit_code_may_be_handled(scene):
    node = commands(scene, "sys.exit(5)")
    scene.local.setParms({"local_echandleby": 3, "local_echandleall": 0, "local_eccustomcode": 4})
    cook(node)
    assert states(node) == ["CookedFail"]
    scene.local.parm("local_eccustomcode").set(5)
    cook(node)
    assert states(node) == ["CookedSuccess"]


def test_a_job_that_takes_too_long_is_ended(scene):
    node = commands(scene, "time.sleep(60)")
    scene.local.setParms({"local_enabletimeout": 1, "local_maxtime": 0.5})
    [item] = cook(node)
    assert states(node) == ["CookedFail"]
    assert "longer than 0.5 s" in item.logMessages
    scene.local.parm("local_handletimeout").set(1)
    cook(node)
    assert states(node) == ["CookedSuccess"]


def test_jobs_start_without_packages_unless_the_scheduler_loads_them(scene, monkeypatch):
    monkeypatch.setenv("COSMOS_HOUDINI", "/opt/cosmos")
    monkeypatch.setenv("PYTHONPATH", "/opt/cosmos/python3.10libs")
    text = "told = {k: os.environ.get(k) for k in ('COSMOS_HOUDINI', 'PYTHONPATH')}"
    assert told(scene, text) == {"COSMOS_HOUDINI": None, "PYTHONPATH": None}
    scene.local.parm("local_skippackages").set(0)
    assert told(scene, text)["COSMOS_HOUDINI"] == "/opt/cosmos"


def test_the_python_of_jobs_knows_nothing_of_the_project(scene):
    text = "import importlib.util as u; told = {'found': u.find_spec('cosmos_houdini') is not None}"
    assert told(scene, text) == {"found": False}


def test_variables_are_set_and_unset_by_the_scheduler_and_the_item(scene, monkeypatch):
    monkeypatch.setenv("GONE", "x")
    scene.local.parm("local_envunset").set("GONE")
    scene.local.parm("local_envmulti").set(1)
    scene.local.setParms({"local_envname1": "SHOT", "local_envvalue1": "sh_`@pdg_index`"})
    found = told(scene, "told = {k: os.environ.get(k) for k in ('GONE', 'SHOT')}")
    assert found == {"GONE": None, "SHOT": "sh_0"}


@pytest.mark.parametrize(
    ("where", "expected"), [(0, "{hip}/pdgtemp/"), (2, "{hip}/own/"), (1, "{houdini}/shot é/pdgtemp/")]
)
def test_temporary_files_are_where_the_scheduler_says(scene, tmp_path, monkeypatch, where, expected):
    monkeypatch.setenv("HOUDINI_TEMP_DIR", str(tmp_path / "houdini temp"))
    scene.local.setParms({"tempdirmenu": where, "tempdircustom": "$HIP/own"})
    found = told(scene, "told = {'temp': os.environ['PDG_TEMP']}")["temp"]
    assert found.startswith(expected.format(hip=tmp_path, houdini=tmp_path / "houdini temp"))
    assert Path(found).is_dir()
    scene.local.parm("pdg_deletetempdir").set(2)
    found = told(scene, "told = {'temp': os.environ['PDG_TEMP']}")["temp"]
    assert not Path(found).exists()


def test_what_a_job_says_is_the_log_of_its_item(scene):
    node = commands(scene, "print('to out'); sys.stderr.write('to err é\\n')")
    [item] = cook(node)
    assert "to out" in item.logMessages
    assert "to err é" in item.logMessages
    log = node.getPDGNode().scheduler.getLogURI(item)
    assert log.startswith("file:///")


def test_a_scheduler_may_be_another_for_one_node(scene):
    other = scene.net.createNode("localscheduler", "other")
    node = commands(scene, "pdgcmd.setStringAttrib('temp', os.environ['PDG_TEMP'])")
    node.parm("topscheduler").set(other.path())
    other.setParms({"tempdirmenu": 2, "tempdircustom": "$HIP/of_other", "tempdirappendpid": 0})
    [item] = cook(node)
    assert item.stringAttribValue("temp").endswith("/of_other")


def test_what_the_harness_does_not_play_stops_the_test(scene):
    from hython_harness.errors import NotPlayedError

    node = commands(scene, "pass")
    scene.local.parm("pdg_waitforfailures").set(1)
    with pytest.raises(NotPlayedError, match="Block on Failed"):
        cook(node)
    scene.local.setParms({"pdg_waitforfailures": 0, "local_enablemaxmemory": 1})
    with pytest.raises(NotPlayedError, match="local_enablemaxmemory"):
        cook(node)


def test_variables_in_a_command_are_filled_in_whatever_quotes_stand_around_them(scene):
    [item] = cook(commands(scene, "print('$HIPNAME ${HIPNAME} $NOBODYS')"))
    assert "shot é shot é $NOBODYS" in item.logMessages
