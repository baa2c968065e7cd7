"""Pre-flight as a whole."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.preflight import rules
from cosmos_houdini.preflight.check import check_run
from cosmos_houdini.preflight.problem import Severity


def test_a_shot_as_the_model_wants_it_has_no_problem(shot, project):
    made = shot(("depth", "seg"), all_videos={"size": "1280x704", "frames": 121})
    assert check_run(project.store, made.run).problems == ()


def test_everything_is_listed_at_once_errors_first(shot, project):
    made = shot(
        ("depth", "edge"),
        prompt="",
        negative="",
        weights={"depth": 2, "edge": 0},
        videos={"depth": {"frames": 122, "size": "640x480"}, "input": {"frames": 122, "fps": 30}},
    )
    report = check_run(project.store, made.run, num_gpus=3)
    found = {problem.rule for problem in report.problems}
    assert {
        "prompt_empty",
        "negative_prompt",
        "gpu_count",
        "weight_range",
        "weight_zero",
        "size_buckets",
        "size_stretched",
        "fps_agree",
        "chunk_boundary",
    } <= found
    severities = [problem.severity for problem in report.problems]
    assert severities == sorted(severities, key=lambda it: it is not Severity.ERROR)
    assert (*report.errors, *report.warnings) == report.problems
    for problem in report.problems:
        assert problem.what.endswith(".")
        assert problem.why
        assert problem.fix


def test_a_shot_whose_files_are_all_gone_gives_no_other_noise(shot, project):
    made = shot(("depth", "edge", "seg"))
    for file in (project.root / "inputs/videos/x").iterdir():
        file.unlink()
    assert {problem.rule for problem in check_run(project.store, made.run).problems} == {"files_readable"}


def test_each_rule_is_a_module_in_the_table_that_states_its_rule():
    folder = Path(rules.__file__).parent
    modules = {file.stem for file in folder.glob("*.py")} - {"__init__"}
    assert {rule.RULE for rule in rules.ALL} == modules
    assert len(rules.ALL) == len(modules)
    for rule in rules.ALL:
        assert rule.__doc__


def test_only_rules_with_a_fix_say_that_they_can_mend():
    folder = Path(rules.__file__).parent
    for rule in rules.ALL:
        tree = ast.parse((folder / f"{rule.RULE}.py").read_text("utf-8"))
        offers = any(isinstance(node, ast.keyword) and node.arg == "fixable" for node in ast.walk(tree))
        assert offers == hasattr(rule, "fix"), rule.RULE


def test_a_run_of_an_unknown_engine_is_refused(shot):
    with pytest.raises(BadInputError, match="no engine called"):
        shot(engine="sora")


def test_an_upscaling_run_is_checked_by_its_video_alone(shot, project, video):
    source = shot()
    video(project.store.paths.output(source.run.id).video, size="1280x704", frames=121)
    made = shot(weights={"upscale": 0.5}, upscale_of=source.run.id)
    assert check_run(project.store, made.run).problems == ()
