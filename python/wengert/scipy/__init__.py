# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions with the names and semantics of SciPy's, differentiable and traceable: `linalg` and `special`."""

from wengert.scipy import linalg, special

__all__ = ["linalg", "special"]
