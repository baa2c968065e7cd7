"""create-spec, create-run, list, show and config, typed rightly and wrongly."""

from __future__ import annotations

import json
import os

import pytest


def test_a_prompt_of_any_text_is_kept_to_the_letter(shell):
    prompt = "quote ' \" newline \n emoji 🌆 $(touch /tmp/nothing) `x` ; rm -rf ~ %s {0}"
    created = shell("create-spec", "x", prompt, "--json").json
    assert shell("show", created["id"], "--json").json["prompt"] == prompt


def test_several_controls_follow_one_option(shell, prompt_id):
    controls = shell("show", prompt_id, "--json").json["control_inputs"]
    assert controls["edge"]["path"] == "inputs/videos/x/edge.mp4"
    assert set(controls) == {"depth", "edge", "seg"}
    assert all(len(control["sha256"]) == 64 for control in controls.values())


def test_a_zero_weight_leaves_the_control_out(shell, run_id):
    weights = shell("show", run_id, "--json").json["control_weights"]
    assert weights == {"edge": 0.4, "depth": 0.4, "seg": 0.2}


def test_without_weights_every_control_counts_the_same(shell, prompt_id):
    weights = shell("create-run", prompt_id, "--json").json["weights"]
    assert len(set(weights.values())) == 1
    assert sum(weights.values()) == pytest.approx(1, abs=0.001)


def test_a_run_like_another_takes_over_its_choices(shell, prompt_id, run_id):
    other = shell("create-run", prompt_id, "--like", run_id, "--guidance", "7", "--json").json
    record = shell("show", other["id"], "--json").json
    assert record["parameters"] == {"seed": 3, "guidance": 7.0}
    assert record["control_weights"] == {"edge": 0.4, "depth": 0.4, "seg": 0.2}


def test_records_are_found_by_file_by_prefix_and_by_last(shell, run_id):
    file = next((shell.folder / "inputs" / "runs").rglob("*.json"))
    for reference in (
        str(file),
        str(file.relative_to(shell.folder)),
        run_id,
        run_id[:8],
        run_id[3:9],
        "last",
    ):
        assert shell("show", reference, "--json").json["id"] == run_id


def test_list_shows_the_newest_first(shell, prompt_id):
    made = [shell("create-run", prompt_id, "--json").json["id"] for _ in range(3)]
    listed = [run["id"] for run in shell("list", "--json").json]
    assert listed == made[::-1]


def test_list_shows_prompt_specs_when_asked(shell, prompt_id):
    assert [spec["id"] for spec in shell("list", "--specs", "--json").json] == [prompt_id]
    assert "cityscape" in shell("list", "--specs").out


def test_config_show_tells_where_a_value_came_from(shell):
    (shell.folder / "cosmos.toml").write_text("[engine]\nnum_gpus = 4\n")
    shown = shell("config", "show", "--json", "--set", "engine.seed=9").json
    assert shown["engine.num_gpus"]["value"] == 4
    assert "cosmos.toml" in shown["engine.num_gpus"]["from"]
    assert shown["engine.seed"] == {"value": 9, "from": "command line"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["chek"], 2, ["chek", "check"]),
        (["create-spec", "x"], 2, ["prompt"]),
        (["create-spec", "x", "p", "--control-inputs", "detph:a.mp4"], 2, ["detph", "depth"]),
        (["create-spec", "x", "p", "--control-inputs", "depth:none.mp4"], 3, ["none.mp4", "does not exist"]),
        (["create-spec", "x", "p", "--control-inputs", "depth:/etc/hostname"], 3, ["outside the project"]),
        (["create-spec", "x", "p", "--controls", "inputs"], 3, ["passes.json", "passes encode"]),
        (["create-spec", "x", "p", "--region", "0.9,0,0.1,1", "red"], 2, ["box"]),
        (["create-spec", "x", "p", "--control-inputs", "edge", "edge"], 2, ["edge twice"]),
        (["create-spec", "x", "p", "--region", "find: ", "red"], 2, ["nothing to look for"]),
        (["create-spec", "x", "p", "--region", "none.mp4", "red"], 3, ["none.mp4 does not exist"]),
        (["create-spec", "x", "p", "--control-inputs", "depth:"], 2, ["'depth:'", "the engine compute it"]),
        (["create-spec", "x", "p", "--control-inputs", "depth", "egde:b.mp4"], 2, ["egde", "'edge'"]),
        (["create-spec", "x", "p", "--control-inputs", "EDGE", "edge"], 2, ["edge twice"]),
        (["create-spec", "x", "p", "--meta", "a=1", "--meta", "a=2"], 2, ["--meta names a twice"]),
        (["create-spec", "x", "--prompt-file", "none.txt"], 3, ["none.txt", "No such file", "path"]),
        (["passes", "encode", ""], 2, ["FRAMES"]),
        (["passes", "encode", "f", "--only", "foo"], 2, ["--only", "foo"]),
        (["passes", "encode", "f", "--exposure", "nan"], 2, ["--exposure"]),
        (["passes", "encode", "f", "--size", "1281x704"], 2, ["even"]),
        (["demo", "--size", "1x1"], 2, ["--size 1x1", "64 to 8192"]),
        (["demo", "--size", "1280x9000"], 2, ["--size 1280x9000", "64 to 8192"]),
        (["demo", "--folder", "inputs"], 2, ["inputs is not empty"]),
        (["demo", "--folder", "/dev/null"], 3, ["/dev/null"]),
        (["create-run", "last"], 2, ["no prompt spec", "create-spec"]),
        (["run", "rs_00"], 2, ["rs_00", "list"]),
        (["run", "gone.json"], 3, ["gone.json", "does not exist"]),
        (["show", "last"], 2, ["no run"]),
        (["show", "12"], 2, ["No run and no prompt spec is called '12'", "list --specs"]),
        (["upscale", "last", "--upscale-weight", "nan"], 2, ["--upscale-weight", "nan"]),
        (["list", "--project", "/nowhere/at/all"], 3, ["/nowhere/at/all"]),
        (["config", "show", "--set", "engine.nmae=x"], 2, ["engine.nmae", "engine.name"]),
        (["config", "show", "--set", "remote.port=many"], 2, ["whole number"]),
    ],
)
def test_a_wrong_command_says_what_is_wrong(shell, arguments, code, words):
    answer = shell(*arguments, code=code)
    for word in words:
        assert word in answer.err


def test_wrong_weights_name_the_right_order(shell, prompt_id):
    answer = shell("create-run", prompt_id, "--weights", "1", "2", code=2)
    assert "vis edge depth seg" in answer.err


@pytest.mark.parametrize(
    "option",
    [
        ["--weight", "foo=1"],
        ["--weight", "depth=abc"],
        ["--weight", "depth"],
        ["--weights", "nan", "1", "1", "1"],
        ["--guidance", "inf"],
        ["--canny-threshold", "medum"],
        ["--weight-outside", "depth=1"],
        ["--weight", "depth=.1", "--weight", "depth=.2"],
        ["--weight-mask", "depth=a.mp4", "--weight-mask", "depth=b.mp4"],
        ["--weight-mask", "vis=inputs/videos/x/depth.mp4"],
    ],
)
def test_a_mistyped_setting_names_its_option(shell, prompt_id, option):
    assert option[0] in shell("create-run", prompt_id, *option, code=2).err


def test_a_weight_mask_is_explained_with_a_video_not_with_a_number(shell, prompt_id):
    answer = shell("create-run", prompt_id, "--weight-mask", "depth", code=2)
    assert "As in --weight-mask depth=mask.mp4" in answer.err
    answer = shell("create-run", prompt_id, "--weight-outside", "depth", code=2)
    assert "As in --weight-outside depth=0.4" in answer.err


def test_weights_may_be_written_as_any_number(shell, prompt_id):
    weights = ("--weights", ".3", "+.2", "1E-1", "4e-1")
    assert shell("create-run", *weights, prompt_id, "--json").json["weights"] == {
        "vis": 0.3,
        "edge": 0.2,
        "depth": 0.1,
        "seg": 0.4,
    }


def test_controls_may_be_written_in_capitals(shell):
    controls = ("--control-inputs", "DEPTH:inputs/videos/x/depth.mp4", "EDGE", "Seg")
    made = shell("create-spec", "x", *controls, "Night: rain", "--json").json
    assert made["controls"] == ["depth", "edge", "seg"]
    assert shell("show", made["id"], "--json").json["prompt"] == "Night: rain"


def test_a_mark_that_windows_editors_put_in_front_is_no_part_of_the_prompt(shell):
    (shell.folder / "prompt.txt").write_bytes("\ufeffA street\n".encode())
    made = shell("create-spec", "x", "--prompt-file", "prompt.txt", "--json").json
    assert shell("show", made["id"], "--json").json["prompt"] == "A street"
    (shell.folder / "prompt.txt").write_bytes("A stra\xdfe".encode("latin-1"))
    assert "Save it as UTF-8" in shell("create-spec", "x", "--prompt-file", "prompt.txt", code=3).err


def twin_of(shell, run_id, prefix, digits):
    """A second record in the place of the run, with an id of its own; nothing in it can be read."""
    file = next((shell.folder / "inputs" / "runs").rglob("*.json"))
    folder = shell.folder / "inputs" / {"rs_": "runs", "ps_": "prompts"}[prefix] / file.parent.name
    (folder / file.name.replace(run_id, prefix + digits)).write_text("{}")
    return prefix + digits


@pytest.mark.parametrize("prefix", ["rs_", "ps_"])
def test_a_prefix_of_two_records_names_both_of_whatever_kind(shell, run_id, prefix):
    twin = twin_of(shell, run_id, prefix, run_id[3:9] + "0123456789")
    told = shell("show", run_id[3:9], code=2).err
    assert f"'{run_id[3:9]}' names 2 records" in told
    assert run_id in told
    assert twin in told
    assert shell("show", run_id[3:], "--json").json["id"] == run_id


def test_a_prompt_spec_is_shown_by_the_digits_of_its_id(shell, run_id, prompt_id):
    assert shell("show", prompt_id[3:], "--json").json["id"] == prompt_id


@pytest.mark.parametrize("command", ["check", "run", "estimate", "build-spec"])
def test_a_run_whose_prompt_spec_is_gone_says_which(shell, run_id, prompt_id, command):
    next((shell.folder / "inputs" / "prompts").rglob("*.json")).unlink()
    told = shell(command, run_id, code=3).err
    assert f"The prompt spec {prompt_id} of the run {run_id} is missing" in told


def test_a_record_of_another_project_is_told_with_its_project(shell, run_id, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("other") / "a project"
    (elsewhere / "inputs").mkdir(parents=True)
    file = next((shell.folder / "inputs" / "runs").rglob("*.json"))
    around = os.path.join(elsewhere, os.path.relpath(file, elsewhere))  # noqa: PTH118
    for command, named in (("show", file), ("run", file), ("check", around)):
        told = shell(command, str(named), "--project", str(elsewhere), code=2).err
        assert str(elsewhere) in told
        assert f"--project {shell.folder}" in told
    spec = next((shell.folder / "inputs" / "prompts").rglob("*.json"))
    assert "prompt spec" in shell("create-run", str(spec), "--project", str(elsewhere), code=2).err


def test_a_record_is_found_by_file_through_a_link_to_its_project(shell, run_id, tmp_path_factory):
    link = tmp_path_factory.mktemp("link") / "project"
    link.symlink_to(shell.folder)
    file = next((shell.folder / "inputs" / "runs").rglob("*.json"))
    assert shell("show", str(file), "--project", str(link), "--json").json["id"] == run_id


def test_list_prints_names_that_cannot_command_the_terminal(shell):
    name = "red \x1b[31m\x9b1m \x07bell"
    made = shell("create-spec", name, "p\x1b]0;title\x07", "--control-inputs", "edge", "--json").json
    shell("create-run", made["id"])
    for printed in (shell("list").out, shell("list", "--specs").out):
        assert not set(printed) & set("\x1b\x9b\x07")
        assert "red \ufffd[31m\ufffd1m" in printed


def test_weights_of_zero_are_kept_and_refused_by_pre_flight(shell, prompt_id):
    made = shell("create-run", prompt_id, "--weights", "0", "0", "0", "0", "--json").json
    assert set(made["weights"].values()) == {0.0}
    assert shell("run", made["id"], code=3).err.count("weight")


def test_a_video_swapped_since_it_was_encoded_is_refused(shell):
    from cosmos_houdini.records.hashing import hash_file

    folder = shell.folder / "inputs" / "videos" / "x"
    made = {"channels": {}, "settings": {}}
    passes = {
        "schema_version": 1,
        "name": "x",
        "resolution": "1280x704",
        "fps": "24",
        "frame_numbers": {"first": 1, "last": 5, "step": 1},
        "fit": "",
        "sources": [],
        "videos": {"depth": {"file": "depth.mp4", "sha256": hash_file(folder / "depth.mp4"), **made}},
        "skipped": {},
        "depth_range": None,
        "colours": {},
        "warnings": [],
    }
    (folder / "passes.json").write_text(json.dumps(passes))
    assert shell("create-spec", "x", "p", "--controls", str(folder), "--json").json["controls"] == ["depth"]
    (folder / "depth.mp4").write_bytes((folder / "edge.mp4").read_bytes())
    assert "replaced or edited" in shell("create-spec", "x", "p", "--controls", str(folder), code=3).err


def test_a_reader_that_leaves_early_does_not_stop_the_work(shell, prompt_id):
    import subprocess
    import sys

    command = f"'{sys.executable}' -m cosmos_houdini create-run {prompt_id} | true"
    done = subprocess.run(  # noqa: PLW1510
        ["bash", "-o", "pipefail", "-c", command], cwd=shell.folder, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert len(shell("list", "--json").json) == 1


def test_a_project_in_a_folder_with_an_odd_name_works(shell, tmp_path_factory):
    import shutil

    odd = tmp_path_factory.mktemp("odd") / "a b 'ü\" $x"
    shutil.copytree(shell.folder, odd)
    made = shell(
        "create-spec",
        "x",
        "p",
        "--project",
        str(odd),
        "--json",
        "--input-video",
        str(odd / "inputs/videos/x/color.mp4"),
    )
    assert (odd / "inputs" / "prompts").is_dir()
    assert made.json["id"].startswith("ps_")


def test_an_unknown_engine_names_the_nearest(shell, prompt_id):
    answer = shell("create-run", prompt_id, "--engine", "transfr1", code=3)
    assert "transfer1" in answer.err


def test_errors_are_json_with_json(shell):
    answer = shell("create-spec", "x", "p", "--control-inputs", "depth:none.mp4", "--json", code=3)
    error = json.loads(answer.out)
    assert error["event"] == "error"
    assert error["fix"]


def test_usage_errors_are_json_with_json(shell):
    answer = shell("create-spec", "--json", code=2)
    assert json.loads(answer.out)["event"] == "error"


def test_every_command_has_help_with_an_example(shell):
    from cosmos_houdini.cli.app import COMMANDS

    below = [["passes", "inspect"], ["passes", "encode"], ["config", "show"]]
    for path in [*([name] for name in COMMANDS), *below]:
        text = " ".join(shell(*path, "--help").out.split())
        assert f"cosmos-houdini {path[0]}" in text.partition("Example: ")[2], path


def test_an_edited_record_is_refused(shell, run_id):
    file = next((shell.folder / "inputs" / "runs").rglob("*.json"))
    file.write_text(file.read_text().replace('"seed": 3', '"seed": 4'))
    answer = shell("run", run_id, code=3)
    assert "edited after it was created" in answer.err
    assert not (shell.folder / "outputs").exists()
