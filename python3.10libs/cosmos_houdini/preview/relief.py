"""Shape from a depth control: normals, openness and outline.

A depth control holds inverse depth q, near = bright. For a plane q is linear in the image, and a plane
through (u, v) with slopes (q_u, q_v) has the normal (q_u, q_v, q - u q_u - v q_v). So normals need no guess
beyond the lens and the black level.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

HALF_WIDTH = 0.55  # tan of half the horizontal angle of view: about 58 degrees
BLACK_LEVEL = 0.12  # inverse depth of what is drawn black: far, not infinitely far
RIM = 24  # pixels added around, so that the filters below have something to look at
STEP = 2  # slopes are taken over this many pixels, to the smoother side
JUMP = 0.32  # a change within a few pixels, as a share of the depth, that is surely an outline
NOISE = 0.012  # what moves less than this is coding noise or an 8-bit step


@dataclass(frozen=True)
class Relief:
    """All (h, w) float32 at half size. Normals point to the camera: x right, y down, z away from it."""

    depth: Plane  # 0 far .. 1 near, smoothed
    normal_x: Plane
    normal_y: Plane
    normal_z: Plane
    openness: Plane  # below 1 where something nearer surrounds the point, above 1 where it stands out


def relief_of(depth: Plane) -> Relief:
    """The relief of a depth control, (H, W) float32 0..1."""
    height, width = depth.shape[0] // 2, depth.shape[1] // 2
    small = np.asarray(cv2.resize(depth, (width, height), interpolation=cv2.INTER_AREA), np.float32)
    wide = np.pad(small, RIM, mode="reflect", reflect_type="odd")  # surfaces go on straight at the rim
    smooth = _without_noise(_without_noise(wide, 5), 6)
    slope_x, slope_y = _slope(smooth, 1), _slope(smooth, 0)
    # From "per pixel" to "per unit of the image plane at distance 1".
    scale = width / (2 * HALF_WIDTH)
    q_u, q_v = slope_x * scale, slope_y * scale
    u = (np.arange(-RIM, width + RIM, dtype=np.float32) + 0.5 - width / 2) / scale
    v = (np.arange(-RIM, height + RIM, dtype=np.float32) + 0.5 - height / 2) / scale
    q_w = np.maximum(smooth + BLACK_LEVEL - q_u * u - q_v * v[:, np.newaxis], 0.02)
    length = np.sqrt(q_u * q_u + q_v * q_v + q_w * q_w)
    sure = _sureness(smooth)
    inside = (slice(RIM, RIM + height), slice(RIM, RIM + width))
    x, y, z = (_spread(-part / length, sure)[inside] for part in (q_u, q_v, q_w))
    return Relief(smooth[inside], x, y, z, _openness(smooth[inside]))


def _sureness(depth: Plane) -> Plane:
    """Near 0 on outlines, where a slope says nothing about a surface; else 1."""
    kernel = np.ones((7, 7), np.uint8)
    spread = cv2.dilate(depth, kernel) - cv2.erode(depth, kernel)
    jump = spread / np.maximum(depth + BLACK_LEVEL, 0.02)
    return np.asarray(np.clip((JUMP - jump) / JUMP, 0.004, 1), np.float32)


def _spread(part: Plane, sure: Plane) -> Plane:
    """Averages one component of the normals over a few pixels, where they are sure of themselves."""
    box = (7, 7)
    return np.asarray(cv2.blur(part * sure, box) / cv2.blur(sure, box), np.float32)


def _without_noise(plane: Plane, radius: int) -> Plane:
    """Guided filter with itself as guide (He et al., 2010): flattens noise, keeps outlines."""
    box = (2 * radius + 1, 2 * radius + 1)
    mean = cv2.blur(plane, box)
    variance = np.maximum(cv2.blur(plane * plane, box) - mean * mean, 0)
    gain = variance / (variance + NOISE * NOISE)
    return np.asarray(cv2.blur(gain, box) * plane + cv2.blur(mean * (1 - gain), box), np.float32)


def _slope(plane: Plane, axis: int) -> Plane:
    """Change per pixel along `axis`: of both sides the gentler, so that no outline leaks into a surface."""
    pad = [(0, 0), (0, 0)]
    pad[axis] = (STEP, STEP)
    wide = np.pad(plane, pad, mode="edge")
    ahead = (wide[2 * STEP :] if axis == 0 else wide[:, 2 * STEP :]) - plane
    behind = plane - (wide[: -2 * STEP] if axis == 0 else wide[:, : -2 * STEP])
    gentle = np.where(np.abs(ahead) < np.abs(behind), ahead, behind)
    return np.asarray(cv2.blur(gentle / STEP, (3, 3)), np.float32)


def _openness(depth: Plane) -> Plane:
    """Depth against its surroundings, in two sizes (after Luft et al., 2006)."""
    height, width = depth.shape
    quarter = cv2.resize(depth, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    hidden = np.zeros_like(quarter)
    for share in (0.02, 0.07):
        radius = max(3, int(width * share))
        around = cv2.GaussianBlur(quarter, (0, 0), radius / 2)
        # Relative to depth: far away, small differences count as much as near.
        hidden += (around - quarter) / (0.25 + around)
    factor = 1.0 - 1.15 * np.clip(hidden, -0.10, 0.36)
    return np.asarray(cv2.resize(factor, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
