# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What Python and other libraries ask of arrays and tracers: conversions, memory, copies, devices, messages."""

from __future__ import annotations

import copy
import enum
import operator
import pickle

import ml_dtypes
import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.sharding import Sharding

X = np.arange(6, dtype=np.float32).reshape(2, 3)


def under_jit(f, x=X):
    """`f` called on a tracer; what it returns, which need not be an array."""
    seen = []
    wg.jit(lambda x: seen.append(f(x)) or x)(x)
    return seen[0]


# --- the memory of NumPy and of PyTorch ----------------------------------------------------------------------------


def test_numpy_looks_into_the_memory():
    x = wnp.array(X)
    a, b = np.asarray(x), np.asarray(x)
    assert np.shares_memory(a, b) and a.ctypes.data == x.unsafe_buffer_pointer() and not a.flags.writeable
    assert np.array(x, copy=False) is not None and np.shares_memory(np.array(x, copy=False), a)
    assert not np.shares_memory(np.array(x), a) and np.asarray(x, np.float64).dtype == np.float64
    with pytest.raises(ValueError, match="asarray: a copy is needed to convert float32 to float64"):
        np.asarray(x, np.float64, copy=False)
    with pytest.raises(ValueError, match="read-only"):
        a[0, 0] = 1
    assert np.array_equal(np.add(X, x), X + X) and type(np.ones(2) + wnp.ones(2)) is wg.Array


def test_asarray_copies_as_it_is_told():
    a = X.copy()
    shared = wnp.asarray(a, copy=False)
    assert shared.unsafe_buffer_pointer() == a.ctypes.data
    assert wnp.asarray(a).unsafe_buffer_pointer() != a.ctypes.data
    assert wnp.asarray(shared) is shared and wnp.asarray(shared, copy=False) is shared
    assert wnp.asarray(shared, copy=True).unsafe_buffer_pointer() != a.ctypes.data
    for wrong, got in (([1], "list"), (1.0, "float")):
        with pytest.raises(errors.DtypeError, match=f"asarray: expected an array for copy=False but got {got}"):
            wnp.asarray(wrong, copy=False)
    with pytest.raises(errors.DtypeError, match="expected float32 in C order for copy=False but got float64"):
        wnp.asarray(np.ones(2), copy=False)
    with pytest.raises(errors.DtypeError, match="expected int32 in C order for copy=False but got float32"):
        wnp.asarray(shared, int, copy=False)
    with pytest.raises(errors.DtypeError, match="for copy=False but got memory that is not in C order"):
        wnp.asarray(a.T, copy=False)


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint32", "float16", "float32", "complex64"])
def test_dlpack_with_numpy(dtype):
    a = (X > 2).astype(dtype)
    x = wnp.from_dlpack(a)
    assert x.unsafe_buffer_pointer() == a.ctypes.data and x.dtype == a.dtype
    back = np.from_dlpack(x)
    assert back.ctypes.data == a.ctypes.data and not back.flags.writeable
    np.testing.assert_array_equal(back, a)
    assert wnp.from_dlpack(x) is x and wnp.from_dlpack(x, copy=True).unsafe_buffer_pointer() != a.ctypes.data
    assert x.__dlpack_device__() == under_jit(lambda x: x.__dlpack_device__()) == (1, 0)


def test_dlpack_refuses():
    with pytest.raises(
        errors.UnsupportedTypeError, match="from_dlpack: expected an array with the method __dlpack__ but"
    ):
        wnp.from_dlpack([1.0])
    with pytest.raises(
        errors.DtypeError, match="from_dlpack: expected float32 in C order for copy=False but got float64"
    ):
        wnp.from_dlpack(np.ones(2), copy=False)
    with pytest.raises(errors.DtypeError, match="for copy=False but got memory that is not in C order"):
        wnp.from_dlpack(X.T, copy=False)
    with pytest.raises(BufferError, match=r"dlpack: expected the device of the CPU, \(1, 0\), but got \(2, 0\)"):
        wnp.ones(1).__dlpack__(dl_device=(2, 0))
    with pytest.raises(BufferError, match="a consumer of the old protocol gets a copy, but copy=False was asked for"):
        wnp.ones(1).__dlpack__(copy=False)
    with pytest.raises(errors.ConcretizationError, match="expected memory to share but got a traced value"):
        under_jit(np.from_dlpack)

    class Elsewhere:
        def __dlpack__(self, **_):
            raise AssertionError

        def __dlpack_device__(self):
            return (2, 0)

    with pytest.raises(BufferError, match=r"expected an array in the memory of the CPU but got one on device \(2, 0\)"):
        wnp.from_dlpack(Elsewhere())


def test_dlpack_with_torch():
    torch = pytest.importorskip("torch")
    for dtype in ("bool", "int8", "int32", "float16", "bfloat16", "float32", "complex64"):
        t = torch.tensor([[1, 0, 1], [0, 1, 1]], dtype=getattr(torch, dtype))
        x = wnp.from_dlpack(t)
        assert x.unsafe_buffer_pointer() == t.data_ptr() and x.dtype.name == dtype
        assert x.tolist() == t.tolist()
        back = torch.from_dlpack(x)
        assert back.dtype == t.dtype and back.tolist() == t.tolist()
    with pytest.raises(BufferError, match="require"):
        wnp.from_dlpack(torch.ones(2, requires_grad=True))
    with pytest.raises(errors.DtypeError, match="memory that is not in C order"):
        wnp.from_dlpack(torch.ones(2, 3).T, copy=False)
    assert wnp.from_dlpack(torch.ones(2, 3).T).shape == (3, 2)


def test_dlpack_of_bfloat16():
    """NumPy has no code for it: the capsule is made for 16-bit integers and put right, and read the same way."""

    class Half:
        dtype = "bfloat16"

        def __init__(self, x):
            self.x = x

        def __dlpack__(self, **options):
            return self.x.__dlpack__(**options)

        def __dlpack_device__(self):
            return self.x.__dlpack_device__()

    x = wnp.array([1.5, -2.0], "bfloat16")
    got = wnp.from_dlpack(Half(x))
    assert got.dtype == ml_dtypes.bfloat16 and got.tolist() == [1.5, -2.0]


# --- conversions to Python, and what they say ------------------------------------------------------------------------


def test_conversions():
    x = wnp.array([[2.75]])
    one = wnp.array(3)
    assert (bool(x), x.item(), int(x[0, 0]), float(one), complex(one)) == (True, 2.75, 2, 3.0, 3 + 0j)
    assert [operator.index(one), hex(one), "ab"[wnp.array(1)], list(range(one))] == [3, "0x3", "b", [0, 1, 2]]
    assert [f"{one:04d}", f"{one}", f"{wnp.array(1.5):>5}", f"{X[0, 1]:.2f}"] == ["0003", "3", "  1.5", "1.00"]
    assert f"{wnp.array(True):d}" == "1" and f"{wnp.array(1 + 2j):.1f}" == "1.0+2.0j"
    assert f"{wnp.ones(2)}" == "[1. 1.]" and round(wnp.array(2.5)) == 2
    assert wnp.ones(2).tobytes() == np.ones(2, np.float32).tobytes() and wnp.array(X).tobytes("F") == X.tobytes("F")
    assert 2.0 in wnp.arange(3.0) and 5 not in wnp.arange(3)
    assert [float(v) for v in reversed(wnp.arange(2))] == [1, 0] and len(wnp.array(X)) == 2
    assert iter(wnp.zeros(10**9 // 4, "int8")) is not None  # lazily
    assert wg.grad(lambda x: x * (2 if x > 1 else 3) * float(f"{x:.1f}"))(2.0) == 4.0


REFUSED = [
    (bool, X, errors.ShapeError, "bool: expected one element but got float32[2,3], whose truth value is a", "x.any()"),
    (bool, X[:0], errors.ShapeError, "bool: expected one element but got float32[0,3]", "use x.size > 0"),
    (int, X, errors.ShapeError, "array: expected a scalar to make a Python int of but got float32[2,3]", "index one"),
    (float, X[:1, :1], errors.ShapeError, "a scalar to make a Python float of but got float32[1,1]", "x.item()"),
    (complex, X, errors.ShapeError, "expected a scalar to make a Python complex of but got", "x.item()"),
    (operator.index, X[0, 0], errors.DtypeError, "index: expected an integer scalar but got float32[]", "int(x)"),
    (operator.index, X[:1, 0].astype(int), errors.DtypeError, "expected an integer scalar but got int32[1]", "index"),
    (operator.index, X[0, 0] > 0, errors.DtypeError, "index: expected an integer scalar but got bool[]", "int(x)"),
    (len, X[0, 0], TypeError, "len() of unsized object", ""),
    (iter, X[0, 0], TypeError, "iteration over a 0-d array", ""),
    (hash, X, TypeError, "unhashable type", ""),
    (lambda x: f"{x:.3f}", X, errors.ShapeError,
     "format: expected a scalar for the format '.3f' but got float32[2,3]", "numpy.array2string"),
    (lambda x: x in x, X, errors.ShapeError,
     "in: expected a scalar before `in` but got an array of shape (2, 3)", "wengert.numpy.isin"),
    (lambda x: operator.setitem(x, 0, 1), X, errors.ImmutableArrayError,
     "array: expected x = x.at[index].set(value) but got x[index] = value: arrays of wengert are immutable",
     "use x.at[index].set(value), or another method of .at[]"),
    (lambda x: operator.delitem(x, 0), X, errors.ImmutableArrayError,
     "array: expected a new array but got del x[index]: arrays of wengert are immutable", "x[mask]"),
    (pickle.dumps, X, errors.PicklingError,
     "pickle: expected data that may be pickled but got an array of type float32[2,3]", "numpy.save or numpy.savez"),
    (lambda x: x.flat, X, NotImplementedError, "flat: expected x.flatten() but got x.flat", ""),
    (lambda x: x.view(type=int), X, NotImplementedError, "view: expected a dtype alone but got a type of array", ""),
    (lambda x: x.to_device("gpu"), X, errors.DeviceError,
     "to_device: expected the device CpuDevice(id=0), which may be written 'cpu', but got 'gpu'", "leave the argument"),
    (lambda x: x.addressable_data(1), X, IndexError,
     "addressable_data: expected the index of the only device, 0, but got 1", ""),
    (lambda x: x.__array_namespace__(api_version="2021.12"), X, ValueError,
     "__array_namespace__: expected api_version '2024.12' but got '2021.12'", ""),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "x", "cls", "message", "remedy"), REFUSED)
def test_refusals(ask, x, cls, message, remedy):
    """Arrays and tracers say the same, and name the line."""
    for call in (lambda: ask(wnp.array(x)), lambda: under_jit(ask, x)):
        with pytest.raises(cls) as raised:
            call()
        assert message in str(raised.value) and remedy in str(raised.value)
        if issubclass(cls, errors.WengertError):
            assert "test_array_protocols.py" in str(raised.value)


@pytest.mark.parametrize(
    ("ask", "wanted"),
    [
        (float, "a Python float"), (lambda x: x.item(), "a Python scalar"), (lambda x: x.tolist(), "a Python list"),
        (lambda x: x.tobytes(), "bytes"), (np.asarray, "a NumPy array"), (lambda x: f"{x:.1f}", "formatting"),
        (lambda x: x.unsafe_buffer_pointer(), "memory with an address"), (lambda x: x.delete(), "memory to give back"),
        (lambda x: x.__dlpack__(), "memory to share"),
    ],
)  # fmt: skip
def test_what_has_no_value_under_jit(ask, wanted):
    with pytest.raises(errors.ConcretizationError, match=f"expected {wanted} but got a traced value of type float32"):
        under_jit(ask, np.float32(1))


def test_numbers_that_do_not_fit():
    for ask, x, cls, message in [
        (int, wnp.array(np.nan), ValueError, "NaN"), (int, wnp.array(np.inf), OverflowError, "infinity"),
        (float, wnp.array(1j), TypeError, "not 'complex'"), (lambda x: x.item(), wnp.ones(2), ValueError, "size 1"),
        (lambda x: x.item(5), wnp.ones(2), IndexError, "out of bounds"),
    ]:  # fmt: skip
        with pytest.raises(cls, match=message):
            ask(x)


# --- copies, devices, deletion ------------------------------------------------------------------------------------


def test_copies():
    x = wnp.array(X)
    for y in (copy.copy(x), copy.deepcopy(x), copy.deepcopy([x])[0], x.copy(), x.clone()):
        assert type(y) is wg.Array and np.array_equal(y, X)
    assert under_jit(lambda x: copy.deepcopy({"a": x})["a"].shape) == (2, 3)


def test_devices():
    x, cpu = wnp.array(X), wg.devices()[0]
    sharding = x.sharding
    for ask in (
        lambda x: x.device == cpu and x.devices() == {cpu} and x.platform() == "cpu" and not x.committed,
        lambda x: x.is_fully_addressable and x.is_fully_replicated and x.is_ready() and not x.is_deleted(),
        lambda x: x.block_until_ready() is x and x.copy_to_host_async() is None and x.to_device(cpu) is x,
        lambda x: isinstance(x.sharding, Sharding) and x.format.major_to_minor == (0, 1) and x.traceback is None,
        lambda x: x.on_device_size_in_bytes() == x.nbytes == 24 and x.addressable_data(0) is x,
        lambda x: x.addressable_shards[0].data is x and x.global_shards[0].index == (slice(None),) * 2,
        lambda x: x.__numpy_dtype__ == np.float32,
    ):
        assert ask(x) and under_jit(ask)
        wg.vmap(lambda x, ask=ask: x.at[0].set(0 if ask(x[None].repeat(2, 0)) else 1))(X)
    assert (
        sharding == wnp.ones(1).sharding
        and repr(sharding) == "SingleDeviceSharding(device=CpuDevice(id=0))"
        and sharding.device_set == {cpu}
    )
    assert len({sharding, wnp.ones(1).sharding}) == 1 and sharding.shard_shape((2,)) == (2,)
    assert repr(x.addressable_shards[0]).startswith("Shard(device=CpuDevice(id=0), index=(slice(None, None, None),")


def test_creation_on_a_device():
    cpu = wg.devices()[0]
    for make in (
        lambda **d: wnp.zeros(2, **d), lambda **d: wnp.ones(2, **d), lambda **d: wnp.empty(2, **d),
        lambda **d: wnp.full(2, 1, **d), lambda **d: wnp.arange(2, **d), lambda **d: wnp.linspace(0, 1, **d),
        lambda **d: wnp.eye(2, **d), lambda **d: wnp.array([1], **d), lambda **d: wnp.asarray([1], **d),
        lambda **d: wnp.zeros_like(X, **d), lambda **d: wnp.ones_like(X, **d), lambda **d: wnp.empty_like(X, **d),
        lambda **d: wnp.full_like(X, 1, **d), lambda **d: wnp.astype(X, int, **d), lambda **d: wnp.from_dlpack(X, **d),
        lambda **d: wnp.array(X).astype(int, **d), lambda **d: wg.device_put(X, **d),
    ):  # fmt: skip
        for device in (None, "cpu", cpu, wnp.ones(1).sharding):
            assert make(device=device).device == cpu
        with pytest.raises(
            errors.DeviceError, match=r"expected the device CpuDevice\(id=0\), which may be written 'cpu'"
        ):
            make(device="gpu")


def test_deletion():
    x = wnp.array(X)
    x.delete()
    x.delete()
    assert x.is_deleted() and x.shape == (2, 3) and x.dtype == np.float32 and x.size == 6 and x.ndim == 2
    assert repr(x) == str(x) == "Array<deleted, float32[2,3]>" and isinstance(x, wg.Array)
    for use in (
        lambda: x + 1, lambda: 1 - x, lambda: x + x, lambda: np.asarray(x), lambda: wnp.sin(x), lambda: x[0],
        lambda: x.sum(), lambda: wg.jit(wnp.sin)(x), lambda: wg.grad(lambda y: (x * y).sum())(1.0),
        lambda: x.tolist(), lambda: wg.vmap(wnp.sin)(x),
    ):  # fmt: skip
        with pytest.raises(errors.DeletedArrayError, match=r"got one of type float32\[2,3\] that has been deleted"):
            use()


def test_beside_numpy():
    x, a = wnp.arange(3.0), np.ones(3)
    a += x
    assert type(a) is wg.Array and a.tolist() == [1, 2, 3]  # as in JAX: the name is bound anew
    x += 1
    assert type(np.float64(2) * x) is type(np.eye(3) @ x) is wg.Array and not hasattr(wg.Array, "__array_ufunc__")
    assert np.sum(x) == 6 and np.concatenate([x, np.ones(1)]).tolist() == [1, 2, 3, 1]
    assert (np.ones(3) == x).tolist() == [True, False, False] and (x != "a") and not (x == None)  # noqa: E711
    a = np.zeros(2)
    a[0] = wnp.array(5.0)
    assert a.tolist() == [5, 0] and np.array([wnp.array(1.0), wnp.array(2.0)]).tolist() == [1, 2]
    for wrong in (lambda: x + "a", lambda: x + [1, 2, 3], lambda: x < None):
        with pytest.raises(TypeError, match=r"not supported between|unsupported operand"):
            wrong()


# --- methods ---------------------------------------------------------------------------------------------------------


def test_methods_of_arrays_and_tracers():
    x = wnp.array([[1, 256], [3, -4]], "int16")
    calls = [
        lambda x: x.byteswap(), lambda x: x.astype("float32").byteswap(), lambda x: (x + 2j).byteswap(),
        lambda x: x.view("uint8"), lambda x: x.view(), lambda x: x[0].searchsorted(3), lambda x: (x > 0).byteswap(),
    ]  # fmt: skip
    expected = [
        np.asarray(x).byteswap(), np.asarray(x, np.float32).byteswap(), np.asarray(x + 2j).byteswap(),
        np.asarray(x).view("uint8"), np.asarray(x), 1, np.asarray(x) > 0,
    ]  # fmt: skip
    compiled = [r for part in (calls[:3], calls[3:]) for r in wg.jit(lambda x, part=part: [f(x) for f in part])(x)]
    for got in ([f(x) for f in calls], compiled):
        for g, e in zip(got, expected, strict=True):
            np.testing.assert_array_equal(g, e)
    assert [i.tolist() for i in x.nonzero()] == [[0, 0, 1, 1], [0, 1, 0, 1]]


def test_signatures_are_those_of_the_functions():
    import inspect

    assert list(inspect.signature(wnp.ones(1).sum).parameters)[:4] == ["axis", "dtype", "out", "keepdims"]
    assert list(inspect.signature(wg.Array.cumsum).parameters)[1:] == list(inspect.signature(wnp.cumsum).parameters)[1:]


def test_printing_options():
    x = wnp.array([1 / 3, 2 / 3])
    with wnp.printoptions(precision=2):
        assert repr(x) == "Array([0.33, 0.67], dtype=float32)" and str(x) == f"{x}" == "[0.33 0.67]"
    assert repr(x) == "Array([0.33333334, 0.6666667 ], dtype=float32)"
    with wnp.printoptions(threshold=4, edgeitems=1):
        assert repr(wnp.arange(9)) == "Array([0, ..., 8], dtype=int32)"
        assert repr(wnp.zeros((0, 2))) == "Array([], shape=(0, 2), dtype=float32)"


def test_own_arrays_inside_of_lists():
    class Own:
        def __jax_array__(self):
            return wnp.arange(2)

    assert wnp.array([[Own()], (Own(),)]).tolist() == [[[0, 1]], [[0, 1]]]


def test_numbers_of_own_classes():
    class Level(enum.IntEnum):
        high = 3

    class Metres(float):
        pass

    x = wnp.ones(2, "int8")
    assert (x * Level.high).dtype == "int8" and (x * Level.high).tolist() == [3, 3]
    assert wg.jit(lambda x: x + Level.high)(x).tolist() == [4, 4]
    assert wnp.add(x.astype("float16"), Metres(0.5)).dtype == "float16"
