"""The spec and the arguments of every kind of run, against files that a person has read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cosmos_houdini.engines.registry import engine

GOLDEN = Path(__file__).parent / "golden"
KINDS = sorted(file.stem for file in GOLDEN.glob("*.json"))


def as_golden(built) -> dict:
    return {
        "needs_torchrun": built.needs_torchrun,
        "arguments": list(built.arguments),
        "output_file": built.output_file,
        "spec": built.spec,
    }


def test_every_kind_of_order_has_a_golden_file(orders):
    assert sorted(orders) == KINDS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["transfer1", "preview"])
def test_the_order_is_written_exactly_as_in_the_golden_file(orders, kind, name):
    text = (GOLDEN / f"{kind}.json").read_text("utf-8")
    built = json.dumps(as_golden(engine(name).build(orders[kind])), indent=2, ensure_ascii=False) + "\n"
    assert built == text


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_is_in_the_spec_and_on_the_command_line(orders, kind):
    built = engine("transfer1").build(orders[kind])
    options = {argument[2:] for argument in built.arguments if argument.startswith("--")}
    assert not options & set(built.spec)


@pytest.mark.parametrize("kind", KINDS)
def test_arguments_are_two_tokens_never_one_with_an_equals_sign(orders, kind):
    arguments = engine("transfer1").build(orders[kind]).arguments
    assert all("=" not in argument for argument in arguments if argument.startswith("--"))
    # Every argument that isn't an option is the value of the option in front of it.
    for before, argument in zip(arguments, arguments[1:]):
        assert argument.startswith("--") or before.startswith("--")


@pytest.mark.parametrize("kind", KINDS)
def test_weights_are_never_a_numeric_zero_and_add_up_to_one_at_most(orders, kind):
    spec = engine("transfer1").build(orders[kind]).spec
    weights = [block["control_weight"] for block in spec.values() if isinstance(block, dict)]
    numbers = [weight for weight in weights if isinstance(weight, float)]
    assert weights
    assert all(0 < number <= 1 for number in numbers)
    if numbers == weights:
        assert sum(numbers) <= 1 + 1e-9


@pytest.mark.parametrize("kind", KINDS)
def test_only_controls_are_objects_since_the_model_refuses_others(orders, kind):
    spec = engine("transfer1").build(orders[kind]).spec
    known = {"vis", "seg", "edge", "depth", "keypoint", "upscale", "hdmap", "lidar"}
    assert {key for key, value in spec.items() if isinstance(value, dict)} <= known
