"""`job`: the steps of a PDG network as commands, which tell their work item."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from cosmos_houdini.records.store import Store
from support import shots

SCRIPTS = Path(shots.__file__).parent / "pdg_scripts"


@pytest.fixture
def told(tmp_path_factory, monkeypatch):
    """PDG is there; returns what it was told so far."""
    file = tmp_path_factory.mktemp("pdg") / "told"
    file.touch()
    monkeypatch.setenv("PDG_RESULT_SERVER", "localhost:1234")
    monkeypatch.setenv("PDG_SCRIPTDIR", str(SCRIPTS))
    monkeypatch.setenv("PDG_TEST_TOLD", str(file))
    return lambda: [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def job(shell):
    return lambda step, *words, code=0: shell("job", step, "--project", str(shell.folder), *words, code=code)


@pytest.fixture
def encoded(job):
    job("encode", "--frames", "inputs/videos/x/color.mp4", "--name", "city", "--only", "color,vis")


@pytest.fixture
def spec(job, encoded):
    def make(*words, code=0):
        given = ("--name", "city", "--controls", "inputs/videos/city", "--prompt", "night")
        return job("spec", *given, *words, code=code)

    return make


def attributes(told):
    return {line[1]: line[2] for line in told() if line[0] == "setStringAttrib"}


def run_of(told):
    """The id of the run that the item was told of last."""
    return attributes(told)["cosmos_run_id"]


def files(told, tag):
    return [line[1] for line in told() if line[0] == "addOutputFile" and line[2] == tag]


def test_the_steps_work_without_pdg(shell, job, spec):
    run = spec().events[-1]
    assert run["event"] == "spec"
    assert job("transfer", "--run", run["id"]).events[-1]["status"] == "SUCCESS"
    loaded = job("load", "--run", run["id"]).events[-1]
    assert (loaded["first"], loaded["last"]) == (1, 5)
    assert all(Path(file).is_file() for file in loaded["files"])


def test_each_step_tells_its_item_what_it_made(shell, told, job, spec):
    assert attributes(told)["cosmos_set"] == "city"
    videos = shell.folder / "inputs" / "videos" / "city"
    assert attributes(told)["cosmos_videos"] == str(videos)
    assert files(told, "file/video") == [str(videos / "color.mp4"), str(videos / "vis.mp4")]
    spec()
    run = Store(shell.folder).run(run_of(told))
    assert attributes(told) | {
        "cosmos_prompt_id": run.prompt_spec_id,
        "cosmos_run_id": run.id,
        "cosmos_engine": "preview",
        "cosmos_status": "PENDING",
        "cosmos_project": str(shell.folder),
    } == attributes(told)
    job("transfer", "--run", run.id)
    output = shell.folder / "outputs" / run.id
    assert attributes(told)["cosmos_status"] == "SUCCESS"
    assert attributes(told)["cosmos_video"] == str(output / "output.mp4")
    assert files(told, "file/video")[-1] == str(output / "output.mp4")
    job("load", "--run", run.id, "--format", "png")
    assert attributes(told)["cosmos_frames"] == f"{output.as_posix()}/frames/output.$F4.png"
    frames = [str(output / "frames" / f"output.000{n}.png") for n in range(1, 6)]
    assert files(told, "file/image") == [str(output / "sheet.png"), *frames]


def test_a_run_tells_its_item_how_far_it_is(told, job, spec):
    spec()
    printed = job("transfer", "--run", run_of(told))
    states = [line[1] for line in told() if line[0] == "workItemSetCustomState"]
    percents = [line[1] for line in told() if line[0] == "workItemSetCookPercent"]
    assert any(state.startswith("uploading") for state in states)
    assert any(state.startswith("fetching 100%") for state in states)
    assert all(0 <= percent <= 100 for percent in percents)
    assert "{" not in printed.out + printed.err
    assert "result  " in printed.out
    assert len(printed.err.splitlines()) < 20


def test_a_failure_is_in_the_items_log_and_in_the_exit_code(shell, told, job, spec):
    spec()
    for step, words, code in (
        ("load", ("--run", "rs_nothing"), 2),
        ("encode", ("--frames", "nowhere.$F4.exr", "--name", "x"), 3),
        ("load", ("--run", run_of(told)), 2),
    ):
        answer = job(step, *words, code=code)
        assert "fix:" in answer.err
        log = [line[1] for line in told() if line[0] == "workItemAppendLog"]
        assert log[-1] in answer.err


def test_a_run_that_came_to_nothing_is_begun_anew_by_a_run_like_it(shell, told, job, spec):
    spec("--seed", "5")
    run = run_of(told)
    shell("cancel", run)
    job("transfer", "--run", run)
    fresh = run_of(told)
    assert fresh != run
    assert attributes(told)["cosmos_status"] == "SUCCESS"
    store = Store(shell.folder)
    assert store.run(fresh).parameters == store.run(run).parameters
    job("transfer", "--run", run)
    assert run_of(told) == fresh


def test_words_that_are_encoded_are_decoded_before_they_are_read(shell, job, encoded):
    prompt = 'It\'s "wet" at $HOME; `x` & 街\nsecond line'
    words = [
        "--project",
        str(shell.folder),
        "--name",
        "a b",
        "--controls",
        "inputs/videos/city",
        "--prompt",
        prompt,
    ]
    told = shell("job", "--encoded", "spec", *(quote(word, safe="") for word in words)).events[-1]
    store = Store(shell.folder)
    assert store.prompt_of(store.run(told["id"])).prompt == prompt


def test_masks_and_switches_of_a_run_come_into_its_record(shell, job, spec):
    mask = "inputs/videos/city/color.mp4"
    words = ["--weight", "vis=0.8", "--weight-mask", f"vis={mask}", "--weight-outside", "vis=0.1"]
    told = spec(*words, "--offload-text-encoder").events[-1]
    run = Store(shell.folder).run(told["id"])
    [weight] = run.control_weights.values()
    assert (weight.value, weight.outside, weight.mask_path) == (0.8, 0.1, mask)
    assert run.parameters.offload_text_encoder
    assert not run.parameters.distilled


def test_a_video_that_cant_be_made_is_left_out_unless_it_must_be(shell, told, job):
    words = ["--frames", "inputs/videos/x/color.mp4", "--name", "city", "--only", "color,depth"]
    job("encode", *words)
    assert [Path(file).name for file in files(told, "file/video")] == ["color.mp4"]
    log = [line[1] for line in told() if line[0] == "workItemAppendLog"]
    assert any("depth video was not made" in line for line in log)
    assert "depth" in job("encode", *words, "--must-make", code=3).err


def test_a_recook_takes_the_same_records_and_the_run_that_there_is(shell, job, spec):
    first = spec("--seed", "7").events[-1]
    job("transfer", "--run", first["id"])
    before = (shell.folder / "outputs" / first["id"] / "output.mp4").stat().st_mtime_ns
    again = spec("--seed", "7").events[-1]
    assert again == first
    job("transfer", "--run", again["id"])
    assert (shell.folder / "outputs" / first["id"] / "output.mp4").stat().st_mtime_ns == before
    assert spec("--seed", "8").events[-1]["id"] != first["id"]


def test_an_attribute_that_an_item_lacks_is_an_empty_option(shell, spec):
    empty = ("--seed", "", "--guidance", " ", "--engine", "", "--negative-prompt", "", "--weight", "depth=")
    run = Store(shell.folder).run(spec(*empty, "--sigma-max", "35.5", "--num-steps", "9").events[-1]["id"])
    assert run.parameters.as_json() == {"num_steps": 9, "sigma_max": 35.5}
    assert {str(control): weight.value for control, weight in run.control_weights.items()} == {"vis": 1.0}
    assert Store(shell.folder).prompt_of(run).negative_prompt is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--weight", "dpeth=1"), "depth"),
        (("--weight", "vis"), "CONTROL=VALUE"),
        (("--seed", "seven"), "seven"),
        (("--guidance", "much"), "much"),
        (("--prompt", ""), "--prompt is empty"),
        (("--name", " "), "--name is empty"),
        (("--controls", ""), "--controls is empty"),
        (("--project", ""), "--project is empty"),
    ],
)
def test_a_wrong_value_of_a_wedge_is_named(spec, words, said):
    assert said in spec(*words, code=2).err


@pytest.mark.parametrize("step", ["transfer", "load"])
def test_a_run_that_the_item_does_not_name_is_missed(job, step):
    answer = job(step, "--run", "", code=2)
    assert "--run is empty" in answer.err
    assert "attribute" in answer.err


@pytest.mark.parametrize("breaks", ["setStringAttrib", "addOutputFile"])
def test_a_graph_that_is_gone_fails_the_job_in_words(told, spec, monkeypatch, breaks):
    monkeypatch.setenv("PDG_TEST_BREAKS", breaks)
    answer = spec(code=1)
    assert "PDG could not be told what this work item made" in answer.err
    assert "Cook the item again" in answer.err
    assert "Traceback" not in answer.err


def test_what_went_wrong_with_a_run_is_told_though_its_graph_is_gone(job, told, spec, monkeypatch):
    spec()
    run = run_of(told)
    before = [line[1] for line in told() if line[0] == "setStringAttrib"]
    # Of its own it tells the project and four of the run before it is begun, and how it ended.
    monkeypatch.setenv("PDG_TEST_BREAKS", f"setStringAttrib:{len(before) + 5}")
    answer = job("transfer", "--run", run, "--cuda-devices", "0,x", code=3)
    assert "0,x" in answer.err
    assert [line[1] for line in told() if line[0] == "setStringAttrib"][-1] == "cosmos_status"


def test_pdgcmd_of_another_python_is_told_nothing_and_the_job_goes_on(job, monkeypatch, tmp_path, told):
    (tmp_path / "pdgcmd.py").write_text("print 'as once was'")
    monkeypatch.setenv("PDG_SCRIPTDIR", str(tmp_path))
    monkeypatch.delitem(sys.modules, "pdgcmd", raising=False)
    answer = job("encode", "--frames", "inputs/videos/x/color.mp4", "--name", "city", "--only", "color")
    assert "pdgcmd can't be loaded" in answer.err


def test_pdg_without_its_scripts_is_told_nothing_and_the_job_goes_on(job, monkeypatch, tmp_path, told):
    for folder in ("", str(tmp_path)):
        monkeypatch.setenv("PDG_SCRIPTDIR", folder)
        answer = job("encode", "--frames", "inputs/videos/x/color.mp4", "--name", "city", "--only", "color")
        assert "pdgcmd" in answer.err
    assert told() == []


def test_a_warning_that_pdg_cant_be_told_is_printed(job, told, monkeypatch):
    words = ["--frames", "inputs/videos/x/color.mp4", "--name", "city", "--only", "color,depth"]
    assert "warning: The depth" not in job("encode", *words).err
    monkeypatch.setenv("PDG_TEST_BREAKS", "workItemAppendLog")
    assert "warning: The depth" in job("encode", *words).err


@pytest.mark.parametrize("breaks", ["workItemSetCustomState", "workItemSetCookPercent"])
def test_a_server_that_is_not_heard_keeps_no_work_from_being_done(job, told, monkeypatch, breaks):
    monkeypatch.setenv("PDG_TEST_BREAKS", breaks)
    answer = job("encode", "--frames", "inputs/videos/x/color.mp4", "--name", "city", "--only", "color")
    assert answer.err.count("could not be told") == 1
    assert len(files(told, "file/video")) == 1
