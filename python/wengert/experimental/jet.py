# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Taylor mode: derivatives of every order along a curve, by arithmetic on truncated power series.

Every value of the traced program is a power series in t. Linear and bilinear ops and the quotient have recurrences of
their own. For any other op y = op(x), y' is the op's jvp at (x, x'), a program of ops again, whose values are power
series too; from its coefficients follow those of y, one order higher each time. Equal ops of these programs are one, so
that sin and cos, say, need each other's coefficients and nothing else. No op needs a rule for Taylor mode, and the work
grows with the square of the order for most ops and with its cube for the rest.

>>> from wengert.experimental.jet import jet
>>> import wengert.numpy as wnp
>>> [float(x) for x in jet(wnp.sin, (0.0,), [[1.0, 0.0, 0.0]])[1]]
[1.0, 0.0, -1.0]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import autodiff, dtypes, errors, lax, trace
from wengert.array import Array
from wengert.calls import CallOp, call
from wengert.computation import Symbol
from wengert.frames import api_boundary
from wengert.functions import Outputs, name_of
from wengert.interpreter import expanded, short_name
from wengert.kernels.control import FUNCTIONS
from wengert.lax._ops import OPS
from wengert.trace import aval_of, native_failure, operand, trace_function, with_weak_type
from wengert.tree_util import tree_flatten, tree_unflatten

__all__ = ["jet"]

# The operands in which an op is linear, all together, where its record does not say it; -1 stands for all of them.
_LINEAR: dict[str, tuple[int, ...]] = {
    "add": (0, 1),
    "sub": (0, 1),
    "neg": (0,),
    "concatenate": (-1,),
    "dynamic_slice": (0,),
    "dynamic_update_slice": (0, 1),
    "cumsum": (0,),
    "fft": (0,),
    "reduce_window_sum": (0,),
}
_BILINEAR = frozenset(("mul", "dot_general", "conv_general_dilated"))
_CALLS = ("func.call", "call")


@api_boundary
def jet(
    fun: Callable[..., Any],
    primals: Sequence[Any],
    series: Sequence[Sequence[Any]],
    factorial_scaled: bool = True,
    **_: Any,
) -> tuple[Any, Any]:
    """The value of `fun` and its derivatives along a curve through `primals`.

    Args:
      fun: a function of arrays.
      primals: its arguments, where the curve is at t = 0.
      series: for each argument the derivatives of the curve at 0, from the first to the order that is wanted.
      factorial_scaled: these numbers, and the results, are derivatives; if not, they are the coefficients of powers of
        t, which is a derivative divided by the factorial of its order.

    Returns:
      the value of `fun`, and in its structure, for each result, the list of its derivatives.

    Raises:
      ShapeError, DtypeError: a term has not the type of its argument.
      TreeError: there is not one series for each argument, or they differ in length.

    >>> import wengert.numpy as wnp
    >>> y, (dy, ddy) = jet(wnp.sin, (0.5**3,), [[3 * 0.5**2, 6 * 0.5]])
    >>> round(float(ddy), 3)
    2.906
    """
    label = f"jet({name_of(fun)})"
    operands, terms, order = _checked(label, primals, series)
    outputs = Outputs()

    def flat(*tracers: Any) -> list[Any]:
        return outputs.flatten(fun(*tracers), everything=True)

    function = trace_function(flat, operands, "jet", label, name_of(fun))
    module, name = function.module, function.name
    if function.transforms:
        try:
            module, name = expanded(module, name)
        except Exception as error:
            raise native_failure(error, label) from None
    scales = [1.0 / math.factorial(j + 1) if factorial_scaled else 1.0 for j in range(order)]
    given = [
        Given([x, *(_scaled(t, c) for t, c in zip(ts, scales, strict=True))])
        for x, ts in zip(operands, terms, strict=True)
    ]
    given += [Given([x]) for x in function.captures]
    results = Engine(order).run(module, name, given)
    values, curves = [], []
    for r, aval in zip(results, function.out_avals, strict=True):
        values.append(with_weak_type(r.first(), aval.weak_type))
        found = [_scaled(r.coefficient(j + 1), 1.0 / c) for j, c in enumerate(scales)]
        curves.append([_zero(aval) if x is None else with_weak_type(x, aval.weak_type) for x in found])
    return tree_unflatten(outputs.tree, values), tree_unflatten(outputs.tree, curves)


def _checked(label: str, primals: Sequence[Any], series: Sequence[Sequence[Any]]) -> tuple[list[Any], list[Any], int]:
    """The arguments, the terms of each, and the order."""
    lengths = {len(s) for s in series}
    if len(series) != len(primals) or len(lengths) > 1:
        raise errors.make(
            errors.TreeError,
            label,
            f"expected a series for each of {len(primals)} arguments, all of one length, but got lengths "
            f"{[len(s) for s in series]}",
            remedy="fill up with zeros",
        )
    operands = []
    for i, x in enumerate(primals):
        if len(leaves := tree_flatten(x)[0]) != 1 or leaves[0] is not x:
            raise errors.make(errors.TreeError, label, f"expected an array as argument {i} but got {type(x).__name__}")
        operands.append(operand(x))
    terms = []
    for x, ts in zip(operands, series, strict=True):
        if dtypes.is_inexact(x.dtype):
            terms.append([autodiff._tangent(label, x, t, "term of the series") for t in ts])
            continue
        if any(np.any(np.asarray(t._data if isinstance(t, Array) else t)) for t in ts):
            raise errors.make(
                errors.DtypeError,
                label,
                f"expected a series of zeros for an argument of type {x.dtype.name}",
                remedy="convert the argument with .astype(float)",
            )
        terms.append([None] * len(ts))
    return operands, terms, lengths.pop() if lengths else 0


def _scaled(x: Any, factor: float) -> Any:
    return x if x is None or factor == 1.0 else x * factor


def _zero(aval: Any) -> Any:
    return Array._wrap(np.zeros(aval.shape, aval.dtype), aval.weak_type)


def _sum(terms: Sequence[Any]) -> Any:
    """The sum of those that are not None; None if there are none."""
    total = None
    for x in terms:
        if x is not None:
            total = x if total is None else lax.add(total, x)
    return total


# ---------------------------------------------------------------------------------------------------------------------
# Values as power series


class Series:
    """A value as a power series; a coefficient is None where it is known to be 0.

    Attributes:
      moves: whether a coefficient after the first can be other than 0.
    """

    moves = False

    def coefficient(self, k: int) -> Any:
        raise NotImplementedError

    def first(self) -> Any:
        """The value at t = 0, which is always there."""
        raise NotImplementedError


class Given(Series):
    """A power series by its coefficients."""

    def __init__(self, coefficients: Sequence[Any]):
        self.coefficients = coefficients
        self.moves = any(x is not None for x in coefficients[1:])

    def coefficient(self, k: int) -> Any:
        return self.coefficients[k] if k < len(self.coefficients) else None

    def first(self) -> Any:
        return self.coefficients[0]


class Derivative(Series):
    """The derivative of a power series by t."""

    moves = True

    def __init__(self, of: Series):
        self.of = of

    def coefficient(self, k: int) -> Any:
        return _scaled(self.of.coefficient(k + 1), float(k + 1))

    def first(self) -> Any:
        x = self.coefficient(0)
        return _zero(aval_of(self.of.first())) if x is None else x


class Result(Series):
    """A result of an application."""

    def __init__(self, application: Application, place: int):
        self.application = application
        self.place = place
        self.moves = application.moves and dtypes.is_inexact(self.first().dtype)

    def coefficient(self, k: int) -> Any:
        return self.application.coefficient(k)[self.place]

    def first(self) -> Any:
        return self.application.coefficient(0)[self.place]


# ---------------------------------------------------------------------------------------------------------------------
# Ops on power series


class Application:
    """An op on power series: the coefficients of its results, computed when they are asked for and kept.

    Attributes:
      moves: as of Series; ops whose results have no tangents never move.
    """

    def __init__(self, engine: Engine, op: str, operands: Sequence[Series], attrs: dict[str, Any]):
        self.engine = engine
        self.op = op
        self.operands = operands
        self.attrs = attrs
        self.moves = any(x.moves for x in operands)
        self.known: list[tuple[Any, ...]] = []

    def coefficient(self, k: int) -> tuple[Any, ...]:
        while len(self.known) <= k:
            self.known.append(self.value() if not self.known else self.next(len(self.known)))
        return self.known[k]

    def value(self) -> tuple[Any, ...]:
        result = trace.bind(OPS[self.op], [x.first() for x in self.operands], self.attrs)
        results = result if isinstance(result, tuple) else (result,)
        self.moves = self.moves and any(dtypes.is_inexact(r.dtype) for r in results)
        return results

    def next(self, k: int) -> tuple[Any, ...]:
        if not self.moves:
            return (None,) * len(self.known[0])
        moving = [i for i, x in enumerate(self.operands) if x.moves]
        linear = _linear_in(self.op, len(self.operands))
        if linear.issuperset(moving):
            return (self.linear(k, linear),)
        if self.op in _BILINEAR:
            return (self.bilinear(k),)
        if self.op == "div":
            return (self.quotient(k),)
        return self.from_derivative(k)

    def apply(self, operands: Sequence[Any]) -> Any:
        return trace.bind(OPS[self.op], operands, self.attrs)

    def linear(self, k: int, places: frozenset[int]) -> Any:
        terms = [x.coefficient(k) if i in places else x.first() for i, x in enumerate(self.operands)]
        if all(terms[i] is None for i in places):
            return None
        if self.op in ("add", "sub") and None in terms:
            x, y = terms
            return x if y is None else y if self.op == "add" else lax.neg(y)
        zero = lambda i: _zero(aval_of(self.operands[i].first()))
        return self.apply([zero(i) if x is None else x for i, x in enumerate(terms)])

    def bilinear(self, k: int) -> Any:
        x, y = self.operands
        products = []
        for j in range(k + 1):
            a, b = x.coefficient(j), y.coefficient(k - j)
            if a is not None and b is not None:
                products.append(self.apply((a, b)))
        return _sum(products)

    def quotient(self, k: int) -> Any:
        """From x = q y: q_k y_0 = x_k - sum of q_{k-j} y_j."""
        x, y = self.operands
        total = x.coefficient(k)
        for j in range(1, k + 1):
            a, b = self.known[k - j][0], y.coefficient(j)
            if a is not None and b is not None:
                product = lax.mul(a, b)
                total = lax.neg(product) if total is None else lax.sub(total, product)
        return None if total is None else self.apply((total, y.first()))

    def from_derivative(self, k: int) -> tuple[Any, ...]:
        rates = self.engine.derivative_of(self)
        return tuple(None if r is None else _scaled(r.coefficient(k - 1), 1.0 / k) for r in rates)


class Barrier(Application):
    """An op that returns its operands."""

    def value(self) -> tuple[Any, ...]:
        return tuple(x.first() for x in self.operands)

    def next(self, k: int) -> tuple[Any, ...]:
        return tuple(x.coefficient(k) for x in self.operands)


class Opaque(Application):
    """An op that runs functions of a module: its jvp, of its jvp, of its jvp..."""

    def __init__(self, engine: Engine, module: Any, op: str, operands: Sequence[Series], attrs: dict[str, Any]):
        super().__init__(engine, op, operands, attrs)
        self.module, self.name = one_op(module, op, [aval_of(x.first()) for x in operands], attrs)

    def value(self) -> tuple[Any, ...]:
        return tuple(self.run([x.first() for x in self.operands]))

    def run(self, values: Sequence[Any]) -> list[Any]:
        outs = self.module.signature(self.name)[1]
        return call(CallOp("func.call", self.module, self.name), values, [False] * len(outs))

    def next(self, k: int) -> tuple[Any, ...]:
        if not self.moves:
            return (None,) * len(self.known[0])
        moving = [i for i, x in enumerate(self.operands) if x.moves]

        def along(order: int) -> Callable[[list[list[Any]]], list[Any]]:
            """From derivatives up to this order of the moving operands to that of the results."""
            if order == 0:

                def value(curve: list[list[Any]]) -> list[Any]:
                    values = [x.first() for x in self.operands]
                    for i, x in zip(moving, curve[0], strict=True):
                        values[i] = x
                    return [y for y in self.run(values) if dtypes.is_inexact(y.dtype)]

                return value
            lower = along(order - 1)
            return lambda curve: autodiff.jvp(lower, (curve[:-1],), (curve[1:],))[1]

        curve = [
            [_scaled(_present(self.operands[i], j), float(math.factorial(j))) for i in moving] for j in range(k + 1)
        ]
        found = iter(along(k)(curve))
        inexact = [dtypes.is_inexact(x.dtype) for x in self.known[0]]
        return tuple(_scaled(next(found), 1.0 / math.factorial(k)) if i else None for i in inexact)


class Structured(Application):
    """An op that runs functions of a module: all coefficients at once, by these functions on power series."""

    def __init__(self, engine: Engine, module: Any, op: str, operands: Sequence[Series], attrs: dict[str, Any]):
        super().__init__(engine, op, operands, attrs)
        self.module = module

    def coefficient(self, k: int) -> tuple[Any, ...]:
        if not self.known:
            self.known = self.branches() if self.op == "cond" else self.scan()
        return self.known[k]

    def leaves(self, xs: Sequence[Series], moving: Sequence[bool]) -> list[Any]:
        """The coefficients of those that move, the first ones of the others."""
        order = self.engine.order
        return [_present(x, j) for x, m in zip(xs, moving, strict=True) for j in range(order + 1 if m else 1)]

    def series(self, leaves: Sequence[Any], moving: Sequence[bool]) -> list[Series]:
        """What `leaves` was made of."""
        left = iter(leaves)
        return [Given([next(left) for _ in range(self.engine.order + 1 if m else 1)]) for m in moving]

    def rows(self, values: Sequence[Any], moving: Sequence[bool]) -> list[tuple[Any, ...]]:
        """For each order the coefficients of all results."""
        columns = self.series(values, moving)
        return [tuple(x.coefficient(j) for x in columns) for j in range(self.engine.order + 1)]

    def moved(self, callee: str) -> list[bool]:
        """The results that can move."""
        avals = self.module.signature(callee)[1]
        return [self.moves and dtypes.is_inexact(a.dtype) for a in avals]

    def branches(self) -> list[tuple[Any, ...]]:
        index, *inputs = self.operands
        moving = [x.moves for x in inputs]
        moved = self.moved(self.attrs["branches"][0])

        def branch(name: str) -> Callable[..., list[Any]]:
            def on_series(*leaves: Any) -> list[Any]:
                engine = Engine(self.engine.order)
                return self.leaves(engine.run(self.module, name, self.series(leaves, moving)), moved)

            return on_series

        branches = [branch(n) for n in self.attrs["branches"]]
        return self.rows(lax.switch(index.first(), branches, *self.leaves(inputs, moving)), moved)

    def scan(self) -> list[tuple[Any, ...]]:
        attrs = self.attrs
        first, last = attrs["num_consts"], attrs["num_consts"] + attrs["num_carry"]
        consts, carry, xs = self.operands[:first], self.operands[first:last], self.operands[last:]
        moved = self.moved(attrs["callee"])
        carries, ys = moved[: len(carry)], moved[len(carry) :]
        inputs = [x.moves for x in xs]
        self.leaves(consts, [x.moves for x in consts])  # computed out here

        def step(given: list[Any], entries: list[Any]) -> tuple[list[Any], list[Any]]:
            engine = Engine(self.engine.order)
            found = engine.run(
                self.module,
                attrs["callee"],
                [*consts, *self.series(given, carries), *self.series(entries, inputs)],
            )
            return self.leaves(found[: len(carry)], carries), self.leaves(found[len(carry) :], ys)

        last_carry, stacked = lax.scan(
            step,
            self.leaves(carry, carries),
            self.leaves(xs, inputs),
            length=attrs["length"],
            reverse=attrs["reverse"],
            unroll=attrs["unroll"],
        )
        return [(*c, *y) for c, y in zip(self.rows(last_carry, carries), self.rows(stacked, ys), strict=True)]


def _present(x: Series, k: int) -> Any:
    """A coefficient, as an array even if it is 0."""
    found = x.coefficient(k)
    return _zero(aval_of(x.first())) if found is None else found


def _linear_in(op: str, count: int) -> frozenset[int]:
    """The operands in which the op is linear, all together."""
    if op in _LINEAR:
        return frozenset(range(count) if _LINEAR[op] == (-1,) else _LINEAR[op])
    record = OPS[op].record
    if record.kind != "linear":
        return frozenset()
    return frozenset(i for i, rule in enumerate(record.rules.get("transposes", ())) if rule)


# ---------------------------------------------------------------------------------------------------------------------
# Programs on power series


class Engine:
    """Runs functions of modules on power series.

    Args:
      order: how many coefficients after the first are wanted.
    """

    def __init__(self, order: int):
        self.order = order
        self.applications: dict[Any, Application] = {}  # equal ops on the same series are one
        self.results: dict[tuple[int, int], Result] = {}
        self.derivatives: dict[int, Derivative] = {}
        self.rates: dict[int, list[Series | None]] = {}
        self.programs: dict[Any, tuple[Any, str]] = {}  # jvps of single ops
        self.alive: list[Any] = []  # what is known by its id

    def run(self, module: Any, name: str, given: Sequence[Series], lazily: bool = False) -> list[Series]:
        """The results of a function without transform ops; `lazily` only their first coefficients are computed."""
        instructions, arguments, results = module.program(name)[:3]
        values: dict[int, Series] = dict(zip(arguments, given, strict=True))
        for full_name, operands, outs, attrs, *_ in instructions:
            op = short_name(full_name)
            inputs = [values[i] for i in operands]
            if op in _CALLS:
                found = self.run(module, attrs["callee"], inputs, lazily)
            else:
                found = self.apply(module, op, inputs, attrs or {}, len(outs))
            for i, x in zip(outs, found, strict=True):
                values[i] = x
                if x.moves and not lazily:
                    x.coefficient(self.order)  # in order, so that no recursion is deep
        return [values[i] for i in results]

    def apply(self, module: Any, op: str, operands: list[Series], attrs: dict[str, Any], count: int) -> list[Series]:
        if op == "constant":
            return [Given([Array._wrap(np.asarray(attrs["value"]), False)])]
        runs_functions = op in FUNCTIONS or op not in OPS or bool(OPS[op].symbols)
        key = None if runs_functions else (op, _frozen(attrs), tuple(map(id, operands)))
        application = self.applications.get(key)
        if application is None:
            if op in ("optimization_barrier", "checkpoint_name"):
                application = Barrier(self, op, operands, attrs)
            elif op in ("cond", "scan"):
                application = Structured(self, module, op, operands, attrs)
            elif runs_functions:
                application = Opaque(self, module, op, operands, attrs)
            else:
                application = Application(self, op, operands, attrs)
            application.coefficient(0)
            self.alive.append(operands)
            if key is not None:
                self.applications[key] = application
        return [self.result(application, i) for i in range(count)]

    def result(self, application: Application, place: int) -> Series:
        key = id(application), place
        found = self.results.get(key)
        if found is None:
            found = self.results[key] = Result(application, place)
            self.alive.append(application)
        return found

    def derivative(self, x: Series) -> Derivative:
        found = self.derivatives.get(id(x))
        if found is None:
            found = self.derivatives[id(x)] = Derivative(x)
            self.alive.append(x)
        return found

    def derivative_of(self, application: Application) -> list[Series | None]:
        """The derivatives of the results by t: what the op's jvp computes from the operands and their derivatives."""
        found = self.rates.get(id(application))
        if found is not None:
            return found
        operands = application.operands
        wrt = [i for i, x in enumerate(operands) if x.moves]
        avals = [aval_of(x.first()) for x in operands]
        key = application.op, _frozen(application.attrs), tuple((a.shape, a.dtype) for a in avals), tuple(wrt)
        if key not in self.programs:
            module, name = one_op(None, application.op, avals, application.attrs)
            try:
                module.publish(name)
                module.run(f"wg-jvp{{fn={name} wrt={','.join(map(str, wrt))}}}")
            except Exception as error:
                raise native_failure(error, "jet") from None
            self.programs[key] = module, f"{name}.jvp"
        module, name = self.programs[key]
        outs = application.known[0]
        series = [*operands, *(self.derivative(operands[i]) for i in wrt)]
        moving = iter(self.run(module, name, series, lazily=True)[len(outs) :])
        rates = [next(moving) if dtypes.is_inexact(y.dtype) else None for y in outs]
        self.rates[id(application)] = rates
        self.alive.append(application)
        return rates


def _frozen(value: Any) -> Any:
    """Attributes as part of a key."""
    if isinstance(value, dict):
        return tuple((k, _frozen(v)) for k, v in sorted(value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(map(_frozen, value))
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    return value


def one_op(source: Any, op: str, avals: Sequence[Any], attrs: dict[str, Any]) -> tuple[Any, str]:
    """A module with a function of one op; functions that the op names are copied from `source`."""
    from wengert import _native

    module = _native.Module()
    keys = FUNCTIONS.get(op) or (OPS[op].symbols if op in OPS else ())
    named = dict(attrs)
    for key in keys:
        value = attrs.get(key)
        if isinstance(value, tuple):
            named[key] = tuple(Symbol(module.merge(source, n)) for n in value)
        elif value is not None:
            named[key] = Symbol(module.merge(source, value))
    builder = module.function("op")
    arguments = [builder.add_argument(_native.aval(a.shape, a.dtype)) for a in avals]
    results = builder.build(op, arguments, named)
    builder.finish(list(results) if isinstance(results, (tuple, list)) else [results])
    return module, builder.name
