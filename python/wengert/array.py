# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Array: an immutable array in NumPy's memory.

Operations on arrays outside a trace run NumPy kernels at once. The operators of this class hold a short way for the
commonest case, two arrays (or an array and a Python number) of one type, which costs about as much as NumPy itself;
everything else goes through `wengert.numpy`.

`np.asarray(x)` never copies: it calls `Array.__array__`, which hands out a read-only view. From Python 3.12 on
`memoryview(x)` works as well (`__buffer__`); on Python 3.11 take `memoryview(np.asarray(x))`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Set
from typing import Any

import numpy as np

from wengert import array_methods as methods
from wengert import dlpack, errors
from wengert.array_methods import ArrayMethods, _accepts, type_text
from wengert.config import CHECKING, on_checks

__all__ = ["Array", "ArrayMethods", "enter_staging", "leave_staging", "staging_depth"]

_ndarray = np.ndarray
_new = object.__new__

# How many traces that record operations on concrete arrays too (jit, make_jaxpr) are active in any thread, and how many
# settings want to look at every op. The short ways below are taken only at 0; otherwise `bind` decides.
_staging = CHECKING[0]
_staging_lock = threading.Lock()


def enter_staging() -> None:
    """Count one more active trace that records operations on concrete arrays."""
    global _staging
    with _staging_lock:
        _staging += 1


def leave_staging() -> None:
    """Count one less."""
    global _staging
    with _staging_lock:
        _staging -= 1


def _count_checks(change: int) -> None:
    global _staging
    with _staging_lock:
        _staging += change


on_checks.append(_count_checks)


def staging_depth() -> int:
    """The number of such traces and settings."""
    return _staging


def _public_start(_: Any) -> Any:
    state = np.errstate(all="ignore")
    state.__enter__()
    return state


def _public_stop(state: Any) -> None:
    state.__exit__(None, None, None)


# NumPy's floating-point warnings off and on again: `np.errstate` takes 1 us, setting the variable behind it 0.1 us;
# its name is not public, so it may move.
_start_quiet: Callable[[Any], Any] = _public_start
_stop_quiet: Callable[[Any], Any] = _public_stop
_ignore: Any = None
try:
    from numpy._core import umath as _umath

    _ignore = _umath._make_extobj(all="ignore")
    _start_quiet, _stop_quiet = _umath._extobj_contextvar.set, _umath._extobj_contextvar.reset
    _stop_quiet(_start_quiet(_ignore))
except (ImportError, AttributeError, TypeError):  # pragma: no cover
    _start_quiet, _stop_quiet, _ignore = _public_start, _public_stop, None


def start_quiet() -> Any:
    """Switch NumPy's floating-point warnings off; give the result to `stop_quiet`, in a `finally`."""
    return _start_quiet(_ignore)


stop_quiet = _stop_quiet

_FLOATS: frozenset[Any] = frozenset((np.dtype(np.float32), np.dtype(np.float64), np.dtype(np.float16)))
_COMPLEX: frozenset[Any] = frozenset((np.dtype(np.complex64), np.dtype(np.complex128)))
_NUMBERS: frozenset[Any] = _FLOATS | frozenset(np.dtype(t) for t in (np.int32, np.uint32, np.int64, np.uint64))


def _operator(name: str, ufunc: Any, types: Set[Any]) -> tuple[Any, Any]:
    """The operator and its reflection, with the short way for operands of one type among `types`."""

    def scalar(self: Any, other: Any, swapped: bool) -> Any:
        data, kind = self._data, type(other)
        if _staging or data.dtype not in types or not (kind is int or (kind is float and data.dtype in _FLOATS)):
            return None
        token = _start_quiet(_ignore)
        try:
            data = ufunc(other, data) if swapped else ufunc(data, other)
        except (ValueError, OverflowError):  # the long way explains
            return None
        finally:
            _stop_quiet(token)
        return Array._wrap(data, self.weak_type)

    def method(self: Any, other: Any) -> Any:
        if type(other) is Array:
            x, y = self._data, other._data
            dtype = x.dtype
            if dtype is y.dtype and dtype in types and not _staging:
                token = _start_quiet(_ignore)
                try:
                    data = ufunc(x, y)
                    result = _new(Array)
                    result._data = data if type(data) is _ndarray else np.asarray(data)
                    result.weak_type = self.weak_type and other.weak_type
                    return result
                except ValueError:  # shapes that do not broadcast: the long way explains
                    pass
                finally:
                    _stop_quiet(token)
            return getattr(methods._np, name)(self, other)
        result = scalar(self, other, False)
        if result is not None:
            return result
        return getattr(methods._np, name)(self, other) if _accepts(other) else NotImplemented

    def reflected(self: Any, other: Any) -> Any:
        result = scalar(self, other, True)
        if result is not None:
            return result
        return getattr(methods._np, name)(other, self) if _accepts(other) else NotImplemented

    method.__doc__ = f"`wengert.numpy.{name}(self, other)`."
    reflected.__doc__ = f"`wengert.numpy.{name}(other, self)`."
    return method, reflected


def _describe(data: np.ndarray, weak: bool) -> str:
    kind = f"dtype={data.dtype.name}" + (", weak_type=True)" if weak else ")")
    width = np.get_printoptions()["linewidth"]
    if data.size == 0:
        text = f"[], shape={data.shape}"
    else:
        text = np.array2string(data, prefix="Array(", suffix=",", separator=", ", max_line_width=width)
    last_line = len(text) - text.rfind("\n") + 1
    if text.rfind("\n") < 0:
        last_line = len(text) + len("Array(")
    separator = " " if last_line + len(kind) + 1 <= width else "\n" + " " * len("Array(")
    return f"Array({text},{separator}{kind}"


class _ArrayType(type):
    """Makes tracers instances of Array too: `isinstance(x, Array)` says the same under a trace as outside.

    Keys are instances as well, as in JAX.
    """

    def __instancecheck__(cls, x: object) -> bool:
        return issubclass(type(x), ArrayMethods) or hasattr(type(x), "wrap_words")


class Array(ArrayMethods, metaclass=_ArrayType):
    """An immutable array. `wengert.numpy.array` makes one; the class itself is for `isinstance`.

    What is being traced is an instance too; `type(x) is Array` tells an array that has a value.

    >>> import wengert.numpy as wnp
    >>> x = wnp.array([1.0, 2.0])
    >>> x
    Array([1., 2.], dtype=float32)
    >>> isinstance(x, Array), x.shape, x.dtype
    (True, (2,), dtype('float32'))
    >>> x * 2 + 1
    Array([3., 5.], dtype=float32)
    """

    __slots__ = ("__weakref__", "_data", "weak_type")
    _data: np.ndarray
    weak_type: bool

    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError("Array: expected wengert.numpy.array(data) but got a call of the class")

    @staticmethod
    def _wrap(data: Any, weak: bool = False) -> Array:
        """The array around `data`, C-contiguous memory that nobody else writes to (no copy)."""
        result: Array = _new(Array)
        result._data = data if type(data) is _ndarray else np.asarray(data)
        result.weak_type = weak
        return result

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the dimensions."""
        return self._data.shape

    @property
    def dtype(self) -> np.dtype:
        """The type of the elements."""
        return self._data.dtype

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self._data.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._data.size

    @property
    def aval(self) -> Any:
        """Shape, type and weakness, as `wengert.trace.ShapedArray`."""
        from wengert.trace import ShapedArray

        return ShapedArray(self._data.shape, self._data.dtype, self.weak_type)

    def delete(self) -> None:
        """Give the memory back at once; using the array later is a DeletedArrayError, its shape and type stay."""
        self._data = np.broadcast_to(np.zeros((), self._data.dtype), self._data.shape)
        self.__class__ = DeletedArray

    def unsafe_buffer_pointer(self) -> int:
        """The address of the data."""
        return self._data.ctypes.data

    def _value_for(self, wanted: str) -> np.ndarray:
        return self._data

    def __format__(self, spec: str) -> str:
        return ArrayMethods.__format__(self, spec) if self._data.ndim else format(self._data[()], spec)

    def __float__(self) -> float:
        return ArrayMethods.__float__(self) if self._data.ndim else float(self._data.item())

    def __int__(self) -> int:
        return ArrayMethods.__int__(self) if self._data.ndim else int(self._data.item())

    def __bool__(self) -> bool:
        return bool(self._data) if self._data.size == 1 else ArrayMethods.__bool__(self)

    def __repr__(self) -> str:
        return _describe(self._data, self.weak_type)

    def __str__(self) -> str:
        return str(self._data)

    # Exchange with other libraries.

    def _read_only(self) -> np.ndarray:
        data = self._data
        if data.flags.writeable:
            data = data.view()
            data.flags.writeable = False
            self._data = data
        return data

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        data = self._read_only()
        if copy or (dtype is not None and np.dtype(dtype) != data.dtype):
            if copy is False:
                raise ValueError(f"asarray: a copy is needed to convert {data.dtype} to {np.dtype(dtype)}")
            return np.array(data, dtype)
        return data

    def __buffer__(self, flags: int) -> memoryview:
        return memoryview(self._read_only())  # type: ignore[arg-type]

    def __dlpack__(
        self, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: bool | None = None
    ) -> Any:
        if dl_device is not None and tuple(dl_device) != (1, 0):
            raise BufferError(f"dlpack: expected the device of the CPU, (1, 0), but got {dl_device}")
        data = self._read_only()
        if max_version is None or max_version[0] < 1:
            # The old protocol cannot say "read only": its consumers get a copy that they may write to.
            if copy is False:
                raise BufferError("dlpack: a consumer of the old protocol gets a copy, but copy=False was asked for")
            return dlpack.export(data.copy())
        return dlpack.export(data, max_version=max_version, dl_device=dl_device, copy=copy)

    __hash__ = None  # type: ignore[assignment]
    __add__, __radd__ = _operator("add", np.add, _NUMBERS | _COMPLEX)
    __sub__, __rsub__ = _operator("subtract", np.subtract, _NUMBERS | _COMPLEX)
    __mul__, __rmul__ = _operator("multiply", np.multiply, _NUMBERS | _COMPLEX)
    __truediv__, __rtruediv__ = _operator("true_divide", np.true_divide, _FLOATS | _COMPLEX)
    __eq__, _ = _operator("equal", np.equal, _NUMBERS | _COMPLEX)
    __ne__, _ = _operator("not_equal", np.not_equal, _NUMBERS | _COMPLEX)
    __lt__, _ = _operator("less", np.less, _NUMBERS)
    __le__, _ = _operator("less_equal", np.less_equal, _NUMBERS)
    __gt__, _ = _operator("greater", np.greater, _NUMBERS)
    __ge__, _ = _operator("greater_equal", np.greater_equal, _NUMBERS)
    del _


class DeletedArray(Array):
    """What an array is after `delete`: its shape and type, and no data."""

    __slots__ = ()
    _data = property(lambda self: _no_data(self))  # type: ignore[assignment]
    shape = property(lambda self: _kept(self).shape)
    dtype = property(lambda self: _kept(self).dtype)
    ndim = property(lambda self: _kept(self).ndim)
    size = property(lambda self: _kept(self).size)

    def delete(self) -> None:
        """Nothing: it has happened."""

    def is_deleted(self) -> bool:
        """True."""
        return True

    def __repr__(self) -> str:
        return f"Array<deleted, {type_text(self)}>"

    __str__ = __repr__


_kept: Callable[[Any], np.ndarray] = vars(Array)["_data"].__get__


def _no_data(x: Any) -> np.ndarray:
    raise errors.make(
        errors.DeletedArrayError,
        "array",
        f"expected an array with data but got one of type {type_text(x)} that has been deleted",
        remedy="keep the array until nothing uses it, without x.delete()",
    )
