# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.experimental.hijax`: the names that libraries derive classes from when they are imported. Types of values other
than arrays are not there: the first use of one says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from wengert.avals import ShapedArray
from wengert.compat.errors import CompatError
from wengert.compat.names.ad import Zero, instantiate_zeros, is_undefined_primal
from wengert.compat.names.references import AbstractRef
from wengert.errors import make

__all__ = [
    "AbstractRef", "AvalMutableQDD", "AvalQDD", "HiPrimitive", "HiType", "MutableHiType", "ShapedArray",
    "VJPHiPrimitive", "Zero", "aval_method", "aval_property", "control_flow_allowed_effects", "instantiate_zeros",
    "is_undefined_primal", "register_hitype",
]  # fmt: skip


def _refuse(name: str) -> NoReturn:
    raise make(
        CompatError, name, "expected values that are arrays but got one of a type of its own (hijax)",
        remedy="pass trees of arrays: in flax, leave nnx.var_defaults(hijax=...) out",
    )  # fmt: skip


class HiType:
    """The type of a value that is no array; libraries derive from it."""


class MutableHiType(HiType):
    """The type of a value that is no array and changes."""


class _Pair:
    def __init__(self, *_: Any):
        _refuse(type(self).__name__)


class AvalQDD(_Pair):
    """A type with what depends on the state of the value.

    Raises:
      CompatError: always.
    """


class AvalMutableQDD(_Pair):
    """A type with what depends on the state of the value, which changes.

    Raises:
      CompatError: always.
    """


class HiPrimitive:
    """A primitive on values that are no arrays; libraries derive from it and make one of each when imported."""

    multiple_results = False

    def __init__(self, name: str):
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def bind(self, *_: Any, **__: Any) -> Any:
        """Apply it.

        Raises:
          CompatError: always.
        """
        _refuse(self.name)


class VJPHiPrimitive(HiPrimitive):
    """A primitive with its derivative; libraries derive from it."""

    def __init__(self, *_: Any, **__: Any):
        super().__init__(type(self).__name__)

    def __call__(self, *_: Any) -> Any:
        _refuse(self.name)


class aval_property:
    """A property of tracers of a type."""

    def __init__(self, fget: Callable[[Any], Any]):
        self.fget = fget


class aval_method:
    """A method of tracers of a type."""

    def __init__(self, fun: Callable[..., Any]):
        self.fun = fun


class _Effects:
    def __init__(self) -> None:
        self._types: list[type] = []

    def add_type(self, effect: type) -> None:
        """Remember a kind of effects."""
        self._types.append(effect)

    def contains(self, effect: Any) -> bool:
        """Whether an effect is of a kind that was added."""
        return issubclass(effect, tuple(self._types))


control_flow_allowed_effects = _Effects()
_types: dict[type, Callable[[Any], Any]] = {}


def register_hitype(value_type: type, type_of: Callable[[Any], Any]) -> None:
    """Remember that values of a class have types of their own; no function here takes one."""
    _types[value_type] = type_of
