# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax._src.checkify`: what it has beside the public module."""

from typing import Any

from wengert.checkify import CheckifyError as JaxException

__all__ = ["JaxException", "Out"]

Out = Any
