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

import importlib
from typing import Any

from wengert import key_arrays as _key_arrays
from wengert.lax import _operands, linalg
from wengert.lax._ops import OPS as _OPS
from wengert.lax.bits import *  # noqa: F403
from wengert.lax.bits import __all__ as _bits
from wengert.lax.contraction import *  # noqa: F403
from wengert.lax.contraction import __all__ as _contraction
from wengert.lax.convolution import *  # noqa: F403
from wengert.lax.convolution import __all__ as _convolution
from wengert.lax.fourier import *  # noqa: F403
from wengert.lax.fourier import __all__ as _fourier
from wengert.lax.functions import *  # noqa: F403
from wengert.lax.functions import __all__ as _functions
from wengert.lax.gather_scatter import *  # noqa: F403
from wengert.lax.gather_scatter import __all__ as _gather_scatter
from wengert.lax.generators import *  # noqa: F403
from wengert.lax.generators import __all__ as _generators
from wengert.lax.indexing import *  # noqa: F403
from wengert.lax.indexing import __all__ as _indexing
from wengert.lax.parts import *  # noqa: F403
from wengert.lax.parts import __all__ as _parts
from wengert.lax.ragged import *  # noqa: F403
from wengert.lax.ragged import __all__ as _ragged
from wengert.lax.reductions import *  # noqa: F403
from wengert.lax.reductions import __all__ as _reductions
from wengert.lax.rounding import *  # noqa: F403
from wengert.lax.rounding import __all__ as _rounding
from wengert.lax.shaping import *  # noqa: F403
from wengert.lax.shaping import __all__ as _shaping
from wengert.lax.special import *  # noqa: F403
from wengert.lax.special import __all__ as _special
from wengert.trace import bind as _bind

for _name in _key_arrays.OF_LAX:
    globals()[_name] = _key_arrays.accepting_keys(globals()[_name])


# Functions with JAX's keyword `accuracy`, a request that the only implementation here answers in its one way.
_ACCURATE = "cbrt cos exp exp2 expm1 log log1p logistic rsqrt sin sqrt tan tanh"
_WITH_ACCURACY = frozenset(_ACCURATE.split())


def _function(name: str) -> Any:
    op = _OPS[name]

    def function(*operands: Any, **attributes: Any) -> Any:
        if attributes and name in _WITH_ACCURACY:
            attributes.pop("accuracy", None)
        if attributes and name == "mul" and (dtype := attributes.pop("out_dtype", None)) is not None:
            operands = tuple([convert_element_type(x, dtype) for x in operands])  # noqa: F405
        arrays = _operands.agreeing(operands) or _operands.same(name, operands)
        # NumPy's kernels take complex numbers where the op does not (an order that nothing else has).
        if arrays and arrays[0].dtype.kind == "c" and "complex64" not in op.record.operands[0].dtypes:
            _operands.refuse_complex(name, *arrays)
        return _bind(op, arrays, attributes)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"The op `wg.{op.name}` on operands of one type and shape."
    return function


for _name in ("eq", "ne"):
    globals()[_name] = _key_arrays.accepting_keys(_function(_name))

# What later layers of the package define.
_CONTROL = """after_all associative_scan composite cond create_token fori_loop map optimization_barrier
    platform_dependent scan switch while_loop"""
_COLLECTIVES = """all_gather all_to_all axis_index axis_size pbroadcast pmax pmean pmin ppermute pshuffle psum
    psum_scatter pswapaxes"""
_LATER = {
    **dict.fromkeys(_CONTROL.split(), "wengert.control"),
    **dict.fromkeys(_COLLECTIVES.split(), "wengert.collectives"),
    **dict.fromkeys(("custom_linear_solve", "custom_root"), "wengert.custom"),
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        value = globals()[name] = getattr(importlib.import_module(_LATER[name]), name)
        return value
    if name not in _OPS:
        raise AttributeError(f"module 'wengert.lax' has no attribute {name!r}")
    value = _function(name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_OPS, *_LATER})


__all__ = [
    *_bits, *_contraction, *_convolution, *_fourier, *_functions, *_gather_scatter, *_generators, *_indexing, *_parts,
    *_ragged, *_reductions, *_rounding, *_shaping, *_special, *_LATER, "linalg",
]  # fmt: skip
