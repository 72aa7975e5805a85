# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What programs ask of the process that runs them: its caches, arrays, effects, versions, its place among others."""

from __future__ import annotations

import gc
import platform
import sys
from typing import Any

import numpy as np

from wengert import errors
from wengert.array import Array
from wengert.calls import clear_derived
from wengert.stages import JitFunction
from wengert.tree_util import tree_leaves
from wengert.version import __version__

__all__ = [
    "clear_caches", "copy_to_host_async", "ds", "effects_barrier", "host_count", "host_id", "host_ids", "live_arrays",
    "print_environment_info", "process_count", "process_index", "process_indices",
]  # fmt: skip


def clear_caches() -> None:
    """Forget what jitted functions have traced and compiled, and what was derived; the cache on disk stays.

    >>> import wengert as wg
    >>> f = wg.jit(lambda x: x + 1)
    >>> y = f(1.0)
    >>> clear_caches()
    >>> f(1.0)
    Array(2., dtype=float32, weak_type=True)
    """
    for x in gc.get_objects():
        if isinstance(x, JitFunction):
            x.clear_cache()
    clear_derived()


def live_arrays(platform: str | None = None) -> list[Any]:
    """The arrays of the process that something still refers to.

    >>> import wengert.numpy as wnp
    >>> x = wnp.ones(3)
    >>> any(y is x for y in live_arrays())
    True
    """
    if platform not in (None, "cpu"):
        raise RuntimeError(f"live_arrays: expected the platform 'cpu' but got {platform!r}")
    return [x for x in gc.get_objects() if type(x) is Array]


def effects_barrier() -> None:
    """Wait for effects of functions that have been called: they are complete when a function returns."""


def copy_to_host_async(x: Any) -> Any:
    """`x`: arrays are in the memory of the host."""
    for leaf in tree_leaves(x):
        # what is no array of wengert may have something to do
        if (start := getattr(leaf, "copy_to_host_async", None)) is not None:
            start()
    return x


def print_environment_info(return_string: bool = False) -> str | None:
    """Print the versions, devices and settings that a report of a fault should name; or return them as a string.

    >>> print_environment_info(return_string=True).splitlines()[0].startswith("wengert: ")
    True
    """
    from importlib import metadata

    from wengert.config import config

    lines = [f"wengert: {__version__}"]
    for package in ("numpy", "scipy", "optree", "ml_dtypes", "iree-base-compiler", "iree-base-runtime"):
        try:
            lines.append(f"{package}: {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{package}: missing")
    lines += [f"python: {sys.version}", f"platform: {platform.platform()}", "settings:"]
    lines += [f"  {name}: {config.read(name)}" for name in sorted(config.options)]
    text = "\n".join(lines)
    if return_string:
        return text
    print(text)
    return None


def process_index(backend: str | None = None) -> int:
    """The number of this process among those that compute together: 0."""
    return 0


def process_count(backend: str | None = None) -> int:
    """How many processes compute together: 1."""
    return 1


def process_indices(backend: str | None = None) -> list[int]:
    """The numbers of the processes that compute together."""
    return list(range(process_count()))


host_id, host_count, host_ids = process_index, process_count, process_indices


def ds(start: Any, size: Any = None, stride: int | None = None) -> slice:
    """The slice of `size` elements from `start`; of one argument so many from 0, of None all.

    Raises:
      ConcretizationError: `start` or `size` is traced; use `lax.dynamic_slice`.

    >>> ds(2, 3), ds(4), ds(None), ds(1, 3, 2)
    (slice(2, 5, None), slice(0, 4, None), slice(None, None, None), slice(1, 7, 2))
    """
    if start is None:
        return slice(None)
    if size is None:
        start, size = 0, start
    try:
        first, count = (int(np.asarray(x)) if not isinstance(x, int) else x for x in (start, size))
    except errors.ConcretizationError as error:
        raise errors.make(
            errors.ConcretizationError,
            "ds",
            "expected numbers that are known while the program is traced but got a traced value",
            remedy="use lax.dynamic_slice, whose starts may be traced",
        ) from error
    step = 1 if stride is None else stride
    return slice(first, first + count * step, stride)
