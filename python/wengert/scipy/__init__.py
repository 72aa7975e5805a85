# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions with the names and semantics of SciPy's, differentiable and traceable.

`cluster.vq`, `fft`, `integrate`, `interpolate`, `linalg`, `ndimage`, `optimize`, `signal`, `sparse.linalg`, `spatial`,
`special`, `stats`.
"""

from wengert.scipy import (
    cluster,
    fft,
    integrate,
    interpolate,
    linalg,
    ndimage,
    optimize,
    signal,
    sparse,
    spatial,
    special,
    stats,
)

__all__ = [
    "cluster", "fft", "integrate", "interpolate", "linalg", "ndimage", "optimize", "signal", "sparse", "spatial",
    "special", "stats",
]  # fmt: skip
