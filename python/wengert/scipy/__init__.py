# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions with the names and semantics of SciPy's, differentiable and traceable: `wengert.scipy.special`."""

from wengert.scipy import special

__all__ = ["special"]
