# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions with the names and semantics of SciPy's, differentiable and traceable: `linalg`, `special`, `stats`."""

from wengert.scipy import linalg, special, stats

__all__ = ["linalg", "special", "stats"]
