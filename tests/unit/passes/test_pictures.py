"""Colour, blur and fit of single pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.color import DisplayTransform, views
from cosmos_houdini.passes.fit import place
from cosmos_houdini.passes.request import Fit
from cosmos_houdini.passes.video import read_frames
from cosmos_houdini.passes.vis import blurred, blurred_at_full_size
from cosmos_houdini.records.enums import BlurStrength
from cosmos_houdini.records.geometry import Resolution

EXAMPLE = Path(__file__).parents[4] / "shared" / "data" / "cosmos_example1" / "example1_input_video.mp4"
MODEL = Resolution(1280, 704)


def srgb(linear: np.ndarray) -> np.ndarray:
    """IEC 61966-2-1, the slow way."""
    clipped = np.clip(linear, 0, 1)
    return np.where(clipped <= 0.0031308, clipped * 12.92, 1.055 * clipped ** (1 / 2.4) - 0.055) * 255


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_linear_pixels_get_the_srgb_curve(kind: type) -> None:
    values = np.concatenate([np.linspace(0, 1.2, 3000), np.geomspace(1e-6, 1e-2, 600)]).astype(kind)
    shown = DisplayTransform().apply(values.reshape(60, 60, 1))
    assert np.abs(shown[..., 0].astype(float) - srgb(values.astype(float)).reshape(60, 60)).max() <= 0.56


def test_wild_pixels_are_black_or_white() -> None:
    values = np.array([[[np.inf] * 3, [-np.inf] * 3, [np.nan] * 3, [1e30] * 3, [-5] * 3]], np.float32)
    assert DisplayTransform().apply(values)[0, :, 0].tolist() == [255, 0, 0, 255, 0]


def test_exposure_counts_in_stops() -> None:
    values = np.full((2, 2, 3), 0.2, np.float32)
    assert np.array_equal(DisplayTransform(None, 1).apply(values), DisplayTransform().apply(values * 2))
    assert np.array_equal(DisplayTransform(None, -2).apply(values), DisplayTransform().apply(values / 4))


def test_display_pixels_are_left_alone() -> None:
    eight = np.random.default_rng(1).integers(0, 256, (5, 6, 4), dtype=np.uint8)
    assert np.array_equal(DisplayTransform(None, 3).apply(eight), eight[..., :3])
    assert np.array_equal(DisplayTransform().apply(eight.astype(np.uint16) * 257), eight[..., :3])


def test_a_view_of_the_colour_configuration_changes_the_picture() -> None:
    aces = next(view for view in views() if "ACES" in view)
    values = np.full((4, 4, 3), 4.0, np.float32)
    assert DisplayTransform(aces).apply(values).max() < 255  # a highlight that a plain curve clips
    assert DisplayTransform().apply(values).min() == 255


def test_an_unknown_view_lists_the_known_ones() -> None:
    with pytest.raises(BadInputError) as caught:
        DisplayTransform("Kodachrome")
    assert views()[0] in caught.value.why


def test_the_blur_gets_stronger_by_name_and_none_leaves_the_picture() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (176, 320, 3), dtype=np.uint8)
    assert blurred(noise, BlurStrength.NONE) is noise
    names = (BlurStrength.VERY_LOW, BlurStrength.MEDIUM, BlurStrength.VERY_HIGH)
    spread = [blurred(noise, name).std() for name in names]
    assert spread == sorted(spread, reverse=True)
    assert spread[0] < noise.std() / 2


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the example videos are not here")
@pytest.mark.parametrize("strength", [name for name in BlurStrength if name is not BlurStrength.HIGH])
def test_the_quick_blur_is_that_of_the_full_size(strength: BlurStrength) -> None:
    """Peak signal to noise at least 45 dB; high (50 dB) is left out since the slow way takes seconds."""
    picture = next(iter(read_frames(EXAMPLE, MODEL)))
    quick, full = blurred(picture, strength), blurred_at_full_size(picture, strength)
    error = np.square(quick.astype(float) - full).mean()
    assert 10 * np.log10(255**2 / max(error, 1e-9)) >= 45
    if strength is BlurStrength.LOW:
        assert np.array_equal(quick, full)


def test_the_usual_film_sizes_are_fitted_without_distortion() -> None:
    hd = place(Resolution(1920, 1080), MODEL, Fit.AUTO)
    assert (hd.fit, hd.crop) == (Fit.CROP, (0, 12, 1920, 1056))
    wide = place(Resolution(2048, 858), MODEL, Fit.AUTO)
    assert (wide.fit, wide.inner) == (Fit.PAD, (0, 84, 1280, 536))
    for placement in (hd, wide):
        scale_x, scale_y = placement.inner[2] / placement.crop[2], placement.inner[3] / placement.crop[3]
        assert scale_x == pytest.approx(scale_y, rel=0.005)
    assert "cropped" in hd.describe()
    assert "padded" in wide.describe()


@pytest.mark.parametrize(
    "source", [(1280, 704), (640, 352), (1920, 1080), (1000, 1000), (333, 777), (4096, 1716)]
)
@pytest.mark.parametrize("fit", list(Fit))
def test_every_fit_gives_the_target_size(source: tuple[int, int], fit: Fit) -> None:
    placement = place(Resolution(*source), MODEL, fit)
    picture = np.full((source[1], source[0], 3), 90, np.uint8)
    assert placement.smooth(picture).shape == (704, 1280, 3)
    ids = np.full((source[1], source[0]), 7, np.uint32)
    sampled = placement.nearest(ids)
    assert sampled.shape == (704, 1280)
    left, top, width, height = placement.inner
    assert (sampled[top : top + height, left : left + width] == 7).all()
    assert np.count_nonzero(sampled) == width * height


def test_nearest_makes_no_new_ids_and_halves_exactly() -> None:
    ids = np.random.default_rng(1).integers(0, 9, (1408, 2560)).astype(np.uint32)
    assert np.array_equal(place(Resolution(2560, 1408), MODEL, Fit.CROP).nearest(ids), ids[1::2, 1::2])


@pytest.mark.parametrize("text", [None, "ocio_profile_version: 2\n", "no configuration at all"])
def test_a_colour_configuration_that_cannot_be_loaded_is_named(
    tmp_path: Path, monkeypatch, text: str | None
) -> None:
    path = tmp_path / "broken.ocio"
    if text is not None:
        path.write_text(text)
    monkeypatch.setenv("OCIO", str(path))
    with pytest.raises(BadInputError, match=r"broken\.ocio") as caught:
        DisplayTransform("ACES 1.0 - SDR Video")
    assert "OCIO" in caught.value.fix
