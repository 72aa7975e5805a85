# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Types: which there are, what Python scalars count as, and the promotion lattice with weak types.

A Python scalar is *weak*: it takes the type of its partner (`x + 1.0` is float16 if x is). Types are joined in the
lattice of JAX, in which uint64 and int64 join to a float that is as narrow as its partner allows, never to float64 by
surprise. 64-bit types become their 32-bit counterparts unless `config.enable_x64` is set.
"""

from __future__ import annotations

import functools
from typing import Any

import ml_dtypes
import numpy as np

from wengert import errors
from wengert.config import _enable_x64, _numpy_dtype_promotion
from wengert.errors import TypePromotionError  # noqa: F401 - a name of jax.dtypes

bool_ = np.dtype(np.bool_)
int8, int16, int32, int64 = (np.dtype(t) for t in (np.int8, np.int16, np.int32, np.int64))
uint8, uint16, uint32, uint64 = (np.dtype(t) for t in (np.uint8, np.uint16, np.uint32, np.uint64))
float16, float32, float64 = (np.dtype(t) for t in (np.float16, np.float32, np.float64))
bfloat16 = np.dtype(ml_dtypes.bfloat16)
complex64, complex128 = np.dtype(np.complex64), np.dtype(np.complex128)
float0 = np.dtype([("float0", np.void, 0)])  # of the tangents of integers and bools, which have no data

# For storage: they convert and move, nothing computes with them, and they have no tangents.
STORAGE = {
    name: np.dtype(getattr(ml_dtypes, name))
    for name in (
        "float8_e3m4", "float8_e4m3", "float8_e4m3b11fnuz", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2",
        "float8_e5m2fnuz", "float8_e8m0fnu", "int2", "int4", "uint2", "uint4",
    )
}  # fmt: skip
_STORAGE_FLOATS = tuple(d for n, d in STORAGE.items() if n.startswith("float"))
_STORAGE_INTS = tuple(d for n, d in STORAGE.items() if not n.startswith("float"))

_NARROW = {int64: int32, uint64: uint32, float64: float32, complex128: complex64}
_FLOATS = frozenset((bfloat16, float16, float32, float64))
_KNOWN = frozenset(
    (bool_, int8, int16, int32, int64, uint8, uint16, uint32, uint64, complex64, complex128, *_FLOATS)
    + (*STORAGE.values(),)
)
# A Python scalar type counts as this type (before the 32-bit rule), weak unless it is bool.
_SCALARS = {bool: bool_, int: int64, float: float64, complex: complex128}

# The lattice: each node with its direct upper neighbours. 'int', 'float', 'complex' are the weak types.
_ABOVE: dict[Any, tuple[Any, ...]] = {
    bool_: ("int",), "int": (uint8, int8, *_STORAGE_INTS),
    **dict.fromkeys(STORAGE.values(), ()),
    uint8: (uint16, int16), uint16: (uint32, int32), uint32: (uint64, int64), uint64: ("float",),
    int8: (int16,), int16: (int32,), int32: (int64,), int64: ("float",),
    "float": (bfloat16, float16, "complex", *_STORAGE_FLOATS), bfloat16: (float32,), float16: (float32,),
    float32: (float64, complex64), float64: (complex128,),
    "complex": (complex64,), complex64: (complex128,), complex128: (),
}  # fmt: skip


def _upper_bounds(node: Any) -> frozenset[Any]:
    bounds, todo = {node}, [node]
    while todo:
        for above in _ABOVE[todo.pop()]:
            if above not in bounds:
                bounds.add(above)
                todo.append(above)
    return frozenset(bounds)


_BOUNDS = {node: _upper_bounds(node) for node in _ABOVE}
_WEAK_DEFAULT = {"int": int64, "float": float64, "complex": complex128}


def is_known(dtype: np.dtype) -> bool:
    """Whether wengert has arrays of this type."""
    return dtype in _KNOWN


def is_storage(dtype: np.dtype) -> bool:
    """Whether `dtype` is for storage only, a float of 8 or an integer of 2 or 4 bits.

    >>> is_storage(canonical("float8_e4m3fn")), is_storage(int8)
    (True, False)
    """
    return dtype.name in STORAGE


def width(dtype: np.dtype) -> int:
    """The number of bits that count in an element; NumPy keeps integers of 2 and 4 bits in a byte.

    >>> width(bfloat16), width(canonical("int4"))
    (16, 4)
    """
    return int(dtype.name[-1]) if dtype in _STORAGE_INTS else 8 * dtype.itemsize


def is_float(dtype: np.dtype) -> bool:
    """Whether `dtype` is a real floating type.

    >>> is_float(bfloat16), is_float(int32)
    (True, False)
    """
    return dtype in _FLOATS


def is_inexact(dtype: np.dtype) -> bool:
    """Whether `dtype` is a real or complex floating type."""
    return dtype in _FLOATS or dtype.kind == "c"


def is_integer(dtype: np.dtype) -> bool:
    """Whether `dtype` is an integer type, signed or not (bool is none)."""
    return dtype.kind in "iu"


def canonical(dtype: Any) -> np.dtype:
    """The numpy dtype for anything that names one, 64-bit types narrowed unless `enable_x64` is set.

    Raises:
      UnsupportedTypeError: there are no arrays of this type (strings, objects, dates).

    >>> canonical(float), canonical("int64"), canonical(np.float16)
    (dtype('float32'), dtype('int32'), dtype('float16'))
    """
    return _canonical(_as_dtype(dtype), _enable_x64.get())


_BY_NAME = {"bfloat16": bfloat16, **STORAGE}  # names that NumPy does not know


def named(name: str) -> np.dtype:
    """The type of a name, 64-bit ones as they are.

    >>> named("bfloat16"), named("int4")
    (dtype(bfloat16), dtype(int4))
    """
    return _BY_NAME[name] if name in _BY_NAME else np.dtype(name)


def _as_dtype(dtype: Any) -> np.dtype:
    if isinstance(dtype, np.dtype):
        return dtype
    if dtype in _SCALARS:
        return _SCALARS[dtype]
    if isinstance(dtype, str) and dtype in _BY_NAME:
        return _BY_NAME[dtype]
    if isinstance(dtype, type) and issubclass(dtype, np.generic):
        return np.dtype(dtype)
    return np.dtype(getattr(dtype, "dtype", dtype))


@functools.cache
def _canonical(dtype: np.dtype, x64: bool) -> np.dtype:
    if dtype not in _KNOWN:
        problem = f"expected numbers or bools but got dtype {dtype.str if dtype.kind in 'SU' else dtype}"
        raise errors.make(errors.UnsupportedTypeError, "array", problem, remedy="convert the data to numbers first")
    if not dtype.isnative:
        dtype = dtype.newbyteorder("=")
    return dtype if x64 else _NARROW.get(dtype, dtype)


def fill_value(dtype: np.dtype) -> np.ndarray:
    """What indexing with mode "fill" gives outside: nan, the least signed, the greatest unsigned integer, True.

    >>> fill_value(float32), fill_value(int8)
    (array(nan, dtype=float32), array(-128, dtype=int8))
    """
    if is_inexact(dtype):
        return np.asarray(np.nan, dtype)
    value = True if dtype.kind == "b" else np.iinfo(dtype).min if dtype.kind == "i" else np.iinfo(dtype).max
    return np.asarray(value, dtype)


def default_int() -> np.dtype:
    """The type of a Python int: int32, or int64 under `enable_x64`."""
    return int64 if _enable_x64.get() else int32


def default_float() -> np.dtype:
    """The type of a Python float: float32, or float64 under `enable_x64`."""
    return float64 if _enable_x64.get() else float32


def of_scalar(value: Any) -> np.dtype | None:
    """The type of a Python scalar, None for anything else. NumPy's scalars are no Python scalars: they have a type.

    >>> of_scalar(1), of_scalar(True), of_scalar("a")
    (dtype('int32'), dtype('bool'), None)
    """
    dtype = _SCALARS.get(type(value))
    return None if dtype is None else _canonical(dtype, _enable_x64.get())


def dtype_and_weak(value: Any) -> tuple[np.dtype, bool]:
    """The type of an array, a tracer, a scalar or a type, and whether it is weak.

    >>> dtype_and_weak(1.5), dtype_and_weak(np.float32(1.5))
    ((dtype('float32'), True), (dtype('float32'), False))
    """
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        return _canonical(scalar, _enable_x64.get()), scalar is not bool_
    if isinstance(value, (type, str, np.dtype)):
        # By identity: NumPy's dtype("float64") equals Python's float, but it is not weak.
        return canonical(value), any(value is weak for weak in (int, float, complex))
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        raise errors.make(
            errors.UnsupportedTypeError,
            "result_type",
            f"expected arrays, scalars or types but got {type(value).__name__}",
            remedy="convert it with wengert.numpy.asarray",
        )
    return canonical(dtype), bool(getattr(value, "weak_type", False))


@functools.cache
def _join(types: tuple[tuple[np.dtype, bool], ...], x64: bool) -> tuple[np.dtype, bool]:
    if len(types) == 1:
        return types[0][0], types[0][1] and types[0][0] != bool_
    all_weak = all(weak for _, weak in types)
    if len({dtype for dtype, _ in types}) == 1:
        return types[0][0], all_weak and types[0][0] != bool_
    nodes = {d if all_weak or not w or d == bool_ else _weak_node(d) for d, w in types}
    common = frozenset.intersection(*(_BOUNDS[n] for n in nodes))
    least = next((n for n in common if common == _BOUNDS[n]), None)
    if least is None:
        given = ", ".join(str(d) for d, _ in types)
        raise errors.make(
            errors.DtypeError,
            "result_type",
            f"expected types that promote to one but got {given}",
            remedy="types for storage promote with no other: convert with astype first",
        )
    weak = all_weak or isinstance(least, str)
    dtype = _canonical(_WEAK_DEFAULT[least] if isinstance(least, str) else least, x64)
    return dtype, weak and dtype != bool_


def _weak_node(dtype: np.dtype) -> str:
    return "complex" if dtype.kind == "c" else "int" if dtype.kind in "iu" or dtype in _STORAGE_INTS else "float"


def join(*types: tuple[np.dtype, bool]) -> tuple[np.dtype, bool]:
    """The type that operands of (dtype, weak) promote to, and whether it is weak.

    >>> join((float16, False), (float32, True))
    (dtype('float16'), False)
    """
    if _numpy_dtype_promotion.get() == "strict":
        strong = sorted({str(d) for d, weak in types if not weak})
        if len(strong) > 1:
            raise errors.make(
                errors.TypePromotionError,
                "result_type",
                "expected operands of one type, because numpy_dtype_promotion is strict, but got " + ", ".join(strong),
                remedy="convert one of them with astype",
            )
    return _join(types, _enable_x64.get())


def promote_types(a: Any, b: Any) -> np.dtype:
    """The type that two types promote to; int, float and complex name the weak types.

    >>> promote_types("int32", "float16"), promote_types("bfloat16", "float16"), promote_types("uint32", "int32")
    (dtype('float16'), dtype('float32'), dtype('int32'))
    """
    return join(dtype_and_weak(a), dtype_and_weak(b))[0]


def result_type(*args: Any) -> np.dtype:
    """The type that arrays, scalars and types promote to. Keys promote to nothing but their own type.

    >>> result_type(np.ones(2, np.float16), 1.0), result_type(1, 2.0), result_type(np.int32(1), 1.0)
    (dtype('float16'), dtype('float32'), dtype('float32'))
    """
    if args and (key_type := _key_type(args[0])) is not None and all(_key_type(x) == key_type for x in args):
        return key_type
    return join(*map(dtype_and_weak, args))[0]


def _key_type(x: Any) -> Any:
    dtype = getattr(x, "dtype", x)
    return dtype if getattr(dtype, "name", "").startswith("key<") else None


def to_inexact(dtype: np.dtype) -> np.dtype:
    """The type that a function with real results, such as sin, computes in.

    For integers of 64 bits the default float, for bool and other integers float32.

    >>> to_inexact(float16), to_inexact(int8)
    (dtype('float16'), dtype('float32'))
    """
    if dtype in _FLOATS or dtype.kind == "c":
        return dtype
    return default_float() if dtype.itemsize == 8 else float32


class extended(np.generic):
    """What the types of arrays are that NumPy has no numbers for: keys. For `issubdtype` only."""


class prng_key(extended):
    """What the types of arrays of keys are. For `issubdtype` only.

    >>> import wengert.random
    >>> issubdtype(wengert.random.key(0).dtype, prng_key), issubdtype(float32, prng_key)
    (True, False)
    """


canonicalize_dtype = canonical


def itemsize_bits(dtype: Any) -> int:
    """The number of bits of an element.

    >>> itemsize_bits("int4"), itemsize_bits("float64")
    (4, 64)
    """
    return width(_as_dtype(dtype))


def scalar_type_of(x: Any) -> type:
    """The Python type of the numbers of an array: bool, int, float or complex.

    >>> scalar_type_of(np.float32(1))
    <class 'float'>
    """
    return {"b": bool, "u": int, "i": int, "c": complex}.get(dtype_and_weak(x)[0].kind, float)


def issubdtype(arg1: Any, arg2: Any) -> bool:
    """NumPy's issubdtype, for which bfloat16 and the types for storage are floating or integer types.

    The types of keys are `prng_key`.

    >>> issubdtype(bfloat16, np.floating), issubdtype(int32, np.inexact)
    (True, False)
    """
    is_key = _key_type(arg1) is not None
    abstract = isinstance(arg2, type) and issubclass(arg2, np.generic)
    if isinstance(arg1, type) and issubclass(arg1, extended):
        return abstract and issubclass(arg1, arg2)
    if is_key or (abstract and issubclass(arg2, extended)):
        return is_key and arg2 in (extended, prng_key, np.generic, arg1)
    given = arg1 if isinstance(arg1, type) and issubclass(arg1, np.generic) else _as_dtype(arg1)
    if (isinstance(given, np.dtype) and given.kind == "V") or given in (bfloat16, *STORAGE.values()):
        given = given.type if isinstance(given, np.dtype) else given
        if abstract and arg2 in _ABSTRACT:
            name = np.dtype(given).name
            kind = np.unsignedinteger if name.startswith("u") else np.signedinteger
            return issubclass(np.floating if "float" in name else kind, arg2)
    return bool(np.issubdtype(given, arg2 if abstract else _as_dtype(arg2)))


_ABSTRACT = (np.generic, np.number, np.inexact, np.floating, np.integer, np.signedinteger, np.unsignedinteger)


def _limited(dtype: Any) -> np.dtype:
    # Types have an attribute dtype too (np.int32.dtype is a descriptor): only values are asked for theirs.
    return _as_dtype(dtype if isinstance(dtype, (type, str)) else getattr(dtype, "dtype", dtype))


def finfo(dtype: Any) -> Any:
    """The limits of a floating type, or of the type of an array.

    >>> float(finfo(bfloat16).eps)
    0.0078125
    """
    return ml_dtypes.finfo(_limited(dtype))


def iinfo(dtype: Any) -> Any:
    """The limits of an integer type, or of the type of an array; 64-bit types are those that are named.

    >>> iinfo("int32").max
    2147483647
    """
    return ml_dtypes.iinfo(_limited(dtype))


def can_cast(from_: Any, to: Any, casting: str = "safe") -> bool:
    """NumPy's can_cast.

    >>> can_cast("int32", "float64"), can_cast("float32", "int32")
    (True, False)
    """
    return bool(np.can_cast(_as_dtype(from_), _as_dtype(to), casting))  # type: ignore[arg-type]


def isdtype(dtype: Any, kind: Any) -> bool:
    """Whether a type is of a kind of the array API, e.g. "integral", or is one of several types.

    >>> isdtype(bfloat16, "real floating"), isdtype(int32, ("bool", float32))
    (True, False)
    """
    dtype = _as_dtype(dtype)
    if isinstance(kind, tuple):
        return any(isdtype(dtype, k) for k in kind)
    kinds = {"bool": "b", "signed integer": "i", "unsigned integer": "u", "integral": "iu", "real floating": "f",
             "complex floating": "c", "numeric": "iufc"}  # fmt: skip
    if kind in kinds:
        return ("f" if dtype == bfloat16 else dtype.kind) in kinds[kind]
    return dtype == _as_dtype(kind)
