# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax._src` and `jax._src.compiler`, with nothing in them: chex looks for functions of XLA in the second."""

__all__: list[str] = []
