# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.numpy: arrays from numbers, shapes, files' bytes and functions."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from surface.cases_indexing import library_of, numbers
from surface.records import ANY, FLOATS, JIT, NO_SLOPE, REAL, VALUES, Call, Draw, Number, Operand, Static, register
from surface.strategies import calls, kind_of, maybe, plain, shapes, with_options

SHAPE, N, K = shapes(), st.integers(0, 5), st.integers(-3, 3)
KIND = maybe("float32", "int32", "bool", "float16", "complex64", "uint8")
ALONE = (JIT,)


def asked(default: Any) -> Any:
    """The type that the call asks for, by position or name, else the default."""
    return lambda call: (
        call.kwargs.get("dtype") or default(call) if callable(default) else call.kwargs.get("dtype") or default
    )


register("numpy", "zeros ones", numbers(SHAPE, dtype=KIND), result=asked("float32"), ways=ALONE)
register("numpy", "empty", numbers(SHAPE, dtype=KIND), np.zeros, result=asked("float32"), ways=ALONE)
register("numpy", "full", numbers(SHAPE, st.just(2), dtype=KIND), result=asked("int32"), ways=ALONE)
register("numpy", "full:array", st.tuples(SHAPE, st.sampled_from(REAL)).map(lambda c: Call((c[0], Operand((), c[1])))))
LIKE = with_options(plain(ANY), dtype=KIND, shape=maybe((2, 3), ()))
register("numpy", "zeros_like ones_like", LIKE, result=asked(lambda c: c.leaves[0].dtype), ways=NO_SLOPE)
register("numpy", "empty_like", LIKE, np.zeros_like, result=asked(lambda c: c.leaves[0].dtype), ways=NO_SLOPE)
register(
    "numpy",
    "full_like",
    with_options(plain(ANY), fill_value=st.just(1), dtype=KIND),
    result=asked(lambda c: c.leaves[0].dtype),
    ways=NO_SLOPE,
)
register("numpy", "eye", numbers(N, st.none() | N, K, dtype=KIND), result=asked("float32"), ways=ALONE)
register("numpy", "identity", numbers(N, dtype=KIND), result=asked("float32"), ways=ALONE)
register(
    "numpy", "tri", numbers(N, st.none() | N, K, dtype=maybe("int32", "bool")), result=asked("float32"), ways=ALONE
)
register(
    "numpy",
    "arange",
    numbers(st.integers(-9, 9), st.integers(-9, 9), st.sampled_from([1, 2, -1, -3]), dtype=maybe("float32")),
    result=asked("int32"),
    ways=ALONE,
)
register(
    "numpy",
    "arange:floats",
    numbers(st.sampled_from([-2.0, 0.0, 0.5]), st.sampled_from([3.0, 1.25]), st.sampled_from([0.25, 0.375])),
    result="float32",
    ways=ALONE,
)
register(
    "numpy",
    "broadcast_shapes",
    st.tuples(SHAPE, st.integers(0, 3)).map(lambda c: Call((c[0], c[0][c[1] :]))),
    result=lambda c: "int64",
    ways=VALUES,
)
register("numpy", "bartlett blackman hamming hanning", numbers(st.integers(0, 8)), result="float32", ways=ALONE)
register(
    "numpy",
    "kaiser",
    st.tuples(N, st.sampled_from(FLOATS[:1] + FLOATS[3:])).map(lambda c: Call((c[0], Operand((), c[1], 0.5, 9)))),
    tolerance=9.0,
)
register(
    "numpy.fft",
    "fftfreq rfftfreq",
    numbers(st.integers(1, 9), st.sampled_from([1.0, 0.25])),
    result="float32",
    ways=ALONE,
)


@calls
def spaces(draw: Draw, low: float = -3, high: float = 3, **more: Any) -> Call:
    shape = draw(shapes(most=2))
    kind = kind_of(draw, FLOATS[:1] + FLOATS[3:])
    ends = [Operand(shape, kind, low, high), draw(st.sampled_from([Operand(shape, kind, low, high), Number(2)]))]
    kwargs = {k: v for k, v in ((k, draw(s)) for k, s in more.items()) if v is not ...}
    return Call(
        (*ends, draw(st.integers(0, 5))),
        {"endpoint": draw(st.booleans()), "axis": draw(st.integers(-1, len(shape) - 1 if shape else 0)), **kwargs},
    )


register("numpy", "linspace", spaces())
register("numpy", "linspace:step", spaces(retstep=st.just(True)).filter(lambda c: c.args[2] > 1))
register("numpy", "logspace", spaces(-2, 2, base=maybe(2.0)), tolerance=9.0)
register("numpy", "geomspace", spaces(0.5, 4), tolerance=9.0, slope=5.0)


@calls
def grids(draw: Draw) -> Call:
    parts = tuple(Operand((draw(st.integers(0, 3)),), kind_of(draw, REAL)) for _ in range(draw(st.integers(1, 3))))
    return Call(parts, {"indexing": draw(st.sampled_from(["xy", "ij"])), "sparse": draw(st.booleans())})


register(
    "numpy",
    "meshgrid",
    grids(),
    result=lambda c: c.leaves[-1].dtype,
    function=lambda f, *a, **k: f(*a, **k)[-1],
    reference=lambda *a, **k: np.meshgrid(*a, **k)[-1],
)
register(
    "numpy",
    "vander",
    st.tuples(plain(REAL, least=1, most=1), st.none() | st.integers(0, 4), st.booleans()).map(
        lambda c: Call((*c[0].args, c[1]), {"increasing": c[2]})
    ),
    result="first",
    tolerance=4.0,
)

# --- from objects -----------------------------------------------------------------------------------------------------

register(
    "numpy",
    "asarray",
    with_options(plain(ANY), dtype=maybe("float32", "int32", "complex64")).filter(
        lambda c: c.leaves[0].dtype != "complex64" or c.kwargs.get("dtype") == "complex64"
    ),
    result=asked(lambda c: c.leaves[0].dtype),
)
register("numpy", "array", with_options(plain(ANY), ndmin=st.integers(0, 4)))
register(
    "numpy",
    "array:nested",
    st.tuples(shapes(), st.sampled_from(("float32", "int32", "bool"))).map(
        lambda c: Call(
            (
                [
                    [Operand(c[0], c[1]), Operand(c[0], c[1])],
                    [Operand(c[0], c[1]), Number(1 if c[1] != "bool" else True)],
                ]
                if not c[0]
                else [Operand(c[0], c[1])] * 2,
            )
        )
    ),
)
register(
    "numpy",
    "fromfunction",
    numbers(shapes(1), dtype=maybe("int32")),
    lambda s, dtype="float32": np.fromfunction(_slope, s, dtype=dtype),
    function=lambda f, s, **k: f(_slope, s, **k),
    result=asked("float32"),
    ways=ALONE,
)


def _slope(*places: Any) -> Any:
    return sum((i + 1) * p for i, p in enumerate(places)) + 0 * places[0]


register(
    "numpy",
    "frombuffer",
    numbers(
        st.just(bytes(range(24))),
        st.sampled_from(["uint8", "int32", "float32"]),
        st.sampled_from([-1, 2]),
        st.sampled_from([0, 4]),
    ),
    result=lambda c: c.args[1],
    ways=VALUES,
    exact=True,
)
register(
    "numpy",
    "fromiter",
    numbers(st.just((1, 2, 5)), st.sampled_from(["int32", "float32"]), st.sampled_from([-1, 2])),
    result=lambda c: c.args[1],
    ways=VALUES,
)
register(
    "numpy",
    "fromstring",
    numbers(st.just("1, 2, 5"), st.sampled_from(["int32", "float32"]), st.sampled_from([-1, 2]), sep=st.just(",")),
    result=lambda c: c.args[1],
    ways=VALUES,
)
register(
    "numpy",
    "from_dlpack",
    plain(("float32", "int32", "uint8", "float16", "complex64", "bool")),
    lambda x: x,
    ways=VALUES,
)

# --- functions of functions -------------------------------------------------------------------------------------------


@calls
def along(draw: Draw) -> Call:
    shape = draw(shapes(1, smallest=1))
    return Call((Operand(shape, kind_of(draw, FLOATS)),), {"axis": draw(st.integers(-len(shape), len(shape) - 1))})


def cumulated(f: Any, x: Any, axis: int) -> Any:
    m = library_of(f)
    return f(lambda v: m.cumsum(v) * v[0], axis, x)


def over_axes(f: Any, x: Any, axis: int) -> Any:
    m = library_of(f)
    return f(m.sum, x, (axis, 0))


for name, use in (("apply_along_axis", cumulated), ("apply_over_axes", over_axes)):
    register(
        "numpy",
        name,
        along(),
        lambda x, axis, use=use, name=name: use(getattr(np, name), x, axis),
        function=use,
        tolerance=4.0,
    )


def vectorized(f: Any, x: Any, y: Any) -> Any:
    return f(lambda a, b: a * b + a)(x, y)


@calls
def pairs(draw: Draw) -> Call:
    shape = draw(shapes(smallest=1))
    return Call((Operand(shape, "float32"), Operand(shape[draw(st.integers(0, len(shape))) :], "float32")))


register("numpy", "vectorize", pairs(), lambda x, y: x * y + x, function=vectorized, tolerance=4.0)
register(
    "numpy",
    "frompyfunc",
    pairs(),
    lambda x, y: x * y + x,
    function=lambda f, x, y: f(lambda a, b: a * b + a, 2, 1)(x, y),
    tolerance=4.0,
)


# --- grids by index ---------------------------------------------------------------------------------------------------


def indexed(name: str, *keys: Any, result: Any = "int32", ways: Any = ALONE) -> None:
    """Objects that are indexed: the key is the argument."""
    register(
        "numpy",
        name,
        st.sampled_from(keys).map(lambda k: Call((Static(k),))),
        lambda key: getattr(np, name)[key],
        function=None,
        result=result,
        ways=ways,
    )
    from dataclasses import replace

    from surface.records import TABLE

    record = TABLE[f"numpy.{name}"]
    TABLE[f"numpy.{name}"] = replace(record, function=_Item())


class _Item:
    """obj[key] as a function of obj and key."""

    def __call__(self, obj: Any, key: Any) -> Any:
        return obj[key]


STEPS = lambda *parts: tuple(slice(*p) for p in parts)
indexed("mgrid", STEPS((0, 3), (1, 4)), slice(0, 5, 2))
indexed("ogrid", STEPS((0, 3), (1, 4)), slice(0, 5, 2))
