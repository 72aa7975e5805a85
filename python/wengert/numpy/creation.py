# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arrays from data, from nothing, from ranges."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from wengert import dlpack, dtypes, errors, lax
from wengert.array import Array
from wengert.key_arrays import is_keys
from wengert.lax._operands import as_array, convert, is_eager, is_tracer, promote
from wengert.numpy.arguments import check_place
from wengert.places import check_device
from wengert.trace import operand

__all__ = [
    "array", "array_repr", "array_str", "asarray", "astype", "copy", "empty", "empty_like", "from_dlpack",
    "frombuffer", "full", "full_like", "isscalar", "ones", "ones_like", "view", "zeros", "zeros_like",
]  # fmt: skip


_PYTHON = {bool, int, float, complex}


def _leaves(data: Any) -> list[Any]:
    if isinstance(data, (list, tuple)):
        return [leaf for item in data for leaf in _leaves(item)]
    return [data]


def array(
    object: Any, dtype: Any = None, copy: bool = True, order: str = "K", ndmin: int = 0, *, device: Any = None,
    out_sharding: None = None,
) -> Any:  # fmt: skip
    """An array of a number, of nested lists of numbers, arrays and tracers, or of anything that NumPy takes.

    Args:
      object: what it holds.
      dtype: the type; by default that of the data, 64-bit types narrowed unless `enable_x64` is set.
      copy: whether memory of NumPy is copied is for `asarray` to say; arrays do not change, and are shared.
      order: accepted; an array has no order in memory that could be seen.
      ndmin: leading dimensions of size 1 are put in front up to this rank.
      device: None or a CPU.
      out_sharding: must be None.

    Raises:
      UnsupportedTypeError: the data are no numbers.
      DeviceError: `device` is another.
      ShapeError: nested lists of differing lengths.

    >>> array([1, 2.5])
    Array([1. , 2.5], dtype=float32)
    >>> array(3.0)
    Array(3., dtype=float32, weak_type=True)
    """
    if device is not None or out_sharding is not None:
        check_place("array", device, out_sharding)
    if order not in ("K", "A", "C", "F", None):
        raise ValueError(f"array: expected the order K, A, C or F but got {order!r}")
    wanted = None if dtype is None else dtypes.canonical(dtype)
    x = _from_list(object, wanted) if isinstance(object, (list, tuple)) else _from_one(object, wanted)
    if ndmin > x.ndim:
        x = lax.reshape(x, (1,) * (ndmin - x.ndim) + x.shape)
    return x


def _from_one(data: Any, dtype: np.dtype | None) -> Any:
    if type(data) in (bool, int, float, complex):
        own = dtypes.of_scalar(data)
        return Array._wrap(np.asarray(data, own if dtype is None else dtype), dtype is None and own != dtypes.bool_)
    if not isinstance(data, (Array, np.ndarray, np.generic)) and not is_tracer(data):
        if not hasattr(data, "__array__") and (isinstance(data, range) or _has_buffer(data)):
            data = np.asarray(data)
    if isinstance(data, (np.ndarray, np.generic)):
        # converted by NumPy at once: under a trace this is data, not an operation
        data = np.asarray(data)
        dtypes.canonical(data.dtype)
        if dtype is not None and data.dtype.kind == dtype.kind:
            return Array._wrap(np.array(data, dtype, order="C"))
    x = operand(data)
    return x if dtype is None else convert(x, dtype)


def _has_buffer(data: Any) -> bool:
    """Whether `data` lends its memory, as a bytearray or an array.array does; bytes are text."""
    try:
        memoryview(data)
    except TypeError:
        return False
    return not isinstance(data, bytes)


def _from_list(data: Any, dtype: np.dtype | None) -> Any:
    leaves = _leaves(data)
    if leaves and dtype is None and set(map(type, leaves)) <= _PYTHON:
        try:
            plain = np.array(data)
        except (ValueError, OverflowError):
            plain = None  # below, with an explanation
        if plain is not None and plain.dtype.kind in "bifc":
            kind = dtypes.canonical(plain.dtype)
            if plain.dtype.kind in "iu" and kind != plain.dtype:
                return Array._wrap(np.array(data, kind))  # an error for what the narrow type does not hold
            return Array._wrap(plain.astype(kind, copy=False))
    if not any(is_tracer(leaf) or isinstance(leaf, (Array, np.ndarray, np.generic)) for leaf in leaves):
        # Python numbers only: one call of NumPy
        if not leaves:
            return Array._wrap(np.array(data, dtypes.default_float() if dtype is None else dtype))
        if not all(isinstance(leaf, (bool, int, float, complex)) for leaf in leaves):
            leaf = next(x for x in leaves if not isinstance(x, (bool, int, float, complex)))
            if leaf is None:
                raise errors.make(errors.DtypeError, "array", "expected numbers or bools but got None in a list")
            if not any(hasattr(leaf, convert) for convert in ("__array__", "__jax_array__", "__wengert_array__")):
                _refuse(leaf)
            return _stack_list(data, dtype)
        if dtype is None:
            dtype = dtypes.join(*{(dtypes.of_scalar(x) or dtypes.bool_, not isinstance(x, bool)) for x in leaves})[0]
        try:
            return Array._wrap(np.array(data, dtype))
        except ValueError as error:
            raise errors.make(errors.ShapeError, "array", f"expected nested lists of equal lengths: {error}") from None
    if any(is_tracer(leaf) for leaf in leaves):
        return _stack_list(data, dtype)
    if dtype is None:
        dtype = dtypes.join(*{dtypes.dtype_and_weak(x) for x in leaves})[0]
    plain = _plain(data)
    try:
        return Array._wrap(np.array(plain, dtype))
    except ValueError as error:
        raise errors.make(errors.ShapeError, "array", f"expected nested lists of equal shapes: {error}") from None


def _plain(data: Any) -> Any:
    if isinstance(data, (list, tuple)):
        return [_plain(item) for item in data]
    return data._data if type(data) is Array else data


def _refuse(leaf: Any) -> None:
    kind = np.asarray(leaf).dtype
    given = f"dtype {kind.str if kind.kind in 'SU' else kind}"
    raise errors.make(errors.UnsupportedTypeError, "array", f"expected numbers or bools but got {given}")


def _stack_list(data: Any, dtype: np.dtype | None) -> Any:
    parts = [_stack_list(item, dtype) if isinstance(item, (list, tuple)) else _from_one(item, dtype) for item in data]
    if not parts:
        return Array._wrap(np.zeros((0,), dtypes.default_float() if dtype is None else dtype))
    if any(p.shape != parts[0].shape for p in parts):
        given = ", ".join(str(p.shape) for p in parts)
        raise errors.make(errors.ShapeError, "array", f"expected parts of one shape but got {given}")
    parts = promote("array", parts)
    x = lax.concatenate([lax.expand_dims(p, (0,)) for p in parts], 0)
    return convert(x, x.dtype, False)


def asarray(
    a: Any, dtype: Any = None, order: str | None = None, *, copy: bool | None = None, device: Any = None,
    out_sharding: None = None,
) -> Any:  # fmt: skip
    """`a` as an array: an Array or tracer of the right type is returned as it is.

    Args:
      a: an array, a number, nested lists of them, anything that NumPy takes.
      dtype: the type; by default that of `a`, 64-bit types narrowed unless `enable_x64` is set.
      order: ignored.
      copy: None copies memory of NumPy, because its owner may write to it, and takes arrays of wengert as they are;
        True copies these too; False shares memory, which nobody should write to from then on.
      device: the CPU's, or None.

    Raises:
      DtypeError: `copy=False`, and another type or layout is needed, or numbers that are in no array yet.
      DeviceError: `device` is not the CPU's.

    >>> asarray([1, 2])
    Array([1, 2], dtype=int32)
    """
    if device is not None or out_sharding is not None:
        check_place("asarray", device, out_sharding)
    if copy is False:
        return _shared(a, dtype)
    x = array(a, dtype)
    return Array._wrap(x._data.copy(), x.weak_type) if copy and x is a and type(x) is Array else x


def _shared(a: Any, dtype: Any) -> Any:
    """`a` as an array in the same memory."""
    if is_tracer(a) or type(a) is Array:
        data, kind = a, a.dtype if dtype is None else dtypes.canonical(dtype)
        if kind == a.dtype:
            return a
    elif isinstance(a, (list, tuple, bool, int, float, complex)):
        problem = f"expected an array for copy=False but got {type(a).__name__}"
        raise errors.make(errors.DtypeError, "asarray", problem, remedy="leave copy=False out")
    else:
        data = np.asarray(a, copy=False)
        kind = dtypes.canonical(data.dtype if dtype is None else dtype)
        if kind == data.dtype and data.flags.c_contiguous:
            return Array._wrap(data.view())
    given = data.dtype if kind != data.dtype else "memory that is not in C order"
    problem = f"expected {kind} in C order for copy=False but got {given}"
    raise errors.make(errors.DtypeError, "asarray", problem, remedy="leave copy=False out: a copy is needed")


def from_dlpack(x: Any, /, *, device: Any = None, copy: bool | None = None) -> Array:
    """The array around the memory of another library's array, without a copy.

    Args:
      x: an array with `__dlpack__` in the memory of the CPU: NumPy's, PyTorch's...
      device: the CPU's, or None.
      copy: True copies; False refuses to, where another type or layout is needed.

    Raises:
      DtypeError: `copy=False`, but a copy is needed.
      DeviceError: `device` is not the CPU's.
      UnsupportedTypeError: `x` has no `__dlpack__`, or a type that there are no arrays of.
      BufferError: `x` is not in the memory of the CPU, or cannot be shared (PyTorch: it requires a gradient).

    >>> import numpy as np
    >>> from_dlpack(np.ones(2, np.float32))
    Array([1., 1.], dtype=float32)
    """
    check_device("from_dlpack", device)
    if not hasattr(x, "__dlpack__"):
        problem = f"expected an array with the method __dlpack__ but got {type(x).__name__}"
        raise errors.make(errors.UnsupportedTypeError, "from_dlpack", problem, remedy="use asarray")
    if type(x) is Array and not copy:
        return x
    data = dlpack.load(x)
    kind = dtypes.canonical(data.dtype)
    if copy is False and not (kind == data.dtype and data.flags.c_contiguous):
        given = data.dtype if kind != data.dtype else "memory that is not in C order"
        problem = f"expected {kind} in C order for copy=False but got {given}"
        raise errors.make(errors.DtypeError, "from_dlpack", problem, remedy="leave copy=False out: a copy is needed")
    return Array._wrap(np.array(data, kind, order="C", copy=True if copy else None))


def frombuffer(buffer: Any, dtype: Any = float, count: int = -1, offset: int = 0) -> Array:
    """An array of the bytes of a buffer.

    >>> frombuffer(b"\\x01\\x02", "uint8")
    Array([1, 2], dtype=uint8)
    """
    return Array._wrap(np.frombuffer(buffer, dtypes.canonical(dtype), count, offset).copy())


def astype(x: Any, dtype: Any, /, *, copy: bool = False, device: Any = None) -> Any:
    """x converted to `dtype`: float to integer towards zero, anything to bool by x != 0, complex to real by its part.

    Raises:
      DeviceError: `device` is not the CPU's.

    >>> astype(array([0.0, 2.5]), bool)
    Array([False,  True], dtype=bool)
    """
    check_device("astype", device)
    if is_keys(x) and dtype == x.dtype:
        return x
    x, kind = as_array("astype", x), dtypes.canonical(float if dtype is None else dtype)
    if x.dtype.kind == "c" and kind.kind not in "cb":
        x = lax.real(x)
    return convert(x, kind)


def view(x: Any, dtype: Any) -> Any:
    """The bits of x read as another type; the last dimension grows or shrinks with the ratio of the widths.

    >>> view(array([1.0]), "int32").tolist() == [0x3F800000]
    True
    >>> view(array([1.0]), "uint16")
    Array([    0, 16256], dtype=uint16)
    >>> view(array([1.0 - 2.0j]), "float32")
    Array([ 1., -2.], dtype=float32)
    """
    x, kind = as_array("view", x), dtypes.canonical(dtype)
    if x.dtype == kind:
        return x
    if x.dtype == dtypes.bool_:
        return view(convert(x, dtypes.uint8), kind)
    if kind == dtypes.bool_:
        return view(x, dtypes.uint8) != 0
    if x.dtype.kind == "c":
        parts = lax.concatenate([lax.expand_dims(p, (x.ndim,)) for p in (lax.real(x), lax.imag(x))], x.ndim)
        return view(lax.reshape(parts, (*x.shape[:-1], 2 * x.shape[-1])) if x.ndim else parts, kind)
    if kind.kind == "c":
        parts = view(x, np.empty(0, kind).real.dtype)
        if not parts.ndim or parts.shape[-1] % 2:
            raise errors.make(errors.ShapeError, "view", f"expected pairs to read as {kind} but got {x.shape}")
        every = lambda start: lax.slice_in_dim(parts, start, None, 2, parts.ndim - 1)
        return lax.complex(every(0), every(1))
    ratio = dtypes.width(dtypes.canonical(dtype)) // dtypes.width(x.dtype)
    if ratio > 1 and x.ndim and x.shape[-1] % ratio == 0:
        x = lax.reshape(x, (*x.shape[:-1], x.shape[-1] // ratio, ratio))
    out = lax.bitcast_convert_type(x, dtype)
    return lax.reshape(out, (*x.shape[:-1], x.shape[-1] * out.shape[-1])) if out.ndim > x.ndim > 0 else out


def _shape(function: str, shape: Any) -> tuple[int, ...]:
    try:
        sizes = (
            tuple(operator.index(n) for n in shape) if isinstance(shape, (tuple, list)) else (operator.index(shape),)
        )
    except TypeError as error:
        if isinstance(error, errors.WengertError):
            raise
        if isinstance(shape, (np.ndarray, Array)) and shape.ndim == 1:
            return tuple(int(n) for n in shape)
        raise errors.make(errors.ShapeError, function, f"expected a shape of ints but got {shape!r}") from None
    if any(n < 0 for n in sizes):
        raise errors.make(errors.ShapeError, function, f"expected sizes of at least 0 but got {sizes}")
    return sizes


def zeros(shape: Any, dtype: Any = None, *, device: Any = None, out_sharding: None = None) -> Any:
    """An array of zeros.

    >>> zeros(2)
    Array([0., 0.], dtype=float32)
    """
    if device is not None or out_sharding is not None:
        check_place("zeros", device, out_sharding)
    if dtype is not None and dtype == dtypes.float0:  # the tangents of integers, which are NumPy arrays
        return np.zeros(_shape("zeros", shape), dtypes.float0)
    return full(_shape("zeros", shape), 0, float if dtype is None else dtype)


def ones(shape: Any, dtype: Any = None, *, device: Any = None, out_sharding: None = None) -> Any:
    """An array of ones.

    >>> ones((1, 2), "int32")
    Array([[1, 1]], dtype=int32)
    """
    if device is not None or out_sharding is not None:
        check_place("ones", device, out_sharding)
    return full(_shape("ones", shape), 1, float if dtype is None else dtype)


def empty(shape: Any, dtype: Any = None, *, device: Any = None, out_sharding: None = None) -> Any:
    """An array of zeros: there is none with arbitrary elements.

    >>> empty(1)
    Array([0.], dtype=float32)
    """
    check_place("empty", device, out_sharding)
    return zeros(shape, dtype)


def full(shape: Any, fill_value: Any, dtype: Any = None, *, device: Any = None, out_sharding: None = None) -> Any:
    """An array that holds one value, or an array broadcast to `shape`.

    >>> full(2, 3)
    Array([3, 3], dtype=int32, weak_type=True)
    """
    if device is not None or out_sharding is not None:
        check_place("full", device, out_sharding)
    shape = _shape("full", shape)
    if type(fill_value) in (bool, int, float, complex):
        kind = dtypes.of_scalar(fill_value) if dtype is None else dtypes.canonical(dtype)
        weak = dtype is None and kind != dtypes.bool_
        if is_eager():
            return Array._wrap(np.full(shape, fill_value, kind), weak)
        fill_value = Array._wrap(np.asarray(fill_value, kind), weak)
    return lax.full(shape, fill_value, dtype)


def zeros_like(a: Any, dtype: Any = None, shape: Any = None, *, device: Any = None, out_sharding: None = None) -> Any:
    """Zeros of the shape and type of `a`.

    >>> zeros_like(array([1, 2]))
    Array([0, 0], dtype=int32)
    """
    check_place("zeros_like", device, out_sharding)
    return full_like(a, 0, dtype, shape)


def ones_like(a: Any, dtype: Any = None, shape: Any = None, *, device: Any = None, out_sharding: None = None) -> Any:
    """Ones of the shape and type of `a`.

    >>> ones_like(array([1, 2]))
    Array([1, 1], dtype=int32)
    """
    check_place("ones_like", device, out_sharding)
    return full_like(a, 1, dtype, shape)


def empty_like(
    prototype: Any, dtype: Any = None, shape: Any = None, *, device: Any = None, out_sharding: None = None
) -> Any:
    """`zeros_like`: there is no memory that is not set.

    >>> empty_like(array([1, 2]))
    Array([0, 0], dtype=int32)
    """
    check_place("empty_like", device, out_sharding)
    return zeros_like(prototype, dtype, shape)


def full_like(
    a: Any, fill_value: Any, dtype: Any = None, shape: Any = None, *, device: Any = None, out_sharding: None = None
) -> Any:
    """One value in the shape and type of `a`.

    >>> full_like(array([1, 2]), 9)
    Array([9, 9], dtype=int32)
    """
    check_place("full_like", device, out_sharding)
    a = a if hasattr(a, "dtype") and hasattr(a, "shape") else as_array("full_like", a)
    weak = dtype is None and getattr(a, "weak_type", False)
    out = full(a.shape if shape is None else shape, fill_value, a.dtype if dtype is None else dtype)
    return convert(out, out.dtype, True) if weak else out


def array_repr(
    arr: Any, max_line_width: int | None = None, precision: int | None = None, suppress_small: Any = None
) -> str:
    """`repr(arr)`, with NumPy's options for this text only.

    Args:
      arr: an array.
      max_line_width, precision, suppress_small: as in `numpy.array_repr`; by default as `set_printoptions` says.

    >>> array_repr(array([1]))
    'Array([1], dtype=int32)'
    """
    with np.printoptions(**_printing(max_line_width, precision, suppress_small)):
        return repr(as_array("array_repr", arr))


def array_str(
    a: Any, max_line_width: int | None = None, precision: int | None = None, suppress_small: Any = None
) -> str:
    """`str(a)`, with NumPy's options for this text only.

    Args:
      a, max_line_width, precision, suppress_small: as for `array_repr`.

    >>> array_str(array([1.23, 2.0]), precision=1)
    '[1.2 2. ]'
    """
    with np.printoptions(**_printing(max_line_width, precision, suppress_small)):
        return str(as_array("array_str", a))


def _printing(width: int | None, precision: int | None, suppress: Any) -> dict[str, Any]:
    given = {"linewidth": width, "precision": precision, "suppress": suppress}
    return {name: value for name, value in given.items() if value is not None}


def isscalar(element: Any) -> bool:
    """Whether `element` is a number, or an array of rank 0.

    >>> isscalar(1.0), isscalar(array(1.0)), isscalar(array([1.0])), isscalar([1.0])
    (True, True, False, False)
    """
    return np.isscalar(element) or (hasattr(element, "dtype") and getattr(element, "shape", None) == ())


def copy(a: Any, order: str | None = None) -> Any:
    """`a` itself: nobody can change it.

    >>> copy(array([1]))
    Array([1], dtype=int32)
    """
    return as_array("copy", a)
