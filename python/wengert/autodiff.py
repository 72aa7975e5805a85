# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Differentiation: grad, value_and_grad, jvp, vjp, linearize and the Jacobians, over `wg.jvp` and `wg.vjp`.

Arguments that are not differentiated reach the function as they are, so Python may branch on them even under `grad`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from wengert import dtypes, errors, trace, tracer
from wengert.array import Array
from wengert.calls import CallOp, call, splat, split
from wengert.frames import api_boundary
from wengert.functions import Outputs, is_float0, name_of, normal_argnums, pick, put, transform
from wengert.trace import Function, ShapedArray, aval_of, operand, trace_function
from wengert.tree_util import Partial, tree_flatten, tree_structure, tree_unflatten


def _inexact(x: Any) -> bool:
    return dtypes.is_inexact(x.dtype)


def _wrt(values: Sequence[Any]) -> tuple[int, ...]:
    return tuple(i for i, x in enumerate(values) if _inexact(x))


def _no_tangent(x: Any) -> np.ndarray:
    return np.zeros(x.shape, dtypes.float0)


# ---------------------------------------------------------------------------------------------------------------------
# grad


@transform
def grad(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    reduce_axes: Sequence[Any] = (),
) -> Callable[..., Any]:
    """The gradient of a function of scalar result.

    Args:
      argnums: the positions of the arguments to differentiate by; an int gives one gradient, a sequence a tuple.
      has_aux: `fun` returns `(value, aux)`; the gradient is then `(gradient, aux)`.
      holomorphic: the function is holomorphic: its arguments and its result are complex, the gradient is the complex
        derivative. Without it the result is real, and the gradient by a complex argument x + iy is df/dx - i df/dy.
      allow_int: accept integer arguments; their gradients have the type float0.

    >>> import wengert as wg
    >>> wg.grad(lambda x: x**3)(2.0)
    Array(12., dtype=float32, weak_type=True)
    """
    both = _value_and_grad(fun, argnums, has_aux, holomorphic, allow_int, "grad")

    @api_boundary
    @functools.wraps(fun, updated=())
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, gradients = both(*args, **kwargs)
        return (gradients, value[1]) if has_aux else gradients

    return gradient


@transform
def value_and_grad(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    reduce_axes: Sequence[Any] = (),
) -> Callable[..., Any]:
    """The value and the gradient of a function of scalar result; see `grad`.

    >>> import wengert as wg
    >>> wg.value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 3.0)[1]
    (Array(3., dtype=float32, weak_type=True), Array(2., dtype=float32, weak_type=True))
    """
    both = _value_and_grad(fun, argnums, has_aux, holomorphic, allow_int, "value_and_grad")
    return api_boundary(functools.wraps(fun, updated=())(both))


def _value_and_grad(
    fun: Callable[..., Any], argnums: Any, has_aux: bool, holomorphic: bool, allow_int: bool, which: str
) -> Callable[..., Any]:
    if not callable(fun):
        raise TypeError(f"{which}: expected a function but got {type(fun).__name__}")
    label = f"{which}({name_of(fun)})"

    def both(*args: Any, **kwargs: Any) -> Any:
        positions = normal_argnums(which, argnums, len(args))
        leaves, in_tree = tree_flatten(pick(args, positions, isinstance(argnums, int)))
        operands = [operand(x) for x in leaves]
        _check_arguments(label, operands, holomorphic, allow_int)
        outputs = Outputs()

        def flat(*tracers: Any) -> list[Any]:
            new = put(args, positions, tree_unflatten(in_tree, tracers), isinstance(argnums, int))
            result = fun(*new, **kwargs)
            value, aux = _split_aux(which, result) if has_aux else (result, ())
            return [_scalar_output(label, value, holomorphic), *outputs.flatten(aux)]

        function = trace_function(flat, operands, "grad", label, name_of(fun))
        wrt = _wrt(operands)
        cotangents = [splat(1.0, function.out_avals[0])]
        cotangents += [splat(0.0, a) for a in function.out_avals[1:] if _inexact(a)]
        op = CallOp("vjp", function.module, function.name, {"wrt": wrt}, embedded=len(cotangents))
        weak = [a.weak_type for a in function.out_avals] + [operands[i].weak_type for i in wrt]
        results = call(op, [*operands, *function.captures, *cotangents], weak)
        n = len(function.out_avals)
        gradients = [_no_tangent(x) for x in operands]
        for i, g in zip(wrt, results[n:], strict=True):
            gradients[i] = g
        value = (results[0], outputs.unflatten(results[1:n])) if has_aux else results[0]
        return value, tree_unflatten(in_tree, gradients)

    return both


def _split_aux(which: str, result: Any) -> tuple[Any, Any]:
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        got = f"a {type(result).__name__}" + (f" of length {len(result)}" if isinstance(result, (tuple, list)) else "")
        raise errors.make(
            errors.TreeError, which, f"expected (result, aux) from the function, because has_aux is set, but got {got}"
        )
    return result[0], result[1]


def _check_arguments(label: str, operands: Sequence[Any], holomorphic: bool, allow_int: bool) -> None:
    for x in operands:
        if holomorphic and x.dtype.kind != "c":
            raise errors.make(
                errors.DtypeError,
                label,
                f"expected complex arguments, because holomorphic is set, but got {x.dtype.name}{list(x.shape)}",
                remedy="leave holomorphic out for real functions, or pass x.astype(complex)",
            )
        if not _inexact(x) and not allow_int:
            raise errors.make(
                errors.IntegerGradError,
                label,
                f"expected arguments of a floating type but got {x.dtype.name}{list(x.shape)}",
                remedy="pass a float (2.0 for 2), convert with x.astype(float), or set allow_int=True",
            )


def _check_results(label: str, avals: Sequence[Any], holomorphic: bool, noun: str = "result") -> None:
    """Refuse complex results (or arguments, in forward mode) without `holomorphic`, and real ones with it."""
    for a in avals:
        if holomorphic and a.dtype.kind != "c":
            raise errors.make(
                errors.DtypeError,
                label,
                f"expected a complex {noun}, because holomorphic is set, but got {a.dtype.name}",
                remedy="leave holomorphic out: the gradient of a real function is df/dx - i df/dy",
            )
        if not holomorphic and a.dtype.kind == "c":
            way = "vjp" if noun == "result" else "jvp"
            raise errors.make(
                errors.DtypeError,
                label,
                f"expected a real {noun} but got {a.dtype.name}",
                remedy=f"set holomorphic=True if the function is holomorphic, or use {way}, which has no such limits",
            )


def _scalar_output(label: str, value: Any, holomorphic: bool) -> Any:
    leaves, structure = tree_flatten(value)
    if len(leaves) != 1 or not _is_array(leaves[0]) or leaves[0] is not value:
        raise errors.make(
            errors.NonScalarGradError,
            label,
            f"expected a scalar result but got {type(value).__name__} {structure}",
            remedy="return one number; give further results with has_aux=True",
        )
    value = operand(value)
    if value.shape != ():
        raise errors.make(
            errors.NonScalarGradError,
            label,
            f"expected a scalar result but got shape {value.shape}",
            remedy="sum the result, or use jacrev, jacfwd or vjp for all derivatives",
        )
    if not _inexact(value):
        raise errors.make(
            errors.IntegerGradError,
            label,
            f"expected a result of a floating type but got {value.dtype.name}",
            remedy="convert the result with .astype(float), or do not differentiate it",
        )
    _check_results(label, [value], holomorphic)
    return value


def _is_array(x: Any) -> bool:
    return tracer.is_tracer(x) or isinstance(x, (Array, np.ndarray, np.generic, bool, int, float, complex))


# ---------------------------------------------------------------------------------------------------------------------
# jvp, vjp, linearize


class Traced(NamedTuple):
    """A function traced at a point: with the flat operands and their tree, the results and the auxiliary ones."""

    label: str
    function: Function
    operands: list[Any]
    in_tree: Any
    outputs: Outputs
    aux: Outputs | None

    @property
    def out_avals(self) -> Sequence[ShapedArray]:
        """The types of the results, without the auxiliary ones."""
        return self.function.out_avals[: self.outputs.count]


def trace_at(fun: Callable[..., Any], which: str, primals: Sequence[Any], has_aux: bool) -> Traced:
    """`fun` traced at `primals`, for `which` transform."""
    label = f"{which}({name_of(fun)})"
    leaves, in_tree = tree_flatten(tuple(primals))
    operands = [operand(x) for x in leaves]
    outputs, aux = Outputs(), Outputs()

    def flat(*tracers: Any) -> list[Any]:
        result = fun(*tree_unflatten(in_tree, tracers))
        if has_aux:
            result, extra = _split_aux(which, result)
            return [*outputs.flatten(result, everything=True), *aux.flatten(extra)]
        return outputs.flatten(result, everything=True)

    function = trace_function(flat, operands, which, label, name_of(fun))
    return Traced(label, function, operands, in_tree, outputs, aux if has_aux else None)


@api_boundary
def jvp(fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> Any:
    """The value of `fun` at `primals`, and its derivative there along `tangents`.

    >>> import wengert as wg
    >>> wg.jvp(wg.numpy.sin, (0.0,), (2.0,))[1]
    Array(2., dtype=float32, weak_type=True)
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise errors.make(
            errors.TreeError,
            "jvp",
            f"expected a tuple of primals and a tuple of tangents but got {type(primals).__name__} and "
            + type(tangents).__name__,
            remedy="write jvp(f, (x,), (dx,))",
        )
    in_tree, dx_tree = tree_structure(tuple(primals)), tree_structure(tuple(tangents))
    if dx_tree != in_tree:
        raise errors.make(
            errors.TreeError, "jvp", f"expected tangents of the structure of the primals {in_tree} but got {dx_tree}"
        )
    return pushed(trace_at(fun, "jvp", primals, has_aux), tuple(tangents))


def pushed(traced: Traced, tangents: tuple[Any, ...]) -> Any:
    """What `jvp` returns for a traced function."""
    _, function, operands, _, outputs, aux = traced
    wrt = _wrt(operands)
    dxs = _tangents("jvp", operands, tree_flatten(tangents)[0], "tangent")
    outs = function.out_avals
    op = CallOp("jvp", function.module, function.name, {"wrt": wrt})
    weak = [a.weak_type for a in outs] + [a.weak_type for a in outs if _inexact(a)]
    results = call(op, [*operands, *function.captures, *dxs], weak)
    values, moving = results[: len(outs)], iter(results[len(outs) :])
    tangents_out = [next(moving) if _inexact(a) else _no_tangent(a) for a in outs]
    n = outputs.count
    out = outputs.unflatten(values[:n]), tree_unflatten(outputs.tree, tangents_out[:n])
    return out if aux is None else (*out, aux.unflatten(values[n:]))


def _tangents(which: str, xs: Sequence[Any], dxs: Sequence[Any], noun: str) -> list[Any]:
    """The tangents of those of `xs` that have one; the others must come with one of type float0."""
    for x, dx in zip(xs, dxs, strict=True):
        if not _inexact(x) and (not is_float0(dx) or dx.shape != x.shape):
            raise errors.make(
                errors.DtypeError,
                which,
                f"expected a {noun} of type float0{list(x.shape)}, because the value is {x.dtype.name}, but got "
                + (f"float0{list(dx.shape)}" if is_float0(dx) else str(aval_of(dx))),
                remedy=f"pass numpy.zeros({x.shape}, wengert.dtypes.float0)",
            )
    return [_tangent(which, x, dx, noun) for x, dx in zip(xs, dxs, strict=True) if _inexact(x)]


def _tangent(which: str, x: Any, dx: Any, noun: str) -> Any:
    """`dx`, checked to be of the type of `x`."""
    weak_scalar = type(dx) in (int, float) or (type(dx) is complex and x.dtype.kind == "c")
    dx = operand(dx)
    if weak_scalar and dx.dtype != x.dtype and dx.shape == ():
        dx = Array._wrap(dx._data.astype(x.dtype), True)
    if dx.shape != x.shape:
        raise errors.make(errors.ShapeError, which, f"expected a {noun} of shape {x.shape} but got shape {dx.shape}")
    if dx.dtype != x.dtype:
        raise errors.make(
            errors.DtypeError,
            which,
            f"expected a {noun} of type {x.dtype.name} but got {dx.dtype.name}",
            remedy=f"convert it with .astype({x.dtype.name!r})",
        )
    return dx


class _Linear:
    """A function split in the work at the primals, done once, and what depends linearly on the rest."""

    def __init__(self, function: Function, operands: Sequence[Any]):
        self.wrt = _wrt(operands)
        outs = function.out_avals
        try:
            self.split = split(function.module, function.name, self.wrt)
        except Exception as error:
            raise trace.native_failure(error, "linearize") from None
        weak = [a.weak_type for a in outs] + [False] * self.split.count
        results = call(self.split.forward, [*operands, *function.captures], weak)
        self.values, self.residuals = results[: len(outs)], results[len(outs) :]


class _Map:
    """The linear part of a function, or its transpose; called with the values that it needs, then its arguments.

    Args:
      label: how messages call it.
      op: the function of the module.
      given: the types, as trees and leaves, of the arguments; `made`: of the results.
      auxiliary: the types of further results of the function, whose cotangents are 0.
    """

    __slots__ = ("label", "noun", "op", "given", "given_tree", "made", "made_tree", "auxiliary")

    def __init__(self, label: str, noun: str, op: CallOp, given: Any, made: Any, auxiliary: Any = ()):
        self.label, self.noun, self.op = label, noun, op
        self.given, self.given_tree = given
        self.made, self.made_tree = made
        self.auxiliary = auxiliary

    def __repr__(self) -> str:
        return f"<{self.label}>"

    @api_boundary
    def __call__(self, residuals: Sequence[Any], /, *arguments: Any) -> Any:
        tree: Any
        if self.noun == "tangent":
            leaves, tree = tree_flatten(arguments)
        else:
            if len(arguments) != 1:
                raise TypeError(f"{self.label}: expected one cotangent but got {len(arguments)}")
            leaves, tree = tree_flatten(arguments[0])
        if tree != self.given_tree:
            some = "tangents" if self.noun == "tangent" else "a cotangent"
            problem = f"expected {some} of the structure {self.given_tree} but got {tree}"
            raise errors.make(errors.TreeError, self.label, problem)
        moving = _tangents(self.label, self.given, leaves, self.noun)
        moving += [splat(0.0, a) for a in self.auxiliary if _inexact(a)]
        weak = [a.weak_type for a in self.made if _inexact(a)]
        found = iter(call(self.op, [*residuals, *moving], weak))
        results = [next(found) if _inexact(a) else _no_tangent(a) for a in self.made]
        return tree_unflatten(self.made_tree, results[: self.made_tree.num_leaves])


def _avals(xs: Sequence[Any]) -> list[ShapedArray]:
    return [aval_of(x) for x in xs]


@api_boundary
def vjp(fun: Callable[..., Any], *primals: Any, has_aux: bool = False, reduce_axes: Sequence[Any] = ()) -> Any:
    """The value of `fun` at `primals`, and the function that pulls a cotangent of it back to the primals.

    The pullback can be called again and again: the forward pass is not repeated. It is a tree whose leaves are the
    values that the forward pass has saved, so it can be a result or an argument of a jitted function.

    >>> import wengert as wg
    >>> y, pullback = wg.vjp(lambda x, y: x * y, 2.0, 3.0)
    >>> pullback(1.0)
    (Array(3., dtype=float32, weak_type=True), Array(2., dtype=float32, weak_type=True))
    """
    _, function, operands, in_tree, outputs, aux = trace_at(fun, "vjp", primals, has_aux)
    linear = _Linear(function, operands)
    n, outs = outputs.count, function.out_avals
    label = f"pullback of vjp({name_of(fun)})"
    back = _Map(
        label, "cotangent", linear.split.pullback, (outs[:n], outputs.tree), (_avals(operands), in_tree), outs[n:]
    )
    pullback = Partial(back, linear.residuals)
    value = outputs.unflatten(linear.values[:n])
    return (value, pullback) if aux is None else (value, pullback, aux.unflatten(linear.values[n:]))


@api_boundary
def linearize(fun: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """The value of `fun` at `primals`, and its derivative there as a function of tangents.

    That function is a tree whose leaves are the values that it needs, so it can be a result of a jitted function.

    >>> import wengert as wg
    >>> y, f_jvp = wg.linearize(lambda x: x * x, 3.0)
    >>> f_jvp(1.0), f_jvp(2.0)
    (Array(6., dtype=float32, weak_type=True), Array(12., dtype=float32, weak_type=True))
    """
    return linearized(trace_at(fun, "linearize", primals, has_aux))


def linearized(traced: Traced) -> Any:
    """What `linearize` returns for a traced function."""
    label, function, operands, in_tree, outputs, aux = traced
    linear = _Linear(function, operands)
    n, outs = outputs.count, function.out_avals
    along = _Map(
        f"linear function of {label}", "tangent", linear.split.linear, (_avals(operands), in_tree), (outs, outputs.tree)
    )
    value = outputs.unflatten(linear.values[:n])
    f_jvp = Partial(along, linear.residuals)
    return (value, f_jvp) if aux is None else (value, f_jvp, aux.unflatten(linear.values[n:]))


@transform
def fwd_and_bwd(
    fun: Callable[..., Any], argnums: int | Sequence[int], has_aux: bool = False, jitted: bool = True
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The two passes of reverse mode as functions, which are compiled once for many calls.

    Args:
      argnums: the positions of the arguments to differentiate by.
      has_aux: `fun` returns `(value, aux)`.
      jitted: both are jitted.

    Returns:
      `forward(*args)`, which returns `(value, residuals)`, with `has_aux` `(value, residuals, aux)`, and
      `backward(residuals, cotangent)`, which returns the cotangents of the arguments: one, or a tuple.

    >>> import wengert as wg
    >>> forward, backward = wg.fwd_and_bwd(lambda x, y: x * y, argnums=(0, 1))
    >>> value, residuals = forward(2.0, 3.0)
    >>> backward(residuals, 1.0)
    (Array(3., dtype=float32, weak_type=True), Array(2., dtype=float32, weak_type=True))
    """
    from wengert.stages import jit

    single = isinstance(argnums, int)

    def forward(*args: Any, **kwargs: Any) -> Any:
        positions = normal_argnums("fwd_and_bwd", argnums, len(args))
        chosen = [args[i] for i in positions]
        partial = lambda *xs: fun(*put(args, positions, xs, False), **kwargs)
        partial.__name__ = name_of(fun)
        return vjp(partial, *chosen, has_aux=has_aux)

    def backward(residuals: Any, cotangent: Any) -> Any:
        cotangents = residuals(cotangent)
        return cotangents[0] if single else cotangents

    return (jit(forward), jit(backward)) if jitted else (forward, backward)


@api_boundary
def linear_transpose(fun: Callable[..., Any], *primals: Any, reduce_axes: Sequence[Any] = ()) -> Callable[..., Any]:
    """The transpose of a linear function; of `primals` only shapes and types matter.

    The function is traced once, without values. It is not linearized: one that is not linear is refused.

    Raises:
      VerificationError: an op is not linear in what depends on `primals`.
      DtypeError: an argument or a result is not of a floating type.

    >>> import wengert as wg
    >>> wg.linear_transpose(lambda x: 3.0 * x, 1.0)(2.0)
    (Array(6., dtype=float32, weak_type=True),)
    """
    label = f"linear_transpose({name_of(fun)})"
    leaves, in_tree = tree_flatten(tuple(primals))
    avals = [aval_of(x) if _is_array(x) else ShapedArray(tuple(x.shape), np.dtype(x.dtype)) for x in leaves]
    out_tree: Any = None

    def flat(*tracers: Any) -> list[Any]:
        nonlocal out_tree
        results, out_tree = tree_flatten(fun(*tree_unflatten(in_tree, tracers)))
        return results

    function = trace_function(flat, avals, "linear_transpose", label, name_of(fun))
    for a, noun in [*((a, "arguments") for a in avals), *((a, "results") for a in function.out_avals)]:
        if not _inexact(a):
            raise errors.make(
                errors.DtypeError,
                label,
                f"expected {noun} of a floating type but got {a}",
                remedy="convert with .astype(float), or make the function one of its other arguments only",
            )
    try:
        op = CallOp("func.call", *_transposed(function))
    except Exception as error:
        raise trace.native_failure(error, label) from None
    back = _Map(f"transpose of {label}", "cotangent", op, (function.out_avals, out_tree), (avals, in_tree))
    return Partial(back, function.captures)


def _transposed(function: Function) -> tuple[Any, str]:
    """A function `(captures, cotangents) -> cotangents of the arguments`: a module and its name there."""
    from wengert import _native

    module = _native.Module()
    name = module.merge(function.module, function.name)
    types = module.signature(name)[0]
    count = len(function.captures)
    whole = "whole"
    while any(f.startswith(whole) for f in module.functions()):
        whole += "_"
    builder = module.function(whole, private=False)
    moved = [builder.add_argument(t) for t in types[len(types) - count :]]
    explicit = [builder.add_argument(t) for t in types[: len(types) - count]]
    results = builder.build("func.call", [*explicit, *moved], {"callee": name})
    builder.finish(list(results) if isinstance(results, tuple) else [] if results is None else [results])
    try:
        module.run(f"wg-transpose{{fn={whole} num-residuals={count}}}")
    except _native.NativeError as error:
        # What a rule could not do says less than which op is not linear.
        error.diagnostics = [d for d in error.diagnostics if "cannot be transposed" in d[1]] or error.diagnostics
        raise
    return module, f"{whole}.transpose"
