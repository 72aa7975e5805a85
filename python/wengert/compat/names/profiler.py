# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.profiler`: annotations, which mark nothing because no profiler listens, as in JAX while none is started."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

__all__ = ["StepTraceAnnotation", "TraceAnnotation", "annotate_function"]


class TraceAnnotation(contextlib.ContextDecorator):
    """A named part of a profile, as a context or a decorator; no profile is made.

    >>> with TraceAnnotation("step"):
    ...     print("inside")
    inside
    """

    def __init__(self, name: str, **kwargs: Any):
        self.name, self.kwargs = name, kwargs

    def __enter__(self) -> TraceAnnotation:
        return self

    def __exit__(self, *_: Any) -> None:
        pass


class StepTraceAnnotation(TraceAnnotation):
    """A named step of a profile; no profile is made."""


def annotate_function(func: Callable[..., Any], name: str | None = None, **_: Any) -> Callable[..., Any]:
    """The function itself: it would be a named part of a profile, and no profile is made.

    >>> annotate_function(abs)(-1)
    1
    """
    return func
