# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls of wengert.numpy whose results NumPy's function of the same name gives too: the table behind test_numpy.py.

A case is written once as an expression over `m`, which is wengert.numpy or numpy, and the arrays of `data()`.
"""

from __future__ import annotations

import numpy as np


def data():
    """Float arrays away from each other's kinks, integers, bools; fresh and writable."""
    rng = np.random.default_rng(7)
    f = lambda *s: rng.uniform(0.5, 2.0, s).astype(np.float32)
    return {
        "x": f(3, 4), "y": f(3, 4), "r": f(4), "c": f(3, 1), "v": f(5), "w": f(5), "t": f(2, 3, 4), "u": f(2, 4, 3),
        "s": np.float32(1.3), "n": rng.normal(size=(3, 4)).astype(np.float32), "q": f(3, 3),
        "i": np.array([[1, -2, 3], [7, 5, -6]], np.int32), "j": np.array([[2, 3, -4], [-3, 5, 4]], np.int32),
        "b": np.array([[True, False, True], [False, False, True]]), "k": np.array([2, 0, 1], np.int32),
    }  # fmt: skip


# Differentiable in the float arrays they use.
SMOOTH = """
m.exp(n)  m.exp2(n)  m.expm1(n)  m.log(x)  m.log2(x)  m.log10(x)  m.log1p(x)  m.sqrt(x)  m.cbrt(x)  m.square(n)
m.sin(n)  m.cos(n)  m.tan(x)  m.arcsin(x / 3)  m.arccos(x / 3)  m.arctan(n)  m.sinh(n)  m.cosh(n)  m.tanh(n)
m.arcsinh(n)  m.arccosh(x + 1)  m.arctanh(x / 3)  m.arctan2(x, n)  m.hypot(x, n)  m.logaddexp(n, x)  m.logaddexp2(n, x)
m.negative(n)  m.abs(n)  m.reciprocal(x)  m.add(x, r)  m.subtract(x, c)  m.multiply(r, c)  m.true_divide(x, y)
m.power(x, y)
m.maximum(x, y)  m.minimum(x, r)  m.fmod(x, y + 2)  m.sinc(n)  m.deg2rad(n)  m.rad2deg(n)  m.copysign(x, n)
x + 1  1 - x  x * 2.5  2 / x  x**2  x**3  x**-1  x**0.5  2.0**x  -x  +x  abs(n)  x / y  s * x
m.where(n > 0, x, y)  m.where(n > 0, x, 0)  m.clip(n, -0.4, 0.6)  m.nan_to_num(x)
m.sum(x)  m.sum(x, 0)  m.sum(t, (0, 2))  m.sum(x, axis=-1, keepdims=True)  m.mean(x)  m.mean(t, (1, 2))  m.var(x)
m.var(x, 0, ddof=1)
m.std(x)  m.std(t, axis=1, keepdims=True)  m.prod(x)  m.prod(x, 1)  m.max(x)  m.max(x, 0)  m.min(t, (0, 1))
m.min(x, 1, keepdims=True)
m.ptp(x, 0)  m.average(x, 0)  m.average(x, 1, r)  m.cumsum(x)  m.cumsum(x, 0)  m.cumprod(x, 1)  m.diff(x)
m.diff(v, 2)  m.diff(x, axis=0)
m.nansum(x)  m.nanmean(x, 0)  m.trapezoid(v)  m.gradient(v)  m.median(v)  m.quantile(x, 0.3, axis=1)
m.percentile(v, 40)
m.dot(x, x.T)  m.dot(v, w)  m.dot(x, r)  m.dot(t, u[0])  m.dot(s, x)  m.matmul(t, u)  m.matmul(t, u[0])
m.matmul(x, r)  m.matmul(r, u)
x @ r  m.vdot(x, y)  m.inner(x, y)  m.outer(v, w)  m.tensordot(t, u, ((2,), (1,)))  m.tensordot(t, t, 3)  m.kron(x, q)
m.cross(q, q[0])  m.trace(q)  m.einsum("ij,kj->ik", x, y)  m.einsum("ij,ij->", x, y)  m.einsum("ii->i", q)
m.einsum("ii", q)  m.einsum("bij,bjk->bik", t, u)
m.einsum("i,j->ij", v, w)  m.einsum("ij->ji", x)  m.einsum("ij,j,i->i", x, r, r[:3])
m.einsum("...ij,...jk->...ik", t, u)  m.einsum("ij,jk,kl", q, q, x)
m.linalg.norm(x)  m.linalg.norm(v, 1)  m.linalg.norm(v, 3)  m.linalg.norm(x, axis=1)  m.linalg.norm(v, m.inf)
m.linalg.norm(x, 1)  m.linalg.norm(x, m.inf)
m.reshape(x, (2, -1))  m.reshape(x, (6, 2), order="F")  m.ravel(x)  m.ravel(x, order="F")  m.transpose(t)
m.transpose(t, (1, 0, 2))  t.T  t.mT
m.moveaxis(t, 0, -1)  m.moveaxis(t, (0, 1), (2, 0))  m.swapaxes(t, 0, 2)  m.rollaxis(t, 2)  m.expand_dims(x, (0, 2))
m.squeeze(c)  m.squeeze(c, 1)
m.broadcast_to(r, (2, 3, 4))  m.concatenate([x, y])  m.concatenate([x, c], 1)  m.concatenate([x, y], None)
m.stack([v, w])  m.stack([x, y], -1)
m.hstack([x, y])  m.vstack([v, w])  m.dstack([x, y])  m.column_stack([v, w])  m.append(v, w)  m.split(x, 2, 1)[1]
m.array_split(v, 2)[0]
m.split(v, [1, 3])[1]  m.tile(x, 2)  m.tile(v, (2, 3))  m.repeat(x, 2)  m.repeat(x, 3, 1)
m.repeat(v, [1, 0, 2, 1, 1])  m.flip(x)  m.flip(x, 0)
m.fliplr(x)  m.flipud(x)  m.rot90(x)  m.rot90(x, 2)  m.rot90(x, 3)  m.roll(x, 2)  m.roll(x, -1, 0)
m.roll(x, (1, 2), (0, 1))
m.pad(v, 2)  m.pad(x, ((1, 0), (2, 1)))  m.pad(v, 1, "edge")  m.pad(v, 2, "reflect")  m.pad(v, 2, "symmetric")
m.pad(v, 3, "wrap")
m.diag(v)  m.diag(v, 2)  m.diag(v, -1)  m.diag(x)  m.diag(x, 1)  m.diagonal(t, 0, 1, 2)  m.diagonal(x, -1)
m.tril(x)  m.triu(x, 1)  m.tril(t, -1)  m.resize(v, (2, 4))
m.atleast_2d(v)  m.atleast_3d(x)  m.linspace(s, 3, 5)  m.linspace(v, w, 4)  m.vander(v, 3)  m.meshgrid(v, r)[0]
m.full_like(x, 2.0)
m.sort(x, 0)  m.sort(x)  m.take(x, k)  m.take(x, k, 1)  m.take(v, -2)  m.take_along_axis(x, k[None], 1)
m.interp(s, m.arange(5.0), v)  m.polyval(v, s)
x[0]  x[-1]  x[1:]  x[::-1]  x[:, 1:3]  x[..., 0]  x[None]  x[1, 2]  x[::2, ::-2]  t[..., None, 1]  x[5:]
t[1, :, ::3]  x[-2:, None]
x[k]  x[:, k]  x[k, k]  t[:, k]  t[0, k, 1:]  t[1, :, k]  t[:, k, k]  t[k[1:2], :, k]  x[k[:, None], k]  x[b[0]]
x.reshape(4, 3)  x.sum()  x.mean(0)  x.max(1)  x.T.flatten()  x.squeeze()  x.ravel()  x.clip(0.7, 1.5)  x.dot(r)
x.swapaxes(0, 1)  x.repeat(2)  x.std()  x.var()  x.prod(0)
"""

# Integers, bools, comparisons, and functions without derivative.
DISCRETE = """
m.floor(n)  m.ceil(n)  m.rint(n * 3)  m.round(n, 1)  m.trunc(n)  m.sign(n)  m.signbit(n)  m.heaviside(n, 0.5)
m.modf(n)[0]
m.floor_divide(n, x)  m.remainder(n, x)  m.divmod(n, x)[0]  n // 0.5  n % 0.7  m.isnan(n)  m.isinf(n)  m.isfinite(n)
m.isclose(x, x + 1e-7)
i + j  i * j  i - 7  i // j  i % j  i // 2  i % 3  -i  abs(i)  i**2  i & j  i | j  i ^ j  ~i  i << 2  i >> 1
m.fmod(i, j)  i / j  m.floor_divide(i, -3)
m.power(abs(j), abs(i))  m.maximum(i, j)  m.minimum(i, 2)  m.sign(i)  m.square(i)  m.clip(i, -1, 4)  m.sum(i)
m.sum(i, 1)  m.prod(j, 0)  m.max(i, 0)  m.min(i)  m.mean(i)  m.var(i)
b & ~b  b | True  m.logical_and(b, i > 0)  m.logical_or(b, i)  m.logical_xor(b, True)  m.logical_not(i)  m.all(b)
m.any(b, 0)  m.all(b, 1, keepdims=True)  m.sum(b)  m.sum(b, 0)
i == j  i != 3  i < j  i <= 1  x > y  x >= 1  m.equal(i, j)  m.count_nonzero(i > 0)  m.argmax(x)  m.argmax(x, 1)
m.argmin(x, 0)  m.argmax(i, 1)  m.argmin(i)
m.argmax(x, 0, keepdims=True)  m.argsort(x, 1)  m.argsort(-v)  m.sort(i, 1)  m.searchsorted(m.sort(v), w)
m.searchsorted(m.sort(v), v, side="right")  m.digitize(w, m.array([0.0, 1.0, 2.0]))
m.bincount(k)  m.unique(k)  m.nonzero(b)[1]  m.argwhere(b)  m.flatnonzero(b)  m.isin(i, j)  m.array_equal(i, i)
m.allclose(x, y)  m.histogram(v, 3)[1]  m.lexsort((k, k[::-1]))
m.arange(5)  m.arange(1, 8, 3)  m.arange(5, 0, -2)  m.arange(0.0, 1.0, 0.25)  m.eye(3)  m.eye(2, 3, 1)  m.tri(3)
m.tri(2, 3, -1)  m.identity(2)  m.zeros((2, 2))  m.ones(3)  m.full((2,), 7)
m.linspace(0, 10, 6)  m.linspace(0, 1, 4, endpoint=False)  m.logspace(0, 2, 3)  m.indices((2, 3))
m.tril_indices(3)[0]  m.zeros_like(i)  m.ones_like(b)
m.cumsum(i, 1)  m.cumprod(j, 0)  m.diff(i)  m.cumsum(b)  m.dot(i, j.T)  m.matmul(i, j.T)  m.einsum("ij,ij->i", i, j)
m.concatenate([i, x[:2, :3]])  m.where(b, i, x[:2, :3])
i[b]  i[::-1, 1]  i[..., k]  i.astype(float)  n.astype(int)  i.T  i.sum(0)  b.any()  b.all(1)  i.argmax()  i.round()
"""


def expressions(text):
    """The expressions of a table: two spaces or a new line between them."""
    return [e for line in text.strip().splitlines() for e in line.split("  ") if e]
