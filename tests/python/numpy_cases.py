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
m.i0(n)  m.kaiser(5, s)  m.polyadd(v, r)  m.polysub(r, v)  m.polymul(v, r)  m.polydiv(v, r)[0]
m.polyder(v)  m.polyder(v, 2)  m.polyint(v)  m.polyint(v, 2)  m.polyint(v, 2, r[:2])  m.poly(v)  m.polyval(v, x)
m.polyfit(m.arange(5.0), v, 2)  m.polyfit(v, x.reshape(2, 6)[:, :5].T, 1)  m.polyfit(w, v, 1, w=v)
m.ldexp(x, k[0])  m.frexp(x)[0]  m.ediff1d(x)  m.ediff1d(v, to_begin=0.0, to_end=r)  m.diff(x, prepend=x[:, :1])
m.gradient(x, axis=0)  m.gradient(t)[2]  m.gradient(v, 0.5)  m.gradient(v, m.arange(5.0) ** 2)
m.gradient(v, edge_order=2)  m.gradient(x, m.arange(4.0) ** 2, axis=1, edge_order=2)
m.trapezoid(x, axis=0)  m.trapezoid(v, w + m.arange(5.0) * 2)  m.trapezoid(x, dx=0.5)  m.unwrap(n * 4)
m.unwrap(n * 4, axis=0)  m.unwrap(n, period=0.7)  m.interp(s, m.arange(5.0), v, left=-1.0)
m.interp(x, v, w, period=0.9)
m.cov(x)  m.cov(x, y)  m.cov(x, rowvar=False)  m.cov(x, bias=True)  m.cov(x, ddof=0, aweights=r)  m.corrcoef(x)
m.corrcoef(x, y)  m.cov(x, aweights=r)  m.cov(x, fweights=m.array([1, 2, 0, 3]))  m.cov(v)  m.corrcoef(v)
m.quantile(x, m.array([0.2, 0.7]), axis=0)  m.quantile(t, 0.4, axis=(0, 2))  m.quantile(x, 0.4, method="hazen")
m.quantile(x, 0.4, keepdims=True)  m.quantile(x, 0.35, axis=1, method="weibull")  m.nanmedian(x, 1)
m.quantile(x, 0.3, axis=1, method="inverted_cdf")  m.quantile(x, 0.37, method="averaged_inverted_cdf")
m.quantile(x, 0.3, method="closest_observation")  m.nanquantile(x, m.array([0.2, 0.7]), 1)  m.nanpercentile(t, 30, 0)
m.quantile(v, 0.3, method="inverted_cdf", weights=m.arange(1, 6) / 2)  m.median(t, (0, 1))  m.nanvar(x, 0)
m.nanstd(x, 1, ddof=1)  m.nanmax(x, 0)  m.nanmin(x, 1, keepdims=True)  m.nanprod(x, 1)  m.nancumsum(x, 1)
m.nancumprod(x, 0)  m.choose(k, [v[:3], w[:3], r[:3]])  m.choose(k + 1, x[:, :3], mode="wrap")
m.insert(x, 1, r, 0)  m.insert(v, [1, 3], w[:2])  m.insert(x, [0, 2], 7.0, 1)  m.delete(x, 1, 0)  m.delete(v, [0, -1])
m.delete(v, slice(0, 4, 2))  m.compress(m.array([True, False, True]), x, 0)  m.extract(x > 0, x)
m.block([[x, c], [m.ones((1, 5))]])  m.dsplit(t, 2)[1]  m.r_[v, 2.0, w]  m.c_[v, w]  m.matvec(t, r)  m.vecmat(r, u)
m.einsum("ij,jk,k->i", x, x.T, r[:3])  m.sum(x, 0, initial=2.0)  m.sum(x, where=x > 1.2)  m.mean(x, 1, where=x > 0.6)
m.var(x, where=x > 0.6)  m.max(x, 0, initial=1.5)  m.min(x, where=x > 1, initial=9.0)  m.prod(x, 0, where=x > 1)
m.cross(q[:, :2], q[0], axisa=1)  m.cross(q, q[::-1], 0, 0, 0)  m.cross(q[:, :2], q[::-1, :2])  m.add.outer(v, r)
m.add.reduce(x)  m.multiply.reduce(x, 1)  m.add.accumulate(x, 1)  m.subtract.reduce(x)  m.logaddexp.reduce(n, 1)
m.maximum.accumulate(x, 0)  m.minimum.reduce(x, None)  m.add.reduceat(v, k[:0:-1] + 1)
m.maximum.reduceat(x, m.array([0, 1]), 1)
m.pad(x, 2, "linear_ramp", end_values=3.0)  m.pad(x, 1, "mean")  m.pad(v, 2, "maximum", stat_length=3)
m.pad(v, 2, "median")  m.pad(v, 3, "reflect", reflect_type="odd")  m.pad(x, 2, "symmetric", reflect_type="odd")
m.pad(x, 1, "minimum")  m.pad(v, {0: (1, 2)})  m.sort(x, None)  m.partition(x, 1)[:, 1]
m.apply_over_axes(m.sum, t, (0, 2))
m.histogram(v, 3, weights=w)[0]  m.tril(x, 1)  m.trace(t, 1, 0, 2)  m.average(t, axis=(0, 1), weights=t)
m.vander(v, 3, increasing=True)  m.nan_to_num(x, nan=2.0)
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
m.gcd(i, j)  m.lcm(i, j)  m.gcd(i, 6)  m.bitwise_count(i)  m.packbits(b)  m.packbits(b, 1, bitorder="little")
m.unpackbits(m.packbits(b, 0), 0)  m.unpackbits(m.packbits(b), count=5)
m.unpackbits(m.packbits(b), count=-2, bitorder="little")
m.frexp(n)[1]  m.nextafter(x, n)  m.spacing(n)  m.bartlett(5)  m.blackman(4)  m.hamming(6)  m.hanning(5)
m.kaiser(5, 8.6)
m.union1d(i, j)  m.intersect1d(i, j)  m.setdiff1d(i, j)  m.setxor1d(i, j)  m.unique(i[:, ::-1], axis=1)
m.unique(i, return_index=True)[1]  m.unique(k, return_inverse=True)[1]  m.unique(i, return_counts=True)[1]
m.isin(i, j, invert=True)  m.argpartition(x, 1)[:, 1]  m.partition(i, 2, 1)[:, 2]
m.searchsorted(m.arange(50.0), x * 20)
m.searchsorted(m.arange(50), i, side="right")  m.abs(m.sort_complex(x))  m.nanargmax(x, 1)  m.nanargmin(n)
m.diag_indices(3)[0]  m.diag_indices_from(q)[1]  m.tril_indices_from(q)[0]  m.triu_indices_from(q, 1)[1]
m.mask_indices(3, m.triu)[1]  m.ravel_multi_index((k, k), (3, 4))  m.ravel_multi_index((k, k), (3, 4), order="F")
m.unravel_index(k * 3, (3, 4))[1]  m.unravel_index(i % 12, (3, 4))[0]  m.trim_zeros(m.array([0, 0, 2, 0, 1, 0]))
m.histogram(x, 4)[0] * 0.5  m.histogram(i, m.array([-3, 0, 4, 9]))[0] / 2
m.histogram(v, 3, (0.6, 1.4), density=True)[0]
m.histogram_bin_edges(v, 4)  m.histogram_bin_edges(v, "sturges")  m.histogram2d(v, w, 3)[0]
m.histogram2d(v, w, [2, 3])[2]
m.histogramdd(x[:, :2], 2)[0]  m.histogramdd(x, (2, 3, 2, 1), density=True)[0]
m.mgrid[0:3, 1:4]  m.mgrid[0:1:5j]  m.ogrid[0:3, 1:4][0]  m.r_[0:4, 7, k]  m.r_["0,2", k, k]  m.r_["0,2,0", k, k]
m.r_["1,3,1", k, k]  m.r_["r", k, 1]  m.r_["c", k, 1]  m.c_[k, k]  m.c_[0:3, k]  x[m.ix_(k, k)]  m.ix_(b[0], k)[0]
m.real(m.roots(m.array([1.0, -7.0, 14.0, -8.0])))  m.sort(m.abs(m.roots(m.array([0.0, 1.0, -1.0, 0.0]))))  m.diff(b)
m.insert(i, 1, 5)
m.bitwise_or.reduce(i, 1)  m.bitwise_and.reduce(i)  m.bitwise_xor.accumulate(i, 1)  m.logical_or.reduce(b, 1)
m.logical_and.reduce(b)  m.bitwise_xor.outer(k, k)  m.add.reduce(b)  m.maximum.reduce(i, 1)  m.negative(i)
m.real(m.poly(m.array([[1.0, 2.0], [3.0, 4.0]])))  m.argwhere(i > 2)  m.resize(i, (2, 5))  m.choose(k, [5, 6, 7])
m.array_equal(i, j)  m.array_equiv(i, i)  m.pad(i, 1, "mean")  m.repeat(i, 2, 0)  m.percentile(i, 30)  m.median(i)
m.select([i > 3, i > 0], [i, -i], 9)  m.indices((2, 3), sparse=True)[1]  m.count_nonzero(i > 0, 1, keepdims=True)
"""


def expressions(text):
    """The expressions of a table: two spaces or a new line between them."""
    return [e for line in text.strip().splitlines() for e in line.split("  ") if e]
