# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The programs of the documents the project exists for: `jax` is wengert, the rest stands as it was written."""
