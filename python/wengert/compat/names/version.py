# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.version`: the version of JAX whose names and results wengert follows."""

__version__ = "0.10.2"
__version_info__ = (0, 10, 2)

__all__ = ["__version__", "__version_info__"]
