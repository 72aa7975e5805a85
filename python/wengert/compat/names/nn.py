# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.nn`: what it has beside `wengert.nn`."""

from __future__ import annotations

from typing import Any

from wengert import lax
from wengert.compat.errors import CompatError
from wengert.errors import make

__all__ = ["get_scaled_dot_general_config", "scaled_dot_general"]


def scaled_dot_general(
    lhs: Any,
    rhs: Any,
    dimension_numbers: Any,
    preferred_element_type: Any = "float32",
    configs: Any = None,
    implementation: str | None = None,
) -> Any:
    """The product of arrays; without `configs` nothing is quantised.

    Raises:
      CompatError: there are `configs`.

    >>> from wengert import numpy as wnp
    >>> scaled_dot_general(wnp.ones(3), wnp.ones(3), (((0,), (0,)), ((), ())))
    Array(3., dtype=float32)
    """
    if configs is not None:
        get_scaled_dot_general_config("of configs")
    return lax.dot_general(lhs, rhs, dimension_numbers, preferred_element_type=preferred_element_type)


def get_scaled_dot_general_config(mode: str, global_scale: Any = None) -> Any:
    """How blocks are scaled; wengert has no products of numbers of four or eight bits.

    Raises:
      CompatError: always.
    """
    raise make(
        CompatError, "scaled_dot_general", f"expected a product in the types of its operands but got {mode}",
        remedy="leave configs out, or scale blocks by hand with jax.nn.scaled_matmul",
    )  # fmt: skip
