# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.experimental`: what it has beside `wengert.experimental`."""

from wengert.compat.names.toplevel import jit as pjit
from wengert.config import disable_x64, enable_x64

__all__ = ["disable_x64", "enable_x64", "pjit"]
