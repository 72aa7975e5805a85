# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Settings: one registry, each setting with a process-wide value, an environment variable and thread-local overrides.

`config.update(name, value)` sets the value of the process, `with name(value):` overrides it in the current thread,
and the environment variable `WENGERT_<NAME>` gives the value at start. A setting that changes what tracing records
or compiling makes is defined with `affects_trace=True`, which makes it part of `config.trace_key()`, so that no
compiled function outlives the settings that it was traced under.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

_TRUE = frozenset(("1", "true", "on", "yes"))
_FALSE = frozenset(("0", "false", "off", "no", ""))

# How often a setting of the process that affects traces has changed, and how many overrides of such settings are active
# in any thread. The native call path reads these two instead of `trace_key()`, which takes a microsecond.
_updates = 0
_overrides = 0
_counting = threading.Lock()

# How many settings and overrides ask for the checks of every eager op, in a list that is read on each of them.
CHECKING = [0]
on_checks: list[Callable[[int], None]] = []  # called with every change of that number


def _count_checks(change: int) -> None:
    if not change:
        return
    with _counting:
        CHECKING[0] += change
    for listener in on_checks:
        listener(change)


def _count(updates: int, overrides: int) -> None:
    global _updates, _overrides
    with _counting:
        _updates += updates
        _overrides += overrides


def parse_bool(text: str) -> bool:
    """A bool from an environment variable.

    >>> parse_bool("on"), parse_bool("0")
    (True, False)
    """
    word = text.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(f"config: expected a bool such as 1, 0, true, false but got {text!r}")
    return word in _TRUE


class Option:
    """One setting. `get()` reads it, override first."""

    def __init__(
        self, name: str, default: Any, doc: str, parse: Callable[[str], Any], affects_trace: bool, checks: bool
    ):
        self.checks = checks
        self.name, self.doc, self.parse, self.affects_trace = name, doc, parse, affects_trace
        text = os.environ.get("WENGERT_" + name.upper())
        self.value = default if text is None else parse(text)
        _count_checks(checks and bool(self.value))
        self._local = threading.local()

    def get(self) -> Any:
        """The value in this thread."""
        return getattr(self._local, "value", self.value)

    @contextlib.contextmanager
    def override(self, value: Any) -> Iterator[None]:
        """The setting has `value` in this thread until the context ends."""
        had = hasattr(self._local, "value")
        before = getattr(self._local, "value", None)
        self._local.value = value
        _count(0, self.affects_trace)
        _count_checks(self.checks)
        try:
            yield
        finally:
            _count(0, -self.affects_trace)
            _count_checks(-self.checks)
            if had:
                self._local.value = before
            else:
                del self._local.value


class Config:
    """All settings, readable as attributes.

    >>> from wengert.config import config
    >>> config.enable_x64
    False
    """

    def __init__(self) -> None:
        object.__setattr__(self, "options", {})

    def define(
        self,
        name: str,
        default: Any,
        doc: str,
        *,
        parse: Callable[[str], Any] | None = None,
        affects_trace: bool = False,
        checks: bool = False,
    ) -> Option:
        """Make a setting; `parse` reads its environment variable (by default as the type of `default`).

        A setting with `checks` asks for a look at every eager op.
        """
        if name in self.options:
            raise ValueError(f"config: expected a new setting but {name!r} is defined already")
        if parse is None:
            parse = parse_bool if isinstance(default, bool) else type(default) if default is not None else str
        option = self.options[name] = Option(name, default, doc, parse, affects_trace, checks)
        return option

    def _option(self, name: str) -> Option:
        option = self.options.get(name.removeprefix("wengert_").removeprefix("jax_"))
        if option is None:
            raise AttributeError(f"config: expected one of {sorted(self.options)} but got {name!r}")
        return option

    def update(self, name: str, value: Any) -> None:
        """Set the value of the whole process; JAX's name with its `jax_` prefix is understood too.

        >>> config.update("enable_x64", False)
        """
        option = self._option(name)
        before = bool(option.value)
        option.value = option.parse(value) if isinstance(value, str) else value
        _count_checks(option.checks * (bool(option.value) - before))
        _count(option.affects_trace, 0)

    def read(self, name: str) -> Any:
        """The value of the setting `name` in this thread."""
        return self._option(name).get()

    def trace_key(self) -> tuple[Any, ...]:
        """The values of all settings that change what tracing records: a part of every trace cache's key."""
        return tuple(o.get() for o in self.options.values() if o.affects_trace)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._option(name).get()

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"config: expected config.update({name!r}, {value!r}) but got an assignment")


config = Config()
_enable_x64 = config.define(
    "enable_x64", False, "allow 64-bit types; without it they become their 32-bit counterparts", affects_trace=True
)
_threefry_partitionable = config.define(
    "threefry_partitionable",
    False,
    "random bits in JAX's newer layout, in which every number depends only on its position",
    affects_trace=True,
)
_debug_key_reuse = config.define(
    "debug_key_reuse",
    False,
    "refuse a second use of a key that wengert.random.key or split made, with KeyReuseError",
    affects_trace=True,
)
_disable_jit = config.define(
    "disable_jit", False, "call functions that are jitted as they are, op by op", affects_trace=True
)
_numpy_dtype_promotion = config.define(
    "numpy_dtype_promotion",
    "standard",
    "standard, or strict: operands of two types are refused, unless one is weak",
    affects_trace=True,
)
_check_static_indices = config.define(
    "check_static_indices", False, "an error for an index that is known to be outside while tracing", affects_trace=True
)
_log_compiles = config.define("log_compiles", False, "log a warning with each function that jit compiles")
_default_matmul_precision = config.define(
    "default_matmul_precision", None, "accepted: products always have the precision of their type"
)
_softmax_custom_jvp = config.define(
    "softmax_custom_jvp", True, "accepted: the derivative of softmax is always computed from its result"
)
config.define("cache_dir", None, "folder of the compile cache on disk; 'off' switches it off, None is the user's cache")
config.define("cache_limit_mb", 1024.0, "size at which the least recently used entries of the disk cache are removed")
config.define("progress", True, "show the progress of long compilations and training loops on a terminal")
config.define(
    "target", "llvm-cpu", "the backend that jit compiles for: llvm-cpu, vulkan-spirv or cuda", affects_trace=True
)
_debug_nans = config.define(
    "debug_nans",
    False,
    "an op or a compiled function whose result holds a nan is an error that names the op and the line",
    affects_trace=True,
    checks=True,
)
_debug_infs = config.define(
    "debug_infs", False, "the same as debug_nans for infinities", affects_trace=True, checks=True
)
_leak_checks = config.define(
    "check_tracer_leaks",
    False,
    "traced values that outlive their function are an error as soon as it has returned; makes tracing slow",
    affects_trace=True,
)
_explain_misses = config.define(
    "explain_cache_misses", False, "print on standard error why a jitted function is traced or compiled again"
)


def enable_x64(value: bool = True) -> contextlib.AbstractContextManager[None]:
    """Allow (or forbid) 64-bit types in this thread inside a `with`.

    >>> import wengert.numpy as wnp
    >>> with enable_x64():
    ...     print(wnp.arange(3).dtype)
    int64
    >>> print(wnp.arange(3).dtype)
    int32
    """
    return _enable_x64.override(bool(value))


def disable_x64() -> contextlib.AbstractContextManager[None]:
    """Forbid 64-bit types in this thread inside a `with`.

    >>> with enable_x64(), disable_x64():
    ...     print(config.enable_x64)
    False
    """
    return _enable_x64.override(False)


def threefry_partitionable(value: bool = True) -> contextlib.AbstractContextManager[None]:
    """Use JAX's newer layout of random bits in this thread inside a `with`.

    >>> import wengert.random
    >>> with threefry_partitionable(True):
    ...     print(wengert.random.bits(wengert.random.PRNGKey(0), (2,)))
    [4070199207 4202968722]
    """
    return _threefry_partitionable.override(bool(value))


def debug_nans(value: bool = True) -> contextlib.AbstractContextManager[None]:
    """Make nans in results errors in this thread inside a `with`; see `errors.NonFiniteError`.

    >>> import wengert as wg
    >>> try:
    ...     with wg.debug_nans():
    ...         wg.jit(lambda x: wg.numpy.log(x) + 1)(-1.0)
    ... except wg.errors.NonFiniteError as e:
    ...     print(str(e).splitlines()[0])
    log: expected finite numbers but got nan in float32[], from -1.0
    """
    return _debug_nans.override(bool(value))


def debug_infs(value: bool = True) -> contextlib.AbstractContextManager[None]:
    """Make infinities in results errors in this thread inside a `with`; see `errors.NonFiniteError`.

    >>> import wengert as wg
    >>> try:
    ...     with wg.debug_infs():
    ...         wg.numpy.array([1.0, 0.0]) ** -1
    ... except wg.errors.NonFiniteError as e:
    ...     print(str(e).splitlines()[0])
    integer_pow: expected finite numbers but got inf in float32[2] at index (1,), from 0.0
    """
    return _debug_infs.override(bool(value))


def checking_leaks(value: bool = True) -> contextlib.AbstractContextManager[None]:
    """Refuse traced values that outlive their function, in this thread inside a `with`; see `LeakedTracerError`.

    >>> import wengert as wg
    >>> kept = []
    >>> try:
    ...     with wg.checking_leaks():
    ...         wg.grad(lambda x: (kept.append(x), x)[1])(1.0)
    ... except wg.errors.LeakedTracerError:
    ...     print("leaked")
    leaked
    """
    return _leak_checks.override(bool(value))


def disable_jit(disable: bool = True) -> contextlib.AbstractContextManager[None]:
    """Call functions that are jitted as they are, in this thread inside a `with`: for `print` and a debugger.

    >>> import wengert as wg
    >>> f = wg.jit(lambda x: print("called with", x) or x)
    >>> with disable_jit():
    ...     y = f(1.0)
    called with 1.0
    """
    return _disable_jit.override(bool(disable))


def debug_key_reuse(value: bool = True) -> contextlib.AbstractContextManager[None]:
    """Refuse a second use of a key in this thread inside a `with`.

    What is checked: typed keys (of `random.key`), each as one object in eager code, or in one trace; the same key given
    to two calls of a jitted function is not seen, and neither are two elements taken at one place of an array of keys.

    >>> import wengert.random
    >>> with debug_key_reuse():
    ...     first, second = wengert.random.split(wengert.random.key(0))
    """
    return _debug_key_reuse.override(bool(value))


check_tracer_leaks = checking_leaks


def numpy_dtype_promotion(value: str) -> contextlib.AbstractContextManager[None]:
    """With "strict", refuse operands of two types in this thread inside a `with`; Python numbers fit any type.

    Raises:
      ValueError: the value is neither "standard" nor "strict".

    >>> import wengert as wg, wengert.numpy as wnp
    >>> with wg.numpy_dtype_promotion("strict"):
    ...     try:
    ...         wnp.ones(2) + wnp.arange(2)
    ...     except wg.dtypes.TypePromotionError as e:
    ...         print(str(e).splitlines()[0])
    result_type: expected operands of one type, because numpy_dtype_promotion is strict, but got float32, int32
    """
    if value not in ("standard", "strict"):
        raise ValueError(f"numpy_dtype_promotion: expected 'standard' or 'strict' but got {value!r}")
    return _numpy_dtype_promotion.override(value)


def log_compiles(value: bool = True) -> contextlib.AbstractContextManager[None]:
    """Log a warning with each function that is compiled in this thread inside a `with`; the logger is "wengert".

    >>> import wengert as wg
    >>> with log_compiles():
    ...     y = wg.numpy.ones(2)  # eager code compiles nothing
    """
    return _log_compiles.override(bool(value))


def default_matmul_precision(value: Any) -> contextlib.AbstractContextManager[None]:
    """For programs that set it: products always have the precision of their type.

    >>> with default_matmul_precision("float32"):
    ...     print(config.default_matmul_precision)
    float32
    """
    from wengert.lax.contraction import check_precision

    check_precision("default_matmul_precision", value)
    return _default_matmul_precision.override(value)


def softmax_custom_jvp(value: bool = True) -> contextlib.AbstractContextManager[None]:
    """For programs that set it: the derivative of softmax is always computed from its result.

    >>> with softmax_custom_jvp(True):
    ...     pass
    """
    return _softmax_custom_jvp.override(bool(value))
