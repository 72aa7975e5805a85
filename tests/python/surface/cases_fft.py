# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.numpy.fft and scipy.fft: lengths that cut and fill, axes, normalisations."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from surface.records import ANY, Call, Draw, Operand, register
from surface.strategies import axes_of, axis_of, calls, kind_of, shapes

NORMS = st.sampled_from([None, "ortho", "forward", "backward"])
REALS, BOTH = ("float32", "float64", "int32"), ("complex64", "float32", "complex128", "int32")


@calls
def one_axis(draw: Draw, kinds: Any, least: int = 1) -> Call:
    shape = draw(shapes(1, smallest=1))
    n = draw(st.none() | st.integers(least, 6))
    axis = axis_of(draw, len(shape))
    if n is None and shape[axis] < least:
        n = least
    return Call((Operand(shape, kind_of(draw, kinds)), n, axis), {"norm": draw(NORMS)})


@calls
def many_axes(draw: Draw, kinds: Any, two: bool = False, least: int = 1) -> Call:
    shape = draw(shapes(2, smallest=max(least, 1)))
    kwargs: dict[str, Any] = {"norm": draw(NORMS)}
    count = 2 if two else draw(st.integers(1, len(shape)))
    kwargs["axes"] = tuple(draw(st.permutations(range(len(shape))))[:count])
    if draw(st.booleans()):
        kwargs["s"] = tuple(draw(st.integers(least, 5)) for _ in range(count))
    return Call((Operand(shape, kind_of(draw, kinds)),), kwargs)


WIDE = {"tolerance": 20.0}
register("numpy.fft", "fft ifft", one_axis(BOTH), result="complex", **WIDE)
register("numpy.fft", "rfft ihfft", one_axis(REALS), result="complex", **WIDE)
register("numpy.fft", "irfft hfft", one_axis(BOTH, 2), result="real", **WIDE)
register("numpy.fft", "fft2 ifft2", many_axes(BOTH, True), result="complex", **WIDE)
register("numpy.fft", "fftn ifftn", many_axes(BOTH), result="complex", **WIDE)
register("numpy.fft", "rfft2", many_axes(REALS, True), result="complex", **WIDE)
register("numpy.fft", "rfftn", many_axes(REALS), result="complex", **WIDE)
register("numpy.fft", "irfft2", many_axes(BOTH, True, 2), result="real", **WIDE)
register("numpy.fft", "irfftn", many_axes(BOTH, False, 2), result="real", **WIDE)


@calls
def shifts(draw: Draw) -> Call:
    shape = draw(shapes(1))
    return Call((Operand(shape, kind_of(draw, ANY)),), {"axes": axes_of(draw, len(shape))})


register("numpy.fft", "fftshift ifftshift", shifts())


@calls
def cosines(draw: Draw) -> Call:
    shape = draw(shapes(1, smallest=2))
    n = draw(st.none() | st.integers(2, 6))
    kwargs = {
        "type": draw(st.sampled_from([2, 3])),
        "n": n,
        "axis": axis_of(draw, len(shape)),
        "norm": draw(st.sampled_from([None, "ortho"])),
    }
    return Call((Operand(shape, kind_of(draw, ("float32", "float64"))),), kwargs)


@calls
def cosines_of_many(draw: Draw) -> Call:
    call = draw(many_axes(("float32", "float64"), least=2))
    return Call(
        call.args, call.kwargs | {"norm": draw(st.sampled_from([None, "ortho"])), "type": draw(st.sampled_from([2, 3]))}
    )


register("scipy.fft", "dct idct", cosines(), **WIDE)
register("scipy.fft", "dctn idctn", cosines_of_many(), **WIDE)
