# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.extend.core`: what it has beside `jax.core`: primitives that a library defines."""

from wengert.compat.names.definable import Primitive

__all__ = ["Primitive"]
