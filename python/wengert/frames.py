# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tracebacks without the frames of this package.

`wengert.config.update("traceback_filtering", "off")` shows every frame.
"""

from __future__ import annotations

import functools
import os
import types
from collections.abc import Callable
from typing import Any, TypeVar

from wengert.config import config
from wengert.errors import EXCLUDED

PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_F = TypeVar("_F", bound=Callable[..., Any])

_filtering = config.define(
    "traceback_filtering", "on", "'on' leaves the frames of this package out of tracebacks, 'off' shows them"
)


def is_internal(filename: str) -> bool:
    """Whether a file belongs to this package, or to the machinery through which it calls the user's functions."""
    return filename.startswith(PACKAGE) or filename == functools.__file__ or filename in EXCLUDED


def filtered(tb: types.TracebackType | None) -> types.TracebackType | None:
    """`tb` without the frames of this package; `tb` itself if none would remain."""
    kept = []
    entry = tb
    while entry is not None:
        if not is_internal(entry.tb_frame.f_code.co_filename):
            kept.append(entry)
        entry = entry.tb_next
    result: types.TracebackType | None = None
    for entry in reversed(kept):
        result = types.TracebackType(result, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return result


def api_boundary(fun: _F) -> _F:
    """`fun`, whose exceptions lose the frames of this package between here and the user's code."""

    @functools.wraps(fun)
    def boundary(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        try:
            return fun(*args, **kwargs)
        except Exception as error:
            if _filtering.get() != "off":
                error.__traceback__ = filtered(error.__traceback__)
            raise

    return boundary  # type: ignore[return-value]
