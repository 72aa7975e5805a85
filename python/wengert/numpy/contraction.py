# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products of vectors, matrices and tensors, all of them `dot_general`.

Operands are promoted to one type. `precision` is accepted for programs written for JAX: products are always computed
in the precision of the type.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from wengert import dtypes, errors, lax
from wengert.lax._operands import (
    apply,
    as_array,
    axis_index,
    both_eager,
    broadcast,
    broadcast_shapes,
    convert,
    promote,
)
from wengert.lax._ops import OPS
from wengert.lax.contraction import contract, result_dtype
from wengert.numpy import elementwise as ew
from wengert.numpy.arguments import check_place, refuse_out
from wengert.numpy.complex_parts import conjugate
from wengert.numpy.manipulation import moveaxis
from wengert.numpy.reductions import sum as _sum
from wengert.numpy.repeating import flip
from wengert.trace import run

__all__ = [
    "convolve", "correlate", "cross", "dot", "einsum", "einsum_path", "inner", "kron", "matmul", "matrix_power",
    "matvec", "outer", "tensordot", "trace", "vdot", "vecdot", "vecmat",
]  # fmt: skip


_VECTORS = {"lhs_contracting": (0,), "rhs_contracting": (0,), "lhs_batch": (), "rhs_batch": ()}


def _contract(
    function: str, x: Any, y: Any, lc: Any, rc: Any, lb: Any = (), rb: Any = (), preferred: Any = None
) -> Any:
    if [x.shape[d] for d in lc] != [y.shape[d] for d in rc]:
        raise errors.make(
            errors.ShapeError,
            function,
            f"expected equal sizes in dimension {_one(lc)} of the first and {_one(rc)} of the second operand "
            f"but got {x.shape} and {y.shape}",
            remedy="transpose or reshape one of them",
        )
    attrs = {"lhs_contracting": tuple(lc), "rhs_contracting": tuple(rc), "lhs_batch": tuple(lb), "rhs_batch": tuple(rb)}
    return contract(function, x, y, attrs, preferred)


def _product(function: str, x: Any, y: Any, preferred: Any) -> Any:
    """x * y where an operand is a scalar, in the type asked for."""
    if preferred is not None:
        dtype = result_dtype(function, x, y, preferred)[0]
        x, y = convert(x, dtype), convert(y, dtype)
    return ew.multiply(x, y)


def _one(dims: Sequence[int]) -> Any:
    return dims[0] if len(dims) == 1 else tuple(dims)


def dot(a: Any, b: Any, *, precision: Any = None, preferred_element_type: Any = None, out_sharding: None = None) -> Any:
    """The product over the last axis of `a` and the last but one of `b`; with a scalar the plain product.

    Args:
      preferred_element_type: the type that is summed in and returned; by default the common one of `a` and `b`.

    Raises:
      ShapeError: the sizes of those axes differ.

    >>> import wengert.numpy as wnp
    >>> dot(wnp.array([1.0, 2.0]), wnp.array([3.0, 4.0]))
    Array(11., dtype=float32)
    """
    if out_sharding is not None:
        check_place("dot", None, out_sharding)
    if preferred_element_type is None and both_eager(a, b) and a._data.ndim == 1 and a._data.dtype.kind in "fc":
        return run(OPS["dot_general"], [a._data, b._data], _VECTORS, a.weak_type and b.weak_type)
    a, b = promote("dot", (a, b))
    if not a.shape or not b.shape:
        return _product("dot", a, b, preferred_element_type)
    return _contract("dot", a, b, (a.ndim - 1,), (max(b.ndim - 2, 0),), preferred=preferred_element_type)


def matmul(
    a: Any, b: Any, *, precision: Any = None, preferred_element_type: Any = None, out_sharding: None = None
) -> Any:
    """The matrix product of the last two axes, the others broadcast; vectors count as row or column.

    Args:
      preferred_element_type: the type that is summed in and returned; by default the common one of `a` and `b`.

    Raises:
      ShapeError: an operand is a scalar, or the sizes do not fit.

    >>> import wengert.numpy as wnp
    >>> matmul(wnp.ones((2, 3)), wnp.ones((3, 4))).shape
    (2, 4)
    """
    if out_sharding is not None:
        check_place("matmul", None, out_sharding)
    a, b = promote("matmul", (a, b))
    if not a.ndim or not b.ndim:
        raise errors.make(
            errors.ShapeError, "matmul", f"expected no scalars but got {a.shape} and {b.shape}", remedy="use * instead"
        )
    if a.ndim <= 2 and b.ndim <= 2:
        return _contract("matmul", a, b, (a.ndim - 1,), (0,), preferred=preferred_element_type)
    if b.ndim <= 2:  # one matrix for all: no batch dimension is needed
        return _contract("matmul", a, b, (a.ndim - 1,), (0,), preferred=preferred_element_type)
    if a.ndim == 1:
        return _contract("matmul", a, b, (0,), (b.ndim - 2,), preferred=preferred_element_type)
    batch = broadcast_shapes("matmul", a.shape[:-2], b.shape[:-2])
    a, b = broadcast(a, batch + a.shape[-2:]), broadcast(b, batch + b.shape[-2:])
    n = len(batch)
    return _contract("matmul", a, b, (n + 1,), (n,), range(n), range(n), preferred_element_type)


def vdot(a: Any, b: Any, *, precision: Any = None, preferred_element_type: Any = None) -> Any:
    """The sum of the products of all elements, those of a complex `a` conjugated.

    >>> import wengert.numpy as wnp
    >>> vdot(wnp.ones((2, 2)), wnp.ones((2, 2)))
    Array(4., dtype=float32)
    """
    a, b = promote("vdot", (a, b))
    a, b = lax.reshape(conjugate(a), (a.size,)), lax.reshape(b, (b.size,))
    return _contract("vdot", a, b, (0,), (0,), preferred=preferred_element_type)


def inner(a: Any, b: Any, *, precision: Any = None, preferred_element_type: Any = None) -> Any:
    """The product over the last axes of both, without conjugation.

    >>> import wengert.numpy as wnp
    >>> inner(wnp.ones((2, 3)), wnp.ones((4, 3))).shape
    (2, 4)
    """
    a, b = promote("inner", (a, b))
    if not a.ndim or not b.ndim:
        return _product("inner", a, b, preferred_element_type)
    return _contract("inner", a, b, (a.ndim - 1,), (b.ndim - 1,), preferred=preferred_element_type)


def vecdot(x1: Any, x2: Any, /, *, axis: int = -1, precision: Any = None, preferred_element_type: Any = None) -> Any:
    """The sum of products along one axis, the others broadcast; a complex `x1` is conjugated.

    Raises:
      ShapeError: the sizes along `axis` differ, there is no such axis, or the others do not broadcast.

    >>> import wengert.numpy as wnp
    >>> vecdot(wnp.ones((2, 3)), wnp.ones(3))
    Array([3., 3.], dtype=float32)
    """
    x1, x2 = promote("vecdot", (x1, x2))
    if preferred_element_type is not None:
        dtype = result_dtype("vecdot", x1, x2, preferred_element_type)[0]
        x1, x2 = convert(x1, dtype), convert(x2, dtype)
    sizes = [x.shape[axis_index("vecdot", axis, x.ndim)] for x in (x1, x2)]
    if sizes[0] != sizes[1]:
        raise errors.make(
            errors.ShapeError, "vecdot", f"expected equal sizes along axis {axis} but got {x1.shape} and {x2.shape}"
        )
    return _sum(ew.multiply(moveaxis(conjugate(x1), axis, -1), moveaxis(x2, axis, -1)), -1, promote_integers=False)


def matvec(x1: Any, x2: Any, /) -> Any:
    """The product of matrices (..., m, n) with vectors (..., n), the other dimensions broadcast.

    Raises:
      ShapeError: no matrix or no vector, or sizes that do not fit.

    >>> import wengert.numpy as wnp
    >>> matvec(wnp.ones((2, 3)), wnp.ones(3))
    Array([3., 3.], dtype=float32)
    """
    return _matrix_and_vector("matvec", x1, x2, True)


def vecmat(x1: Any, x2: Any, /) -> Any:
    """The product of vectors (..., n), conjugated if complex, with matrices (..., n, m), the others broadcast.

    Raises:
      ShapeError: no vector or no matrix, or sizes that do not fit.

    >>> import wengert.numpy as wnp
    >>> vecmat(wnp.ones(2), wnp.ones((2, 3)))
    Array([2., 2., 2.], dtype=float32)
    """
    return _matrix_and_vector("vecmat", x2, x1, False)


def _matrix_and_vector(function: str, matrix: Any, vector: Any, is_first: bool) -> Any:
    m, v = promote(function, (as_array(function, matrix), as_array(function, vector)))
    n = m.shape[-1 if is_first else -2] if m.ndim > 1 else None
    if v.ndim < 1 or v.shape[-1] != n:
        given = (m.shape, v.shape) if is_first else (v.shape, m.shape)
        raise errors.make(
            errors.ShapeError,
            function,
            f"expected a matrix and a vector of sizes that fit but got {given[0]} and {given[1]}",
        )
    if is_first:
        return lax.squeeze(matmul(m, lax.expand_dims(v, (v.ndim,))), (-1,))
    return lax.squeeze(matmul(lax.expand_dims(conjugate(v), (v.ndim - 1,)), m), (-2,))


def outer(a: Any, b: Any, out: None = None) -> Any:
    """The products of every element of `a` with every element of `b`.

    >>> import wengert.numpy as wnp
    >>> outer(wnp.array([1, 2]), wnp.array([3, 4]))
    Array([[3, 4],
           [6, 8]], dtype=int32)
    """
    refuse_out("outer", out)
    a, b = promote("outer", (a, b))
    return ew.multiply(lax.reshape(a, (a.size, 1)), lax.reshape(b, (1, b.size)))


def tensordot(
    a: Any,
    b: Any,
    axes: Any = 2,
    *,
    precision: Any = None,
    preferred_element_type: Any = None,
    out_sharding: None = None,
) -> Any:
    """The sum of products over several axes.

    Args:
      axes: n for the last n of `a` with the first n of `b`, or (axes of `a`, axes of `b`).

    >>> import wengert.numpy as wnp
    >>> tensordot(wnp.ones((2, 3)), wnp.ones((3, 4)), 1).shape
    (2, 4)
    """
    if out_sharding is not None:
        check_place("tensordot", None, out_sharding)
    a, b = promote("tensordot", (a, b))
    if isinstance(axes, (tuple, list)):
        left, right = (tuple(k) if isinstance(k, (tuple, list)) else (k,) for k in axes)
    else:
        n = operator.index(axes)
        left, right = tuple(range(a.ndim - n, a.ndim)), tuple(range(n))
    if len(left) != len(right) or max(len(left), 0) > min(a.ndim, b.ndim):
        raise errors.make(
            errors.ShapeError, "tensordot", f"expected as many axes of both but got {axes} for {a.shape} and {b.shape}"
        )
    left = tuple(axis_index("tensordot", d, a.ndim) for d in left)
    right = tuple(axis_index("tensordot", d, b.ndim) for d in right)
    return _contract("tensordot", a, b, left, right, preferred=preferred_element_type)


def kron(a: Any, b: Any) -> Any:
    """The Kronecker product.

    >>> import wengert.numpy as wnp
    >>> kron(wnp.array([1, 2]), wnp.array([1, 10]))
    Array([ 1, 10,  2, 20], dtype=int32)
    """
    a, b = promote("kron", (a, b))
    rank = max(a.ndim, b.ndim)
    a = lax.reshape(a, (1,) * (rank - a.ndim) + a.shape)
    b = lax.reshape(b, (1,) * (rank - b.ndim) + b.shape)
    wide = lax.expand_dims(a, range(1, 2 * rank, 2)) * lax.expand_dims(b, range(0, 2 * rank, 2))
    return lax.reshape(wide, [m * n for m, n in zip(a.shape, b.shape, strict=True)])


def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """The cross product of vectors of three elements, or of two, with 0 as third; of two such only its third element.

    Args:
      a, b: arrays whose other dimensions broadcast.
      axisa, axisb: the dimensions of the vectors.
      axisc: where the vectors are in the result.
      axis: all three of them at once.

    Raises:
      ShapeError: vectors of another size.

    >>> import wengert.numpy as wnp
    >>> cross(wnp.array([1, 0, 0]), wnp.array([0, 1, 0]))
    Array([0, 0, 1], dtype=int32)
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = promote("cross", (a, b))
    x, y = moveaxis(x, axisa, -1), moveaxis(y, axisb, -1)
    sizes = (x.shape[-1], y.shape[-1])
    if not set(sizes) <= {2, 3}:
        raise errors.make(errors.ShapeError, "cross", f"expected vectors of 2 or 3 but got {x.shape} and {y.shape}")
    if sizes == (2, 2):
        part = lambda v, k: lax.index_in_dim(v, k, v.ndim - 1, False)
        return part(x, 0) * part(y, 1) - part(x, 1) * part(y, 0)
    x, y = (lax.pad(v, 0, [(0, 0, 0)] * (v.ndim - 1) + [(0, 3 - v.shape[-1], 0)]) for v in (x, y))
    turned = lambda v, k: lax.concatenate(
        [lax.slice_in_dim(v, k, 3, 1, -1), lax.slice_in_dim(v, 0, k, 1, -1)], v.ndim - 1
    )
    return moveaxis(turned(x, 1) * turned(y, 2) - turned(x, 2) * turned(y, 1), -1, axisc)


def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: None = None) -> Any:
    """The sum of a diagonal.

    >>> import wengert.numpy as wnp
    >>> trace(wnp.array([[1, 2], [3, 4]]))
    Array(5, dtype=int32)
    """
    from wengert.numpy.diagonals import diagonal

    refuse_out("trace", out)
    return _sum(diagonal(a, offset, axis1, axis2), -1, dtype)


# ---------------------------------------------------------------------------------------------------------------------
# einsum


def einsum(
    subscripts: Any,
    /,
    *operands: Any,
    out: None = None,
    optimize: Any = "auto",
    precision: Any = None,
    preferred_element_type: Any = None,
    _dot_general: Any = None,
    out_sharding: None = None,
) -> Any:
    """The sum of products that a formula of index letters describes.

    Args:
      subscripts: e.g. "ij,jk->ik"; without "->" the letters that occur once, in alphabetic order; "..." for any
        dimensions, which broadcast. Or alternating operands and lists of numbers, as in NumPy.
      optimize: how opt_einsum orders the products of three operands or more.
      out, out_sharding: must be None.
      preferred_element_type: the type that is summed in and returned.

    Raises:
      ShapeError: one letter stands for different sizes.

    >>> import wengert.numpy as wnp
    >>> einsum("ij,j->i", wnp.ones((2, 3)), wnp.ones(3))
    Array([3., 3.], dtype=float32)
    """
    if out is not None or out_sharding is not None:
        refuse_out("einsum", out)
        check_place("einsum", None, out_sharding)
    if not isinstance(subscripts, str) or "..." in subscripts:
        from opt_einsum.parser import parse_einsum_input

        inputs, output, arrays = parse_einsum_input((subscripts, *operands))
        operands = tuple(arrays)
    else:
        formula = subscripts.replace(" ", "")
        inputs, arrow, output = formula.partition("->")
        if not arrow:
            letters = inputs.replace(",", "")
            output = "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    terms = inputs.split(",")
    arrays = promote("einsum", operands)
    _check_terms(subscripts, terms, output, arrays)
    sizes: dict[str, int] = {}
    for term, x in zip(terms, arrays, strict=True):
        for c, n in zip(term, x.shape, strict=True):
            if sizes.setdefault(c, n) != n and 1 not in (sizes[c], n):
                raise errors.make(
                    errors.ShapeError, "einsum", f"expected one size for index {c!r} but got {sizes[c]} and {n}"
                )
            sizes[c] = max(sizes[c], n)
    work = [_distinct(term, _stretched(x, term, sizes)) for term, x in zip(terms, arrays, strict=True)]
    for pair in _path(work, output, optimize):
        chosen = [work[i] for i in pair]
        work = [w for i, w in enumerate(work) if i not in pair]
        while len(chosen) > 2:  # a path of the caller's may join several at once
            kept = set(output).union(*(t for t, _ in work + chosen[2:]))
            chosen = [_pair(chosen[:2], kept, preferred_element_type), *chosen[2:]]
        kept = set(output).union(*(t for t, _ in work))
        work.append(_pair(chosen, kept, preferred_element_type))
    term, x = _summed(*work[0], set(output))
    if preferred_element_type is not None:
        x = convert(x, dtypes.canonical(preferred_element_type))
    return lax.transpose(x, [term.index(c) for c in output])


def einsum_path(subscripts: Any, /, *operands: Any, optimize: Any = "auto") -> tuple[list[tuple[int, ...]], Any]:
    """The order in which `einsum` multiplies its operands, and a description of it that can be printed.

    Args:
      subscripts, operands, optimize: as for `einsum`; operands may be anything that has a shape.

    >>> import wengert.numpy as wnp
    >>> einsum_path("ij,jk,kl", wnp.ones((2, 3)), wnp.ones((3, 4)), wnp.ones((4, 1)))[0]
    [(1, 2), (0, 1)]
    """
    from opt_einsum import contract_path

    kind = True if optimize is None else optimize
    return contract_path(subscripts, *operands, optimize=kind)


def _check_terms(subscripts: Any, terms: list[str], output: str, arrays: list[Any]) -> None:
    ranks_fit = len(terms) == len(arrays) and all(len(t) == x.ndim for t, x in zip(terms, arrays, strict=True))
    known = set("".join(terms))
    if not ranks_fit or not set(output) <= known or len(set(output)) != len(output):
        shapes = ", ".join(str(x.shape) for x in arrays)
        raise errors.make(
            errors.ShapeError,
            "einsum",
            f"expected a letter for every dimension, and each letter of the result once, but got {subscripts!r} "
            f"for {shapes}",
        )


def _path(work: list[tuple[str, Any]], output: str, optimize: Any) -> list[tuple[int, ...]]:
    if len(work) <= 2:
        return [tuple(range(len(work)))]
    from opt_einsum import contract_path

    formula = ",".join(t for t, _ in work) + "->" + output
    kind = optimize if isinstance(optimize, (str, list)) else "auto"
    path, _ = contract_path(formula, *(x.shape for _, x in work), shapes=True, optimize=kind)
    return [tuple(p) for p in path]


def _stretched(x: Any, term: str, sizes: dict[str, int]) -> Any:
    return broadcast(x, tuple(sizes[c] for c in term))


def _distinct(term: str, x: Any) -> tuple[str, Any]:
    """The operand with the diagonal taken of every letter that it has twice."""
    from wengert.numpy.diagonals import diagonal

    while len(set(term)) < len(term):
        c = next(c for c in term if term.count(c) > 1)
        i = term.index(c)
        j = term.index(c, i + 1)
        x = diagonal(x, 0, i, j)
        term = term[:i] + term[i + 1 : j] + term[j + 1 :] + c
    return term, x


def _summed(term: str, x: Any, kept: set[str]) -> tuple[str, Any]:
    gone = tuple(d for d, c in enumerate(term) if c not in kept)
    op = "reduce_or" if x.dtype == dtypes.bool_ else "reduce_sum"
    return "".join(c for c in term if c in kept), apply(op, (x,), axes=gone) if gone else x


def _pair(chosen: list[tuple[str, Any]], kept: set[str], preferred: Any) -> tuple[str, Any]:
    if len(chosen) == 1:
        return _summed(*chosen[0], kept)
    (s, x), (t, y) = chosen
    s, x = _summed(s, x, kept | set(t))
    t, y = _summed(t, y, kept | set(s))
    shared = [c for c in s if c in t]
    batch = [c for c in shared if c in kept]
    contracted = [c for c in shared if c not in kept]
    lc, rc = [s.index(c) for c in contracted], [t.index(c) for c in contracted]
    lb, rb = [s.index(c) for c in batch], [t.index(c) for c in batch]
    out = _contract("einsum", x, y, lc, rc, lb, rb, preferred)
    letters = batch + [c for c in s if c not in shared] + [c for c in t if c not in shared]
    return "".join(letters), out


def matrix_power(a: Any, n: int) -> Any:
    """The n-th power of a square matrix, or of each of several; of its inverse for a negative n.

    Raises:
      ShapeError: no square matrices.

    >>> import wengert.numpy as wnp
    >>> matrix_power(wnp.array([[1, 1], [0, 1]]), 3)
    Array([[1, 3],
           [0, 1]], dtype=int32)
    """
    from wengert.numpy.ranges import eye

    x = as_array("matrix_power", a)
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise errors.make(errors.ShapeError, "matrix_power", f"expected square matrices but got shape {x.shape}")
    n = operator.index(n)
    if n < 0:
        from wengert.numpy.factorizations import inv

        x, n = inv(x), -n
    result, base = None, x
    while n:
        if n & 1:
            result = base if result is None else matmul(result, base)
        n >>= 1
        base = matmul(base, base) if n else base
    return broadcast(eye(x.shape[-1], dtype=x.dtype), x.shape) if result is None else result


def _slide(function: str, x: Any, y: Any, mode: str, precision: Any, preferred: Any) -> Any:
    """Sums of products of the longer vector and the other one at every place where they meet."""
    if preferred is not None:
        preferred = dtypes.canonical(preferred)
    x, y = promote(function, (x, y), inexact=preferred is None)
    if x.ndim != 1 or y.ndim != 1 or not x.size or not y.size:
        raise errors.make(
            errors.ShapeError, function, f"expected two vectors with elements but got {x.shape} and {y.shape}"
        )
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"{function}: expected the mode full, same or valid but got {mode!r}")
    if x.dtype == dtypes.bool_:
        x, y = convert(x, preferred), convert(y, preferred)
    is_convolution = function == "convolve"
    y = y if is_convolution else conjugate(y)
    is_swapped = x.size < y.size
    if is_swapped:
        x, y = y, x
    y, n = flip(y) if is_convolution else y, y.size
    padding = {"full": (n - 1, n - 1), "same": (n // 2, n - n // 2 - 1), "valid": (0, 0)}[mode]
    out = lax.conv_general_dilated(
        x[None, None], y[None, None], (1,), (padding,), precision=precision, preferred_element_type=preferred
    )[0, 0]
    return flip(out) if is_swapped and not is_convolution else out


def convolve(a: Any, v: Any, mode: str = "full", *, precision: Any = None, preferred_element_type: Any = None) -> Any:
    """The convolution of two vectors: out[n] is the sum of a[m] * v[n - m].

    Args:
      mode: "full" (every n), "same" (as many as the longer vector has, in the middle), "valid" (where the shorter one
        lies wholly within the longer one).
      preferred_element_type: the type that is summed in and returned; by default the common one of a and v, or the
        default float for integers.

    Raises:
      ShapeError: an operand is not a vector, or has no elements.
      ValueError: the mode is none of the three.

    >>> import wengert.numpy as wnp
    >>> convolve(wnp.array([1, 2, 3]), wnp.array([1, 1]), preferred_element_type="int32")
    Array([1, 3, 5, 3], dtype=int32)
    """
    return _slide("convolve", a, v, mode, precision, preferred_element_type)


def correlate(a: Any, v: Any, mode: str = "valid", *, precision: Any = None, preferred_element_type: Any = None) -> Any:
    """The cross-correlation of two vectors: out[k] is the sum of a[n + k] * conj(v[n]).

    Args:
      mode, preferred_element_type: as for `convolve`.

    Raises:
      ShapeError, ValueError: as convolve.

    >>> import wengert.numpy as wnp
    >>> correlate(wnp.array([1, 2, 3]), wnp.array([0, 1]), "same", preferred_element_type="int32")
    Array([1, 2, 3], dtype=int32)
    """
    return _slide("correlate", a, v, mode, precision, preferred_element_type)
