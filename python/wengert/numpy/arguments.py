# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arguments that NumPy and JAX have and that immutable arrays on one device can honour in one way only."""

from __future__ import annotations

from typing import Any

from wengert import errors
from wengert.places import check_device


def refuse_out(function: str, out: Any) -> None:
    """Refuse an array to write the result to.

    Raises:
      UnsupportedTypeError: `out` is given.
    """
    if out is not None:
        raise errors.make(
            errors.UnsupportedTypeError,
            function,
            f"expected out=None but got {type(out).__name__}",
            remedy="arrays do not change: use the array that is returned",
        )


def check_place(function: str, device: Any = None, out_sharding: Any = None) -> None:
    """Refuse another device than the CPU, and another sharding than on it.

    Raises:
      DeviceError: another place is asked for.
    """
    check_device(function, device)
    check_device(function, out_sharding)


def refuse_inplace(function: str, inplace: bool) -> None:
    """Refuse to change an array.

    Raises:
      ValueError: inplace is True, as it is by default where NumPy's function changes its argument.
    """
    if inplace:
        raise ValueError(
            f"{function}: expected inplace=False: arrays do not change; remedy: use the array that is returned"
        )
