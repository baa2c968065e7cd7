from __future__ import annotations

import hashlib

import pytest

from cosmos_houdini.records.hashing import BLOCK, hash_file


@pytest.mark.parametrize("size", [0, 1, BLOCK, 2 * BLOCK + 7])
def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path, size):
    content = bytes(range(256)) * (size // 256 + 1)
    (tmp_path / "a").write_bytes(content[:size])
    assert hash_file(tmp_path / "a") == hashlib.sha256(content[:size]).hexdigest()
