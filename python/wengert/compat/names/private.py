# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax._src` and `jax._src.compiler`, with nothing in them: chex imports the second to look for functions of XLA in it."""

__all__: list[str] = []
