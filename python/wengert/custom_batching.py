# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Batched forms that a program gives for its own functions. Names of `jax.custom_batching`."""

from wengert.custom.batching import custom_vmap, sequential_vmap

__all__ = ["custom_vmap", "sequential_vmap"]
