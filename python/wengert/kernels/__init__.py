# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels of the ops whose reference is more than one NumPy expression.

The `numpy` string of an op's record is a Python expression over its operands and attributes, `np`, and this module as
`k`. A kernel gets C-contiguous arrays and returns a C-contiguous array (or a NumPy scalar for rank 0) of exactly the
dtype that the op's type rule gives. float16 and bfloat16 are computed in float32 and rounded once at the end, as a
compiler would. Kernels never warn when they run under `quiet()`, which is how eager mode runs them.

SciPy is imported on first use: only erf, and erf_inv in float64, need it.

One module a family of ops; this package has the kernels of all of them.
"""

from wengert.kernels.common import *  # noqa: F403
from wengert.kernels.computation import *  # noqa: F403
from wengert.kernels.contraction import *  # noqa: F403
from wengert.kernels.convolution import *  # noqa: F403
from wengert.kernels.cumulative import *  # noqa: F403
from wengert.kernels.elementwise import *  # noqa: F403
from wengert.kernels.indexing import *  # noqa: F403
from wengert.kernels.random import *  # noqa: F403
from wengert.kernels.reduction import *  # noqa: F403
from wengert.kernels.shape import *  # noqa: F403
from wengert.kernels.sorting import *  # noqa: F403
from wengert.kernels.window import *  # noqa: F403
