# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.scipy.cluster`: vector quantisation in `vq`."""

from wengert.scipy.cluster import vq

__all__ = ["vq"]
