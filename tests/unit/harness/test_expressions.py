"""Texts with variables, and the expressions that parms carry."""

from __future__ import annotations

import pytest

from hython_harness.errors import OperationFailed, UnknownFactError
from hython_harness.expressions import Surroundings, evaluate, expand


def around(**variables):
    def function(name, values):
        raise UnknownFactError(name)

    return Surroundings(
        {"HIP": "/a b", **variables}, 12.0, 24.0, function, lambda name, index: {"n": 5}[name]
    )


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("$HIP/x.$F4.exr", "/a b/x.0012.exr"),
        ("${HIP}x${F}y$F", "/a bx12y12"),
        ("$FPS $FF", "24 12"),
        ("$FOO ${FOO} $", "$FOO ${FOO} $"),
        ("$HIPPO", "$HIPPO"),
        ("a`1+1`b`@n*2`c", "a2b10c"),
        ("`padzero(3, $F)`", "012"),
    ],
)
def test_a_text_is_expanded(text, made):
    assert expand(text, around()) == made


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$F + 1", 13),
        ("($F - 2) / 4", 2.5),
        ("if($F > 10, 3, 4)", 3),
        ("$F == 12 && 0", 0),
        ("!($F == 12)", 0),
        ("-min(3, $F)", -3),
        ("floor(2.7) + ceil(2.1)", 5),
        ('"a" + "b"', "ab"),
    ],
)
def test_an_expression_is_computed(expression, value):
    assert evaluate(expression, around()) == value


def test_what_is_wrong_and_what_is_unknown_differ():
    with pytest.raises(OperationFailed, match="Syntax error"):
        evaluate("1 +", around())
    with pytest.raises(OperationFailed, match="Undefined variable"):
        evaluate("$NOBODY + 1", around())
    with pytest.raises(UnknownFactError):
        evaluate("rand(3)", around())
    with pytest.raises(UnknownFactError, match="doesn't evaluate"):
        evaluate("[1, 2]", around())
