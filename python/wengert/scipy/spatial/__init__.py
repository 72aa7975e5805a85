# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.scipy.spatial`: rotations in `transform`."""

from wengert.scipy.spatial import transform

__all__ = ["transform"]
