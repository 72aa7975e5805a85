# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.numpy`: the functions of NumPy on arrays that can be traced, differentiated, batched and compiled.

Names and meaning are those of `jax.numpy`: 32-bit types by default, weak types for Python numbers, no mutation, no
promotion to float64 by surprise. Lists are not taken where an array is expected (`array([...])` makes one).

>>> import wengert.numpy as wnp
>>> wnp.sum(wnp.arange(4) ** 2)
Array(14, dtype=int32)
"""

from __future__ import annotations

import sys

from numpy import (  # noqa: F401  the abstract types, for issubdtype
    character,
    complexfloating,
    dtype,
    flexible,
    floating,
    generic,
    get_printoptions,
    inexact,
    integer,
    iterable,
    ndim,
    number,
    object_,
    printoptions,
    set_printoptions,
    shape,
    signedinteger,
    size,
    unsignedinteger,
)
from numpy.exceptions import ComplexWarning  # noqa: F401

from wengert import array_methods as _array_methods
from wengert import key_arrays as _key_arrays
from wengert.array import Array as ndarray  # noqa: F401
from wengert.dtypes import can_cast, finfo, iinfo, isdtype, issubdtype, promote_types, result_type  # noqa: F401
from wengert.numpy import fft, indexing, linalg, updates  # noqa: F401
from wengert.numpy import ufuncs as _ufuncs
from wengert.numpy.complex_parts import *  # noqa: F403
from wengert.numpy.constants import *  # noqa: F403
from wengert.numpy.contraction import *  # noqa: F403
from wengert.numpy.counting import *  # noqa: F403
from wengert.numpy.covariances import *  # noqa: F403
from wengert.numpy.creation import *  # noqa: F403
from wengert.numpy.diagonals import *  # noqa: F403
from wengert.numpy.differences import *  # noqa: F403
from wengert.numpy.distinct import *  # noqa: F403
from wengert.numpy.edits import *  # noqa: F403
from wengert.numpy.elementwise import *  # noqa: F403
from wengert.numpy.files import *  # noqa: F403
from wengert.numpy.float_parts import *  # noqa: F403
from wengert.numpy.functional import *  # noqa: F403
from wengert.numpy.grids import *  # noqa: F403
from wengert.numpy.histograms import *  # noqa: F403
from wengert.numpy.index_arrays import *  # noqa: F403
from wengert.numpy.inspection import __array_api_version__, __array_namespace_info__  # noqa: F401
from wengert.numpy.integers import *  # noqa: F403
from wengert.numpy.joining import *  # noqa: F403
from wengert.numpy.logic import *  # noqa: F403
from wengert.numpy.manipulation import *  # noqa: F403
from wengert.numpy.nan_functions import *  # noqa: F403
from wengert.numpy.picking import *  # noqa: F403
from wengert.numpy.polynomials import *  # noqa: F403
from wengert.numpy.quantiles import *  # noqa: F403
from wengert.numpy.ranges import *  # noqa: F403
from wengert.numpy.reductions import *  # noqa: F403
from wengert.numpy.repeating import *  # noqa: F403
from wengert.numpy.scalars import *  # noqa: F403
from wengert.numpy.sets import *  # noqa: F403
from wengert.numpy.sorting import *  # noqa: F403
from wengert.numpy.ufuncs import frompyfunc, ufunc  # noqa: F401
from wengert.numpy.unary import *  # noqa: F403
from wengert.numpy.windows import *  # noqa: F403

for _name in _ufuncs.__all__:  # over the plain functions of these names
    globals()[_name] = getattr(_ufuncs, _name)
for _name in (*_key_arrays.OF_NUMPY, "equal", "not_equal"):
    globals()[_name] = _key_arrays.accepting_keys(globals()[_name])
_array_methods.install(sys.modules[__name__])
