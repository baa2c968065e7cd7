"""Colours depend on the name alone and lie apart."""

from __future__ import annotations

import numpy as np

from cosmos_houdini.passes.segmentation import (
    TOO_NEAR,
    colour_of_id,
    colour_of_name,
    flat_colours,
    too_near,
    whole_ids,
)

# A shot of 40 objects as a city layout names them.
CITY = [
    *(f"/city/buildings/bldg_{number:02d}" for number in range(1, 23)),
    *(f"/city/cars/car{number}" for number in range(1, 9)),
    *(f"/city/trees/tree_{number:03d}/leaves" for number in range(1, 6)),
    "/city/ground",
    "/city/road",
    "/city/sign",
    "/city/bus",
    "/hero/body",
]


def nearest(colours: list[tuple[int, int, int]]) -> float:
    values = np.array(colours, float)
    distances = np.linalg.norm(values[:, None] - values[None], axis=2)
    return float(distances[~np.eye(len(values), dtype=bool)].min())


def test_the_colours_of_a_city_are_apart() -> None:
    """Euclidean in 0..255; the codec moves a colour by 3 in each channel."""
    assert len(CITY) == 40
    assert nearest([(0, 0, 0), *(colour_of_name(name) for name in CITY)]) > TOO_NEAR


def test_the_ids_of_a_shot_are_far_apart() -> None:
    assert nearest([(0, 0, 0), *(colour_of_id(number) for number in range(1, 65))]) > 45


def test_a_series_of_40_names_is_usually_far_apart() -> None:
    found = sorted(
        nearest([colour_of_name(f"/{stem}/piece_{n}") for n in range(40)]) for stem in range(100, 160)
    )
    assert found[len(found) // 2] > 40
    assert found[len(found) // 10] > 20


def test_no_colour_is_taken_for_the_background() -> None:
    assert min(max(colour_of_name(f"thing {chr(97 + n % 26)} of {n}")) for n in range(2000)) >= 72
    assert min(max(colour_of_id(number)) for number in range(1, 2000)) >= 72


def test_a_colour_is_fixed_for_ever() -> None:
    """A change here changes the colours of every shot that was ever encoded: don't."""
    assert colour_of_name("/city/car") == (189, 200, 57)
    assert colour_of_name("/city/bldg_01") == (10, 203, 254)
    assert colour_of_id(1) == (129, 10, 117)


def test_ids_are_painted_flat_on_black() -> None:
    ids = np.zeros((6, 10), np.uint32)
    ids[1:4, 2:7] = 5
    ids[4:, 8:] = 4_000_000_000
    picture, seen = flat_colours(ids, colour_of_id)
    assert seen == {5, 4_000_000_000}
    assert (picture[ids == 0] == 0).all()
    assert (picture[ids == 5] == colour_of_id(5)).all()
    assert (picture[ids == 4_000_000_000] == colour_of_id(4_000_000_000)).all()


def test_every_pixel_of_noise_gets_its_own_colour() -> None:
    ids = np.random.default_rng(1).integers(0, 50, (40, 60)).astype(np.uint32)
    picture, seen = flat_colours(ids, colour_of_id)
    table = np.array([(0, 0, 0), *(colour_of_id(number) for number in range(1, 50))], np.uint8)
    assert np.array_equal(picture, table[ids])
    assert seen == set(range(1, 50))


def test_float_id_planes_have_a_background_of_zero_negative_and_nan() -> None:
    plane = np.array([[0, -1, np.nan, np.inf, 3, 2.9999]], np.float32)
    assert whole_ids(plane).tolist() == [[0, 0, 0, 0, 3, 3]]


def test_names_that_fall_too_near_are_reported() -> None:
    assert too_near({"a": (10, 20, 30), "b": (12, 20, 30), "c": (200, 0, 0)}) == [("a", "b", 2.0)]
    assert too_near({"a": (10, 20, 30)}) == []
