# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.experimental.layout`: the layout of arrays, which is always row-major."""

from wengert.places import Format

__all__ = ["Format"]
