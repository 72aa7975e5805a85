# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A door for programs that say `import jax`: `python -m wengert.compat script.py`, or `wengert.compat.install()`.

While the door is open, `jax` and the modules below it are views of wengert. Each view finds its names in wengert when
they are used, and says what is nearest where a name is not there. Nothing else changes: results are those of wengert.

    python -m wengert.compat train.py --steps 100     # a script with its arguments
    python -m wengert.compat -m package.train         # a module
    python -m wengert.compat -c "import jax; ..."     # a command

>>> import wengert.compat
>>> with wengert.compat.installed():
...     import jax, jax.numpy as jnp
...     print(jax.grad(lambda x: jnp.sin(x) * x)(0.0))
0.0
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from wengert.compat.errors import CompatError, JaxModuleError, JaxNameError
from wengert.compat.facade import Facade, Finder
from wengert.errors import make

__all__ = [
    "CompatError", "JaxModuleError", "JaxNameError", "install", "installed", "is_installed", "uninstall",
]  # fmt: skip

_finder = Finder()


def is_installed() -> bool:
    """Whether `import jax` means wengert now.

    >>> is_installed()
    False
    """
    return _finder in sys.meta_path


def install() -> None:
    """From now on, `import jax` (and of any module below it) means wengert in this process.

    Raises:
      CompatError: JAX itself has been imported already.

    >>> import wengert.compat
    >>> wengert.compat.install()
    >>> import jax.numpy as jnp
    >>> jnp.arange(3) * 2
    Array([0, 2, 4], dtype=int32)
    >>> wengert.compat.uninstall()
    """
    if is_installed():
        return
    real = [n for n in ("jax", "jaxlib") if n in sys.modules and not isinstance(sys.modules[n], Facade)]
    if real:
        module = sys.modules[real[0]]
        version = getattr(module, "__version__", "of an unknown version")
        where = getattr(module, "__file__", None) or "an unknown place"
        raise make(
            CompatError, "install",
            f"expected a process that has not imported {real[0]} but got {real[0]} {version} from {where}",
            remedy="call install() before anything imports jax, or run python -m wengert.compat script.py",
        )  # fmt: skip
    sys.meta_path.insert(0, _finder)


def uninstall() -> None:
    """Close the door: the next `import jax` looks for the package of that name.

    Modules that were imported meanwhile keep what they have taken from wengert.

    >>> import wengert.compat
    >>> wengert.compat.install()
    >>> wengert.compat.uninstall()
    >>> wengert.compat.is_installed()
    False
    """
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    for name in [n for n, module in sys.modules.items() if isinstance(module, Facade)]:
        del sys.modules[name]


@contextlib.contextmanager
def installed() -> Iterator[None]:
    """`install` for the time of a `with`; a door that was open before stays open.

    >>> import wengert.compat
    >>> with wengert.compat.installed():
    ...     from jax import jit
    >>> wengert.compat.is_installed()
    False
    """
    before = is_installed()
    install()
    try:
        yield
    finally:
        if not before:
            uninstall()
