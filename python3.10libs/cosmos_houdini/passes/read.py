"""Reading planes of picture files: each file is opened once and only the channels that are needed are copied.

OpenImageIO decodes whole blocks of scanlines with all their channels, so one wide read is cheaper than two
narrow ones: 1280x704, 10 channels ZIP: channels 0-6 in one read 92 ms, the three ranges one by one 184 ms
(one core).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import OpenImageIO as oiio  # noqa: N813 - the library's own abbreviation
from numpy.typing import NDArray

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.cryptomatte import find_layers
from cosmos_houdini.passes.disk import in_words
from cosmos_houdini.passes.picture_file import check_end, checked_file, decode_error, forbidden
from cosmos_houdini.passes.planes import Channel, Layout, Plane, group_planes
from cosmos_houdini.records.geometry import Resolution

# OpenEXR's C++ layer prints what is wrong with a file to stderr; its C core hands it to us. Equally fast.
oiio.attribute("openexr:core", 1)

Pixels = NDArray[Any]

# The colours of a PNG or TIFF with straight alpha stay as they are; else they'd come multiplied by it.
_AS_STORED = oiio.ImageSpec()
_AS_STORED.attribute("oiio:UnassociatedAlpha", 1)

# A channel too many costs about 4 ms, a second pass over the file about 60 (see above).
LARGEST_GAP = 12

# OpenImageIO's words for whole numbers of 32 bits.
TYPES = {"uint": "uint32", "int": "int32"}
WHOLE_NUMBERS = ("uint8", "uint16", "uint32", "int32")


@dataclass(frozen=True)
class Span:
    """One call to read: channels `begin` to `end` (not included) of a part, as float or whole numbers."""

    subimage: int
    begin: int
    end: int
    format: str


@dataclass(frozen=True)
class Reading:
    """Which spans give which channels; made once a sequence by `plan_reading`."""

    layout: Layout
    spans: tuple[Span, ...]
    planes: tuple[Plane, ...]


@contextmanager
def opened(path: Path, frame: int) -> Iterator[Any]:
    """An OpenImageIO reader of one frame; BadInputError where it is missing, forbidden or no picture."""
    check_end(path, frame, checked_file(path, frame).st_size)
    reader = oiio.ImageInput.open(str(path), _AS_STORED)
    if reader is None:
        raise _unreadable(path, frame, oiio.geterror())
    try:
        yield reader
    finally:
        reader.close()


def read_layout(path: Path, frame: int) -> Layout:
    """The planes of a file, from its headers alone."""
    with opened(path, frame) as reader:
        return layout_of(reader, path, frame)[0]


def layout_of(reader: Any, path: Path, frame: int) -> tuple[Layout, dict[str, Any]]:
    """The layout of an open file and the Cryptomatte attributes of all its parts; BadInputError if deep."""
    channels: list[Channel] = []
    parts: list[str] = []
    attributes: dict[str, Any] = {}
    size = Resolution(1, 1)
    subimage = 0
    while reader.seek_subimage(subimage, 0):
        spec = reader.spec()
        if spec.deep:
            raise BadInputError(
                f"Frame {frame} is a deep picture: {path}",
                "A deep pixel holds many samples; a control shows one value a pixel.",
                "Render flat, or flatten the frames first (oiiotool --flatten).",
            )
        if subimage == 0:
            size = Resolution(spec.full_width or spec.width, spec.full_height or spec.height)
        parts.append(str(spec.getattribute("oiio:subimagename") or spec.getattribute("name") or ""))
        types = spec.channelformats or [spec.format] * spec.nchannels
        channels += [
            Channel(name, subimage, index, TYPES.get(str(kind), str(kind)), parts[-1])
            for index, (name, kind) in enumerate(zip(spec.channelnames, types))
        ]
        for attribute in spec.extra_attribs:
            if attribute.name.startswith("cryptomatte/"):
                attributes[attribute.name] = attribute.value
        subimage += 1
    if len(parts) == 1:
        channels = [replace(channel, part="") for channel in channels]
    full_names = (
        one.name if "." in one.name or len(parts) == 1 else f"{parts[one.subimage]}.{one.name}"
        for one in channels
    )
    places = ((name, one.subimage, one.index) for name, one in zip(full_names, channels))
    crypto = find_layers(places, attributes)
    return Layout(size, group_planes(channels, parts), crypto), attributes


def plan_reading(layout: Layout, planes: Sequence[Plane]) -> Reading:
    """Joins the channels of `planes` into as few reads as is cheap."""
    wanted = sorted(
        {(channel.subimage, _kind(channel), channel.index) for plane in planes for channel in plane.channels}
    )
    spans: list[Span] = []
    for subimage, kind, index in wanted:
        last = spans[-1] if spans else None
        if last and (last.subimage, last.format) == (subimage, kind) and index - last.end <= LARGEST_GAP:
            spans[-1] = Span(subimage, last.begin, index + 1, kind)
        else:
            spans.append(Span(subimage, index, index + 1, kind))
    return Reading(layout, tuple(spans), tuple(planes))


def read_planes(path: Path, frame: int, reading: Reading) -> tuple[dict[str, Pixels], Mapping[str, Any]]:
    """The planes by label, each (H, W, channels) of the display window, and the Cryptomatte attributes.

    Arrays are views of what was read. Raises BadInputError, naming the frame, for a file that can't be
    decoded, has another size, or lacks a plane.
    """
    with opened(path, frame) as reader:
        layout, attributes = layout_of(reader, path, frame)
        if layout != reading.layout:
            reading = _replanned(path, frame, layout, reading)
        blocks = [(span, _read_span(reader, span, path, frame)) for span in reading.spans]
    return {plane.label: _picked(plane, blocks) for plane in reading.planes}, attributes


def read_rows(reader: Any, channel: Channel, begin: int, end: int) -> Pixels | None:
    """Rows `begin` to `end` of the data window of one channel, (rows, W) float; None if undecodable."""
    spec = reader.spec()
    kind = _asked(_kind(channel))
    first, last = channel.index, channel.index + 1
    if spec.tile_width:
        rows = reader.read_image(channel.subimage, 0, first, last, kind)
        return None if rows is None else np.float32(rows).reshape(spec.height, spec.width)[begin:end]
    rows = reader.read_scanlines(channel.subimage, 0, spec.y + begin, spec.y + end, 0, first, last, kind)
    return None if rows is None else np.float32(rows).reshape(end - begin, spec.width)


def _read_span(reader: Any, span: Span, path: Path, frame: int) -> Pixels:
    pixels = reader.read_image(span.subimage, 0, span.begin, span.end, _asked(span.format))
    if pixels is None:
        raise decode_error(path, frame, reader.geterror())
    reader.seek_subimage(span.subimage, 0)
    spec = reader.spec()
    pixels = pixels.reshape(spec.height, spec.width, span.end - span.begin)
    full = (spec.full_x, spec.full_y, spec.full_width or spec.width, spec.full_height or spec.height)
    if (spec.x, spec.y, spec.width, spec.height) == full:
        return np.asarray(pixels)
    return _in_display_window(pixels, (spec.x - full[0], spec.y - full[1]), full[2], full[3])


def _kind(channel: Channel) -> str:
    """The number type a channel is read as; whole numbers read as float would come scaled to 0..1."""
    return channel.type if channel.type in WHOLE_NUMBERS else "float"


def _asked(kind: str) -> str:
    """OpenImageIO's word for a type: it takes "uint", and reads float for "uint32"."""
    return next((word for word, ours in TYPES.items() if ours == kind), kind)


def _in_display_window(pixels: Pixels, offset: tuple[int, int], width: int, height: int) -> Pixels:
    """Overscan is cut off; what the renderer left out of the data window is 0."""
    canvas = np.zeros((height, width, pixels.shape[2]), pixels.dtype)
    x, y = offset
    left, top = max(0, x), max(0, y)
    right, bottom = min(width, x + pixels.shape[1]), min(height, y + pixels.shape[0])
    if right > left and bottom > top:
        canvas[top:bottom, left:right] = pixels[top - y : bottom - y, left - x : right - x]
    return canvas


def _picked(plane: Plane, blocks: Sequence[tuple[Span, Pixels]]) -> Pixels:
    found = [_channel(channel, blocks) for channel in plane.channels]
    first, begin = found[0]
    together = all(block is first and index == begin + k for k, (block, index) in enumerate(found))
    if together:
        return first[:, :, begin : begin + len(found)]
    return np.stack([block[:, :, index] for block, index in found], axis=-1)


def _channel(channel: Channel, blocks: Sequence[tuple[Span, Pixels]]) -> tuple[Pixels, int]:
    for span, block in blocks:
        place = span.subimage == channel.subimage and span.begin <= channel.index < span.end
        if place and span.format == _kind(channel):
            return block, channel.index - span.begin
    raise AssertionError(f"{channel.name} was not planned")


def _replanned(path: Path, frame: int, layout: Layout, reading: Reading) -> Reading:
    """The same planes in a file that is laid out otherwise than the first one."""
    if layout.size != reading.layout.size:
        raise BadInputError(
            f"Frame {frame} has {layout.size} pixels, the first frame {reading.layout.size}: {path}",
            "All frames of a video have one size.",
            "Render this frame again at the size of the others.",
        )
    same: list[Plane] = []
    for plane in reading.planes:
        here = [found for channel in plane.channels if (found := layout.same_channel(channel))]
        if len(here) < len(plane.channels):
            raise BadInputError(
                f"Frame {frame} lacks the plane '{plane.label}' that the first frame has: {path}",
                f"It holds: {', '.join(other.label for other in layout.planes)}.",
                "Render this frame again with the same planes.",
            )
        same.append(Plane(plane.name, tuple(here)))
    return plan_reading(layout, same)


def _unreadable(path: Path, frame: int, why: str) -> BadInputError:
    try:
        with path.open("rb") as handle:
            empty = not handle.read(1)
    except PermissionError:
        return forbidden(path, frame)
    except OSError as error:
        return BadInputError(f"Frame {frame} can't be opened: {path}", in_words(error), "Check the file.")
    return BadInputError(
        f"Frame {frame} is not a picture that can be read: {path}",
        "The file is empty." if empty else why.strip(),
        "Render or copy this frame again.",
    )
