# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Special functions under the names and signatures of `jax.lax`: element by element, of float arrays of any shape.

Arrays among the operands must have one type and shape; Python numbers take those of the arrays. float16 and bfloat16
are computed in float32 and rounded once. `wengert.scipy.special` promotes and broadcasts.
"""

from __future__ import annotations

from typing import Any

from wengert import dtypes
from wengert.lax._operands import apply, as_array, broadcast_all, check_kind, convert, same
from wengert.lax.functions import full_like

__all__ = [
    "bessel_i0e", "bessel_i1e", "betainc", "digamma", "erf_inv", "erfc", "igamma", "igamma_grad_a", "igammac",
    "lgamma", "polygamma", "random_gamma_grad", "regularized_incomplete_beta", "zeta",
]  # fmt: skip


def _floats(function: str, *operands: Any) -> tuple[Any, ...]:
    """The operands, of one float type and one shape; Python numbers become floats."""
    xs = [float(x) if type(x) in (bool, int) else x for x in operands]
    fitted = same(function, tuple(xs)) if len(xs) > 1 else (as_array(function, xs[0]),)
    check_kind(function, "f", "float", *fitted)
    return fitted


def _call(op: str, *operands: Any) -> Any:
    return apply(op, _floats(op, *operands))


def _of_one(op: str, summary: str, example: str) -> Any:
    """The function of one operand that an op computes."""

    def f(x: Any) -> Any:
        return _call(op, x)

    given, result = example.split(" -> ")
    f.__name__ = f.__qualname__ = op
    f.__doc__ = f"""{summary}

    Raises:
      DtypeError: `x` is not of a float type.

    >>> {op}({given})
    Array({result}, dtype=float32, weak_type=True)
    """
    return f


erfc = _of_one("erfc", "1 - erf(x), with all digits where erf(x) is close to 1.", "2.0 -> 0.00467773")
erf_inv = _of_one("erf_inv", "The inverse of erf: inf at 1, -inf at -1, nan beyond.", "0.5 -> 0.47693628")
lgamma = _of_one(
    "lgamma", "The logarithm of |gamma(x)|; inf at 0, -1, -2, ... Its derivative is `digamma`.", "5.0 -> 3.1780539"
)
digamma = _of_one(
    "digamma", "The derivative of `lgamma`; -inf at 0, inf at -0.0, nan at -1, -2, ...", "1.0 -> -0.5772157"
)
bessel_i0e = _of_one("bessel_i0e", "The modified Bessel function of order 0, times exp(-|x|).", "1.0 -> 0.46575961")
bessel_i1e = _of_one("bessel_i1e", "The modified Bessel function of order 1, times exp(-|x|).", "1.0 -> 0.20791042")


def polygamma(m: Any, x: Any) -> Any:
    """The derivative of order `m` of `digamma` at `x`.

    Args:
      m: the order, whole numbers: integers or floats of the shape of `x`, or one number. Derivatives in `m` do not
        exist and count as 0.
      x: a float array or a number.

    Returns:
      An array like `x`; nan where `m` is negative or not whole.

    >>> polygamma(1, 1.0)
    Array(1.644934, dtype=float32, weak_type=True)
    """
    x = _floats("polygamma", x)[0]
    n = as_array("polygamma", m)
    check_kind("polygamma", "iuf", "numeric", n)
    order, x = broadcast_all("polygamma", [n if n.dtype == dtypes.int32 else convert(n, dtypes.int32), x])
    value = apply("polygamma", (order, x))
    if n.dtype.kind in "iu":
        return value
    n, back = broadcast_all("polygamma", [n, convert(order, n.dtype)])
    return apply("select", (apply("eq", (n, back)), value, full_like(value, float("nan"))))


def igamma(a: Any, x: Any) -> Any:
    """The regularised lower incomplete gamma function P(a, x), the probability that a gamma variable is below `x`.

    Differentiable in both operands, to any order in `x` and to order 8 in `a`. nan where `a` or `x` is negative.

    Raises:
      DtypeError: the operands are not of one float type.
      ShapeError: they are not of one shape.

    >>> igamma(1.0, 2.0)
    Array(0.86466473, dtype=float32, weak_type=True)
    """
    return _call("igamma", a, x)


def igammac(a: Any, x: Any) -> Any:
    """The regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x), with all digits where it is small.

    >>> igammac(1.0, 2.0)
    Array(0.13533528, dtype=float32, weak_type=True)
    """
    return _call("igammac", a, x)


def igamma_grad_a(a: Any, x: Any) -> Any:
    """The derivative of `igamma` in `a`.

    >>> igamma_grad_a(1.0, 2.0)
    Array(-0.22082542, dtype=float32, weak_type=True)
    """
    a, x = _floats("igamma_grad_a", a, x)
    return apply("mul", (apply("gamma_density", (a, x)), apply("igamma_sensitivity", (a, x), order=1)))


def random_gamma_grad(a: Any, x: Any) -> Any:
    """The derivative in `a` of a sample `x` from the gamma distribution with this parameter.

    Implicitly: -(d igamma / d a) / (d igamma / d x). It has derivatives itself.

    >>> random_gamma_grad(1.0, 2.0)
    Array(1.6316915, dtype=float32, weak_type=True)
    """
    return _call("random_gamma_grad", a, x)


def betainc(a: Any, b: Any, x: Any) -> Any:
    """The regularised incomplete beta function, the probability that a beta variable is below `x`.

    Differentiable in all operands, to any order in `x` and to order 8 in `a` and `b` together. nan where `a` or `b` is
    negative or `x` outside [0, 1].

    Raises:
      DtypeError: the operands are not of one float type.
      ShapeError: they are not of one shape.

    >>> betainc(2.0, 3.0, 0.5)
    Array(0.6875, dtype=float32, weak_type=True)
    """
    return _call("betainc", a, b, x)


regularized_incomplete_beta = betainc


def zeta(x: Any, q: Any) -> Any:
    """Hurwitz's zeta function: the sum of 1 / (q + k) ** x over k = 0, 1, 2, ..., for x > 1.

    Differentiable in both operands (in `x` for q > 0). inf for x = 1 and where q is 0, -1, -2, ...; nan for x < 1, and
    for other negative q unless x is whole.

    >>> zeta(2.0, 1.0)
    Array(1.644934, dtype=float32, weak_type=True)
    """
    return _call("zeta", x, q)
