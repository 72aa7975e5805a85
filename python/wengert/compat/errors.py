# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the door raises. A name that is not there is the exception that Python itself would raise, with more to say."""

from __future__ import annotations

from wengert.errors import WengertError


class CompatError(WengertError, RuntimeError):
    """The door cannot be opened, or a program asks it for what wengert does not do.

    >>> import wengert.compat
    >>> with wengert.compat.installed():
    ...     import jax
    ...     try:
    ...         jax.config.update("jax_platform_name", "tpu")
    ...     except wengert.compat.CompatError as e:
    ...         print(str(e).splitlines()[0])
    jax.config: expected platform_name to be cpu but got 'tpu'
    """


class JaxNameError(WengertError, AttributeError):
    """A module of jax has been asked for a name that wengert does not have.

    It is an AttributeError, so that `hasattr(jax, name)` and `getattr(jax, name, default)` work as they do elsewhere.

    >>> import wengert.compat
    >>> with wengert.compat.installed():
    ...     import jax
    ...     try:
    ...         jax.numpy.sine
    ...     except wengert.compat.JaxNameError as e:
    ...         print(str(e).splitlines()[0])
    jax.numpy.sine: expected a name of jax that wengert has but got 'sine'
    """


class JaxModuleError(WengertError, ModuleNotFoundError):
    """A program imports a module or a name of jax that wengert does not have.

    >>> import wengert.compat
    >>> with wengert.compat.installed():
    ...     try:
    ...         from jax.experimental import pallas
    ...     except ImportError as e:
    ...         print(str(e).splitlines()[0])
    jax.experimental.pallas: expected a name of jax that wengert has but got 'pallas'
    """
