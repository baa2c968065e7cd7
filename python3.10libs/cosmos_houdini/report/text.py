"""Text on pictures with the font that Pillow carries, so that nothing needs to be installed.

That font knows little more than ASCII. What it lacks is taken from a common font of the system where one is
found, else written with plain letters (`ü` as `u`), else drawn as a hollow box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Union

from PIL import ImageDraw, ImageFont

Font = Union[ImageFont.FreeTypeFont, ImageFont.ImageFont]
Colour = tuple[int, int, int]

# Pillow looks for these in the system's own font folders.
SYSTEM_FONTS = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "segoeui.ttf", "Arial.ttf",
    "NotoSansCJK-Regular.ttc", "NotoSansCJKjp-Regular.otf", "WenQuanYiZenHei.ttf", "msyh.ttc", "msgothic.ttc",
    "malgun.ttf", "Arial Unicode.ttf",
)  # fmt: skip
PLAIN = {
    "–": "-", "—": "-", "−": "-", "×": "x", "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O",
    "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i",
    "„": "“", "‚": "‘", "•": "·", "→": "->",
}  # fmt: skip
BOX = "\N{WHITE SQUARE}"  # stands for a box that is drawn, whatever the fonts know
ELLIPSIS = "…"


@dataclass(frozen=True)
class Style:
    """How a text is drawn; `size` is in pixels."""

    size: int
    colour: Colour

    @property
    def line_height(self) -> int:
        return round(self.size * 1.36)


def width_of(text: str, size: int) -> float:
    """The width of one line, in pixels, as `draw_line` draws it."""
    return sum(_run_width(run, source, size) for source, run in _runs(_drawable(text)))


def draw_line(draw: ImageDraw.ImageDraw, x: float, baseline: float, text: str, style: Style) -> float:
    """Draws one line with its baseline at `baseline`; returns where it ends."""
    for source, run in _runs(_drawable(text)):
        if source < 0:
            for _ in run:
                _draw_box(draw, x, baseline, style)
                x += _box_advance(style.size)
        else:
            draw.text((x, baseline), run, font=_font(source, style.size), fill=style.colour, anchor="ls")
            x += _run_width(run, source, style.size)
    return x


def wrap(text: str, size: int, width: float, lines: int) -> list[str]:
    """Breaks `text` into at most `lines` lines of `width` pixels; an ellipsis marks what is left out."""
    # Nobody reads more than this of a prompt on a sheet, and measuring 20 kB letter by letter is slow.
    limit = max(200, int(lines * width / size * 6))
    words = " ".join(text[: limit * 2].split())[:limit].split(" ")
    cut = len(text) > limit
    done: list[str] = []
    line = ""
    while words:
        word = words.pop(0)
        longer = f"{line} {word}" if line else word
        if width_of(longer, size) <= width:
            line = longer
            continue
        if not line:
            fitting = _fitting(word, size, width)
            line, rest = word[:fitting], word[fitting:]
            words.insert(0, rest)
        else:
            words.insert(0, word)
        done.append(line)
        line = ""
        if len(done) == lines:
            cut = True
            break
    if line:
        done.append(line)
    if cut and done:
        done[-1] = shorten(done[-1], size, width, always=True)
    return done


def shorten(text: str, size: int, width: float, *, always: bool = False) -> str:
    """`text`, or as much of it as fits together with an ellipsis."""
    if not always and width_of(text, size) <= width:
        return text
    whole = text
    while text and width_of(text + ELLIPSIS, size) > width:
        text = text[:-1]
    # Not in the middle of a word, unless that word is most of the line.
    space = text.rfind(" ")
    if text != whole and not whole[len(text)].isspace() and space > len(text) * 0.6:
        text = text[:space]
    return text.rstrip(" ,.;:-") + ELLIPSIS


def _fitting(word: str, size: int, width: float) -> int:
    """How many letters of a word fit; at least one."""
    count = 1
    while count < len(word) and width_of(word[: count + 1], size) <= width:
        count += 1
    return count


def _drawable(text: str) -> str:
    """The text without control characters, marks and joiners that have no glyph of their own."""
    spaced = "".join(" " if letter.isspace() else letter for letter in text)
    composed = unicodedata.normalize("NFC", spaced)
    return "".join(_replaced(letter) for letter in composed)


@lru_cache(maxsize=4096)
def _replaced(letter: str) -> str:
    if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Mn", "Me") or 0x1F3FB <= ord(letter) <= 0x1F3FF:
        return ""
    if _source(letter) >= 0:
        return letter
    if letter in PLAIN:
        return PLAIN[letter]
    bare = [part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)]
    if bare and all(_source(part) >= 0 for part in bare):
        return "".join(bare)
    return BOX


def _runs(text: str) -> list[tuple[int, str]]:
    """The text cut where the font changes: (number of the font or -1 for boxes, letters)."""
    return [(source, "".join(letters)) for source, letters in groupby(text, key=_source)]


@lru_cache(maxsize=8192)
def _source(letter: str) -> int:
    """Which font has the letter: 0 is Pillow's own, then the system's; -1 for none."""
    if letter == BOX:
        return -1
    for source in range(1 + len(_system_fonts())):
        font = _font(source, 24)
        if letter == " " or not _same_glyph(font, letter, "\uffff"):
            return source
    return -1


def _same_glyph(font: Font, first: str, second: str) -> bool:
    one, other = font.getmask(first), font.getmask(second)
    return one.size == other.size and bytes(one) == bytes(other)


@lru_cache(maxsize=128)
def _font(source: int, size: int) -> Font:
    return (
        ImageFont.load_default(size) if source == 0 else ImageFont.truetype(_system_fonts()[source - 1], size)
    )


@lru_cache(maxsize=1)
def _system_fonts() -> Sequence[str]:
    found = []
    for name in SYSTEM_FONTS:
        try:
            ImageFont.truetype(name, 24)
        except OSError:
            continue
        found.append(name)
    return tuple(found)


def _run_width(run: str, source: int, size: int) -> float:
    return len(run) * _box_advance(size) if source < 0 else float(_font(source, size).getlength(run))


def _box_advance(size: int) -> float:
    return round(size * 0.72)


def _draw_box(draw: ImageDraw.ImageDraw, x: float, baseline: float, style: Style) -> None:
    size = style.size
    side = round(size * 0.56)
    left = round(x + (_box_advance(size) - side) / 2)
    bottom = round(baseline)
    faint = tuple(round(value * 0.62) for value in style.colour)
    draw.rectangle(
        (left, bottom - round(size * 0.66), left + side, bottom), outline=faint, width=max(1, size // 16)
    )
