# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.checkify` under JAX's name.

>>> from wengert.experimental import checkify
"""

from wengert.checkify import *  # noqa: F403
from wengert.checkify import __all__  # noqa: F401
