"""One frame: rays, shading, and the planes that a renderer would write."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.passes.cryptomatte import name_to_id
from cosmos_houdini.records.geometry import Resolution

from .camera import FRAMES_A_SECOND, crane_shot
from .caster import NOTHING, PATTERN, cast_picture, cast_pixels, edge_pixels, in_sight
from .scene import Scene
from .shading import Lighting, Shader
from .vectors import Floats

RANKS = 6
SAMPLES = len(PATTERN)


@dataclass(frozen=True)
class Planes:
    """The planes of a frame, as float32.

    `beauty` (H, W, 4) scene-linear with alpha; `depth` (H, W) metres along the camera's axis, the nearest
    sample of each pixel, 0 for the sky; `normal` (H, W, 3) in world space; `primid` (H, W) number of the
    object that covers most of the pixel, from 1 on, 0 for the sky; `objects` and `materials` (H, W, 12): six
    ranked pairs of id and coverage.
    """

    beauty: Floats
    depth: Floats
    normal: Floats
    primid: Floats
    objects: Floats
    materials: Floats


def render_planes(scene: Scene, lighting: Lighting, second: float, resolution: Resolution) -> Planes:
    """Renders the scene at a time: one ray a pixel, eight where solids meet."""
    camera = crane_shot(second, resolution)
    primitives = scene.at(second)
    shader = Shader(lighting, camera, primitives, scene.moving(second))
    sight = in_sight(camera, primitives)
    hits = cast_picture(camera, sight)
    shape = hits.distance.shape
    radiance, normals = shader.shade(
        hits.rays.direction.reshape(3, -1), hits.distance.reshape(-1), hits.primitive.reshape(-1), 1.0
    )
    radiance, normals = radiance.reshape(3, *shape), normals.reshape(3, *shape)
    rows, columns = np.nonzero(edge_pixels(hits, normals))
    fine = cast_pixels(camera, sight, rows, columns)
    fine_radiance, fine_normals = shader.shade(
        fine.rays.direction.reshape(3, -1), fine.distance.reshape(-1), fine.primitive.reshape(-1), 0.6
    )

    alpha = (hits.primitive != NOTHING).astype(np.float32)
    covered = fine.primitive != NOTHING
    radiance[:, rows, columns] = fine_radiance.reshape(3, -1, SAMPLES).mean(axis=2)
    normals[:, rows, columns] = fine_normals.reshape(3, -1, SAMPLES).mean(axis=2)
    alpha[rows, columns] = covered.mean(axis=1)
    depth = np.where(np.isfinite(hits.distance), hits.distance, 0)
    nearest = fine.distance.min(axis=1)
    depth[rows, columns] = np.where(np.isfinite(nearest), nearest, 0)

    object_of, material_of = _numbers(scene, second)
    objects, primid = _ranked(object_of, hits.primitive, fine.primitive, rows, columns, _ids(scene.names))
    materials, _ = _ranked(
        material_of, hits.primitive, fine.primitive, rows, columns, _ids(scene.material_names)
    )
    beauty = np.concatenate([np.moveaxis(radiance, 0, 2), alpha[..., None]], axis=2)
    return Planes(beauty, depth, np.moveaxis(normals, 0, 2), primid, objects, materials)


def scene_second(number: int) -> float:
    """The time of the frame with this number, counted from 0."""
    return number / FRAMES_A_SECOND


def _numbers(scene: Scene, second: float) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """For each primitive its object and its material, counted from 1; the last entry, 0, is for NOTHING."""
    names = {name: number + 1 for number, name in enumerate(scene.names)}
    materials = {name: number + 1 for number, name in enumerate(scene.material_names)}
    primitives = scene.at(second)
    objects = [names[primitive.prim_path] for primitive in primitives]
    return (
        np.array([*objects, 0], np.int32),
        np.array([*(materials[primitive.material.name] for primitive in primitives), 0], np.int32),
    )


def _ids(names: tuple[str, ...]) -> Floats:
    return np.array([0, *(name_to_id(name) for name in names)], np.float32)


def _ranked(
    number_of: NDArray[np.int32], primitive: NDArray[np.int16], fine: NDArray[np.int16],
    rows: NDArray[np.intp], columns: NDArray[np.intp], ids: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """(H, W, 12) pairs of id and coverage, the widest first, and (H, W) the number that covers most."""
    numbers = number_of[primitive]
    result = np.zeros((*primitive.shape, 2 * RANKS), np.float32)
    result[..., 0] = ids[numbers]
    result[..., 1] = numbers > 0
    samples = np.sort(number_of[fine], axis=1)
    begins = np.ones(samples.shape, np.bool_)
    begins[:, 1:] = samples[:, 1:] != samples[:, :-1]
    counts = np.zeros(samples.shape, np.int8)
    for step in range(SAMPLES):
        counts[:, : SAMPLES - step] += samples[:, step:] == samples[:, : SAMPLES - step]
    most = np.where(begins, counts, 0)
    leader = np.take_along_axis(samples, most.argmax(axis=1)[:, None], axis=1)[:, 0]
    primid = numbers.astype(np.float32)
    primid[rows, columns] = leader
    weight = np.where(begins & (samples > 0), counts, 0)
    order = np.argsort(-weight, axis=1, kind="stable")[:, :RANKS]
    coverage = np.take_along_axis(weight, order, axis=1).astype(np.float32) / SAMPLES
    found = np.where(coverage > 0, ids[np.take_along_axis(samples, order, axis=1)], 0)
    result[rows, columns] = np.stack([found, coverage], axis=2).reshape(-1, 2 * RANKS)
    return result, primid
