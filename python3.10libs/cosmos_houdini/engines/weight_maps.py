"""Weight maps: the `.pt` files that tell the model where a control counts how much.

A `.pt` file is a ZIP archive that holds a pickle of one tensor and, uncompressed, its numbers. We write and
read it without PyTorch. Reading never runs what a pickle says: only the handful of names that a plain tensor
is made of are known, and they are replaced by functions of this module.
Source: PyTorch's serialization notes (torch.save, zipfile format); transfer1 inference_utils.py for the use.
"""

from __future__ import annotations

import io
import math
import pickle
import struct
import zipfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Optional

import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.records.atomic import replacing

ALIGNMENT = 64  # the numbers begin at a multiple of this in the file, as PyTorch has it
MAX_PICKLE_BYTES = 1 << 20  # a plain tensor needs about 150
LOCAL_HEADER = struct.Struct("<4s5H3I2H")

_STORAGE_OF_DTYPE = {"float16": "HalfStorage", "float32": "FloatStorage"}
_DTYPE_OF_STORAGE = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "BFloat16Storage": "bfloat16",  # numpy has none: the upper half of a float32
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}


def write_weight_map(path: Path, weights: NDArray[Any]) -> None:
    """Writes weights (T, H, W) or (H, W) as a file that `torch.load` reads, `weights_only` or not.

    float16 stays float16; everything else is written as float32. Raises BadInputError for another number of
    axes, an empty map, values that are negative or not finite, and a name that doesn't end in `.pt`.
    """
    if path.suffix != ".pt":
        raise BadInputError(
            f"A weight map can't be called {path.name}.",
            "The model takes a weight for a map only where it ends in '.pt'.",
            f"Call it {path.stem}.pt.",
        )
    if weights.ndim not in (2, 3) or weights.size == 0:
        raise BadInputError(
            f"Weights of shape {weights.shape} are no weight map.",
            "A map has the axes (frames, height, width) or (height, width).",
            "Give one weight per pixel.",
        )
    low, high = float(weights.min()), float(weights.max())
    if not (low >= 0 and math.isfinite(high)):
        raise BadInputError(
            f"The weights run from {low} to {high}.",
            "A weight is a number from 0 up; usual are 0 to 1.",
            "Mend the weights.",
        )
    kind = "<f2" if weights.dtype == np.float16 else "<f4"
    numbers = np.ascontiguousarray(weights, np.dtype(kind))
    root = path.stem
    with replacing(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, f"{root}/data.pkl", _tensor_pickle(numbers))
        _add(archive, f"{root}/.format_version", b"1")
        _add(archive, f"{root}/byteorder", b"little")
        _add(archive, f"{root}/data/0", numbers.data.cast("B"))
        _add(archive, f"{root}/version", b"3\n")


def read_weight_map(path: Path, *, mapped: bool = False) -> NDArray[Any]:
    """The tensor in a `.pt` file, in its own kind of number (bfloat16 as float32), of any shape.

    With `mapped` the numbers stay on disk where the file allows it, and pages are read as they are used.
    Raises FileNotFoundError, or BadInputError for anything that isn't one plain tensor; nothing in the file
    is executed.
    """
    with path.open("rb") as handle:
        try:
            with zipfile.ZipFile(handle) as archive:
                described = _described_tensor(archive)
                return described.read(archive, handle, path if mapped else None)
        except zipfile.BadZipFile as error:
            raise _not_a_map(path, "it is not in PyTorch's ZIP format") from error
        except (pickle.UnpicklingError, _OddTensorError) as error:
            raise _not_a_map(path, str(error)) from error
        except (EOFError, KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise _not_a_map(path, f"its description is damaged ({error})") from error


class _OddTensorError(Exception):
    """What the archive describes is no tensor that we know."""


@dataclass(frozen=True)
class _Storage:
    """A run of numbers in the archive: their kind, the entry that holds them, how many."""

    kind: str
    key: str
    count: int


@dataclass(frozen=True)
class _Tensor:
    """A view of a storage, as the pickle describes it."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    root: str = ""

    def read(self, archive: zipfile.ZipFile, handle: BinaryIO, mapped: Optional[Path]) -> NDArray[Any]:
        entry = archive.getinfo(f"{self.root}/data/{self.storage.key}")
        little = not _is_big_endian(archive, self.root)
        brain = self.storage.kind == "bfloat16"
        dtype = np.dtype("<u2" if brain else self.storage.kind)
        if not little:
            dtype = dtype.newbyteorder(">")
        if entry.file_size != self.storage.count * dtype.itemsize:
            raise _OddTensorError("its numbers are cut off")
        if mapped is not None and entry.compress_type == zipfile.ZIP_STORED:
            where = _start_of(entry, handle)
            flat: NDArray[Any] = np.memmap(mapped, dtype, "r", offset=where, shape=(self.storage.count,))
        else:
            flat = np.frombuffer(archive.read(entry), dtype)
        view = self._view(flat)
        if brain:
            return (view.astype(np.uint32) << 16).view(np.float32)
        return view

    def _view(self, flat: NDArray[Any]) -> NDArray[Any]:
        if len(self.shape) != len(self.strides) or any(size < 0 for size in self.shape):
            raise _OddTensorError("its shape makes no sense")
        if any(stride < 0 for stride in self.strides) or self.offset < 0:
            raise _OddTensorError("its strides make no sense")
        last = self.offset + sum((n - 1) * s for n, s in zip(self.shape, self.strides))
        if 0 not in self.shape and last >= flat.size:
            raise _OddTensorError("its shape is larger than its numbers")
        return np.lib.stride_tricks.as_strided(
            flat[self.offset :],
            self.shape,
            tuple(stride * flat.itemsize for stride in self.strides),
            writeable=False,
        )


class _TensorUnpickler(pickle.Unpickler):
    """Knows the names of a plain tensor and no other, so a pickle can't call anything."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild_tensor
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch" and name in _DTYPE_OF_STORAGE:
            return _DTYPE_OF_STORAGE[name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which a plain tensor doesn't need")

    def persistent_load(self, pid: Any) -> _Storage:
        if not (isinstance(pid, tuple) and len(pid) == 5 and pid[0] == "storage"):
            raise pickle.UnpicklingError("it refers to something that is not a tensor's storage")
        _word, kind, key, _device, count = pid
        if not (isinstance(kind, str) and isinstance(key, str) and isinstance(count, int)):
            raise pickle.UnpicklingError("its storage is described in an unknown way")
        return _Storage(kind, key, count)


def _rebuild_tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_hooks: object
) -> _Tensor:
    if not isinstance(storage, _Storage):
        raise pickle.UnpicklingError("its storage is described in an unknown way")
    return _Tensor(storage, int(offset), tuple(map(int, shape)), tuple(map(int, strides)))


def _described_tensor(archive: zipfile.ZipFile) -> _Tensor:
    names = [name for name in archive.namelist() if name.endswith("/data.pkl")]
    if len(names) != 1:
        raise _OddTensorError("it holds no saved tensor")
    entry = archive.getinfo(names[0])
    if entry.file_size > MAX_PICKLE_BYTES:
        raise _OddTensorError("its description is far larger than a tensor's")
    described = _TensorUnpickler(io.BytesIO(archive.read(entry))).load()
    if not isinstance(described, _Tensor):
        raise _OddTensorError(f"it holds a {type(described).__name__}, not one tensor")
    storage, root = described.storage, names[0].rpartition("/")[0]
    return _Tensor(storage, described.offset, described.shape, described.strides, root)


def _is_big_endian(archive: zipfile.ZipFile, root: str) -> bool:
    name = f"{root}/byteorder"
    return name in archive.namelist() and archive.read(name) == b"big"


def _start_of(entry: zipfile.ZipInfo, handle: BinaryIO) -> int:
    """Where in the file the content of an entry begins: behind its local header, name and extra field."""
    handle.seek(entry.header_offset)
    fields = LOCAL_HEADER.unpack(handle.read(LOCAL_HEADER.size))
    return entry.header_offset + LOCAL_HEADER.size + int(fields[-2]) + int(fields[-1])


def _add(archive: zipfile.ZipFile, name: str, content: bytes | memoryview) -> None:
    """Adds an entry whose content begins at a multiple of ALIGNMENT; no time stamp, so files compare."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    encoded = len(name.encode("utf-8"))
    assert archive.fp is not None
    begins = archive.fp.tell() + LOCAL_HEADER.size + encoded + 4
    padding = -begins % ALIGNMENT
    entry.extra = struct.pack("<2sH", b"FB", padding) + b"Z" * padding
    archive.writestr(entry, content)


def _tensor_pickle(numbers: NDArray[Any]) -> bytes:
    """The pickle (protocol 2) of a contiguous tensor on the CPU, as `torch.save` spells it."""
    strides = [stride // numbers.itemsize for stride in numbers.strides]
    storage = _STORAGE_OF_DTYPE[numbers.dtype.name]
    return b"".join(
        (
            b"\x80\x02",
            b"ctorch._utils\n_rebuild_tensor_v2\n((",
            _text("storage"),
            f"ctorch\n{storage}\n".encode(),
            _text("0"),
            _text("cpu"),
            _integer(numbers.size),
            b"tQ",
            _integer(0),
            _integers(numbers.shape),
            _integers(strides),
            b"\x89ccollections\nOrderedDict\n)RtR.",
        )
    )


def _text(text: str) -> bytes:
    return b"X" + struct.pack("<I", len(text)) + text.encode()


def _integer(number: int) -> bytes:
    return b"J" + struct.pack("<i", number) if number < 1 << 31 else b"\x8a\x08" + struct.pack("<q", number)


def _integers(numbers: tuple[int, ...] | list[int]) -> bytes:
    return b"(" + b"".join(map(_integer, numbers)) + b"t"


def _not_a_map(path: Path, why: str) -> BadInputError:
    return BadInputError(
        f"{path} is not a weight map that can be read.",
        f"{why[:1].upper()}{why[1:]}.",
        "Make it from a mask video or image again, or save one tensor with torch.save.",
    )
