# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The functions of `scipy.special` that are solutions of wave equations: Bessel's functions and spherical harmonics."""

from __future__ import annotations

import math
from typing import Any

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import as_array, broadcast_all, convert
from wengert.scipy.counting import order_of
from wengert.scipy.error_functions import kind_of, reals

__all__ = ["bessel_jn", "sph_harm_y"]


def bessel_jn(z: Any, *, v: int, n_iter: int = 50) -> Any:
    """Bessel's functions of the first kind of orders 0 to v.

    Args:
      z: real numbers; integers become the default float.
      v: the greatest order.
      n_iter: orders beyond v at which the recurrence begins; it must exceed |z| by some tens.

    Returns:
      Of shape (v + 1,) + the shape of z.

    Raises:
      ShapeError: v or n_iter is no int from 0 on.
      DtypeError: z is complex.

    >>> bessel_jn(1.0, v=1)
    Array([0.7651977 , 0.44005057], dtype=float32, weak_type=True)
    """
    v, n_iter = order_of("bessel_jn", v), order_of("bessel_jn", n_iter)
    kind = kind_of("bessel_jn", z)
    (x,) = reals("bessel_jn", z)
    # ratios J_k / J_(k-1) from the end, which neither overflow nor lose digits; then 1 = J_0 + 2 J_2 + 2 J_4 + ...
    ratios: list[Any] = []
    ratio = wnp.zeros_like(x)
    tiny = float(dtypes.finfo(x.dtype).tiny)
    for k in range(v + n_iter, 0, -1):
        below = 2 * k - x * ratio
        ratio = x / wnp.where(wnp.abs(below) < tiny, tiny, below)
        ratios.append(ratio)
    ratios.reverse()
    total = wnp.zeros_like(x)
    for k in range(len(ratios) // 2 * 2, 0, -2):
        total = ratios[k - 2] * ratios[k - 1] * (1 + total)
    values = [1 / (1 + 2 * total)]
    for k in range(v):
        values.append(values[-1] * ratios[k])
    return convert(wnp.stack(values), kind, x.weak_type)


def sph_harm_y(n: Any, m: Any, theta: Any, phi: Any, diff_n: int | None = None, n_max: int | None = None) -> Any:
    """Spherical harmonics of degree n and order m, with the phase of Condon and Shortley.

    Args:
      n, m: integers; 0 for |m| > n.
      theta: the polar angle, from 0 to pi.
      phi: the azimuth.
      diff_n: must be None: differentiate with `grad`.
      n_max: the greatest degree; needed if n is traced.

    Returns:
      Complex numbers of the shape that the four broadcast to.

    Raises:
      DtypeError: n or m is no integer.
      ConcretizationError: n is traced and there is no n_max.

    >>> sph_harm_y(0, 0, 1.0, 1.0)
    Array(0.2820948+0.j, dtype=complex64)
    """
    from wengert.numpy.counting import concrete

    if diff_n is not None:
        raise errors.make(
            errors.UnsupportedTypeError, "sph_harm_y", f"expected diff_n=None but got {diff_n!r}",
            remedy="differentiate with grad or jacfwd",
        )  # fmt: skip
    degree, order = as_array("sph_harm_y", n), as_array("sph_harm_y", m)
    for i in (degree, order):
        if not dtypes.is_integer(i.dtype):
            raise errors.make(errors.DtypeError, "sph_harm_y", f"expected integers n and m but got {i.dtype}")
    if n_max is None:
        values = concrete("sph_harm_y", degree, ", or the argument n_max,")
        n_max = int(values.max()) if values.size else 0
    polar, azimuth = reals("sph_harm_y", theta, phi)
    degree, order, polar, azimuth = broadcast_all("sph_harm_y", (degree, order, polar, azimuth))
    which = wnp.abs(order)
    x, sine = wnp.cos(polar), wnp.sin(polar)
    sine = wnp.where(sine < 0, -sine, sine)  # not abs: its derivative at the poles is 0
    out = wnp.zeros_like(x)
    start = wnp.full_like(x, math.sqrt(1 / (4 * math.pi)))  # the Legendre function of degree and order k, normalised
    for k in range(n_max + 1):
        if k:
            start = start * sine * -math.sqrt((2 * k + 1) / (2 * k))
        before, value = wnp.zeros_like(x), start
        for d in range(k, n_max + 1):
            if d > k:
                a = math.sqrt((4 * d * d - 1) / (d * d - k * k))
                b = math.sqrt(((d - 1) ** 2 - k * k) / (4 * (d - 1) ** 2 - 1))
                before, value = value, a * (x * value - b * before)
            out = wnp.where((degree == d) & (which == k), value, out)
    out = wnp.where((order < 0) & (wnp.remainder(which, 2) == 1), -out, out)
    angle = convert(order, azimuth.dtype) * azimuth
    return lax.complex(out * wnp.cos(angle), out * wnp.sin(angle))
