from __future__ import annotations

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.houdini.network.wedge import Wedge


def test_all_combinations_become_variants_the_last_axis_fastest():
    wedge = Wedge(prompts=("rain", "snow"), seeds=(1, 2), weights={"depth": (0.2, 0.8)})
    columns = wedge.columns()
    assert list(zip(*columns.values()))[:3] == [("rain", 1, 0.2), ("rain", 1, 0.8), ("rain", 2, 0.2)]
    assert {len(values) for values in columns.values()} == {8}
    assert list(columns) == ["cosmos_prompt", "seed", "weight_depth"]


def test_what_is_not_varied_is_no_attribute():
    assert Wedge(seeds=(1, 2, 3)).columns() == {"seed": [1, 2, 3]}


def test_a_wedge_of_nothing_is_refused():
    with pytest.raises(BadInputError, match="nothing to vary") as told:
        Wedge().columns()
    assert told.value.fix


def test_a_whole_weight_beside_a_broken_one_keeps_it_broken():
    """An attribute has one type: as whole numbers, 0.5 would be 0."""
    parms = dict(Wedge(weights={"depth": (1, 0.5)}).parms())
    assert (parms["floatvalue1_1"], parms["floatvalue1_2"]) == (1.0, 0.5)


@pytest.mark.parametrize(
    ("wedge", "said"),
    [
        (Wedge(prompts=("Rain", " ")), "prompt of the wedge is empty"),
        (Wedge(prompts=("a $5 bill",)), "a $5 bill"),
        (Wedge(prompts=("`x`",)), "can't stand in a wedge"),
        (Wedge(weights={"dpeth": (1.0,)}), "'dpeth', which is no control"),
        (Wedge(weights={"depth": (0.5, -1.0)}), "is -1"),
        (Wedge(seeds=(3, -1)), "seed of the wedge is -1"),
    ],
)
def test_what_cant_stand_in_a_wedge_is_refused(wedge, said):
    with pytest.raises(BadInputError) as told:
        wedge.columns()
    assert said in told.value.what
    assert told.value.why or told.value.fix


def test_each_parameter_is_there_when_it_is_set():
    """The instances of a multiparm come to be with its count."""
    parms = [name for name, _ in Wedge(prompts=("a", "b")).parms()]
    assert parms.index("wedgeattributes") < parms.index("name1") < parms.index("values1")
    assert parms.index("values1") < parms.index("strvalue1_1")
