# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `jax.experimental` has: callbacks with side effects.

>>> from wengert.experimental import io_callback
"""

from wengert.callbacks import io_callback

__all__ = ["io_callback"]
