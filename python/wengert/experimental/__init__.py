# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `jax.experimental` has: callbacks with side effects, `checkify`, and Taylor mode in `wengert.experimental.jet`.

>>> from wengert.experimental import io_callback
>>> from wengert.experimental.jet import jet
"""

from wengert.callbacks import io_callback
from wengert.experimental import checkify

__all__ = ["checkify", "io_callback"]
