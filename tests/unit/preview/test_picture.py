"""The parts of the picture: light from depth, materials, moods, weather, the mark."""

from __future__ import annotations

import numpy as np
import pytest

from cosmos_houdini.preview.materials import material_table, table_index
from cosmos_houdini.preview.mood import DAY, mood_of
from cosmos_houdini.preview.painter import as_picture
from cosmos_houdini.preview.relief import BLACK_LEVEL, HALF_WIDTH, relief_of
from cosmos_houdini.preview.sky import sky_of
from cosmos_houdini.preview.stamp import stamp_of
from cosmos_houdini.preview.weather import weather_layer
from cosmos_houdini.records.geometry import Resolution

SIZE = Resolution(320, 176)


def luminance(colour) -> float:
    return float(np.dot(colour, [0.2126, 0.7152, 0.0722]))


def inverse_depth_of_plane(slope_x: float, slope_y: float, at_centre: float) -> np.ndarray:
    """(H, W) float32: a plane is linear in inverse depth."""
    x = ((np.arange(SIZE.width) + 0.5) / SIZE.width * 2 - 1) * HALF_WIDTH
    y = ((np.arange(SIZE.height) + 0.5) - SIZE.height / 2) / SIZE.width * 2 * HALF_WIDTH
    return (at_centre + slope_x * x[np.newaxis] + slope_y * y[:, np.newaxis] - BLACK_LEVEL).astype(np.float32)


@pytest.mark.parametrize(("slope_x", "slope_y"), [(0, 0), (0.3, 0), (0, 0.5), (-0.2, 0.3)])
def test_a_plane_gets_its_exact_normal_everywhere(slope_x, slope_y):
    at_centre = 0.6
    relief = relief_of(inverse_depth_of_plane(slope_x, slope_y, at_centre))
    normal = -np.array([slope_x, slope_y, at_centre]) / np.linalg.norm([slope_x, slope_y, at_centre])
    for got, expected in zip((relief.normal_x, relief.normal_y, relief.normal_z), normal):
        assert np.abs(got[8:-8, 8:-8] - expected).max() < 0.03


def test_noise_of_the_coding_does_not_show_in_the_light():
    plane = inverse_depth_of_plane(0, 0.4, 0.6)
    noisy = plane + np.random.default_rng(1).integers(-1, 2, plane.shape).astype(np.float32) / 255
    clean, rough = relief_of(plane), relief_of(noisy)
    assert np.abs(clean.normal_y - rough.normal_y)[8:-8, 8:-8].mean() < 0.04


def test_an_outline_does_not_bend_the_surfaces_beside_it():
    depth = np.full((SIZE.height, SIZE.width), 0.2, np.float32)
    depth[:, SIZE.width // 2 :] = 0.8
    relief = relief_of(depth)
    assert np.abs(relief.normal_x - np.median(relief.normal_x)).max() < 0.25


def test_different_ids_become_different_materials_and_noise_keeps_them():
    table = material_table(DAY)
    ids = np.array([[[220, 40, 40], [40, 220, 40], [40, 60, 220], [230, 220, 50], [250, 250, 250]]], np.uint8)
    colours = table[table_index(ids)][0]
    for one in range(len(colours)):
        for other in range(one):
            assert np.abs(colours[one] - colours[other]).max() > 0.08
    noisy = (
        (ids.astype(int) + np.random.default_rng(1).integers(-6, 7, ids.shape)).clip(0, 255).astype(np.uint8)
    )
    assert np.abs(table[table_index(noisy)][0] - colours).max() < 0.08


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Futuristic city at night", "night"),
        ("A golden sunset over dunes", "sunset"),
        ("NEON alley, heavy rain", "neon, rain"),
        ("snowy winter morning", "dawn, snow"),
        ("a foggy harbour", "day, fog"),
        ("a knight rides", "day"),
        ("", "day"),
    ],
)
def test_words_decide_the_light(prompt, name):
    assert mood_of(prompt).name == name


def test_night_is_darker_than_day():
    assert luminance(mood_of("night").key) + luminance(mood_of("night").ambient) < luminance(DAY.key)


def test_one_prompt_has_one_palette_and_another_has_another():
    assert mood_of("a harbour") == mood_of("a harbour")
    assert mood_of("a harbour").materials != mood_of("a market").materials
    assert mood_of("a harbour", 1).materials == mood_of("a harbour", 2).materials
    assert mood_of("a harbour", 1).key_from != mood_of("a harbour", 2).key_from


def test_a_colour_that_is_named_is_used():
    red, green, blue = mood_of("a red car").materials[1]
    assert red > 2 * max(green, blue)


@pytest.mark.parametrize("prompt", ["\ud800", "é🌧" * 5000, "$(rm -rf)"])
def test_any_text_has_a_mood(prompt):
    assert mood_of(prompt).materials


def test_the_sky_is_within_range_and_repeats():
    for prompt in ("day", "starry night", "sunset", "neon"):
        sky = sky_of(mood_of(prompt), SIZE, 1)
        assert sky.shape == (SIZE.height, SIZE.width, 3)
        assert 0 <= sky.min() <= sky.max() <= 1
        assert np.array_equal(sky, sky_of(mood_of(prompt), SIZE, 1))


def test_rain_and_snow_move_and_good_weather_has_no_layer():
    assert weather_layer(DAY, SIZE, 0, 1) is None
    for prompt in ("rain", "snow"):
        first, second = (weather_layer(mood_of(prompt), SIZE, frame, 1) for frame in (0, 1))
        assert first is not None
        assert second is not None
        assert not np.array_equal(first, second)
        assert 0 < first.mean() < 0.2


def test_bright_values_roll_off_instead_of_clipping():
    ramp = np.linspace(0, 1.6, 50, dtype=np.float32)
    levels = as_picture(np.repeat(ramp[np.newaxis, :, np.newaxis], 3, 2))[0, :, 0].astype(int)
    assert (np.diff(levels) >= 0).all()
    assert levels[0] == 0
    assert levels[-1] == 255
    assert levels[np.argmin(abs(ramp - 1.0))] < 253


@pytest.mark.parametrize("size", [Resolution(1280, 704), Resolution(3840, 2112), Resolution(40, 20)])
def test_the_mark_lies_in_the_upper_left_corner_and_nowhere_else(size):
    picture = np.full((size.height, size.width, 3), 128, np.uint8)
    stamp_of(size.height, "PREVIEW", ("transfer1  chunk 1/2", "depth 1.00")).put_on(picture)
    changed = np.argwhere((picture != 128).any(axis=2))
    assert len(changed) > 0
    assert changed[:, 0].max() < max(20, size.height * 0.1)
    orange = picture.astype(int) - (240, 130, 35)
    assert (np.abs(orange).sum(axis=2) < 60).any()
