# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.example_libraries`: stax and optimizers."""

__all__: list[str] = []
