# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Python functions inside traced and compiled programs.

A call is recorded as `wg.callback` with the number of a function of this process. Its effect says what transforms may
do: a `pure` call may be dropped, shared or repeated; an `unordered` or `ordered` one happens exactly when the program
gets there. The module that holds the call keeps the function alive, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors, trace
from wengert.array import Array
from wengert.avals import ShapedArray
from wengert.kernels.host import Callback, callback
from wengert.trees import tree_flatten, tree_unflatten

__all__ = ["io_callback", "pure_callback"]

VMAP_METHODS = ("sequential", "sequential_unrolled", "expand_dims", "broadcast_all", "legacy_vectorized", None)


class CallbackOp:
    """The op `wg.callback`: what `lax._op.Op` is to ops of the table."""

    name = "callback"
    kernel = staticmethod(callback)
    types: tuple[Any, ...] = ()  # operands of any type


OP = CallbackOp()


def call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    results: Any,
    *,
    name: str,
    effect: str,
    vmap_method: str | None = None,
) -> Any:
    """Call a function now, or record that it is called; `results` is a pytree of things with shape and dtype."""
    leaves, tree = tree_flatten((args, kwargs))
    operands = [trace.operand(x) for x in leaves]
    avals, out_tree = tree_flatten(results)
    types = [_result_type(name, a) for a in avals]
    flat = _on_lists(function, name, tree, out_tree)
    where = trace.trace_of(operands)
    if where is None:
        data = flat([x._data for x in operands], types)
        return tree_unflatten(out_tree, [Array._wrap(x) for x in data])
    entry = Callback(name, flat)
    keep(where.root.module, entry)
    attrs = {"id": entry.number, "effect": effect, "types": tuple(_native_type(t) for t in types)}
    if vmap_method:
        attrs["vmap_method"] = vmap_method
    tracers = trace.record(where, OP, operands, attrs, [False] * len(types))
    if effect != "pure":
        for t in tracers:  # asking for the value would call the function once more
            t._source = None
    return tree_unflatten(out_tree, tracers)


def keep(module: Any, entry: Callback) -> None:
    """Keep a function alive as long as a module; modules into which its functions are copied keep it too."""
    if not hasattr(module, "kept"):
        module.kept = {}
    module.kept[entry.number] = entry


def _native_type(aval: ShapedArray) -> Any:
    from wengert import _native

    return _native.aval(aval.shape, aval.dtype)


def _result_type(name: str, x: Any) -> ShapedArray:
    if not hasattr(x, "shape") or not hasattr(x, "dtype"):
        raise errors.make(
            errors.UnsupportedTypeError,
            name,
            f"expected shapes and dtypes of the results but got {type(x).__name__}",
            remedy="pass ShapeDtypeStruct(shape, dtype), or an array of that type",
        )
    dtype = np.dtype(x.dtype)
    if dtypes.canonical(dtype) != dtype:
        raise errors.make(
            errors.DtypeError,
            name,
            f"expected results of at most 32 bits but got {dtype}",
            remedy="set config.update('enable_x64', True), or declare a 32-bit type",
        )
    return ShapedArray(x.shape, dtype)


def _on_lists(
    function: Callable[..., Any], name: str, tree: Any, out_tree: Any
) -> Callable[[Sequence[np.ndarray], Sequence[Any]], list[np.ndarray]]:
    """The function from lists of arrays to lists of arrays of the types that it is asked for."""

    def on_lists(operands: Sequence[np.ndarray], types: Sequence[Any]) -> list[np.ndarray]:
        args, kwargs = tree_unflatten(tree, [Array._wrap(x) for x in operands])
        # What it does with arrays happens now, whatever is being traced around the program that runs.
        with trace.eager():
            leaves, given = tree_flatten(function(*args, **kwargs))
        if given.num_leaves != out_tree.num_leaves:  # only the leaves are handed on
            raise errors.TreeError(f"{name}: expected a result of the structure {out_tree} but got {given}")
        return [_checked(name, i, x, t) for i, (x, t) in enumerate(zip(leaves, types, strict=True))]

    return on_lists


def _checked(name: str, index: int, x: Any, wanted: Any) -> np.ndarray:
    """A result of the user's function as an array of the type that was declared for it."""
    scalar = dtypes.of_scalar(x)
    array = np.asarray(x) if scalar is None else np.asarray(x, scalar)
    shape = tuple(wanted.shape)
    fits = array.dtype == wanted.dtype or dtypes.canonical(array.dtype) == wanted.dtype
    if array.shape == shape and (fits or scalar is not None):
        return array.astype(wanted.dtype, copy=False)
    cls = errors.ShapeError if array.shape != shape else errors.DtypeError
    got, declared = ShapedArray(array.shape, array.dtype), ShapedArray(shape, wanted.dtype)
    raise cls(f"{name}: expected result {index} to be {declared}, as declared, but the function returned {got}")


def pure_callback(
    callback: Callable[..., Any],
    result_shape_dtypes: Any,
    *args: Any,
    sharding: Any = None,
    vmap_method: str | None = None,
    **kwargs: Any,
) -> Any:
    """Call a Python function without side effects from a traced program.

    It may be called once, several times or never: only its results count.

    Args:
      callback: called with arrays in the structure of `args` and `kwargs`; it returns arrays as declared.
      result_shape_dtypes: a pytree of ShapeDtypeStruct, or of anything with `shape` and `dtype`.
      args, kwargs: arrays, in any pytrees.
      sharding: accepted for programs that pass it.
      vmap_method: what `vmap` does: "sequential" calls the function for each example; the others once, with the new
        dimension in front: of size 1 in what is the same for all ("expand_dims"), repeated there ("broadcast_all"), or
        missing there ("legacy_vectorized"). None: `vmap` refuses.

    Raises:
      ShapeError, DtypeError, TreeError: the function returns something else than was declared.

    >>> import numpy as np
    >>> import wengert as wg
    >>> f = lambda x: wg.pure_callback(np.sinc, wg.ShapeDtypeStruct(x.shape, x.dtype), x, vmap_method="expand_dims")
    >>> wg.jit(f)(wg.numpy.array([0.0, 0.5]))
    Array([1.       , 0.63661975], dtype=float32)
    """
    if vmap_method not in VMAP_METHODS:
        problem = f"expected a vmap_method of {', '.join(map(str, VMAP_METHODS))} but got {vmap_method!r}"
        raise ValueError(f"pure_callback: {problem}")
    method = "sequential" if vmap_method == "sequential_unrolled" else vmap_method
    return call(callback, args, kwargs, result_shape_dtypes, name="pure_callback", effect="pure", vmap_method=method)


def io_callback(
    callback: Callable[..., Any],
    result_shape_dtypes: Any,
    *args: Any,
    sharding: Any = None,
    ordered: bool = False,
    **kwargs: Any,
) -> Any:
    """Call a Python function with side effects from a traced program: once each time that the program gets there.

    Calls happen in the order of the program; with `ordered` the program may also not be changed so that there are more
    of them: `vmap` refuses. Under `vmap` an unordered one is called for each example.

    Args:
      callback, result_shape_dtypes, args, kwargs: as in `pure_callback`.
      sharding: accepted for programs that pass it.
      ordered: whether the calls of one program keep their order.

    >>> import wengert as wg
    >>> seen = []
    >>> @wg.jit
    ... def f(x):
    ...     wg.experimental.io_callback(lambda v: seen.append(float(v)), None, x, ordered=True)
    ...     return x + 1.0
    >>> f(2.0), seen
    (Array(3., dtype=float32, weak_type=True), [2.0])
    """
    effect = "ordered" if ordered else "unordered"
    return call(callback, args, kwargs, result_shape_dtypes, name="io_callback", effect=effect)
