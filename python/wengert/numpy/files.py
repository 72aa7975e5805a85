# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arrays in files: NumPy's .npy and .npz, raw numbers, text. Pickles are never read or written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from wengert import dtypes
from wengert.array import Array
from wengert.numpy.creation import asarray

__all__ = ["fromfile", "fromiter", "fromstring", "load", "save", "savez"]


def _wrap(data: np.ndarray) -> Array:
    return Array._wrap(np.array(data, dtypes.canonical(data.dtype), order="C"))


def _loaded(data: np.ndarray) -> Any:
    # NumPy writes the types that are not its own as bytes without a type; of two bytes there is one that can be meant
    return _wrap(data.view(dtypes.bfloat16) if data.dtype.kind == "V" and data.dtype.itemsize == 2 else data)


def load(file: Any, mmap_mode: str | None = None, allow_pickle: bool = False, **kwargs: Any) -> Any:
    """The array of an .npy file, or the arrays of an .npz file by their names.

    Args:
      file: a name, a path, or a file opened for bytes.
      mmap_mode: as for NumPy; the data is copied in any case.
      allow_pickle: makes no difference: loading a pickle runs code, so a file that holds one is refused.
      kwargs: NumPy's other options, e.g. max_header_size.

    Returns:
      An array, or a dict of them.

    Raises:
      ValueError: the file holds objects.

    >>> import io
    >>> file = io.BytesIO()
    >>> save(file, np.arange(3))
    >>> _ = file.seek(0)
    >>> load(file)
    Array([0, 1, 2], dtype=int32)
    """
    data: Any = np.load(file, mmap_mode=mmap_mode, allow_pickle=False, **kwargs)  # type: ignore[arg-type]
    if isinstance(data, np.ndarray):
        return _loaded(data)
    with data:
        return {name: _loaded(data[name]) for name in data.files}


def save(file: Any, arr: Any, allow_pickle: bool = False) -> None:
    """Write an array to an .npy file.

    Args:
      file: a name (".npy" is added to it), a path, or a file opened for bytes.
      arr: an array, a number, or nested lists of numbers.
      allow_pickle: makes no difference: numbers need no pickle, and nothing else is taken.

    Raises:
      UnsupportedTypeError: the data are no numbers.

    >>> import tempfile, os
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(os.path.join(folder, "x.npy"), np.ones(2, np.float32))
    ...     load(os.path.join(folder, "x.npy"))
    Array([1., 1.], dtype=float32)
    """
    np.save(file, np.asarray(asarray(arr)), allow_pickle=False)


def savez(file: Any, *args: Any, allow_pickle: bool = False, **kwds: Any) -> None:
    """Write several arrays to an .npz file.

    Args:
      file: a name (".npz" is added to it), a path, or a file opened for bytes.
      args: arrays that are called arr_0, arr_1, ...
      allow_pickle: makes no difference, see `save`.
      kwds: arrays by their names.

    Raises:
      UnsupportedTypeError: the data are no numbers.

    >>> import io
    >>> file = io.BytesIO()
    >>> savez(file, np.zeros(1, np.float32), bias=np.ones(1, np.float32))
    >>> _ = file.seek(0)
    >>> load(file)["bias"]
    Array([1.], dtype=float32)
    """
    named: Any = {name: np.asarray(asarray(x)) for name, x in kwds.items()}
    np.savez(file, *(np.asarray(asarray(x)) for x in args), **named)


def fromfile(file: Any, dtype: Any = float, count: int = -1, sep: str = "", offset: int = 0) -> Array:
    """The numbers in a file, raw or as text.

    Args:
      file: a name, a path, or an open file.
      dtype: their type in the file, where float has 64 bits; the result is narrowed unless `enable_x64` is set.
      count: how many; -1 for all.
      sep: what stands between them in a text; "" for raw numbers.
      offset: bytes to leave out, of raw numbers.

    >>> import tempfile, os
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.arange(3, dtype=np.uint8).tofile(os.path.join(folder, "x"))
    ...     fromfile(os.path.join(folder, "x"), np.uint8)
    Array([0, 1, 2], dtype=uint8)
    """
    return _wrap(np.fromfile(file, _stored(dtype), count, sep, offset))


def _stored(dtype: Any) -> np.dtype:
    """The type as it is in a file: not narrowed."""
    dtypes.canonical(dtype)  # refuses what is no number
    return dtypes.named(dtype) if isinstance(dtype, str) else np.dtype(dtype)


def fromiter(iter: Iterable[Any], dtype: Any, count: int = -1) -> Array:
    """The numbers that an iterator gives, as a vector.

    Args:
      iter: gives numbers.
      dtype: the type of the result.
      count: how many; -1 for all.

    Raises:
      ValueError: the iterator gives less than `count`.

    >>> fromiter((k * k for k in range(3)), int)
    Array([0, 1, 4], dtype=int32)
    """
    return _wrap(np.fromiter((x.item() if hasattr(x, "item") else x for x in iter), dtypes.canonical(dtype), count))


def fromstring(string: str, dtype: Any = float, count: int = -1, *, sep: str) -> Array:
    """The numbers in a text.

    Args:
      string: the text.
      dtype: the type of the result.
      count: how many; -1 for all.
      sep: what stands between them.

    Raises:
      ValueError: what stands there is no number.

    >>> fromstring("1 2 3", int, sep=" ")
    Array([1, 2, 3], dtype=int32)
    """
    return _wrap(np.fromstring(string, dtypes.canonical(dtype), count, sep=sep))
