# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The methods and operators that Array and Tracer share: each one a call of the function of `wengert.numpy`.

The module `wengert.numpy` is put here by its own import (`install`), because it in turn imports the array class.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import errors
from wengert.array_places import PlacedMethods

_np: Any = None


def install(module: Any) -> None:
    """Give the methods the module whose functions they call, and those functions' signatures."""
    global _np
    _np = module
    for name, method in vars(ArrayMethods).items():
        if getattr(method, "__qualname__", "").startswith("_forward.") and hasattr(module, name):
            method.__wrapped__ = getattr(module, name)


def refuse(cls: type[errors.WengertError], op: str, problem: str, remedy: str) -> errors.WengertError:
    """The exception for what Python asks of an array that it does not do."""
    return errors.make(cls, op, problem, remedy=remedy)


def type_text(x: Any) -> str:
    """The type of an array as messages write it.

    >>> type_text(np.ones((2, 3), np.float32))
    'float32[2,3]'
    """
    return f"{x.dtype}[{','.join(map(str, x.shape))}]"


_SCALARS = (bool, int, float, complex, np.generic, np.ndarray)


def _accepts(value: Any) -> bool:
    return isinstance(value, (ArrayMethods, *_SCALARS)) or hasattr(type(value), "__jax_array__")


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


class ArrayMethods(PlacedMethods):
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
    argsort, argpartition = _forward("argsort"), _forward("argpartition")
    choose, clip = _forward("choose"), _forward("clip")
    conj = conjugate = _unary("conjugate")
    cumsum, cumprod = _forward("cumsum"), _forward("cumprod")
    diagonal = _forward("diagonal")
    dot = _forward("dot")
    max, min, ptp = _forward("max"), _forward("min"), _forward("ptp")
    nonzero, searchsorted = _forward("nonzero"), _forward("searchsorted")
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

    def view(self: Any, dtype: Any = None, type: None = None) -> Any:
        """The bits read as another type; the last dimension grows or shrinks with the ratio of the widths."""
        if type is not None:
            raise NotImplementedError("view: expected a dtype alone but got a type of array")
        return self if dtype is None else _np.view(self, dtype)

    def byteswap(self: Any) -> Any:
        """The array with the bytes of every element in reverse order.

        >>> import wengert.numpy as wnp
        >>> wnp.array([1, 256], "int16").byteswap()
        Array([256,   1], dtype=int16)
        """
        if self.dtype.kind == "c":
            from wengert import lax

            return lax.complex(self.real.byteswap(), self.imag.byteswap())
        n = self.dtype.itemsize
        if n == 1:
            return self
        word = _np.view(self, f"uint{8 * n}")
        swapped = word << 8 * (n - 1)
        for i in range(1, n):
            swapped |= (word >> 8 * i & 255) << 8 * (n - 1 - i)
        return _np.view(swapped, self.dtype)

    def compress(self: Any, condition: Any, axis: int | None = None, **options: Any) -> Any:
        """`wengert.numpy.compress(condition, self, ...)`."""
        return _np.compress(condition, self, axis, **options)

    @property
    def flat(self: Any) -> Any:
        """Not there: an iterator that writes would change the array."""
        raise NotImplementedError("flat: expected x.flatten() but got x.flat, which arrays of wengert do not have")

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
        return (self[i] for i in range(self.shape[0]))

    def __reversed__(self: Any) -> Any:
        return reversed(list(self))

    def __contains__(self: Any, value: Any) -> bool:
        if np.ndim(value):
            problem = f"expected a scalar before `in` but got an array of shape {np.shape(value)}"
            raise refuse(errors.ShapeError, "in", problem, "use wengert.numpy.isin")
        if value is None or isinstance(value, str):
            problem = f"expected a number before `in` but got {type(value).__name__}"
            raise refuse(errors.UnsupportedTypeError, "in", problem, "an array holds numbers and bools only")
        if not self.ndim:
            problem = f"expected an array with dimensions behind `in` but got {type_text(self)}"
            raise refuse(errors.ShapeError, "in", problem, "compare with ==")
        return bool(_np.any(self == value))

    def __getitem__(self: Any, index: Any) -> Any:
        return _np.indexing.getitem(self, index)

    def __setitem__(self: Any, index: Any, value: Any) -> None:
        raise refuse(
            errors.ImmutableArrayError, "array",
            "expected x = x.at[index].set(value) but got x[index] = value: arrays of wengert are immutable",
            "use x.at[index].set(value), or another method of .at[] (add, multiply, min, max, ...)",
        )  # fmt: skip

    def __delitem__(self: Any, index: Any) -> None:
        problem = "expected a new array but got del x[index]: arrays of wengert are immutable"
        raise refuse(errors.ImmutableArrayError, "array", problem, "take what is to stay, x[mask], or use numpy.delete")

    def __reduce_ex__(self: Any, protocol: Any) -> Any:
        raise refuse(
            errors.PicklingError, "pickle",
            f"expected data that may be pickled but got an array of type {type_text(self)}",
            "save np.asarray(x) with numpy.save or numpy.savez, or pass np.asarray(x) to another process; "
            "arrays are not pickled, because loading a pickle runs code",
        )  # fmt: skip

    def __round__(self: Any, ndigits: int | None = None) -> Any:
        rounded = _np.round(self, ndigits or 0)
        # As in Python, round(x) is an integer and round(x, n) keeps the type.
        return rounded if ndigits is not None or rounded.dtype.kind == "c" else rounded.astype(int)

    def __array_namespace__(self: Any, *, api_version: str | None = None) -> Any:
        if api_version not in (None, _np.__array_api_version__):
            raise ValueError(
                f"__array_namespace__: expected api_version {_np.__array_api_version__!r} but got {api_version!r}"
            )
        return _np

    @property
    def __numpy_dtype__(self: Any) -> np.dtype:
        return self.dtype

    # What Python converts to; the subclass has `_value_for(wanted)`, the value as a NumPy array.

    def _scalar(self: Any, wanted: str) -> Any:
        if self.shape:
            problem = f"expected a scalar to make {wanted} of but got {type_text(self)}"
            raise refuse(
                errors.ShapeError, "array", problem, "index one element, or use x.item() on an array of size 1"
            )
        return self._value_for(wanted)[()]

    def __bool__(self: Any) -> bool:
        if self.size != 1:
            problem = f"expected one element but got {type_text(self)}, whose truth value is ambiguous"
            remedy = "use x.any() or x.all()" if self.size else "use x.size > 0"
            raise refuse(errors.ShapeError, "bool", problem, remedy)
        return bool(self._value_for("a Python bool"))

    def __int__(self: Any) -> int:
        return int(self._scalar("a Python int").item())

    def __float__(self: Any) -> float:
        return float(self._scalar("a Python float").item())

    def __complex__(self: Any) -> complex:
        return complex(self._scalar("a Python complex").item())

    def __index__(self: Any) -> int:
        if self.dtype.kind not in "iu" or self.shape:
            problem = f"expected an integer scalar but got {type_text(self)}"
            raise refuse(errors.DtypeError, "index", problem, "index one element, or convert it with int(x)")
        return int(self._value_for("a Python index"))

    def __format__(self: Any, spec: str) -> str:
        if not spec:
            return str(self)
        if self.shape:
            problem = f"expected a scalar for the format {spec!r} but got {type_text(self)}"
            raise refuse(errors.ShapeError, "format", problem, "format its elements, or use numpy.array2string")
        return format(self._value_for("formatting").item(), spec)

    def item(self: Any, *args: Any) -> Any:
        """The Python scalar of an array of size 1, or of the element at `args`.

        Raises:
          ValueError: no `args`, and the size is not 1.
          IndexError: `args` are outside.

        >>> import wengert.numpy as wnp
        >>> wnp.array([[3]]).item()
        3
        """
        return self._value_for("a Python scalar").item(*args)

    def tolist(self: Any) -> Any:
        """Nested lists of Python scalars."""
        return self._value_for("a Python list").tolist()

    def tobytes(self: Any, order: Any = "C") -> bytes:
        """The bytes of the elements in row-major order, or in column-major order with order="F"."""
        return self._value_for("bytes").tobytes(order)
