"""Writing a video that every engine and player reads.

A video of ours is H.264 in mp4, yuv420p, BT.709 limited range and tagged so, index in front (faststart).
With `lossless` it is RGB H.264 (libx264rgb, QP 0; profile High 4:4:4 Predictive): decoded bit-exactly by
everything built on FFmpeg (PyAV, OpenCV, decord, imageio, hence both engines; VLC, mpv, Houdini's MPlay),
but not by browsers, QuickTime or hardware decoders, and about 5 to 20 times larger.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from enum import Enum
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Optional, Union

import av
import av.error
import cv2
import numpy as np

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.disk import explain_write_error
from cosmos_houdini.passes.video_read import probe
from cosmos_houdini.passes.yuv import Picture, luma_table, plane_view, planes_from_rgb
from cosmos_houdini.records.atomic import replacing
from cosmos_houdini.records.geometry import Resolution

# FFmpeg's libavutil/pixfmt.h (ITU-T H.273): BT.709 is 1 in primaries, transfer and matrix.
BT709 = 1
RANGE_LIMITED = 1
LARGEST_RATE = 2**31 - 1  # FFmpeg keeps a rate as two C ints


class Quality(Enum):
    """How closely a yuv420p video follows its source; tests/unit/passes/test_video.py measures it."""

    IDS = "ids"  # flat colours and depth: a flat colour stays within 6/255 of itself
    PICTURE = "picture"  # pictures to look at, and lines


# ultrafast leaves out what costs time and smears flat regions (deblocking, B frames, adaptive quantisers).
# A fixed QP bounds the error of each block, whatever else is in the picture; a chroma offset spends bits
# where id colours need them. 8 bits of limited-range Y'CbCr alone are off by up to 2/255. chromaloc=1 says
# that our chroma samples sit between the pixels they are the mean of.
_X264 = {
    Quality.IDS: {"preset": "ultrafast", "qp": "6", "x264-params": "chroma-qp-offset=-6:chromaloc=1"},
    Quality.PICTURE: {"preset": "ultrafast", "crf": "14", "x264-params": "chroma-qp-offset=-2:chromaloc=1"},
}
_X264_LOSSLESS = {"preset": "ultrafast", "qp": "0"}


class VideoWriter:
    """Writes one video; use it in a `with` block and call `write` once a frame.

    The file appears under `path` when the block ends without an error and every frame is in it; after an
    error nothing is left. Raises BadInputError for an odd size (yuv420p has half as many colour samples), a
    rate that no file can hold, a frame of another size, no frame at all, or a disk that is full or read-only.
    """

    def __init__(
        self,
        path: Path,
        resolution: Resolution,
        fps: Union[Fraction, int],
        *,
        lossless: bool = False,
        quality: Quality = Quality.IDS,
        threads: int = 0,
    ) -> None:
        if not lossless and (resolution.width % 2 or resolution.height % 2):
            raise BadInputError(
                f"A video of {resolution} can't be written.",
                "yuv420p stores colour for pairs of pixels: width and height must be even.",
                "Choose an even size, or lossless.",
            )
        self.path = path
        self.resolution = resolution
        self.fps = Fraction(fps)
        if self.fps <= 0 or max(self.fps.numerator, self.fps.denominator) > LARGEST_RATE:
            raise BadInputError(
                f"A video of {float(self.fps):g} frames a second can't be written.",
                "A video file has no clock for it.",
                "Give a usual rate, such as 24.",
            )
        self.frames = 0
        self._finished = False
        self._lossless = lossless
        self._options = dict(_X264_LOSSLESS if lossless else _X264[quality])
        self._threads = threads
        self._rest = ExitStack()

    def __enter__(self) -> VideoWriter:
        with ExitStack() as stack, explain_write_error(self.path):
            self._part = stack.enter_context(replacing(self.path))
            self._container = av.open(str(self._part), "w", options={"movflags": "+faststart"})
            stack.push(self._close)
            self._stream = self._add_stream()
            self._rest = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        with explain_write_error(self.path):
            self._rest.__exit__(kind, error, trace)

    def write(self, picture: Picture) -> None:
        """Adds one frame: (H, W, 3) uint8 RGB, or (H, W) uint8 gray."""
        expected = (self.resolution.height, self.resolution.width)
        if picture.shape[:2] != expected:
            raise BadInputError(
                f"Frame {self.frames + 1} of {self.path.name} has {picture.shape[1]}x{picture.shape[0]} "
                f"pixels, the video {self.resolution}.",
                "All frames of a video have one size.",
                "Scale the frame first.",
            )
        frame = self._frame(picture)
        frame.pts = self.frames
        frame.time_base = 1 / self.fps
        with explain_write_error(self.path):
            self._container.mux(self._stream.encode(frame))
        self.frames += 1

    def _add_stream(self) -> Any:
        name = "libx264rgb" if self._lossless else "libx264"
        stream = self._container.add_stream(name, rate=self.fps, options=self._options)
        context: Any = stream.codec_context
        context.width, context.height = self.resolution.width, self.resolution.height
        context.pix_fmt = "rgb24" if self._lossless else "yuv420p"
        context.time_base = 1 / self.fps
        context.thread_count = self._threads
        if not self._lossless:
            context.color_range = RANGE_LIMITED
            context.color_primaries = context.color_trc = context.colorspace = BT709
        return stream

    def _frame(self, picture: Picture) -> Any:
        if self._lossless:
            rgb = picture if picture.ndim == 3 else cv2.merge([picture] * 3)
            return av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb, np.uint8), format="rgb24")
        frame = av.VideoFrame(self.resolution.width, self.resolution.height, "yuv420p")
        luma, blue, red = (plane_view(plane) for plane in frame.planes)
        if picture.ndim == 2:
            luma[:] = cv2.LUT(picture, luma_table())
            blue[:] = red[:] = 128
        else:
            luma[:], blue[:], red[:] = planes_from_rgb(np.ascontiguousarray(picture))
        frame.color_range = RANGE_LIMITED
        frame.colorspace = BT709
        return frame

    def finish(self) -> None:
        """Ends the file while it is still a part, and counts its frames back; leaving the block renames it.

        Only needed where the slow end of a file should run elsewhere (a thread) than the end of the block.
        """
        if self._finished:
            return
        try:
            with explain_write_error(self.path):
                if self.frames == 0:
                    raise BadInputError(
                        f"{self.path} would be empty.", "No frame was written.", "Give at least one frame."
                    )
                self._container.mux(self._stream.encode(None))
                self._container.close()
        except BaseException:
            self._give_up()
            raise
        self._finished = True
        found = probe(self._part).frames
        if found != self.frames:
            raise BadInputError(
                f"{self.path} was not written whole.",
                f"{self.frames} frames went in, {found} are in the file.",
                "Look at the disk, then try again.",
            )

    def _close(
        self,
        kind: Optional[type[BaseException]],
        _error: Optional[BaseException],
        _trace: Optional[TracebackType],
    ) -> None:
        if kind is None:
            self.finish()
            return
        if not self._finished:
            self._give_up()

    def _give_up(self) -> None:
        """Closes the container while its file is there: left open, PyAV would close it later and complain."""
        with suppress(av.error.FFmpegError, OSError):  # the first error is the one to tell
            self._container.close()
