"""Frames in order through a pool of readers to one encoder a video, a bounded number of them under way."""

from __future__ import annotations

import os
import queue
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice

import cv2
import OpenImageIO as oiio  # noqa: N813 - the library's own abbreviation

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.depth import DepthRange
from cosmos_houdini.passes.frame import FrameMaker, FramePictures
from cosmos_houdini.passes.plan import Plan
from cosmos_houdini.passes.request import PassVideo
from cosmos_houdini.passes.segmentation import Colour
from cosmos_houdini.passes.sequence import VideoFile
from cosmos_houdini.passes.video_read import read_frames
from cosmos_houdini.passes.video_write import Quality, VideoWriter
from cosmos_houdini.passes.yuv import Picture
from cosmos_houdini.progress import Meter

# What the frames under way may take together; the rest of 1 GiB is Python, libraries and encoders.
MEMORY_FOR_FRAMES = 480 * 2**20
WAITING_PER_ENCODER = 2
# Objects that touch do so for a while: borders are looked for in about this many frames of a clip.
FRAMES_WITH_BORDERS = 8


@dataclass
class Seen:
    """What was seen in the pixels of a clip: colours by object, pairs of objects that touch, black depth."""

    colours: dict[str, Colour] = field(default_factory=dict)
    touching: set[tuple[str, str]] = field(default_factory=set)
    frames_without_depth: list[int] = field(default_factory=list)


def cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Lets OpenCV and OpenImageIO do each call in the calling thread: the pool is over frames."""
    before = (cv2.getNumThreads(), oiio.get_int_attribute("threads"), oiio.get_int_attribute("exr_threads"))
    cv2.setNumThreads(1)
    oiio.attribute("threads", 1)
    oiio.attribute("exr_threads", -1)
    try:
        yield
    finally:
        cv2.setNumThreads(before[0])
        oiio.attribute("threads", before[1])
        oiio.attribute("exr_threads", before[2])


def encode_frames(plan: Plan, videos: tuple[PassVideo, ...], depth: DepthRange | None, meter: Meter) -> Seen:
    """Makes `videos` in the folder of the request; returns what was seen in them.

    All appear under their names at the end, together; after an error, or a Ctrl-C, none does.
    """
    request = plan.request
    maker = FrameMaker(plan, videos, depth)
    workers = max(1, min(cores(), MEMORY_FOR_FRAMES // maker.bytes_per_frame()))
    threads = max(1, cores() // 4)
    seen = Seen()
    with ExitStack() as stack:
        stack.enter_context(one_thread_each())
        encoders = []
        for video in videos:
            writer = VideoWriter(
                request.folder / video.file_name,
                plan.resolution,
                plan.fps,
                lossless=request.lossless,
                quality=_quality(video),
                threads=threads,
            )
            encoders.append(_Encoder(video, stack.enter_context(writer)))
        stack.enter_context(_running(encoders))
        frames = stack.enter_context(_in_order(plan, maker, workers))
        for number, made in zip(plan.numbers, frames):
            for encoder in encoders:
                encoder.put(made.pictures[encoder.video])
            seen.colours.update(made.colours)
            seen.touching |= made.touching
            if PassVideo.DEPTH in videos and not made.pictures[PassVideo.DEPTH].any():
                seen.frames_without_depth.append(number)
            meter.advance()
    return seen


def _quality(video: PassVideo) -> Quality:
    return Quality.IDS if video in (PassVideo.SEG, PassVideo.DEPTH) else Quality.PICTURE


class _Encoder:
    """One video's writer in a thread of its own, fed through a short queue."""

    def __init__(self, video: PassVideo, writer: VideoWriter) -> None:
        self.video = video
        self._writer = writer
        self._queue: queue.Queue[Picture | None] = queue.Queue(WAITING_PER_ENCODER)
        self._error: BaseException | None = None
        self._abandoned = False
        self._thread = threading.Thread(target=self._run, name=f"encode {video}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, picture: Picture | None) -> None:
        """Waits while the queue is full; raises what the thread raised."""
        while True:
            self._check()
            try:
                self._queue.put(picture, timeout=0.2)
                return
            except queue.Full:
                continue

    def join(self) -> None:
        """After the last `put(None)`: waits until the file is whole."""
        self._thread.join()
        self._check()

    def abandon(self) -> None:
        """Stops the thread after the picture it is at."""
        self._abandoned = True
        while self._thread.is_alive():
            with suppress(queue.Full):
                self._queue.put_nowait(None)
            self._thread.join(0.05)

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            while True:
                picture = self._queue.get()
                if self._abandoned:
                    return
                if picture is None:
                    self._writer.finish()
                    return
                self._writer.write(picture)
        except BaseException as error:  # carried over to the thread that feeds us
            self._error = error


@contextmanager
def _running(encoders: list[_Encoder]) -> Iterator[None]:
    for encoder in encoders:
        encoder.start()
    try:
        yield
        for encoder in encoders:
            encoder.put(None)
        for encoder in encoders:
            encoder.join()
    except BaseException:
        for encoder in encoders:
            encoder.abandon()
        raise


@contextmanager
def _in_order(plan: Plan, maker: FrameMaker, workers: int) -> Iterator[Iterator[FramePictures]]:
    """The frames of a plan in order; at most `workers` + 1 are made ahead."""
    pool = ThreadPoolExecutor(workers, thread_name_prefix="read")
    try:
        yield _ordered(plan, maker, pool, workers + 1)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _ordered(plan: Plan, maker: FrameMaker, pool: ThreadPoolExecutor, ahead: int) -> Iterator[FramePictures]:
    waiting: deque[Future[FramePictures]] = deque()
    every = max(1, len(plan.numbers) // FRAMES_WITH_BORDERS)
    for place, (number, video_frames) in enumerate(zip(plan.numbers, _video_frames(plan))):
        look = place % every == 0
        waiting.append(pool.submit(maker.make, number, video_frames, look_for_borders=look))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _video_frames(plan: Plan) -> Iterator[Mapping[str, Picture]]:
    """For each frame of the plan, that frame of the inputs that are videos, which are read in order."""
    all_numbers = plan.inputs[0].source.numbers
    places = [all_numbers.index(number) for number in plan.numbers]
    films = {
        one.role: read_frames(one.source.path) for one in plan.inputs if isinstance(one.source, VideoFile)
    }
    before = -1
    for place in places:
        found = {}
        for role, film in films.items():
            picture = next(islice(film, place - before - 1, None), None)
            if picture is None:
                raise BadInputError(
                    f"The video for {role} ends before frame {place + 1}.",
                    "Fewer frames decode than its index says.",
                    "Make or copy the video again.",
                )
            found[role] = picture
        before = place
        yield found
