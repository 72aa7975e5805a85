# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `jax.experimental` has: callbacks with side effects, and Taylor mode in `wengert.experimental.jet`.

>>> from wengert.experimental import io_callback
>>> from wengert.experimental.jet import jet
"""

from wengert.callbacks import io_callback

__all__ = ["io_callback"]
