# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.extend.linear_util`: functions wrapped with what is done around them, as libraries hand them to JAX's parts."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

__all__ = ["WrappedFun", "cache", "merge_linear_aux", "transformation", "transformation_with_aux", "wrap_init"]


class WrappedFun:
    """A function with fixed keyword arguments.

    >>> wrap_init(pow, {"exp": 2}).call_wrapped(3)
    9
    """

    def __init__(self, f: Callable[..., Any], params: dict[str, Any] | None = None, debug_info: Any = None):
        self.f, self.params, self.debug_info = f, dict(params or {}), debug_info

    @property
    def __name__(self) -> str:
        return str(getattr(self.f, "__name__", "fun"))

    def call_wrapped(self, *args: Any, **kwargs: Any) -> Any:
        """The function's result."""
        return self.f(*args, **self.params, **kwargs)


def wrap_init(f: Callable[..., Any], params: dict[str, Any] | None = None, *, debug_info: Any = None) -> WrappedFun:
    """A function as the others here take it."""
    return WrappedFun(f, params, debug_info)


def _around(generator: Any, fun: WrappedFun, before: tuple[Any, ...], args: Any, kwargs: Any) -> list[Any]:
    steps = generator(*before, *args, **kwargs)
    inner_args, inner_kwargs = next(steps)
    result = steps.send(fun.call_wrapped(*inner_args, **inner_kwargs))
    steps.close()
    return [result]


def transformation(generator: Callable[..., Any], fun: WrappedFun | None = None, *before: Any) -> Any:
    """A function around another: a generator that yields the inner arguments, and then the outer result.

    Without a function it waits for one, so that it can decorate the generator.

    >>> def doubled(x):
    ...     out = yield (2 * x,), {}
    ...     yield out + 1
    >>> transformation(doubled, wrap_init(lambda x: 10 * x)).call_wrapped(3)
    61
    """
    if fun is None:
        return lambda wrapped, *before: transformation(generator, wrapped, *before)

    def called(*args: Any, **kwargs: Any) -> Any:
        return _around(generator, fun, before, args, kwargs)[0]

    return WrappedFun(called, debug_info=fun.debug_info)


def transformation_with_aux(generator: Callable[..., Any], fun: WrappedFun | None = None, *before: Any) -> Any:
    """As `transformation`, for a generator that yields (result, something more), which is there after a call."""
    if fun is None:
        return lambda wrapped, *before: transformation_with_aux(generator, wrapped, *before)
    kept: list[Any] = []

    def called(*args: Any, **kwargs: Any) -> Any:
        result, more = _around(generator, fun, before, args, kwargs)[0]
        kept[:] = [more]
        return result

    return WrappedFun(called, debug_info=fun.debug_info), lambda: kept[0]


def merge_linear_aux(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[bool, Any]:
    """(True, what the first keeps) or, when that was not called, (False, what the second keeps)."""
    try:
        return True, first()
    except IndexError:
        return False, second()


def cache(call: Callable[..., Any]) -> Callable[..., Any]:
    """A function of (wrapped function, hashable arguments) that is computed once for each."""
    return functools.cache(call)
