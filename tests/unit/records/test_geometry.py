from __future__ import annotations

import pytest

from cosmos_houdini.records.geometry import Bucket, Resolution, SizeTable


def test_a_size_is_read_as_it_is_written():
    assert Resolution.parse(" 1280x704 ") == Resolution(1280, 704)
    assert str(Resolution(1280, 704)) == "1280x704"
    assert Resolution(1280, 720).aspect == pytest.approx(16 / 9)


@pytest.mark.parametrize(
    "text", ["", "1280", "1280 x 704", "0x704", "-1x5", "1280X704", "1e3x5", "1280x704x3", "9999999x1"]
)
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match=r"size|area"):
        Resolution.parse(text)


def test_the_nearest_bucket_is_the_one_of_the_nearest_aspect():
    size = Resolution(16, 16)
    wide, square = Bucket("16,9", 16 / 9, size, size), Bucket("1,1", 1.0, size, size)
    table = SizeTable((wide, square))
    assert table.nearest(Resolution(1920, 1080)) == wide
    assert table.nearest(Resolution(640, 480)) == square
