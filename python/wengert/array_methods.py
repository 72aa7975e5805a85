# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The methods and operators that Array and Tracer share: each one a call of the function of `wengert.numpy`.

The module `wengert.numpy` is put here by its own import (`install`), because it in turn imports the array class.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert.places import check_device

_np: Any = None


def install(module: Any) -> None:
    """Give the methods the module whose functions they call."""
    global _np
    _np = module


_SCALARS = (bool, int, float, complex, np.generic, np.ndarray)


def _accepts(value: Any) -> bool:
    return isinstance(value, (ArrayMethods, *_SCALARS))


def _binary(name: str) -> Any:
    def method(self: Any, other: Any) -> Any:
        return getattr(_np, name)(self, other) if _accepts(other) else NotImplemented

    method.__doc__ = f"`wengert.numpy.{name}(self, other)`."
    return method


def _reflected(name: str) -> Any:
    def method(self: Any, other: Any) -> Any:
        return getattr(_np, name)(other, self) if _accepts(other) else NotImplemented

    method.__doc__ = f"`wengert.numpy.{name}(other, self)`."
    return method


def _unary(name: str) -> Any:
    def method(self: Any) -> Any:
        return getattr(_np, name)(self)

    method.__doc__ = f"`wengert.numpy.{name}(self)`."
    return method


def _forward(name: str) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(_np, name)(self, *args, **kwargs)

    method.__name__ = name
    method.__doc__ = f"`wengert.numpy.{name}(self, ...)`."
    return method


class ArrayMethods:
    """What an array can do: operators, methods and properties. A subclass has `shape`, `dtype` and `weak_type`."""

    __slots__ = ()
    __array_priority__ = 100  # so that ndarray + Array calls Array.__radd__
    __hash__ = None  # type: ignore[assignment]

    __add__, __radd__ = _binary("add"), _reflected("add")
    __sub__, __rsub__ = _binary("subtract"), _reflected("subtract")
    __mul__, __rmul__ = _binary("multiply"), _reflected("multiply")
    __truediv__, __rtruediv__ = _binary("true_divide"), _reflected("true_divide")
    __floordiv__, __rfloordiv__ = _binary("floor_divide"), _reflected("floor_divide")
    __mod__, __rmod__ = _binary("remainder"), _reflected("remainder")
    __divmod__, __rdivmod__ = _binary("divmod"), _reflected("divmod")
    __pow__, __rpow__ = _binary("power"), _reflected("power")
    __matmul__, __rmatmul__ = _binary("matmul"), _reflected("matmul")
    __and__, __rand__ = _binary("bitwise_and"), _reflected("bitwise_and")
    __or__, __ror__ = _binary("bitwise_or"), _reflected("bitwise_or")
    __xor__, __rxor__ = _binary("bitwise_xor"), _reflected("bitwise_xor")
    __lshift__, __rlshift__ = _binary("left_shift"), _reflected("left_shift")
    __rshift__, __rrshift__ = _binary("right_shift"), _reflected("right_shift")
    __eq__ = _binary("equal")
    __ne__ = _binary("not_equal")
    __lt__, __le__ = _binary("less"), _binary("less_equal")
    __gt__, __ge__ = _binary("greater"), _binary("greater_equal")
    __neg__, __pos__, __abs__ = _unary("negative"), _unary("positive"), _unary("abs")
    __invert__ = _unary("bitwise_not")

    all, any = _forward("all"), _forward("any")
    argmax, argmin = _forward("argmax"), _forward("argmin")
    argsort = _forward("argsort")
    clip = _forward("clip")
    conj = conjugate = _unary("conjugate")
    cumsum, cumprod = _forward("cumsum"), _forward("cumprod")
    diagonal = _forward("diagonal")
    dot = _forward("dot")
    max, min, ptp = _forward("max"), _forward("min"), _forward("ptp")
    mean, std, var = _forward("mean"), _forward("std"), _forward("var")
    prod, sum = _forward("prod"), _forward("sum")
    ravel, repeat, round = _forward("ravel"), _forward("repeat"), _forward("round")
    sort, squeeze, swapaxes = _forward("sort"), _forward("squeeze"), _forward("swapaxes")
    take, trace = _forward("take"), _forward("trace")

    # `shape`, `dtype` and `weak_type` come from the subclass; what follows needs no more.

    @property
    def ndim(self: Any) -> int:
        """The number of dimensions."""
        return len(self.shape)

    @property
    def size(self: Any) -> int:
        """The number of elements."""
        size = 1
        for n in self.shape:
            size *= n
        return size

    @property
    def itemsize(self: Any) -> int:
        """Bytes of one element."""
        return self.dtype.itemsize

    @property
    def nbytes(self: Any) -> int:
        """Bytes of all elements."""
        return self.size * self.dtype.itemsize

    @property
    def T(self: Any) -> Any:
        """The array with its dimensions in reverse order."""
        return _np.transpose(self)

    @property
    def mT(self: Any) -> Any:
        """The array with its last two dimensions exchanged."""
        return _np.matrix_transpose(self)

    @property
    def real(self: Any) -> Any:
        """The real part."""
        return _np.real(self)

    @property
    def imag(self: Any) -> Any:
        """The imaginary part."""
        return _np.imag(self)

    @property
    def at(self: Any) -> Any:
        """Functional updates: `x.at[index].set(value)` is x with `value` at `index`.

        The methods are set, add, subtract, multiply, divide, power, min, max, apply and get.

        >>> import wengert.numpy as wnp
        >>> wnp.zeros(3).at[1].set(5.0)
        Array([0., 5., 0.], dtype=float32)
        """
        return _np.updates.At(self)

    def astype(self: Any, dtype: Any, copy: bool = False, device: Any = None) -> Any:
        """The array converted to `dtype`.

        >>> import wengert.numpy as wnp
        >>> wnp.array([1.9, -1.9]).astype(int)
        Array([ 1, -1], dtype=int32)
        """
        return _np.astype(self, dtype, copy=copy, device=device)

    def reshape(self: Any, *shape: Any, order: str = "C") -> Any:
        """The array with another shape of the same size; one entry may be -1."""
        return _np.reshape(self, shape[0] if len(shape) == 1 else shape, order=order)

    def transpose(self: Any, *axes: Any) -> Any:
        """The array with its dimensions permuted, reversed without arguments."""
        if not axes or axes == (None,):
            return _np.transpose(self)
        return _np.transpose(self, axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes)

    def flatten(self: Any, order: str = "C") -> Any:
        """The array with one dimension."""
        return _np.ravel(self, order=order)

    def view(self: Any, dtype: Any = None) -> Any:
        """The bits read as another type of the same width."""
        return self if dtype is None else _np.view(self, dtype)

    def to_device(self: Any, device: Any, /, *, stream: Any = None) -> Any:
        """The array itself, which is in the memory of the CPU.

        Raises:
          DeviceError: `device` is not the CPU's.
        """
        check_device("to_device", device)
        return self

    def copy(self: Any) -> Any:
        """The array itself: nobody can change it."""
        return self

    def __copy__(self: Any) -> Any:
        return self

    def __deepcopy__(self: Any, memo: Any) -> Any:
        return self

    def __len__(self: Any) -> int:
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self: Any) -> Any:
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return iter([self[i] for i in range(self.shape[0])])

    def __reversed__(self: Any) -> Any:
        return reversed(list(self))

    def __contains__(self: Any, value: Any) -> bool:
        return bool(_np.any(self == value))

    def __getitem__(self: Any, index: Any) -> Any:
        return _np.indexing.getitem(self, index)

    def __setitem__(self: Any, index: Any, value: Any) -> None:
        raise TypeError(
            "arrays of wengert are immutable: expected x = x.at[index].set(value) but got x[index] = value; "
            "remedy: use x.at[index].set(value), or another method of .at[] (add, multiply, min, max, ...)"
        )

    def __round__(self: Any, ndigits: int | None = None) -> Any:
        return _np.round(self, ndigits or 0)

    def __array_namespace__(self: Any, *, api_version: str | None = None) -> Any:
        return _np
