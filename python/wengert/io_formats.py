# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The two formats of `wengert.io`: named tensors and texts in one file, as safetensors or as npz."""

from __future__ import annotations

import contextlib
import json
import math
import os
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, ClassVar

import numpy as np
from numpy.lib import format as npy

from wengert import dtypes, errors
from wengert.errors import WengertError

_Types = dict[str, tuple[tuple[int, ...], np.dtype]]
_HEADER_LIMIT = 100_000_000  # that of the safetensors library
_RAW = "wengert.types"  # types that the format has no word for, by name of tensor: their bytes are stored


class FormatError(WengertError, ValueError):
    """A file is not of its format, or the format cannot be told from its name.

    >>> import wengert.io
    >>> try:
    ...     wengert.io.save("weights.pickle", {})
    ... except wengert.io.FormatError as e:
    ...     print(str(e).splitlines()[0])
    save: expected a path that ends in .safetensors or .npz but got 'weights.pickle'
    """


def refuse(op: str, problem: str, remedy: str = "write the file again with wengert.io.save") -> WengertError:
    """A FormatError."""
    return errors.make(FormatError, op, problem, remedy=remedy)


@contextlib.contextmanager
def _replaced(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A file beside `path` that takes its place at the end, so that nobody reads half of it."""
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            yield file
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _as_bytes(data: np.ndarray) -> np.ndarray:
    """The bytes of a tensor, one more dimension for elements of several."""
    return np.frombuffer(data.tobytes(), np.uint8).reshape((*data.shape, data.dtype.itemsize))


def _from_bytes(data: np.ndarray, name: str, dtype: str, path: Any) -> np.ndarray:
    kind = _known(dtype, path)
    if data.dtype != np.uint8 or data.ndim == 0 or data.shape[-1] != kind.itemsize:
        raise refuse("load", f"expected the bytes of {dtype} for {name!r} but got {data.dtype}{list(data.shape)}")
    return np.frombuffer(data.tobytes(), kind).reshape(data.shape[:-1])


def _known(name: Any, path: Any) -> np.dtype:
    try:
        found = dtypes.named(name)
    except (TypeError, KeyError):
        found = None
    if found is None or not dtypes.is_known(found):
        raise refuse("load", f"expected a type of wengert but got {name!r} in {os.fspath(path)}")
    return found


def _raw_types(texts: dict[str, str], path: Any) -> dict[str, str]:
    try:
        raw = json.loads(texts.pop(_RAW, "{}"))
    except ValueError:
        raw = None
    if not isinstance(raw, dict):
        raise refuse("load", f"expected the types as JSON but they are damaged in {os.fspath(path)}")
    return raw


class Safetensors:
    """8 bytes that say how long the header is, the header in JSON, the tensors' bytes."""

    # The words of the format. What has none, complex128 among others, is stored as bytes.
    WORDS: ClassVar = {
        "BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16", "U32": "uint32", "I32": "int32",
        "U64": "uint64", "I64": "int64", "F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64",
        "C64": "complex64", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2", "F8_E8M0": "float8_e8m0fnu",
    }  # fmt: skip
    NAMES: ClassVar = {name: word for word, name in WORDS.items()}

    def write(self, path: str | os.PathLike[str], tensors: Mapping[str, np.ndarray], texts: dict[str, str]) -> None:
        """Write a file."""
        raw = {name: t.dtype.name for name, t in tensors.items() if t.dtype.name not in self.NAMES}
        stored = {name: _as_bytes(t) if name in raw else t for name, t in tensors.items()}
        # The largest elements first, so that every tensor is aligned to its elements.
        order = sorted(stored, key=lambda name: -stored[name].dtype.itemsize)
        header: dict[str, Any] = {"__metadata__": {**texts, **({_RAW: json.dumps(raw)} if raw else {})}}
        start = 0
        for name in order:
            end = start + stored[name].nbytes
            word = self.NAMES[stored[name].dtype.name]
            header[name] = {"dtype": word, "shape": list(stored[name].shape), "data_offsets": [start, end]}
            start = end
        if "__metadata__" in stored:
            raise refuse("save", "expected names other than '__metadata__'", "name the leaf otherwise")
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        with _replaced(path) as file:
            file.write(len(text).to_bytes(8, "little") + text)
            for name in order:
                file.write(stored[name].tobytes())

    def _header(self, file: IO[bytes], path: Any) -> tuple[dict[str, Any], dict[str, str], int]:
        where = os.fspath(path)
        size = os.fstat(file.fileno()).st_size
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(size - 8, _HEADER_LIMIT):
            raise refuse("load", f"expected a header within the {size} bytes of {where} but it says {length}")
        try:
            header = json.loads(file.read(length))
        except ValueError:
            header = None
        if not isinstance(header, dict):
            raise refuse("load", f"expected a header in JSON but {where} has none")
        texts = header.pop("__metadata__", {})
        if not isinstance(texts, dict) or not all(isinstance(v, str) for v in texts.values()):
            raise refuse("load", f"expected metadata of texts in {where}")
        begin = 8 + length
        for name, entry in header.items():
            self._check(name, entry, size - begin, where)
        return header, texts, begin

    def _check(self, name: str, entry: Any, size: int, where: str) -> None:
        try:
            shape, (start, end) = entry["shape"], entry["data_offsets"]
            dtype = dtypes.named(self.WORDS[entry["dtype"]])
            fits = all(type(n) is int and n >= 0 for n in (*shape, start, end)) and end <= size
            right = fits and end - start == math.prod(shape) * dtype.itemsize
        except (TypeError, KeyError, ValueError):
            right = False
        if not right:
            raise refuse("load", f"expected type, shape and place of {name!r} in {where} but got {entry!r}")

    def header(self, path: str | os.PathLike[str]) -> tuple[_Types, dict[str, str]]:
        """Shapes and types, and the texts."""
        with open(path, "rb") as file:
            entries, texts, _ = self._header(file, path)
        raw = _raw_types(texts, path)
        types: _Types = {n: (tuple(e["shape"]), dtypes.named(self.WORDS[e["dtype"]])) for n, e in entries.items()}
        types.update({n: (types[n][0][:-1], _known(kind, path)) for n, kind in raw.items() if n in types})
        return types, texts

    def read(self, path: str | os.PathLike[str]) -> tuple[dict[str, np.ndarray], dict[str, str]]:
        """The tensors, and the texts."""
        tensors = {}
        with open(path, "rb") as file:
            entries, texts, begin = self._header(file, path)
            for name, entry in entries.items():
                file.seek(begin + entry["data_offsets"][0])
                kind, shape = dtypes.named(self.WORDS[entry["dtype"]]), tuple(entry["shape"])
                tensors[name] = np.fromfile(file, kind, math.prod(shape)).reshape(shape)
        for name, word in _raw_types(texts, path).items():
            if name in tensors:
                tensors[name] = _from_bytes(tensors[name], name, word, path)
        return tensors, texts


class Npz:
    """A zip of npy files, and one of the bytes of a JSON text with what npy cannot say."""

    TEXTS = "__wengert__"

    def write(self, path: str | os.PathLike[str], tensors: Mapping[str, np.ndarray], texts: dict[str, str]) -> None:
        """Write a file."""
        if self.TEXTS in tensors:
            raise refuse("save", f"expected names other than {self.TEXTS!r}", "name the leaf otherwise")
        raw = {name: t.dtype.name for name, t in tensors.items() if t.dtype.type.__module__ != "numpy"}
        stored = {name: _as_bytes(t) if name in raw else t for name, t in tensors.items()}
        everything = {**texts, **({_RAW: json.dumps(raw)} if raw else {})}
        stored[self.TEXTS] = np.frombuffer(json.dumps(everything).encode(), np.uint8)
        with _replaced(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for name, tensor in stored.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    npy.write_array(member, tensor, allow_pickle=False)

    def _texts(self, archive: zipfile.ZipFile, path: Any) -> dict[str, str]:
        if f"{self.TEXTS}.npy" not in archive.namelist():
            return {}
        with archive.open(f"{self.TEXTS}.npy") as member:
            data = npy.read_array(member, allow_pickle=False)
        try:
            texts = json.loads(data.tobytes())
        except ValueError:
            texts = None
        if not isinstance(texts, dict):
            raise refuse("load", f"expected texts in JSON but they are damaged in {os.fspath(path)}")
        return texts

    @contextlib.contextmanager
    def _open(self, path: Any) -> Iterator[zipfile.ZipFile]:
        try:
            with zipfile.ZipFile(path) as archive:
                yield archive
        except (zipfile.BadZipFile, EOFError, ValueError) as error:
            if isinstance(error, WengertError):
                raise
            raise refuse("load", f"expected an npz file but got {os.fspath(path)}: {error}") from None

    def header(self, path: str | os.PathLike[str]) -> tuple[_Types, dict[str, str]]:
        """Shapes and types, and the texts."""
        types: _Types = {}
        with self._open(path) as archive:
            texts = self._texts(archive, path)
            for name in archive.namelist():
                with archive.open(name) as member:
                    version = npy.read_magic(member)
                    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
                    shape, _, dtype = read(member)
                    types[name.removesuffix(".npy")] = shape, dtype
        types.pop(self.TEXTS, None)
        raw = _raw_types(texts, path)
        types.update({n: (types[n][0][:-1], _known(kind, path)) for n, kind in raw.items() if n in types})
        return types, texts

    def read(self, path: str | os.PathLike[str]) -> tuple[dict[str, np.ndarray], dict[str, str]]:
        """The tensors, and the texts."""
        tensors = {}
        with self._open(path) as archive:
            texts = self._texts(archive, path)
            for name in archive.namelist():
                with archive.open(name) as member:
                    tensors[name.removesuffix(".npy")] = npy.read_array(member, allow_pickle=False)
        tensors.pop(self.TEXTS, None)
        for name, word in _raw_types(texts, path).items():
            if name in tensors:
                tensors[name] = _from_bytes(tensors[name], name, word, path)
        return tensors, texts


_FORMATS: dict[str, Safetensors | Npz] = {".safetensors": Safetensors(), ".npz": Npz()}


def of_path(path: str | os.PathLike[str], op: str) -> Safetensors | Npz:
    """The format that the end of a path says."""
    found = _FORMATS.get(Path(path).suffix)
    if found is None:
        raise refuse(
            op, f"expected a path that ends in .safetensors or .npz but got {os.fspath(path)!r}",
            "choose the format by the name of the file",
        )  # fmt: skip
    return found
