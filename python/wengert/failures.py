# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What NumPy kernels and the native module refuse, as exceptions of wengert.errors."""

from __future__ import annotations

import re
from typing import Any

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


# How ODS words the constraint on an operand.
_CONSTRAINT = re.compile(r"operand #(\d+) must be (?:variadic of )?(.*?)(?: with a static shape)?, but got '(.*)'")
