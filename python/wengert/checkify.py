# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Errors as values: run-time checks that work in compiled code and under transforms.

`checkify` makes of a function one that also returns the first error that happened in it: a `check` of the user's that
failed, and on request a nan, a division by zero, or an index outside.

>>> import wengert as wg, wengert.numpy as wnp
>>> from wengert import checkify
>>> def f(x):
...     checkify.check(x > 0, "x must be positive but is {x}", x=x)
...     return wnp.log(x)
>>> error, y = wg.jit(checkify.checkify(f))(-3.0)
>>> print(error.get().splitlines()[0])
x must be positive but is -3.0 (`check` failed)
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from wengert import errors, trace
from wengert.array import Array
from wengert.calls import CallOp, call
from wengert.checks import record, template, text_of
from wengert.frames import api_boundary
from wengert.functions import Outputs, name_of
from wengert.tracer import concrete_value, is_tracer
from wengert.tree_util import register_pytree_node_class, tree_flatten, tree_unflatten

__all__ = [
    "BatchedError", "CheckifyError", "DivisionByZeroError", "Error", "ErrorCategory", "FailedCheckError",
    "JaxRuntimeError", "NaNError", "OOBError", "all_checks", "automatic_checks", "check", "check_error", "checkify",
    "debug_check", "div_checks", "float_checks", "index_checks", "init_error", "nan_checks", "user_checks",
]  # fmt: skip

JaxRuntimeError = errors.CheckError

# ---------------------------------------------------------------------------------------------------------------------
# Kinds of errors


class CheckifyError(Exception):
    """What `Error.get_exception` gives: one class for each kind of check."""

    kind = ""


class FailedCheckError(CheckifyError):
    """A `check` did not hold."""

    kind = "user"


class NaNError(CheckifyError):
    """An operation on floats has a nan in its result."""

    kind = "nan"


class DivisionByZeroError(CheckifyError):
    """A divisor was 0."""

    kind = "div"


class OOBError(CheckifyError):
    """An index was outside of the array."""

    kind = "index"


class BatchedError(CheckifyError):
    """Errors of several examples.

    Attributes:
      error_mapping: from the index of each example that failed to its exception.
    """

    def __init__(self, error_mapping: dict[tuple[int, ...], CheckifyError]):
        self.error_mapping = error_mapping
        super().__init__("\n".join(f"at mapped index {', '.join(map(str, i))}: {e}" for i, e in error_mapping.items()))


_CLASSES: dict[str, type[CheckifyError]] = {
    c.kind: c for c in (FailedCheckError, NaNError, DivisionByZeroError, OOBError)
}
ErrorCategory = type[CheckifyError]
ErrorSet = frozenset[type[CheckifyError]]
user_checks: ErrorSet = frozenset({FailedCheckError})
nan_checks: ErrorSet = frozenset({NaNError})
div_checks: ErrorSet = frozenset({DivisionByZeroError})
index_checks: ErrorSet = frozenset({OOBError})
float_checks: ErrorSet = nan_checks | div_checks
automatic_checks: ErrorSet = float_checks | index_checks
all_checks: ErrorSet = automatic_checks | user_checks

# ---------------------------------------------------------------------------------------------------------------------
# Errors as values


@register_pytree_node_class
class Error:
    """The first error that happened in a checked function, or none: a pytree that jitted functions may return.

    Under `vmap` it holds an error for each example.
    """

    __slots__ = ("_code", "_table", "_values")

    def __init__(self, code: Any = 0, values: tuple[Any, ...] = (), table: tuple[Any, ...] = ()):
        # The code numbers the entries of the table from 1; an entry is (kind, message, where, positions of its values).
        self._code, self._values, self._table = code, values, table

    def get(self) -> str | None:
        """The message of the error, None if there is none; of a batch a line for each example that failed."""
        exception = self.get_exception()
        return None if exception is None else str(exception)

    def get_exception(self) -> CheckifyError | None:
        """The error as an exception that is not raised, None if there is none."""
        codes = concrete_value(self._code)
        if not codes.ndim:
            return self._exception(())
        found = {index: e for index in np.ndindex(*codes.shape) if (e := self._exception(index)) is not None}
        return BatchedError(found) if found else None

    def throw(self) -> None:
        """Raise CheckError if there is an error; inside a checked function, see `check_error`."""
        check_error(self)

    def _exception(self, index: tuple[int, ...]) -> CheckifyError | None:
        code = int(concrete_value(self._code)[index])
        if not code:
            return None
        kind, message, at, positions = self._table[code - 1]
        return _CLASSES[kind](text_of(kind, message, [concrete_value(self._values[i])[index] for i in positions], at))

    def tree_flatten(self) -> tuple[tuple[Any, Any], Any]:
        return (self._code, self._values), self._table

    @classmethod
    def tree_unflatten(cls, table: Any, children: tuple[Any, Any]) -> Error:
        return cls(children[0], tuple(children[1]), table)

    def __repr__(self) -> str:
        if is_tracer(self._code):
            return f"Error({self._code})"
        return f"Error({self.get()})"


init_error = Error()


def check_error(error: Error) -> None:
    """Raise CheckError if `error` holds one. Inside a function that is checked it becomes an error of that function.

    Raises:
      CheckError: there is an error.

    >>> import wengert as wg
    >>> from wengert import checkify
    >>> def f(x):
    ...     checkify.check(x > 0, "must be positive")
    ...     return x
    >>> def g(x):
    ...     error, y = wg.jit(checkify.checkify(f))(x)
    ...     checkify.check_error(error)
    ...     return y
    >>> error, _ = checkify.checkify(g)(-1.0)
    >>> type(error.get_exception()).__name__
    'FailedCheckError'
    """
    if not isinstance(error, Error):
        raise TypeError(f"check_error: expected an Error but got {type(error).__name__}")
    if trace.trace_of([trace.operand(x) for x in (error._code, *error._values)]) is None:
        if (exception := error.get_exception()) is not None:
            raise JaxRuntimeError(str(exception)) from exception
        return
    code = trace.operand(error._code)
    for number, (kind, message, at, positions) in enumerate(error._table, 1):
        record(code != np.int32(number), message, [error._values[i] for i in positions], kind=kind, at=at)


# ---------------------------------------------------------------------------------------------------------------------
# Checks of the user's


@api_boundary
def check(pred: Any, msg: str, *fmt_args: Any, debug: bool = False, **fmt_kwargs: Any) -> None:
    """Check that `pred` holds.

    Outside of `jit` a check that fails raises at once, also under `grad` and `vmap`. What is compiled cannot raise:
    wrap it in `checkify`, which returns the error.

    Args:
      pred: a bool, or a scalar array of bool.
      msg: the message, a format of `str.format`.
      fmt_args, fmt_kwargs: what it names: arrays, pytrees of them, or anything else that Python can format.
      debug: as `debug_check`.

    Raises:
      CheckError: it does not hold.
      TypeError: `pred` is no scalar bool.
      KeyError, IndexError, ValueError: the format names what is not given, or is none.

    >>> from wengert import checkify
    >>> try:
    ...     checkify.check(False, "x is {}", 3)
    ... except checkify.JaxRuntimeError as e:
    ...     print(str(e).splitlines()[0])
    x is 3 (`check` failed)
    """
    name = "debug_check" if debug else "check"
    if not isinstance(pred, (bool, np.bool_)):
        shape, dtype = getattr(pred, "shape", None), getattr(pred, "dtype", None)
        if shape != () or dtype != np.bool_:
            got = f"{np.dtype(dtype).name}{list(shape)}" if shape is not None and dtype is not None else repr(pred)
            raise TypeError(f"{name}: expected a scalar of bool but got {got}; remedy: use .all() or .any()")
    if not isinstance(msg, str):
        raise TypeError(f"{name}: expected a message of type str but got {type(msg).__name__}")
    record(pred, *template(msg, fmt_args, fmt_kwargs), debug=debug)


@api_boundary
def debug_check(pred: Any, msg: str, *fmt_args: Any, **fmt_kwargs: Any) -> None:
    """Check that `pred` holds under `checkify`; anywhere else nothing happens.

    Args:
      pred, msg, fmt_args, fmt_kwargs: as in `check`.

    >>> from wengert import checkify
    >>> checkify.debug_check(False, "never seen")
    """
    check(pred, msg, *fmt_args, debug=True, **fmt_kwargs)


# ---------------------------------------------------------------------------------------------------------------------
# The transform


def checkify(fun: Callable[..., Any], errors: ErrorSet = user_checks) -> Callable[..., tuple[Error, Any]]:
    """A function that returns `(error, fun(...))`, with the first error that happened in `fun`.

    It composes with the other transforms. `checkify(grad(f))` checks the derivative too, `vmap(checkify(f))` gives an
    error for each example, `checkify(vmap(f))` one for all; branches and loops are checked where they run.

    Args:
      fun: any function of arrays. Python numbers among its arguments stay as they are.
      errors: the kinds of checks: `user_checks`, `nan_checks`, `div_checks`, `index_checks`, or unions of them
        (`float_checks`, `automatic_checks`, `all_checks`).

    >>> import wengert as wg, wengert.numpy as wnp
    >>> from wengert import checkify
    >>> error, y = checkify.checkify(wnp.sin, errors=checkify.float_checks)(wnp.inf * wnp.ones(()))
    >>> print(error.get().splitlines()[0])
    nan generated by primitive: sin
    """
    if not callable(fun):
        raise TypeError(f"checkify: expected a function but got {type(fun).__name__}")
    kinds = _kinds(errors)
    label = f"checkify({name_of(fun)})"

    @api_boundary
    @functools.wraps(fun)
    def checked(*args: Any, **kwargs: Any) -> tuple[Error, Any]:
        leaves, in_tree = tree_flatten((args, kwargs))
        places = [i for i, x in enumerate(leaves) if isinstance(x, (np.ndarray, np.generic, Array)) or is_tracer(x)]
        operands = [trace.operand(leaves[i]) for i in places]
        outputs = Outputs()

        def flat(*tracers: Any) -> list[Any]:
            given = list(leaves)
            for i, x in zip(places, tracers, strict=True):
                given[i] = x
            inner_args, inner_kwargs = tree_unflatten(in_tree, given)
            return outputs.flatten(fun(*inner_args, **inner_kwargs))

        function = trace.trace_function(flat, operands, "checkify", label, name_of(fun))
        module, name, table = _derive(function, kinds, label)
        extra = len(module.signature(name)[1]) - len(function.out_avals)
        weak = [a.weak_type for a in function.out_avals] + [False] * extra
        results = call(CallOp("func.call", module, name), [*operands, *function.captures], weak)
        first = len(function.out_avals)
        error = Error(results[first], tuple(results[first + 1 :]), table)
        return error, outputs.unflatten(results[:first])

    return checked


def _kinds(given: Any) -> list[str]:
    kinds = list(_each(given))
    for kind in kinds:
        if not (isinstance(kind, type) and issubclass(kind, CheckifyError) and kind.kind):
            sets = "user_checks, nan_checks, div_checks, index_checks"
            raise TypeError(f"checkify: expected errors as a union of {sets} but got {given!r}")
    return sorted(k.kind for k in kinds)


def _each(given: Any) -> Iterator[Any]:
    try:
        return iter(given)
    except TypeError:
        return iter([given])


def _derive(function: Any, kinds: list[str], label: str) -> tuple[Any, str, tuple[Any, ...]]:
    """A module with the checked function, its name there, and what its codes mean."""
    from wengert import _native

    module = _native.Module()
    copy, name = module.merge(function.module, function.name), "main"
    while module.has(name + ".checked"):  # a function that has been checked before
        name += "_"
    module.publish(copy, name)
    try:
        # Without any kind no op is looked at, and checks of the user's are dropped.
        module.run(f"wg-checkify{{fn={name} errors={','.join(kinds) or 'none'}}}")
    except Exception as error:
        raise trace.native_failure(error, label) from None
    name += ".checked"
    return module, name, module.get_attr(name, "wg.errors")
