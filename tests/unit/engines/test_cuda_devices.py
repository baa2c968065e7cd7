"""GPU numbers as a person types them."""

from __future__ import annotations

import pytest

from cosmos_houdini.engines.cuda_devices import check_cuda_devices, parse_cuda_devices
from cosmos_houdini.errors import BadInputError


@pytest.mark.parametrize(
    ("text", "devices"),
    [("", ()), (" ", ()), ("0", (0,)), ("0,1", (0, 1)), (" 3 , 1 ", (3, 1)), ("12", (12,))],
)
def test_numbers_are_read_in_their_order(text, devices):
    assert parse_cuda_devices(text) == devices


@pytest.mark.parametrize(
    "text", ["a;b", "0;1", "0 1", "-1", "0,-1", "0,", ",", "1.0", "all", "\u0661", "+1", "1_0", "9" * 5000]
)
def test_what_is_no_list_of_numbers_is_refused(text):
    with pytest.raises(BadInputError, match="no list of GPU numbers") as caught:
        parse_cuda_devices(text)
    assert caught.value.why
    assert "0,1" in caught.value.fix


@pytest.mark.parametrize("text", ["0,0", "1,2,1", "0,00"])
def test_a_gpu_named_twice_is_refused(text):
    with pytest.raises(BadInputError, match="twice"):
        parse_cuda_devices(text)


def test_as_many_gpus_are_named_as_are_used():
    assert check_cuda_devices("0,1", 2) == (0, 1)
    assert check_cuda_devices("", 2) == ()
    with pytest.raises(BadInputError, match="are 2, and the run is to use 1") as caught:
        check_cuda_devices("0,1", 1)
    assert "--num-gpu 2" in caught.value.fix
    with pytest.raises(BadInputError, match="no list"):
        check_cuda_devices("a", 1)
