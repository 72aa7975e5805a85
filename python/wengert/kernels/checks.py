# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The kernel of `wg.check`, and what its messages say."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import errors

__all__ = ["check", "text_of"]


def text_of(kind: str, message: str, values: Sequence[Any], at: str = "") -> str:
    """The message of a check that failed, in which {0} stands for the first of the values."""
    # A message in a text may be no format, or name what is not there.
    with contextlib.suppress(LookupError, ValueError, TypeError, AttributeError):
        message = message.format(*values)
    if kind == "user":
        message += " (`check` failed)"
    return f"{message}\n  at: {at}" if at else message


def check(
    pred: np.ndarray, *values: np.ndarray, kind: str, message: str, debug: bool = False, at: str = ""
) -> tuple[()]:
    """Raise CheckError if an element of `pred` is false, with the values of the first."""
    pred = np.asarray(pred)
    if debug or pred.all():
        return ()
    first = np.unravel_index(int(np.argmin(pred)), pred.shape)
    raise errors.CheckError(text_of(kind, message, [np.asarray(x)[first] for x in values], at))
