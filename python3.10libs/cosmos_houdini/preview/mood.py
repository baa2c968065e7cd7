"""What a prompt says about light and colour.

Words decide what they can ("night", "snow", "neon", "red"); the rest follows from a hash of the text, so one
prompt always looks the same and two prompts look different.
"""

from __future__ import annotations

import colorsys
import hashlib
import re
from dataclasses import dataclass, replace

Colour = tuple[float, float, float]  # sRGB, 0..1


@dataclass(frozen=True)
class Mood:
    """The light and the palette of a picture. `key_from` points from the subject to the light (x right,
    y down, z away from the camera); amounts are 0..1."""

    zenith: Colour
    horizon: Colour
    key: Colour
    key_from: tuple[float, float, float]
    ambient: Colour
    materials: tuple[Colour, Colour, Colour, Colour, Colour]
    line: Colour
    fog: float = 0.55
    second_key: Colour | None = None  # from the other side
    glowing_lines: bool = False
    stars: float = 0.0
    rain: float = 0.0
    snow: float = 0.0
    contrast: float = 1.28
    saturation: float = 1.15
    name: str = "day"


def mood_of(prompt: str, seed: int = 0) -> Mood:
    """The mood of a prompt; `seed` turns the light a little."""
    words = set(re.findall(r"[a-z]+", prompt.lower()))
    mood = _light(words)
    mood = replace(mood, materials=_materials(prompt, words, mood.materials))
    mood = _weather(words, mood)
    turn = _unit(f"{seed}", "light") - 0.5
    x, y, z = mood.key_from
    return replace(mood, key_from=(x + 0.5 * turn, y, z))


def named_colours(words: set[str]) -> list[Colour]:
    """The colours that are named in the text, in a fixed order."""
    return [colour for word, colour in _COLOURS.items() if word in words]


def _light(words: set[str]) -> Mood:
    for triggers, mood in _LIGHTS:
        if words & triggers:
            return mood
    return DAY


def _weather(words: set[str], mood: Mood) -> Mood:
    name = mood.name
    if words & {"rain", "rainy", "raining", "storm", "stormy", "wet", "drizzle"}:
        mood = replace(mood, rain=0.7, saturation=mood.saturation * 0.85, fog=min(0.9, mood.fog + 0.15))
        mood = replace(mood, key=_mix(mood.key, (0.62, 0.7, 0.8), 0.35), name=f"{name}, rain")
    if words & {"snow", "snowy", "snowing", "blizzard", "winter", "ice", "icy", "frozen", "arctic"}:
        mood = replace(mood, snow=0.8, saturation=mood.saturation * 0.75, fog=min(0.9, mood.fog + 0.15))
        mood = replace(mood, horizon=_mix(mood.horizon, (0.88, 0.92, 0.97), 0.4), name=f"{mood.name}, snow")
    if words & {"fog", "foggy", "mist", "misty", "haze", "hazy", "smoke", "smoky", "dusty"}:
        grey = _mix(mood.horizon, (0.74, 0.77, 0.8), 0.4)
        mood = replace(mood, fog=0.95, horizon=grey, contrast=mood.contrast * 0.94, name=f"{mood.name}, fog")
    return mood


def _materials(
    prompt: str, words: set[str], place: tuple[Colour, Colour, Colour, Colour, Colour]
) -> tuple[Colour, Colour, Colour, Colour, Colour]:
    for triggers, palette in _PLACES:
        if words & triggers:
            place = palette
            break
    hue = _unit(prompt, "hue")
    shifted = [_turned(colour, (hue - 0.5) * 0.07) for colour in place]
    accent = colorsys.hsv_to_rgb(_unit(prompt, "accent"), 0.5, 0.72)
    shifted[4] = _mix(shifted[4], accent, 0.45)
    for place_of, colour in zip((1, 3, 4), named_colours(words)):
        shifted[place_of] = colour
    return (shifted[0], shifted[1], shifted[2], shifted[3], shifted[4])


def _turned(colour: Colour, hue: float) -> Colour:
    h, s, v = colorsys.rgb_to_hsv(*colour)
    return colorsys.hsv_to_rgb((h + hue) % 1.0, s, v)


def _mix(one: Colour, other: Colour, part: float) -> Colour:
    a, b, c = (x + (y - x) * part for x, y in zip(one, other))
    return (a, b, c)


def _unit(text: str, purpose: str) -> float:
    digest = hashlib.sha256(f"{purpose}:{text}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


DAY = Mood(
    zenith=(0.36, 0.52, 0.72),
    horizon=(0.78, 0.84, 0.88),
    key=(1.0, 0.94, 0.84),
    key_from=(-0.55, -0.75, -0.45),
    ambient=(0.42, 0.48, 0.56),
    materials=(
        (0.66, 0.64, 0.61),
        (0.62, 0.47, 0.36),
        (0.40, 0.50, 0.55),
        (0.52, 0.57, 0.42),
        (0.72, 0.60, 0.44),
    ),
    line=(0.08, 0.09, 0.12),
)
_NIGHT = replace(
    DAY,
    zenith=(0.02, 0.03, 0.09),
    horizon=(0.10, 0.15, 0.30),
    key=(0.58, 0.70, 1.0),
    key_from=(0.5, -0.7, -0.35),
    ambient=(0.15, 0.19, 0.34),
    second_key=(0.85, 0.52, 0.22),
    line=(1.0, 0.78, 0.45),
    glowing_lines=True,
    stars=1.0,
    fog=0.6,
    contrast=1.32,
    name="night",
)
_NEON = replace(
    _NIGHT,
    zenith=(0.04, 0.01, 0.10),
    horizon=(0.26, 0.07, 0.36),
    key=(0.20, 0.85, 1.0),
    key_from=(-0.9, -0.3, -0.25),
    second_key=(1.0, 0.16, 0.68),
    ambient=(0.20, 0.13, 0.34),
    line=(0.35, 0.95, 1.0),
    stars=0.2,
    saturation=1.25,
    name="neon",
)
_SUNSET = replace(
    DAY,
    zenith=(0.24, 0.24, 0.45),
    horizon=(0.98, 0.62, 0.36),
    key=(1.0, 0.66, 0.36),
    key_from=(-0.95, -0.28, 0.1),
    ambient=(0.40, 0.33, 0.46),
    line=(0.13, 0.06, 0.10),
    fog=0.65,
    saturation=1.15,
    contrast=1.32,
    name="sunset",
)
_DAWN = replace(
    _SUNSET,
    zenith=(0.38, 0.46, 0.66),
    horizon=(0.96, 0.76, 0.70),
    key=(1.0, 0.80, 0.68),
    key_from=(0.9, -0.32, 0.0),
    ambient=(0.46, 0.46, 0.58),
    name="dawn",
)
_OVERCAST = replace(
    DAY,
    zenith=(0.56, 0.60, 0.65),
    horizon=(0.80, 0.82, 0.84),
    key=(0.86, 0.88, 0.92),
    key_from=(-0.2, -0.95, -0.3),
    ambient=(0.56, 0.58, 0.62),
    saturation=0.85,
    name="overcast",
)
_INDOOR = replace(
    DAY,
    zenith=(0.50, 0.48, 0.46),
    horizon=(0.74, 0.71, 0.66),
    key=(1.0, 0.92, 0.80),
    key_from=(-0.4, -0.7, -0.6),
    ambient=(0.46, 0.45, 0.46),
    fog=0.4,
    name="indoors",
)
_UNDERWATER = replace(
    DAY,
    zenith=(0.10, 0.45, 0.58),
    horizon=(0.03, 0.22, 0.34),
    key=(0.62, 0.98, 1.0),
    key_from=(0.1, -0.98, -0.1),
    ambient=(0.14, 0.36, 0.46),
    fog=0.9,
    name="under water",
)

# The first that matches decides: light before place.
_LIGHTS: tuple[tuple[set[str], Mood], ...] = (
    ({"neon", "cyberpunk", "synthwave", "holographic"}, _NEON),
    ({"underwater", "reef", "seabed"}, _UNDERWATER),
    ({"night", "midnight", "moonlight", "moonlit", "nighttime", "nocturnal", "starry"}, _NIGHT),
    ({"sunset", "dusk", "golden", "twilight", "evening"}, _SUNSET),
    ({"dawn", "sunrise", "morning"}, _DAWN),
    ({"overcast", "cloudy", "rain", "rainy", "raining", "storm", "stormy", "grey", "gray"}, _OVERCAST),
    (
        {"office", "kitchen", "indoor", "indoors", "interior", "room", "studio", "factory", "warehouse"},
        _INDOOR,
    ),
)

_Palette = tuple[Colour, Colour, Colour, Colour, Colour]
_PLACES: tuple[tuple[set[str], _Palette], ...] = (
    (
        {"desert", "dune", "dunes", "sand", "canyon", "mars", "sahara"},
        ((0.82, 0.66, 0.46), (0.70, 0.42, 0.26), (0.88, 0.76, 0.56), (0.56, 0.36, 0.28), (0.62, 0.56, 0.42)),
    ),
    (
        {"forest", "jungle", "woods", "trees", "meadow", "garden", "grass", "rainforest"},
        ((0.40, 0.48, 0.28), (0.42, 0.31, 0.20), (0.28, 0.42, 0.28), (0.58, 0.58, 0.32), (0.50, 0.44, 0.36)),
    ),
    (
        {"ocean", "sea", "beach", "coast", "lake", "river", "underwater"},
        ((0.76, 0.70, 0.58), (0.20, 0.46, 0.56), (0.42, 0.62, 0.66), (0.62, 0.54, 0.42), (0.86, 0.84, 0.78)),
    ),
    (
        {"office", "kitchen", "indoor", "indoors", "interior", "room", "studio", "laboratory", "hospital"},
        ((0.80, 0.78, 0.74), (0.60, 0.46, 0.34), (0.46, 0.55, 0.52), (0.34, 0.36, 0.40), (0.78, 0.52, 0.38)),
    ),
    (
        {
            "city",
            "cityscape",
            "street",
            "urban",
            "downtown",
            "skyscraper",
            "skyscrapers",
            "buildings",
            "road",
        },
        ((0.60, 0.60, 0.60), (0.56, 0.42, 0.35), (0.36, 0.44, 0.52), (0.46, 0.46, 0.44), (0.74, 0.58, 0.38)),
    ),
    (
        {"neon", "cyberpunk", "synthwave", "futuristic", "spaceship", "robot", "robotic"},
        ((0.52, 0.55, 0.62), (0.34, 0.38, 0.52), (0.62, 0.40, 0.58), (0.30, 0.52, 0.58), (0.72, 0.66, 0.52)),
    ),
)

_COLOURS: dict[str, Colour] = {
    "red": (0.78, 0.18, 0.16),
    "crimson": (0.66, 0.08, 0.16),
    "orange": (0.90, 0.50, 0.16),
    "yellow": (0.92, 0.78, 0.24),
    "green": (0.30, 0.58, 0.28),
    "emerald": (0.12, 0.56, 0.40),
    "teal": (0.14, 0.52, 0.54),
    "cyan": (0.24, 0.74, 0.82),
    "turquoise": (0.24, 0.72, 0.68),
    "blue": (0.20, 0.38, 0.76),
    "navy": (0.12, 0.18, 0.40),
    "purple": (0.48, 0.26, 0.64),
    "violet": (0.52, 0.34, 0.74),
    "magenta": (0.80, 0.20, 0.60),
    "pink": (0.92, 0.56, 0.68),
    "brown": (0.46, 0.32, 0.22),
    "beige": (0.82, 0.76, 0.64),
    "gold": (0.84, 0.66, 0.28),
    "silver": (0.74, 0.76, 0.78),
    "white": (0.90, 0.89, 0.87),
    "black": (0.13, 0.13, 0.15),
}
