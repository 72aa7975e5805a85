# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The ops themselves, with JAX's names and argument order: no broadcasting, no promotion but of Python scalars.

Every op without attributes (`sin`, `add`, `select`, ...) appears here under its own name, from the generated table; the
functions of this module give the others the calling convention of `jax.lax`. `wengert.numpy` is the comfortable layer
above.

>>> import wengert.numpy as wnp
>>> from wengert import lax
>>> lax.add(wnp.ones(2), 1.0)
Array([2., 2.], dtype=float32)
"""

from __future__ import annotations

from typing import Any

from wengert import errors as _errors
from wengert.lax import _operands
from wengert.lax._ops import OPS as _OPS
from wengert.lax.contraction import *  # noqa: F403
from wengert.lax.contraction import __all__ as _contraction
from wengert.lax.convolution import *  # noqa: F403
from wengert.lax.convolution import __all__ as _convolution
from wengert.lax.functions import *  # noqa: F403
from wengert.lax.functions import __all__ as _functions
from wengert.lax.gather_scatter import *  # noqa: F403
from wengert.lax.gather_scatter import __all__ as _gather_scatter
from wengert.lax.indexing import *  # noqa: F403
from wengert.lax.indexing import __all__ as _indexing
from wengert.lax.reductions import *  # noqa: F403
from wengert.lax.reductions import __all__ as _reductions
from wengert.trace import bind as _bind


def _same(name: str, xs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Python scalars among the operands take type and shape of the arrays; arrays must agree."""
    scalars = [type(x) in (bool, int, float, complex) for x in xs]
    arrays = [x if s else _operands.as_array(name, x) for x, s in zip(xs, scalars, strict=True)]
    kinds = {x.dtype for x, s in zip(arrays, scalars, strict=True) if not s}
    if len(kinds) > 1:
        given = ", ".join(str(x.dtype) for x, s in zip(arrays, scalars, strict=True) if not s)
        raise _errors.make(
            _errors.DtypeError,
            name,
            f"expected operands of one type but got {given}",
            remedy=f"convert with astype, or use wengert.numpy.{name}, which promotes",
        )
    if any(scalars):
        arrays = _operands.promote(name, arrays)
    shapes = {x.shape for x, s in zip(arrays, scalars, strict=True) if not s}
    if len(shapes) > 1:
        given = " and ".join(str(x.shape) for x in arrays)
        raise _errors.make(
            _errors.ShapeError,
            name,
            f"expected operands of one shape but got {given}",
            remedy=f"broadcast with lax.broadcast_in_dim, or use wengert.numpy.{name}, which broadcasts",
        )
    return tuple(_operands.broadcast_all(name, arrays))


def _function(name: str) -> Any:
    op = _OPS[name]

    def function(*operands: Any, **attributes: Any) -> Any:
        fit = _operands.pair(*operands) if len(operands) == 2 else None
        return _bind(op, _same(name, operands) if fit is None else fit, attributes)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"The op `wg.{op.name}` on operands of one type and shape."
    return function


def __getattr__(name: str) -> Any:
    if name not in _OPS:
        raise AttributeError(f"module 'wengert.lax' has no attribute {name!r}")
    value = _function(name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_OPS})


__all__ = [*_contraction, *_convolution, *_functions, *_gather_scatter, *_indexing, *_reductions]
