from __future__ import annotations

import base64
import io
import pickle
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini.engines.weight_maps import ALIGNMENT, read_weight_map, write_weight_map
from cosmos_houdini.errors import BadInputError

# Written by torch 2.13.0: torch.save(torch.arange(6, dtype=torch.float16).reshape(2, 3) / 8, "tiny.pt").
WRITTEN_BY_TORCH = (
    "eNqlVEGL00AUniTbpKbdBWGXriyIHoQKmk3aJm2EVQwShBzsVpTiJWTT2RrMJjvJdGU9KeKCP8GLV+9eBP+F4nFv4mFP3kQ8"
    "OdO0NUltFtcH4ZHkfe99771vpmtxSwCUy2DOlsEawF5wuDlwsCPtP/FN4zx4lLfnrIvDyH0s2SPs+bFoR3Bn5PkDG8MgDiP7"
    "oCEiUK/3BZIxJpHOECImgYh3HX/3fvJNRGyfISEy4voc8e7+CC1ZPEalbQtYrMUdId7iLOYICa9dN/R96GIvDGLxXjSAERzc"
    "8VwsovLVHjqHkdhDFalrCeV3Ly59e0Oy0ae7sNFVcCVpVNoNoz0H2wcwikly07g832/eFFrnw/fjl5Q9U1inBm5M6kwGYTu+"
    "Nwz2YIBNQzu91F9Na1ECt56iE5aUYAsJrAAjIbBziGFIB2caN89Yd2q+h7EPKYdXW18v8KQKX8ihAm7/UdWmbBpb/0eAaga0"
    "gAY6QKcsfv340quSj9VCFtXpKmarPuv8myKt+unt8MHp898A6kQA4+ZjGHlEAc8cqmTbG5iG8u8kFLXd6Ci6ripKR21prabc"
    "0OS22pAVTVfb7abS1HVFkRuU5XpNqtYJj/qYJUPJznimj8ryHPPMPZCHptW/moGdTKG5k5XPkJZvLZNhmwGLzkw+SVp/K5kk"
    "n6dJZrrPY9OqqWSwD1mQ1msemF58NQM8ngIX9JxexkYG2eNAkUy6Fs9fm4Re5K7PYELOf2QS/5NLPMGNf70vJe/JZVXiE4ww"
    "jk9ifwOA806i"
)
TINY = (np.arange(6, dtype=np.float16) / 8).reshape(2, 3)


@pytest.fixture
def from_torch(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.pt"
    path.write_bytes(zlib.decompress(base64.b64decode(WRITTEN_BY_TORCH)))
    return path


@pytest.mark.parametrize("mapped", [False, True])
def test_a_map_written_by_torch_is_read(from_torch: Path, mapped: bool) -> None:
    weights = read_weight_map(from_torch, mapped=mapped)
    assert weights.dtype == np.float16
    assert np.array_equal(weights, TINY)


def test_our_description_of_a_tensor_is_the_one_torch_writes(from_torch: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours" / "tiny.pt"
    write_weight_map(ours, TINY)

    def what_it_builds(path: Path) -> list[object]:
        with zipfile.ZipFile(path) as archive:
            return _operations(archive.read("tiny/data.pkl"))

    assert what_it_builds(ours) == what_it_builds(from_torch)
    with zipfile.ZipFile(ours) as one, zipfile.ZipFile(from_torch) as other:
        for name in ("tiny/data/0", "tiny/version", "tiny/byteorder", "tiny/.format_version"):
            assert one.read(name) == other.read(name)


@pytest.mark.parametrize("shape", [(3, 4, 5), (4, 5), (121, 8, 6)])
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_what_is_written_is_read_back(tmp_path: Path, shape: tuple[int, ...], kind: type) -> None:
    weights = np.random.default_rng(1).random(shape).astype(kind)
    path = tmp_path / "weights.pt"
    write_weight_map(path, weights)
    for mapped in (False, True):
        assert np.array_equal(
            read_weight_map(path, mapped=mapped),
            weights.astype(np.promote_types(kind, "f2") if kind is np.float16 else np.float32),
        )


def test_the_same_weights_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_weight_map(tmp_path / folder / "w.pt", TINY)
    assert (tmp_path / "a" / "w.pt").read_bytes() == (tmp_path / "b" / "w.pt").read_bytes()


def test_the_numbers_are_aligned_so_that_they_can_be_mapped(tmp_path: Path) -> None:
    path = tmp_path / "a_name_of_odd_length.pt"
    write_weight_map(path, np.full((7, 3, 3), 0.25, np.float32))
    content = path.read_bytes()
    assert content.index(np.full(63, 0.25, "<f4").tobytes()) % ALIGNMENT == 0


@pytest.mark.parametrize(
    "weights",
    [
        np.zeros((2, 2, 2, 2)),
        np.zeros(5),
        np.zeros((0, 4)),
        np.array([[0.5, -0.1]]),
        np.array([[0.5, np.nan]]),
        np.array([[0.5, np.inf]]),
    ],
)
def test_what_is_no_weight_map_is_not_written(tmp_path: Path, weights: np.ndarray) -> None:
    with pytest.raises(BadInputError):
        write_weight_map(tmp_path / "w.pt", weights)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_the_model_would_not_take_for_a_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"w\.npy") as refused:
        write_weight_map(tmp_path / "w.npy", TINY)
    assert "w.pt" in refused.value.fix


def test_a_pickle_that_would_run_code_is_refused_and_not_run(tmp_path: Path) -> None:
    class Mischief:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "was_run",)

    path = tmp_path / "w.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("w/data.pkl", pickle.dumps(Mischief(), 2))
    with pytest.raises(BadInputError, match="is not a weight map"):
        read_weight_map(path)
    assert not (tmp_path / "was_run").exists()


@pytest.mark.parametrize("held", [[1, 2, 3], {"weights": 0.5}, "text"])
def test_a_file_that_holds_something_else_says_so(tmp_path: Path, held: object) -> None:
    path = tmp_path / "w.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("w/data.pkl", pickle.dumps(held, 2))
    with pytest.raises(BadInputError) as refused:
        read_weight_map(path)
    assert type(held).__name__ in refused.value.why


@pytest.mark.parametrize("keep", [0, 10, 300, 900])
def test_a_file_that_is_cut_off_is_refused(from_torch: Path, keep: int) -> None:
    from_torch.write_bytes(from_torch.read_bytes()[:keep])
    with pytest.raises(BadInputError):
        read_weight_map(from_torch)


def test_a_shape_larger_than_the_numbers_is_refused(from_torch: Path, tmp_path: Path) -> None:
    path = tmp_path / "lies.pt"
    with zipfile.ZipFile(from_torch) as archive, zipfile.ZipFile(path, "w") as lies:
        for name in archive.namelist():
            content = archive.read(name)
            lies.writestr(name, content.replace(b"K\x02K\x03\x86", b"K\x02K\xff\x86"))
    with pytest.raises(BadInputError, match="not a weight map") as refused:
        read_weight_map(path)
    assert "larger than its numbers" in refused.value.why


def test_a_damaged_description_ends_in_no_other_error(from_torch: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(from_torch) as archive:
        description = archive.read("tiny/data.pkl")
    path, refused = tmp_path / "w.pt", 0
    for place in range(2, len(description)):
        damaged = bytearray(description)
        damaged[place] ^= 0x15
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("w/data.pkl", bytes(damaged))
            archive.writestr("w/data/0", TINY.tobytes())
        try:
            read_weight_map(path)
        except BadInputError:
            refused += 1
    assert refused > 50


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_weight_map(tmp_path / "none.pt")


@pytest.mark.parametrize("weights_only", [True, False])
@pytest.mark.parametrize("mmap", [True, False])
def test_torch_reads_what_we_write(tmp_path: Path, weights_only: bool, mmap: bool) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed here")
    for weights in (TINY, np.random.default_rng(2).random((5, 6, 7)).astype(np.float32)):
        path = tmp_path / "w.pt"
        write_weight_map(path, weights)
        loaded = torch.load(path, weights_only=weights_only, mmap=mmap)
        assert np.array_equal(loaded.numpy(), weights)


@pytest.mark.parametrize(
    "kind", ["float16", "float32", "float64", "bfloat16", "int64", "int32", "uint8", "bool"]
)
def test_we_read_what_torch_writes(tmp_path: Path, kind: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed here")
    tensor = (torch.arange(60).reshape(3, 4, 5) % 2).to(getattr(torch, kind))
    for view in (tensor, tensor[1:], tensor.permute(2, 0, 1)):
        torch.save(view, tmp_path / "w.pt")
        for mapped in (False, True):
            read = read_weight_map(tmp_path / "w.pt", mapped=mapped)
            assert np.array_equal(read.astype(float), view.double().numpy())


def _operations(description: bytes) -> list[object]:
    """What a pickle builds, whichever of several spellings of a number or tuple it uses."""
    seen: list[object] = []

    class Recorder(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> object:
            seen.append((module, name))
            return lambda *arguments: seen.append(arguments)

        def persistent_load(self, pid: object) -> object:
            assert isinstance(pid, tuple)
            seen.append((pid[0], *pid[2:]))
            return "storage"

    Recorder(io.BytesIO(description)).load()
    return seen
