"""What somebody wants encoded, completed by the settings of the project."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Optional

from ..config import Config
from ..engines.registry import engine as engine_named
from ..errors import UsageError
from ..passes.request import EdgeSource, EncodeRequest, Fit, PassVideo, PlaneNames, SegSource, Sources
from ..records.enums import BlurStrength, CannyThreshold
from ..records.geometry import Resolution
from ..records.store import Store

ALIASES = {"segmentation": "seg", "beauty": "color"}  # the name of the file, and of the plane


@dataclass(frozen=True)
class EncodeWishes:
    """As `EncodeRequest`; None leaves it to the settings, or to what the frames are.

    `name` None is the name of the sequence, `engine` None the engine of the settings: its sizes are used.
    """

    sources: Sources
    planes: PlaneNames = field(default_factory=PlaneNames)
    name: Optional[str] = None
    engine: Optional[str] = None
    videos: Optional[tuple[PassVideo, ...]] = None
    resolution: Optional[Resolution] = None
    fit: Optional[Fit] = None
    fps: Optional[int] = None
    first: Optional[int] = None
    last: Optional[int] = None
    step: int = 1
    near: Optional[float] = None
    far: Optional[float] = None
    blur: Optional[BlurStrength] = None
    canny: Optional[CannyThreshold] = None
    edge_source: Optional[EdgeSource] = None
    seg_source: SegSource = SegSource.AUTO
    view: Optional[str] = None
    exposure: Optional[float] = None
    lossless: Optional[bool] = None
    force: bool = False


def encode_request(store: Store, config: Config, wishes: EncodeWishes) -> EncodeRequest:
    """UsageError where no source is named; BadInputError for an engine that doesn't exist."""
    from ..passes.sequence import sequence_name  # loads the picture libraries

    given = wishes.sources.given()
    if not given:
        raise UsageError("FRAMES is missing: name a sequence, a folder, or a video.")
    settings = config.passes
    name = wishes.name or sequence_name(wishes.sources.frames or next(iter(given.values())))
    return EncodeRequest(
        name=name,
        folder=store.paths.videos(name),
        sources=wishes.sources,
        planes=wishes.planes,
        videos=wishes.videos,
        sizes=engine_named(wishes.engine or config.engine.name).sizes,
        resolution=wishes.resolution,
        fit=wishes.fit or Fit(settings.fit),
        fps=Fraction(wishes.fps) if wishes.fps else None,
        still_fps=Fraction(settings.fps),
        first=wishes.first,
        last=wishes.last,
        step=wishes.step,
        near=wishes.near,
        far=wishes.far,
        blur=wishes.blur or BlurStrength(settings.blur_strength),
        canny=wishes.canny or CannyThreshold(settings.canny_threshold),
        edge_source=wishes.edge_source or EdgeSource(settings.edge_source),
        seg_source=wishes.seg_source,
        view=wishes.view or settings.view or None,
        exposure=settings.exposure if wishes.exposure is None else wishes.exposure,
        lossless=settings.lossless if wishes.lossless is None else wishes.lossless,
        force=wishes.force,
    )


def even_size(text: str, where: str) -> Resolution:
    """Reads `1280x704`; UsageError, which names `where` it was given, for what H.264 can't hold."""
    try:
        size = Resolution.parse(text)
    except ValueError as error:
        raise UsageError(f"{where}: {error}.") from None
    if size.width % 2 or size.height % 2:
        raise UsageError(
            f"{where} {text}: width and height must be even.", why="H.264 halves the colour planes."
        )
    return size
