# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.scipy.sparse`: linear equations with operators that are given as functions, in `linalg`."""

from wengert.scipy.sparse import linalg

__all__ = ["linalg"]
