# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Vector quantisation: which code is nearest."""

from __future__ import annotations

from typing import Any

from wengert import errors
from wengert import numpy as wnp
from wengert.lax._operands import promote

__all__ = ["vq"]


def vq(obs: Any, code_book: Any, check_finite: bool = True) -> tuple[Any, Any]:
    """The nearest code of each observation, and its distance.

    Args:
      obs: observations, shape (m, n) or (m,).
      code_book: codes, shape (k, n), or (k,) for observations of shape (m,).
      check_finite: ignored.

    Returns:
      Integers from 0 to k - 1, the first of equal ones, and distances, both of shape (m,).

    Raises:
      ShapeError: the shapes are others.

    >>> vq(wnp.array([[1.0, 2.0], [5.0, 5.0]]), wnp.array([[1.0, 1.0], [5.0, 2.0]]))
    (Array([0, 1], dtype=int32), Array([1., 3.], dtype=float32))
    """
    obs, codes = promote("vq", (obs, code_book), inexact=True)
    if obs.ndim != codes.ndim or obs.ndim not in (1, 2) or obs.shape[1:] != codes.shape[1:]:
        raise errors.make(
            errors.ShapeError, "vq",
            f"expected observations of shape (m, n) and codes of shape (k, n) but got {obs.shape} and {codes.shape}",
        )  # fmt: skip
    if obs.ndim == 1:
        obs, codes = obs[:, None], codes[:, None]
    distance = wnp.linalg.norm(obs[:, None] - codes[None], axis=-1)
    return wnp.argmin(distance, -1), wnp.min(distance, -1)
