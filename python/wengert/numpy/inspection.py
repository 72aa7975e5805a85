# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the namespace can do, in the words of the array API standard."""

from __future__ import annotations

from typing import Any

from wengert import dtypes
from wengert.places import CPU, Device, check_device

__array_api_version__ = "2024.12"


class ArrayNamespaceInfo:
    """The answers of `wengert.numpy.__array_namespace_info__()`.

    >>> import wengert.numpy as wnp
    >>> info = wnp.__array_namespace_info__()
    >>> info.default_device(), info.default_dtypes()["real floating"]
    (CpuDevice(id=0), dtype('float32'))
    """

    def capabilities(self) -> dict[str, Any]:
        """What optional parts of the standard work: these do outside traces, where values are known.

        >>> ArrayNamespaceInfo().capabilities()
        {'boolean indexing': True, 'data-dependent shapes': True, 'max dimensions': 64}
        """
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> Device:
        """Where new arrays are."""
        return CPU

    def devices(self) -> list[Device]:
        """Where arrays can be."""
        return [CPU]

    def default_dtypes(self, *, device: Any = None) -> dict[str, Any]:
        """The types that numbers of each kind become; they depend on `enable_x64`.

        >>> ArrayNamespaceInfo().default_dtypes()["integral"]
        dtype('int32')
        """
        check_device("default_dtypes", device)
        return {
            "real floating": dtypes.default_float(),
            "complex floating": dtypes.canonical(complex),
            "integral": dtypes.default_int(),
            "indexing": dtypes.default_int(),
        }

    def dtypes(self, *, device: Any = None, kind: Any = None) -> dict[str, Any]:
        """The types of the standard that there are, by name; only those of a kind as for `isdtype`, or of several.

        Without `enable_x64` those of 64 bits are not among them.

        >>> list(ArrayNamespaceInfo().dtypes(kind="unsigned integer"))
        ['uint8', 'uint16', 'uint32']
        """
        check_device("dtypes", device)
        known = {d.name: d for d in _STANDARD if dtypes.canonical(d) == d}
        return {n: d for n, d in known.items() if kind is None or dtypes.isdtype(d, kind)}


_STANDARD = (
    dtypes.bool_, dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64, dtypes.uint8, dtypes.uint16, dtypes.uint32,
    dtypes.uint64, dtypes.float32, dtypes.float64, dtypes.complex64, dtypes.complex128,
)  # fmt: skip


def __array_namespace_info__() -> ArrayNamespaceInfo:
    """What the namespace can do: types, devices, capabilities, as the array API standard asks.

    >>> import wengert.numpy as wnp
    >>> wnp.__array_namespace_info__().devices()
    [CpuDevice(id=0)]
    """
    return ArrayNamespaceInfo()
