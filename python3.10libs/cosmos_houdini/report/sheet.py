"""The contact sheet: what went in and what came out, frame by frame, on one picture."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Optional

import numpy as np
from PIL import Image, ImageDraw

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.disk import explain_write_error
from cosmos_houdini.passes.video import VideoInfo, probe
from cosmos_houdini.records.atomic import write_atomic
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.report.frames import Picture, pick_frames
from cosmos_houdini.report.text import Style, draw_line, shorten, width_of, wrap

GROUND = (21, 22, 24)
PANEL = (13, 14, 15)
RULE = (52, 54, 58)
WHITE = (240, 240, 237)
SOFT = (182, 184, 188)
FAINT = (132, 135, 141)

MARGIN = 64
GAP = 12
LABELS = 158  # the column with the names of the rows
LANDSCAPE_WIDTH = 2240
UPRIGHT_WIDTH = 1920
LARGEST_CELL = 640
NARROWEST = 1280

BRAND = Style(19, FAINT)
TITLE = Style(38, WHITE)
DETAIL = Style(23, SOFT)
HEAD = Style(21, SOFT)
TIME = Style(18, FAINT)
LABEL = Style(27, WHITE)
NOTE = Style(18, FAINT)
FOOT = Style(18, FAINT)
TITLE_LINES = 3


@dataclass(frozen=True)
class SheetRow:
    """One row: a video and what it is called; None for a video that there isn't."""

    label: str
    video: Optional[Path]
    note: str = ""


def contact_sheet(
    rows: Sequence[SheetRow],
    output: Path,
    *,
    title: str,
    details: Sequence[str] = (),
    footer: Sequence[str] = (),
    columns: int = 6,
    first_frame: int = 1,
) -> Path:
    """Writes the sheet as PNG and returns `output`.

    Columns are frames at even distances, the same in every row; a row whose video is shorter shows a dash
    there. `title` (the prompt) takes up to three lines; `details` (engine, seed, size …) stand below it, side
    by side, `footer` lines at the bottom. The first frame is numbered `first_frame`. Raises BadInputError for
    a video that can't be read, for none at all, and for a disk that is full or read-only.
    """
    videos = {row.video: probe(row.video) for row in rows if row.video is not None}
    if not videos:
        raise BadInputError("A contact sheet needs at least one video.", "No row has one.", "Name a video.")
    infos = [videos[row.video] if row.video is not None else None for row in rows]
    indices = _even_indices(max(info.frames for info in videos.values()), columns)
    page = _Page.planned(rows, infos, len(indices), title, details, footer)
    image = Image.new("RGB", page.size, GROUND)
    _draw_header(ImageDraw.Draw(image), page)
    _draw_times(ImageDraw.Draw(image), page, indices, _rate(infos), first_frame)
    for number, (row, info) in enumerate(zip(rows, infos)):
        frames = pick_frames(row.video, info, indices, page.cell) if row.video is not None and info else {}
        _draw_row(image, page, number, row, [frames.get(index) for index in indices])
    _draw_footer(ImageDraw.Draw(image), page)
    content = io.BytesIO()
    # Half the time of the usual level for a quarter more bytes, which counts where a wedge makes hundreds.
    image.save(content, "PNG", compress_level=2)
    with explain_write_error(output):
        write_atomic(output, content.getvalue())
    return output


@dataclass(frozen=True)
class _Page:
    """Where everything goes, in pixels."""

    size: tuple[int, int]
    cell: Resolution
    columns: int
    title: tuple[str, ...]
    details: tuple[str, ...]
    footer: tuple[str, ...]
    grid_top: int

    @staticmethod
    def planned(
        rows: Sequence[SheetRow], infos: Sequence[Optional[VideoInfo]], columns: int,
        title: str, details: Sequence[str], footer: Sequence[str],
    ) -> _Page:  # fmt: skip
        aspect = [info for info in infos if info][-1].resolution.aspect  # the last row is the result
        wide = LANDSCAPE_WIDTH if aspect >= 1 else UPRIGHT_WIDTH
        cell_width = min(LARGEST_CELL, (wide - 2 * MARGIN - LABELS - GAP * (columns - 1)) // columns)
        cell = Resolution(cell_width, max(1, round(cell_width / aspect)))
        width = max(NARROWEST, 2 * MARGIN + LABELS + columns * cell_width + GAP * (columns - 1))
        room = width - 2 * MARGIN
        heading = wrap(title, TITLE.size, room, TITLE_LINES)
        facts = _joined(details, DETAIL.size, room)
        notes = [line for text in footer for line in wrap(text, FOOT.size, room, 2)]
        top = MARGIN + BRAND.line_height + 14 + len(heading) * TITLE.line_height
        top += (12 + len(facts) * DETAIL.line_height if facts else 0) + 26
        grid_top = top + 24 + HEAD.line_height + 8
        bottom = grid_top + len(rows) * (cell.height + GAP) - GAP
        bottom += 30 + len(notes) * FOOT.line_height if notes else 0
        return _Page(
            (width, bottom + MARGIN - 8), cell, columns, tuple(heading), tuple(facts), tuple(notes), grid_top
        )

    def cell_left(self, column: int) -> int:
        return MARGIN + LABELS + column * (self.cell.width + GAP)

    def cell_top(self, row: int) -> int:
        return self.grid_top + row * (self.cell.height + GAP)


def _draw_header(draw: ImageDraw.ImageDraw, page: _Page) -> None:
    y = MARGIN
    draw_line(draw, MARGIN, y + BRAND.size, "COSMOS HOUDINI", BRAND)
    y += BRAND.line_height + 14
    for line in page.title:
        draw_line(draw, MARGIN, y + TITLE.size * 0.92, line, TITLE)
        y += TITLE.line_height
    y += 12 if page.details else 0
    for line in page.details:
        draw_line(draw, MARGIN, y + DETAIL.size * 0.92, line, DETAIL)
        y += DETAIL.line_height
    draw.line((MARGIN, y + 26, page.size[0] - MARGIN, y + 26), fill=RULE, width=1)


def _draw_times(
    draw: ImageDraw.ImageDraw, page: _Page, indices: Sequence[int], fps: Fraction, first_frame: int
) -> None:
    baseline = page.grid_top - 14
    for column, index in enumerate(indices):
        left = page.cell_left(column)
        number = str(first_frame + index)
        end = draw_line(draw, left, baseline, number, HEAD)
        code = time_code(index, fps)
        if code and end - left + 14 + width_of(code, TIME.size) <= page.cell.width:
            draw_line(draw, end + 14, baseline, code, TIME)
    draw_line(draw, MARGIN, baseline, "frame", HEAD)


def _draw_row(
    image: Image.Image, page: _Page, row: int, content: SheetRow, pictures: Sequence[Optional[Picture]]
) -> None:
    draw = ImageDraw.Draw(image)
    top, room = page.cell_top(row), LABELS - 18
    draw_line(draw, MARGIN, top + 4 + LABEL.size, shorten(content.label, LABEL.size, room), LABEL)
    lines = max(1, (page.cell.height - LABEL.line_height - 12) // NOTE.line_height)
    for number, line in enumerate(wrap(content.note, NOTE.size, room, lines)):
        draw_line(
            draw, MARGIN, top + LABEL.line_height + 12 + NOTE.size + number * NOTE.line_height, line, NOTE
        )
    for column, picture in enumerate(pictures):
        left = page.cell_left(column)
        draw.rectangle((left, top, left + page.cell.width - 1, top + page.cell.height - 1), fill=PANEL)
        if picture is None:
            middle = left + page.cell.width // 2, top + page.cell.height // 2
            draw.line((middle[0] - 11, middle[1], middle[0] + 11, middle[1]), fill=FAINT, width=2)
            continue
        height, width = picture.shape[:2]
        place = left + (page.cell.width - width) // 2, top + (page.cell.height - height) // 2
        image.paste(Image.fromarray(np.ascontiguousarray(picture)), place)


def _draw_footer(draw: ImageDraw.ImageDraw, page: _Page) -> None:
    y = page.size[1] - MARGIN + 8 - len(page.footer) * FOOT.line_height
    for line in page.footer:
        draw_line(draw, MARGIN, y + FOOT.size, line, FOOT)
        y += FOOT.line_height


def time_code(index: int, fps: Fraction) -> str:
    """Hours are left out: minutes, seconds and frames as `00:01:12`; empty where the rate is unknown."""
    whole = round(fps)
    if whole < 1:
        return ""
    seconds, frame = divmod(index, whole)
    return f"{seconds // 60:02d}:{seconds % 60:02d}:{frame:02d}"


def _even_indices(frames: int, columns: int) -> list[int]:
    """At most `columns` different frame indices from the first to the last."""
    count = max(1, min(columns, frames))
    if count == 1:
        return [frames // 2]
    return [round(number * (frames - 1) / (count - 1)) for number in range(count)]


def _rate(infos: Sequence[Optional[VideoInfo]]) -> Fraction:
    """The rate of the last video: the result's, where there is one."""
    return [info for info in infos if info][-1].fps


def _joined(details: Sequence[str], size: int, room: float) -> list[str]:
    """The details on as few lines as they need, dots between them; one longer than a line is shortened."""
    lines: list[str] = []
    for detail in details:
        text = shorten(" ".join(detail.split()), size, room)
        if lines and width_of(f"{lines[-1]}   ·   {text}", size) <= room:
            lines[-1] = f"{lines[-1]}   ·   {text}"
        elif text:
            lines.append(text)
    return lines
