# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What NumPy kernels, the native module and tracers refuse, as exceptions of wengert.errors."""

from __future__ import annotations

import re
from typing import Any, NoReturn

import numpy as np

from wengert import errors
from wengert.avals import ShapedArray


def kernel_failure(op: Any, data: list[np.ndarray], error: Exception) -> Exception:
    """The exception for what a NumPy kernel refused."""
    if isinstance(error, errors.WengertError):
        return error
    given = ", ".join(str(ShapedArray(d.shape, d.dtype)) for d in data)
    dtypes_differ = len({d.dtype for d in data}) > 1 and len({d.shape for d in data}) == 1
    cls = errors.DtypeError if dtypes_differ else errors.ShapeError
    return errors.make(cls, op.name, f"{error}; the operands are {given}")


def type_failure(op: Any, data: list[np.ndarray]) -> Exception:
    """The exception for operands of types that the op does not take."""
    for i, (x, accepted) in enumerate(zip(data, op.types)):  # noqa: B905 - a list of operands has one entry
        if x.dtype not in accepted:
            argument = op.record.operands[i]
            return errors.make(
                errors.DtypeError,
                op.name,
                f"expected operand {argument.name} to be an array of {argument.words} but got {x.dtype}",
                remedy="convert it with x.astype(...)",
            )
    raise AssertionError("all operands are of accepted types")


def native_failure(error: Exception, op: str, cls: type[errors.WengertError] | None = None) -> Exception:
    """The exception of wengert.errors for a NativeError raised while `op` was built or transformed; others as they are.

    Without `cls` the class follows from the words of the diagnostic.
    """
    from wengert import _native  # loaded by whoever raised it

    if not isinstance(error, _native.NativeError):
        return error
    diagnostics = [d for d in getattr(error, "diagnostics", None) or [] if d[0] == "error"]
    message = diagnostics[0][1] if diagnostics else str(error)
    message = re.sub(r"^(')?wg\.(\w+)'?( op)?:? ", lambda m: "" if m[2] == op else f"{m[2]}: ", message)
    message, wrong_type = re.subn(_CONSTRAINT, r"expected operand \1 to be a \2 but got \3", message)
    if "does not support '" in message:  # what Target::supports refuses
        cls = errors.UnsupportedTypeError
    if message.startswith("check: "):  # what Host.cpp refuses
        cls = errors.CheckError
    if any(words in message for words in _NO_DERIVATIVE):
        cls = errors.DerivativeError
    if " of out_axes is - but " in message:  # only the expansion of vmap knows
        cls = errors.InAxesError
    if cls is None:
        words = message.lower()
        if wrong_type or "element type" in words or "dtype" in words or "of type" in words:
            cls = errors.DtypeError
        elif any(word in words for word in ("shape", "dimension", "axis", "axes", "rank", "size")):
            cls = errors.ShapeError
        else:
            cls = errors.VerificationError
    location = errors.user_location()
    if diagnostics and str(diagnostics[0][2]).endswith(".py"):  # a pass speaks of a line that was traced earlier
        file, line = diagnostics[0][2:4]
        if location is None or (file, line) != location[:2]:
            location = (file, line, "the traced function")
    return cls(errors.describe(op, message, location=location, transforms=errors._current_transforms()))


# How the transforms word what they cannot differentiate.
_NO_DERIVATIVE = (
    "cannot be differentiated", "cannot be transposed", "has no derivative", "is differentiated in reverse",
    "by which it is differentiated", "expected no derivative",
)  # fmt: skip

# How ODS words the constraint on an operand.
_CONSTRAINT = re.compile(r"operand #(\d+) must be (?:variadic of )?(.*?)(?: with a static shape)?, but got '(.*)'")


def leaked(x: Any) -> NoReturn:
    """Raise the exception for the use of a tracer whose trace has ended."""
    made = getattr(x._value, "location", None)
    at = f", made at {made[0]}:{made[1]}," if made else ""
    raise errors.make(
        errors.LeakedTracerError,
        x._trace.label,
        f"expected no use of its traced values after it had returned but got one of type {x.aval}{at} {origin(x)}",
        remedy="return the value from the function instead of storing it in a global, an attribute or a list; "
        "with wengert.checking_leaks(): tells who holds it",
    )


def origin(x: Any) -> str:
    """What a tracer is, in words."""
    source = x._source
    return f"the result of {source[0].name}" if type(source) is tuple else "an argument of " + x._trace.label


_NO_VALUE = {
    "a Python bool": errors.TracerBoolConversionError,
    "a Python index": errors.TracerIntegerConversionError,
    "a NumPy array": errors.TracerArrayConversionError,
    "values for index by a bool array, whose result's shape depends on them": errors.NonConcreteBooleanIndexError,
}


def no_value(x: Any, wanted: str, remedy: str = "") -> errors.WengertError:
    """The exception for a tracer that was asked for its value and has none."""
    unknown = x._trace.kind if x._trace.kind in x._trace.UNKNOWN else "an outer jit or vmap"
    if not remedy:
        remedy = "choose values with wengert.numpy.where" + (
            ", or make the argument static (static_argnums, static_argnames)" if unknown != "vmap" else ""
        )
    return errors.make(
        _NO_VALUE.get(wanted, errors.ConcretizationError),
        x._source[0].name if type(x._source) is tuple else "argument",
        f"expected {wanted} but got a traced value of type {x.aval}, which has none under {x._trace.label}",
        remedy=remedy,
    )
