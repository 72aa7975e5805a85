# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Activation functions: element by element, of floats; gradients are finite everywhere."""

from __future__ import annotations

import math
from typing import Any

from wengert import numpy as wnp
from wengert.lax._operands import as_array, promote, unary
from wengert.numpy import tanh

__all__ = [
    "celu", "elu", "gelu", "glu", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "identity", "leaky_relu",
    "log1mexp", "log_sigmoid", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "soft_sign", "softplus",
    "sparse_plus", "sparse_sigmoid", "squareplus", "swish", "tanh",
]  # fmt: skip


def _real(function: str, x: Any) -> Any:
    return promote(function, (x,), inexact=True)[0]


def identity(x: Any) -> Any:
    """x.

    >>> identity(wnp.array([1, 2]))
    Array([1, 2], dtype=int32)
    """
    return as_array("identity", x)


def relu(x: Any) -> Any:
    """max(x, 0); the derivative at 0 is 0.

    >>> relu(-2.0), relu(3.0)
    (Array(0., dtype=float32, weak_type=True), Array(3., dtype=float32, weak_type=True))
    """
    return wnp.where(wnp.greater(x, 0), x, 0)


def relu6(x: Any) -> Any:
    """min(max(x, 0), 6); the derivative at 0 and at 6 is 0.

    >>> relu6(8.0)
    Array(6., dtype=float32, weak_type=True)
    """
    return wnp.where(x <= 0, 0, wnp.where(x >= 6, 6, x))


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)).

    >>> sigmoid(0.0)
    Array(0.5, dtype=float32, weak_type=True)
    """
    return unary("sigmoid", "logistic", x, inexact=True)


def log_sigmoid(x: Any) -> Any:
    """log(sigmoid(x)), precise for very negative x.

    >>> log_sigmoid(0.0)
    Array(-0.6931472, dtype=float32, weak_type=True)
    """
    return -softplus(-_real("log_sigmoid", x))


def log1mexp(x: Any) -> Any:
    """log(1 - exp(-x)) of positive x, precise for x near 0 and for large x.

    >>> log1mexp(0.6931472)
    Array(-0.6931472, dtype=float32, weak_type=True)
    """
    x = _real("log1mexp", x)
    small = x < math.log(2)
    # Each branch gets an argument that is harmless to it where the other is taken: no NaN in the gradient.
    near = wnp.log(-wnp.expm1(-wnp.where(small, x, 1.0)))
    return wnp.where(small, near, wnp.log1p(-wnp.exp(-wnp.where(small, 1.0, x))))


def softplus(x: Any) -> Any:
    """log(1 + exp(x)).

    >>> softplus(0.0)
    Array(0.6931472, dtype=float32, weak_type=True)
    """
    return wnp.logaddexp(x, 0.0)


def sparse_plus(x: Any) -> Any:
    """0 below -1, x above 1, (x + 1)**2 / 4 between.

    >>> sparse_plus(1.0)
    Array(1., dtype=float32, weak_type=True)
    """
    x = _real("sparse_plus", x)
    return wnp.where(x <= -1, 0, wnp.where(x >= 1, x, (x + 1) ** 2 / 4))


def sparse_sigmoid(x: Any) -> Any:
    """0 below -1, 1 above 1, (x + 1) / 2 between: the derivative of sparse_plus.

    >>> sparse_sigmoid(0.0)
    Array(0.5, dtype=float32, weak_type=True)
    """
    return wnp.clip(_real("sparse_sigmoid", x) + 1.0, 0.0, 2.0) / 2


def squareplus(x: Any, b: Any = 4) -> Any:
    """(x + sqrt(x**2 + b)) / 2.

    >>> squareplus(0.0)
    Array(1., dtype=float32, weak_type=True)
    """
    x = _real("squareplus", x)
    return (x + wnp.sqrt(x * x + b)) / 2


def soft_sign(x: Any) -> Any:
    """x / (|x| + 1).

    >>> soft_sign(1.0)
    Array(0.5, dtype=float32, weak_type=True)
    """
    x = _real("soft_sign", x)
    return x / (wnp.abs(x) + 1)


def silu(x: Any) -> Any:
    """x sigmoid(x).

    >>> silu(0.0)
    Array(0., dtype=float32, weak_type=True)
    """
    x = _real("silu", x)
    return x * sigmoid(x)


swish = silu


def mish(x: Any) -> Any:
    """x tanh(softplus(x)).

    >>> mish(0.0)
    Array(0., dtype=float32, weak_type=True)
    """
    x = _real("mish", x)
    return x * tanh(softplus(x))


def elu(x: Any, alpha: Any = 1.0) -> Any:
    """x above 0, alpha (exp(x) - 1) below.

    >>> elu(2.0)
    Array(2., dtype=float32, weak_type=True)
    """
    x = _real("elu", x)
    positive = x > 0
    return wnp.where(positive, x, alpha * wnp.expm1(wnp.where(positive, 0, x)))


def celu(x: Any, alpha: Any = 1.0) -> Any:
    """x above 0, alpha (exp(x / alpha) - 1) below.

    >>> celu(2.0)
    Array(2., dtype=float32, weak_type=True)
    """
    x = _real("celu", x)
    return wnp.maximum(x, 0) + alpha * wnp.expm1(wnp.minimum(x, 0) / alpha)


def selu(x: Any) -> Any:
    """elu scaled so that means and variances of layers stay 0 and 1.

    >>> selu(0.0)
    Array(0., dtype=float32, weak_type=True)
    """
    return 1.0507009873554804934193349852946 * elu(x, 1.6732632423543772848170429916717)


def leaky_relu(x: Any, negative_slope: Any = 0.01) -> Any:
    """x above 0, negative_slope x below.

    >>> leaky_relu(-1.0)
    Array(-0.01, dtype=float32, weak_type=True)
    """
    x = _real("leaky_relu", x)
    return wnp.where(x >= 0, x, negative_slope * x)


def gelu(x: Any, approximate: bool = True) -> Any:
    """x times the normal distribution function at x, by default in its approximation by tanh.

    >>> gelu(0.0)
    Array(0., dtype=float32, weak_type=True)
    """
    x = _real("gelu", x)
    if approximate:
        return x * (0.5 * (1.0 + tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))))
    return 0.5 * x * unary("gelu", "erfc", x * -math.sqrt(0.5))  # not 1 + erf, which is 0 from -6 on


def glu(x: Any, axis: int = -1) -> Any:
    """The first half of x along `axis` times the sigmoid of the second.

    >>> glu(wnp.array([2.0, 0.0]))
    Array([1.], dtype=float32)
    """
    a, b = wnp.split(_real("glu", x), 2, axis)
    return a * sigmoid(b)


def hard_tanh(x: Any) -> Any:
    """x moved into the range from -1 to 1.

    >>> hard_tanh(3.0)
    Array(1., dtype=float32, weak_type=True)
    """
    return wnp.clip(x, -1, 1)


def hard_sigmoid(x: Any) -> Any:
    """relu6(x + 3) / 6.

    >>> hard_sigmoid(0.0)
    Array(0.5, dtype=float32, weak_type=True)
    """
    return relu6(_real("hard_sigmoid", x) + 3.0) / 6.0


def hard_silu(x: Any) -> Any:
    """x hard_sigmoid(x).

    >>> hard_silu(0.0)
    Array(0., dtype=float32, weak_type=True)
    """
    x = _real("hard_silu", x)
    return x * hard_sigmoid(x)


hard_swish = hard_silu
