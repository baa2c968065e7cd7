"""What to encode, and how: everything `encode` and `inspect` are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Optional

from cosmos_houdini.records.enums import BlurStrength, CannyThreshold, Word
from cosmos_houdini.records.geometry import Resolution, SizeTable


class PassVideo(Word):
    """A video of a set: the four controls that come from passes, and the beauty itself."""

    COLOR = "color"
    DEPTH = "depth"
    EDGE = "edge"
    SEG = "seg"
    VIS = "vis"

    @property
    def file_name(self) -> str:
        return "segmentation.mp4" if self is PassVideo.SEG else f"{self.value}.mp4"


class Fit(Word):
    """How a picture comes to another aspect without distortion."""

    AUTO = "auto"  # crop where that loses at most 8 % of the picture, else pad
    CROP = "crop"
    PAD = "pad"


class EdgeSource(Word):
    BEAUTY = "beauty"
    GEOMETRY = "geometry"
    BOTH = "both"


class SegSource(Word):
    AUTO = "auto"  # the first there is of: object, asset, material, id, colored
    OBJECT = "object"
    ASSET = "asset"
    MATERIAL = "material"
    ID = "id"
    COLORED = "colored"


@dataclass(frozen=True)
class Sources:
    """Where the frames are: a pattern (`shot.$F4.exr`), a folder, or a video file each.

    `frames` holds all planes; any other names a sequence for that pass alone and goes before it. Whole-number
    pictures and videos (PNG, JPEG, TIFF, mp4) under `depth`, `edge` or `seg` are taken as ready-made.
    """

    frames: Optional[str] = None
    beauty: Optional[str] = None
    depth: Optional[str] = None
    normal: Optional[str] = None
    id: Optional[str] = None
    edge: Optional[str] = None
    seg: Optional[str] = None

    def given(self) -> dict[str, str]:
        """Role -> pattern, of those that are given."""
        return {role: text for role, text in vars(self).items() if text}


@dataclass(frozen=True)
class PlaneNames:
    """Planes named outright; None means: the first of the known names that is there."""

    beauty: Optional[str] = None
    depth: Optional[str] = None
    normal: Optional[str] = None
    id: Optional[str] = None


LARGEST_EXPOSURE = 50.0  # stops; what is beyond has no meaning and leaves the range of a float


@dataclass(frozen=True)
class EncodeRequest:
    """One set of videos to make in `folder`.

    `videos` None means everything that the planes allow; `lenient`, that also of these only what they allow
    is made. The size is `resolution`, else the bucket of `sizes` nearest to the source, else that of the
    source. `first`, `last` and `step` choose frames by number. `fps` None means: a video source keeps its own
    rate, stills have `still_fps`. `near` and `far` are in scene units; `exposure` is in stops, either way at
    most `LARGEST_EXPOSURE`; `view` is a view of the OCIO configuration ($OCIO, else OpenColorIO's
    built-in one), None the plain sRGB curve. `force` encodes what is unchanged too.
    """

    name: str
    folder: Path
    sources: Sources
    planes: PlaneNames = field(default_factory=PlaneNames)
    videos: Optional[tuple[PassVideo, ...]] = None
    sizes: Optional[SizeTable] = None
    resolution: Optional[Resolution] = None
    fit: Fit = Fit.AUTO
    fps: Optional[Fraction] = None
    still_fps: Fraction = Fraction(24)
    first: Optional[int] = None
    last: Optional[int] = None
    step: int = 1
    near: Optional[float] = None
    far: Optional[float] = None
    blur: BlurStrength = BlurStrength.MEDIUM
    canny: CannyThreshold = CannyThreshold.MEDIUM
    edge_source: EdgeSource = EdgeSource.BEAUTY
    seg_source: SegSource = SegSource.AUTO
    view: Optional[str] = None
    exposure: float = 0.0
    lossless: bool = False
    force: bool = False
    lenient: bool = False
