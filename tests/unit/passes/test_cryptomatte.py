"""Cryptomatte ids, manifests and ranks follow the public specification."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.cryptomatte import (
    CryptoLayer,
    find_layers,
    layer_key,
    manifest_json,
    murmur3_32,
    name_to_bits,
    name_to_id,
    read_manifest,
    strongest,
)


def test_the_hash_has_the_published_values() -> None:
    assert murmur3_32(b"") == 0
    assert murmur3_32(b"", 1) == 0x514E28B7
    assert murmur3_32(b"hello") == 0x248BFA47
    assert murmur3_32(b"The quick brown fox jumps over the lazy dog") == 0x2E4FF723


@pytest.mark.parametrize(
    ("name", "value"),
    [("hello", 6.0705627102400005616e-17), ("cube", -4.08461912519e15), ("sphere", 2.79018604383e15)],
)
def test_names_have_the_ids_of_the_specification(name: str, value: float) -> None:
    assert name_to_id(name) == pytest.approx(value, rel=1e-6)


def test_no_id_is_zero_denormal_infinite_or_nan() -> None:
    ids = np.array([name_to_id(f"object {number}") for number in range(20000)], np.float32)
    assert np.isfinite(ids).all()
    assert (np.abs(ids) >= np.finfo(np.float32).tiny).all()


def test_a_manifest_leads_back_from_bits_to_names(tmp_path: Path) -> None:
    names = ['/obj/"quoted"', "/obj/ünïcode", "plain"]
    layer = CryptoLayer("CryptoObject", "abc", (), True)
    inline = read_manifest(layer, {"cryptomatte/abc/manifest": manifest_json(names)}, tmp_path)
    assert inline == {name_to_bits(name): name for name in names}
    (tmp_path / "shot.json").write_text(manifest_json(names), encoding="utf-8")
    sidecar = read_manifest(layer, {"cryptomatte/abc/manif_file": "shot.json"}, tmp_path)
    assert sidecar == inline
    assert read_manifest(layer, {}, tmp_path) == {}


def test_a_missing_or_broken_manifest_is_explained(tmp_path: Path) -> None:
    layer = CryptoLayer("CryptoObject", "abc", (), True)
    with pytest.raises(BadInputError, match=r"gone\.json"):
        read_manifest(layer, {"cryptomatte/abc/manif_file": "gone.json"}, tmp_path)
    for text in ("not json", "[1]", json.dumps({"a": "xyz"})):
        with pytest.raises(BadInputError, match="not a Cryptomatte manifest"):
            read_manifest(layer, {"cryptomatte/abc/manifest": text}, tmp_path)


def test_layers_are_found_by_their_metadata_with_ranks_in_order() -> None:
    channels = [
        (f"CryptoMaterial{level:02d}.{component}", 1, 4 * level + place)
        for level in range(3)
        for place, component in enumerate("RGBA")
    ]
    key = layer_key("CryptoMaterial")
    layers = find_layers(channels, {f"cryptomatte/{key}/name": "CryptoMaterial"})
    assert [(layer.name, layer.kind, layer.has_manifest) for layer in layers] == [
        ("CryptoMaterial", "material", False)
    ]
    assert layers[0].ranks == ((1, 0, 1), (1, 2, 3), (1, 4, 5), (1, 6, 7), (1, 8, 9), (1, 10, 11))


def one_pixel(*pairs: tuple[str, float]) -> int:
    ids = np.array([[[name_to_id(name) if name else 0]] for name, _ in pairs], np.float32)
    coverages = np.array([[[coverage]] for _, coverage in pairs], np.float32)
    return int(strongest(ids, coverages)[0, 0])


def test_the_highest_coverage_wins_whatever_its_rank() -> None:
    assert one_pixel(("a", 0.7), ("b", 0.3)) == name_to_bits("a")
    assert one_pixel(("a", 0.3), ("b", 0.6)) == name_to_bits("b")


def test_the_background_wins_where_it_covers_most() -> None:
    assert one_pixel(("a", 0.3), ("b", 0.1)) == 0
    assert one_pixel(("a", 0.0), ("b", 0.0)) == 0
    assert one_pixel(("", 0.9), ("b", 0.1)) == 0


def test_foliage_of_many_small_shares_is_not_background() -> None:
    assert one_pixel(("a", 0.22), ("b", 0.2), ("c", 0.2), ("d", 0.2), ("e", 0.18)) == name_to_bits("a")


def found(name: str, *prefixes: str) -> tuple[CryptoLayer, ...]:
    channels = [
        (f"{prefix}CryptoObject{level:02d}.{component}", 0, 12 * number + 4 * level + place)
        for number, prefix in enumerate(prefixes)
        for level in range(2)
        for place, component in enumerate("rgba")
    ]
    return find_layers(channels, {f"cryptomatte/{layer_key(name)}/name": name})


RANKS = ((0, 0, 1), (0, 2, 3), (0, 4, 5), (0, 6, 7))


def test_channels_with_a_layer_prefix_that_the_metadata_leaves_out_are_found() -> None:
    assert [layer.ranks for layer in found("CryptoObject", "main.")] == [RANKS]
    assert [layer.ranks for layer in found("CryptoObject", "render.main.")] == [RANKS]
    assert [layer.ranks for layer in found("main.CryptoObject", "main.")] == [RANKS]
    assert found("CryptoObject", "My") == ()


def test_channels_named_exactly_go_before_prefixed_ones_and_one_prefix_is_enough() -> None:
    shifted = tuple((part, one + 12, other + 12) for part, one, other in RANKS)
    assert [layer.ranks for layer in found("CryptoObject", "left.", "")] == [shifted]
    assert [layer.ranks for layer in found("CryptoObject", "left.", "right.")] == [RANKS]
