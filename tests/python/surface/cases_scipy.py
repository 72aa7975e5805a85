# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.scipy: signals, interpolation, coordinates, clusters."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.cluster.vq
import scipy.interpolate
import scipy.ndimage
import scipy.signal
from hypothesis import strategies as st

from surface.cases_reductions import rising
from surface.records import Call, Draw, Operand, register
from surface.strategies import axis_of, calls, kind_of, maybe, shapes

KINDS = ("float32", "float64")
LOOSE = {"tolerance": 60.0, "slope": 20.0}
MODES = st.sampled_from(["full", "same", "valid"])


@calls
def filters(draw: Draw, rank: int | None = None, kinds: Any = (*KINDS, "complex64"), **more: Any) -> Call:
    """Two arrays of which the second fits into the first."""
    rank = rank or draw(st.integers(1, 2))
    kind = kind_of(draw, kinds)
    big = tuple(draw(st.integers(2, 5)) for _ in range(rank))
    small = tuple(draw(st.integers(1, n)) for n in big)
    kwargs = {k: v for k, v in ((k, draw(s)) for k, s in more.items()) if v is not ...}
    return Call((Operand(big, kind), Operand(small, kind)), {"mode": draw(MODES), **kwargs})


register("scipy.signal", "convolve correlate", filters(method=maybe("fft", "direct")), **LOOSE)
register("scipy.signal", "fftconvolve", filters(), **LOOSE)
register("scipy.signal", "convolve2d correlate2d", filters(2, boundary=maybe("wrap", "symm")), **LOOSE)


@calls
def trends(draw: Draw) -> Call:
    shape = draw(shapes(1, 2, smallest=3))
    return Call(
        (Operand(shape, kind_of(draw, KINDS)),),
        {"axis": axis_of(draw, len(shape)), "type": draw(st.sampled_from(["linear", "constant"]))},
    )


@calls
def signals(draw: Draw, two: bool = False, complex_too: bool = False) -> Call:
    leading = draw(st.sampled_from([(), (2,)]))
    kind = kind_of(draw, (*KINDS, "complex64") if complex_too else KINDS)
    operands = [Operand((*leading, 24), kind) for _ in range(1 + two)]
    return Call(
        tuple(operands),
        {"nperseg": draw(st.sampled_from([4, 8])), "fs": 2.0, "window": draw(st.sampled_from(["hann", "boxcar"]))},
    )


def inverse(f: Any, z: Any) -> Any:
    return f(z, nperseg=8)


@calls
def spectra(draw: Draw) -> Call:
    return Call((Operand((5, draw(st.integers(3, 5))), kind_of(draw, ("complex64", "complex128"))),), {"nperseg": 8})


register("scipy.signal", "detrend", trends(), **LOOSE)
register("scipy.signal", "stft", signals(), result=("magnitude", "magnitude", "complex"), **LOOSE)
register("scipy.signal", "istft", spectra(), result="magnitude", **LOOSE)
register("scipy.signal", "welch", signals(), result="magnitude", **LOOSE)
register("scipy.signal", "csd", signals(True), result=("magnitude", "complex"), **LOOSE)


@calls
def coordinates(draw: Draw) -> Call:
    shape = (draw(st.integers(2, 4)), draw(st.integers(2, 4)))
    kind, places = kind_of(draw, KINDS), draw(shapes(1, 2, smallest=1))
    at = [Operand(places, kind, -0.7, n - 0.3) for n in shape]
    mode = draw(st.sampled_from(["constant", "nearest", "wrap", "mirror", "reflect"]))
    return Call((Operand(shape, kind), at), {"order": draw(st.sampled_from([0, 1])), "mode": mode, "cval": 2.0})


def on_the_grid(*args: Any, mode: str, **kwargs: Any) -> np.ndarray:
    """SciPy calls `grid-wrap` and `grid-constant` what JAX calls `wrap` and `constant`."""
    return scipy.ndimage.map_coordinates(
        *args, mode={"wrap": "grid-wrap", "constant": "grid-constant"}.get(mode, mode), **kwargs
    )


register("scipy.ndimage", "map_coordinates", coordinates(), on_the_grid, **LOOSE)


@calls
def on_a_grid(draw: Draw) -> Call:
    sizes = (draw(st.integers(2, 4)), draw(st.integers(2, 4)))
    kind = kind_of(draw, KINDS)
    points = tuple(Operand((n,), kind, make=rising) for n in sizes)
    return Call(
        (points, Operand(sizes, kind), Operand((3, 2), kind, -0.5, 2)),
        {"method": draw(st.sampled_from(["linear", "nearest"]))},
    )


def interpolated(f: Any, points: Any, values: Any, xi: Any, method: str) -> Any:
    return f(points, values, method, bounds_error=False, fill_value=None)(xi)


register(
    "scipy.interpolate",
    "RegularGridInterpolator",
    on_a_grid(),
    lambda *a, **k: interpolated(scipy.interpolate.RegularGridInterpolator, *a, **k),
    function=interpolated,
    **LOOSE,
)


@calls
def clusters(draw: Draw) -> Call:
    d, kind = draw(st.integers(1, 3)), kind_of(draw, KINDS)
    return Call((Operand((draw(st.integers(1, 5)), d), kind), Operand((draw(st.integers(1, 3)), d), kind)))


register("scipy.cluster.vq", "vq", clusters(), result=("int", "same"), tolerance=20.0)
