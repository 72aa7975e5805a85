# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.errors`: the names of JAX for the exceptions of wengert."""

from wengert.errors import (
    ConcretizationError,
    IndexingError,
    KeyReuseError,
    LeakedTracerError,
    WengertError,
)

ConcretizationTypeError = ConcretizationError
JAXIndexError = IndexingError
JAXTypeError = TypeError
JaxRuntimeError = RuntimeError
NonConcreteBooleanIndexError = ConcretizationError
TracerArrayConversionError = ConcretizationError
TracerBoolConversionError = ConcretizationError
TracerIntegerConversionError = ConcretizationError
UnexpectedTracerError = LeakedTracerError


class InconclusiveDimensionOperation(Exception):
    """A comparison of symbolic sizes that has no answer. Sizes here are numbers, so nothing raises it."""


__all__ = [
    "ConcretizationTypeError", "InconclusiveDimensionOperation", "JAXIndexError", "JAXTypeError", "JaxRuntimeError",
    "KeyReuseError",
    "NonConcreteBooleanIndexError", "TracerArrayConversionError", "TracerBoolConversionError",
    "TracerIntegerConversionError", "UnexpectedTracerError", "WengertError",
]  # fmt: skip
