# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs of `jax.scipy`, `jax.ops`, `jax.image` and `odeint` that take either library."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

RNG = np.random.default_rng(0)
SIGNAL = RNG.normal(size=(2, 64)).astype(np.float32)
KERNEL = RNG.normal(size=(2, 5)).astype(np.float32)
IMAGE = RNG.normal(size=(5, 7)).astype(np.float32)
SMALL = RNG.normal(size=(2, 3)).astype(np.float32)
SQUARE = RNG.normal(size=(4, 4)).astype(np.float32)
POSITIVE = SQUARE @ SQUARE.T + 4 * np.eye(4, dtype=np.float32)
VECTOR = RNG.normal(size=4).astype(np.float32)
PROGRAMS: list[Callable[..., Any]] = []


def program(f: Callable[..., Any]) -> Callable[..., Any]:
    PROGRAMS.append(f)
    return f


def module(jax: Any, name: str) -> Any:
    return importlib.import_module(f"{jax.__name__}.{name}")


@program
def segments(jax, jnp):
    ops, ids = module(jax, "ops"), jnp.array([0, 3, 1, -1, 3, 9])
    data = jnp.array([[1.0, 2.0], [3.0, -4.0], [5.0, 6.0], [7.0, 8.0], [9.0, -1.0], [2.0, 2.0]])
    out = []
    for name in ("segment_sum", "segment_prod", "segment_max", "segment_min"):
        f = getattr(ops, name)
        out += [f(data, ids, 5), f(data, ids), f(data.astype(int), ids, 4), f(data, ids, 4, mode="clip")]
        out.append(f(data, ids, 5, bucket_size=2))
        out.append(jax.vmap(lambda d, f=f: f(d, ids, 5))(jnp.stack([data, 2 * data])))
        if name != "segment_prod":  # JAX has no gradient of it
            out.append(jax.grad(lambda d, f=f: jnp.sum(f(d, ids, 5)[jnp.array([0, 1, 3])] ** 2))(data))
    return out


@program
def images(jax, jnp):
    image = module(jax, "image")
    out = []
    for method in ("nearest", "linear", "cubic", "lanczos3", "lanczos5", "cubic-pytorch", "area"):
        for antialias in (True, False):
            shapes = ((3, 14), (5, 7), (10, 4), (1, 1))
            out += [image.resize(jnp.array(IMAGE), shape, method, antialias=antialias) for shape in shapes]
            if method != "nearest":
                where = (jnp.array([0.7, 1.6]), jnp.array([0.3, -1.2]))
                out.append(
                    image.scale_and_translate(jnp.array(IMAGE), (4, 9), (0, 1), *where, method, antialias=antialias)
                )
    out.append(image.resize(jnp.arange(12).reshape(3, 4), (2, 2), "nearest"))
    f = lambda s, t: image.scale_and_translate(jnp.array(IMAGE), (4, 7), (0,), s, t, "cubic").sum()
    out.append(jax.grad(f, argnums=(0, 1))(jnp.array([0.7]), jnp.array([0.3])))
    g = lambda x: (image.resize(x, (4, 5), "lanczos3") ** 2).sum()
    out += [jax.grad(g)(jnp.array(IMAGE)), jax.vmap(g)(jnp.array([IMAGE, 2 * IMAGE]))]
    return out


@program
def coordinates(jax, jnp):
    f = module(jax, "scipy.ndimage").map_coordinates
    at = [jnp.array([[-1.3, 0.2], [2.6, 4.4]]), jnp.array([[0.1, 6.6], [3.3, -0.4]])]
    out = []
    for mode in ("constant", "nearest", "wrap", "mirror", "reflect"):
        for order in (0, 1):
            out += [
                f(jnp.array(IMAGE), at, order, mode, cval=2.0),
                f((10 * jnp.array(IMAGE)).astype(int), at, order, mode),
            ]
        out.append(jax.grad(lambda x, mode=mode: jnp.sum(f(x, at, 1, mode) ** 2))(jnp.array(IMAGE)))
        out.append(jax.grad(lambda at, mode=mode: jnp.sum(f(jnp.array(IMAGE), at, 1, mode) ** 2))(at))
    out.append(f(jnp.array(IMAGE), [jnp.array([0, 2]), jnp.array([1, 1])], 1))
    return out


@program
def grids(jax, jnp):
    make = module(jax, "scipy.interpolate").RegularGridInterpolator
    grid = (jnp.array([0.0, 1.0, 2.5, 3.0, 7.0]), jnp.linspace(-1.0, 1.0, 7))
    at = jnp.array([[0.5, 0.2], [2.7, -0.9], [8.0, 0.0], [1.0, 1.0]])
    out = []
    for method in ("linear", "nearest"):
        for fill in (None, 0.5):
            f = make(grid, jnp.array(IMAGE), method=method, fill_value=fill)
            out += [f(at), f(at.reshape(2, 2, 2)), f((at[:, 0], at[:, 1]))]
    f = make(grid, jnp.array(np.stack([IMAGE, 2 * IMAGE], -1)))
    out += [f(at), jax.vmap(f)(at[:2]), jax.grad(lambda x: jnp.nansum(f(x)))(at[:2])]
    return out


@program
def small_parts(jax, jnp):
    trapezoid = module(jax, "scipy.integrate").trapezoid
    vq = module(jax, "scipy.cluster.vq").vq
    x = jnp.array([0.0, 1.0, 3.0, 4.0, 6.0, 6.5, 7.0])
    out = [trapezoid(IMAGE), trapezoid(IMAGE, x), trapezoid(IMAGE, dx=0.5, axis=0), jax.grad(trapezoid)(x, 2 * x)]
    return [
        *out,
        vq(IMAGE, IMAGE[1:3] + 0.1),
        vq(VECTOR, VECTOR[:2]),
        jax.grad(lambda x: vq(x, IMAGE[:2])[1].sum())(IMAGE + 1),
    ]


@program
def special_matrices(jax, jnp):
    s = module(jax, "scipy.linalg")
    c, r = jnp.array(KERNEL), jnp.array(SIGNAL[:, :4])
    out = [s.toeplitz(c, r), s.toeplitz(c), s.hankel(c, r), s.hankel(c), s.circulant(c), s.leslie(c, r), s.companion(c)]
    out += [s.fiedler(c), s.fiedler_companion(c), s.convolution_matrix(c, 3), s.convolution_matrix(c, 3, "same")]
    out += [s.convolution_matrix(c, 9, "valid"), s.block_diag(c, 3.0, c[0]), s.dft(5, "n"), s.hadamard(4), s.helmert(4)]
    out += [s.helmert(4, full=True), s.hilbert(4), s.invhilbert(4), s.pascal(5), s.pascal(5, "lower"), s.invpascal(5)]
    return out


@program
def matrix_functions(jax, jnp):
    s = module(jax, "scipy.linalg")
    a, p = jnp.array(SQUARE), jnp.array(POSITIVE)
    c = jnp.array(SIGNAL[:, :4]).T
    out = [s.sqrtm(p), s.funm(p, jnp.sqrt).real, s.expm_frechet(a, p), s.solve_sylvester(a, jnp.eye(2), c)]
    out += [s.polar(p), s.hessenberg(a, calc_q=True), s.eigh_tridiagonal(a[0], a[1, 1:], eigvals_only=True)]
    t, z = s.rsf2csf(*s.schur(a))
    out += [z @ t @ z.conj().T, jnp.abs(jnp.tril(t, -1)), s.qr_multiply(a, c.T), s.qr(a, pivoting=True)]
    return out


@program
def convolutions(jax, jnp):
    s = module(jax, "scipy.signal")
    out = []
    for mode in ("full", "same", "valid"):
        for name in ("convolve", "correlate"):
            f = getattr(s, name)
            for a, b in ((SIGNAL[0], KERNEL[0]), (KERNEL[0], SIGNAL[0]), (IMAGE, SMALL), (IMAGE, SMALL[:, :2])):
                for method in ("direct", "fft"):
                    if len(a) < len(b) and (mode, method) == ("same", "fft"):
                        continue
                    out.append(f(jnp.array(a), jnp.array(b), mode, method))
            out.append(f(jnp.array(SIGNAL[0] + 1j), jnp.array(KERNEL[0] - 2j * KERNEL[1]), mode))
            out.append(f(jnp.arange(5), jnp.array([1, 2]), mode))
        for name in ("convolve2d", "correlate2d"):
            f = getattr(s, name)
            for a, b in ((IMAGE, SMALL), (IMAGE, SMALL[:, :2]), (SMALL, IMAGE), (IMAGE, IMAGE[::-1])):
                if name == "convolve2d" or mode != "same" or a is not SMALL:
                    out.append(f(jnp.array(a), jnp.array(b), mode))
            out.append(f(jnp.array(IMAGE + 1j), jnp.array(SMALL - 2j), mode))
        out.append(s.fftconvolve(jnp.array(SIGNAL), jnp.array(KERNEL), mode, axes=1))
        f = lambda a, b, mode=mode: (s.convolve(a, b, mode) ** 2).sum()
        out.append(jax.grad(f, argnums=(0, 1))(jnp.array(SIGNAL[0]), jnp.array(KERNEL[0])))
        out.append(jax.vmap(f, in_axes=(0, None))(jnp.array(SIGNAL), jnp.array(KERNEL[0])))
    return out


@program
def spectra(jax, jnp):
    s = module(jax, "scipy.signal")
    x, y = jnp.array(SIGNAL), jnp.array(np.roll(SIGNAL, 3, 1) + 0.1)
    out = []
    for options in (
        {}, {"nperseg": 16, "noverlap": 4, "nfft": 21, "fs": 9.0}, {"nperseg": 15, "detrend": "linear"},
        {"nperseg": 16, "window": "hamming", "scaling": "spectrum"},
        {"nperseg": 16, "detrend": False, "average": "median"},
        {"nperseg": 16, "return_onesided": False}, {"window": jnp.ones(12)},
    ):  # fmt: skip
        out += [s.welch(x, **options), s.csd(x, y, **options), s.csd(x, None, **options)]
    out.append(s.welch(x.T, nperseg=16, axis=0))
    out.append(s.csd(x + 1j * y, y, nperseg=16, return_onesided=False))
    out.append(jax.grad(lambda x: s.welch(x, nperseg=16)[1].sum())(x))
    out.append(jax.vmap(lambda x: s.welch(x, nperseg=16)[1])(x))
    return out


@program
def frames(jax, jnp):
    s = module(jax, "scipy.signal")
    x = jnp.array(SIGNAL)
    settings = (
        {"nperseg": 16, "noverlap": 12, "fs": 4.0}, {"nperseg": 15, "boundary": "even"},
        {"nperseg": 16, "boundary": "odd", "nfft": 20, "padded": False}, {"nperseg": 16, "return_onesided": False},
    )  # fmt: skip
    out = [s.stft(x, **options) for options in settings]
    z = s.stft(x, nperseg=16)[2]
    out += [s.istft(z[0]), s.istft(z[0], nperseg=16, noverlap=8, boundary=False)]
    out.append(s.istft(jnp.swapaxes(z, 1, 2), time_axis=1, freq_axis=2)[1])  # JAX's times are of another dimension
    out.append(s.istft(s.stft(x[1], nperseg=16, noverlap=12)[2], noverlap=12, window="hamming", fs=2.0))
    out.append(jax.grad(lambda x: jnp.abs(s.stft(x, nperseg=16)[2]).sum())(x))
    for axis, kind, bp in ((-1, "linear", 0), (0, "constant", 0), (-1, "linear", [10, 40]), (0, "linear", 0)):
        out.append(s.detrend(x, axis, kind, bp))
    return out


@program
def krylov(jax, jnp):
    s = module(jax, "scipy.sparse.linalg")
    out = []
    b = jnp.array(VECTOR)
    for solver, a in ((s.cg, POSITIVE), (s.bicgstab, SQUARE + 4 * np.eye(4)), (s.gmres, SQUARE + 4 * np.eye(4))):
        a = jnp.array(a.astype(np.float32))
        f = lambda a, b, solver=solver, **kw: solver(lambda x: a @ x, b, tol=1e-6, **kw)[0]
        out += [f(a, b), f(a, b, x0=b, M=lambda x, a=a: x / jnp.diag(a)), solver(a, b, maxiter=1)[0]]
        out.append(jax.grad(lambda a, b, f=f: (f(a, b) ** 2).sum(), argnums=(0, 1))(a, b))
        out.append(jax.vmap(f, in_axes=(None, 0))(a, jnp.stack([b, 2 * b, 0 * b])))
        tree = {"u": b, "v": jnp.array(SMALL)}
        double = lambda t: {"u": 2 * t["u"], "v": 3 * t["v"]}
        out.append(solver(double, tree)[0])
    out.append(s.gmres(a, b, solve_method="incremental", tol=1e-6)[0])
    out.append(s.gmres(a, b, restart=2, tol=1e-6)[0])
    complex_a = jnp.array((POSITIVE + 0.5j * (SQUARE - SQUARE.T)).astype(np.complex64))
    for solver in (s.cg, s.bicgstab, s.gmres):
        out.append(solver(complex_a, b.astype(complex), tol=1e-6)[0])
    return out


@program
def minima(jax, jnp):
    minimize = module(jax, "scipy.optimize").minimize

    def quadratic(x, a):
        return 0.5 * x @ a @ x - jnp.sum(x)

    out = []
    result = minimize(quadratic, jnp.ones(4), (jnp.array(POSITIVE),), method="bfgs", options={"gtol": 1e-4})
    out += [result.x, result.fun, result.success]
    f = lambda a: minimize(quadratic, jnp.ones(4), (a,), method="BFGS").x
    out.append(jax.vmap(f)(jnp.array(np.stack([POSITIVE, 2 * POSITIVE]))))
    return out


@program
def differential_equations(jax, jnp):
    odeint = module(jax, "experimental.ode").odeint
    options = {"rtol": 1e-6, "atol": 1e-6}
    t = jnp.array([0.0, 0.3, 1.0, 1.1])

    def pendulum(y, t, m, g):
        return {"angle": y["speed"], "speed": -m * y["speed"] - g * jnp.sin(y["angle"]) + 0 * t}

    start = {"angle": 1.0, "speed": jnp.array(0.5)}
    f = lambda *a: odeint(pendulum, start, t, *a, **options)["angle"].sum()
    out = [odeint(pendulum, start, t, 0.1, 9.8, **options), jax.grad(f, argnums=(0, 1))(0.1, 9.8)]
    decay = lambda y, t, k: -k * y * (1 + t)
    g = lambda y, t, k: odeint(decay, y, t, k, **options)
    y = jnp.array([1.0, 2.0])
    out += [g(y, t, 1.0), g(y, t[:2], y), g(y, t[:1], 1.0), g(y + 1j, t, 1.0 + 0.5j)]
    out.append(jax.jacrev(lambda *a: g(*a)[-1], argnums=(0, 1, 2))(y, t, 1.0))
    out.append(jax.vmap(g, in_axes=(0, None, 0))(y, t, y))
    out.append(jax.vmap(jax.grad(lambda k: g(y, t, k).sum()))(y))
    out.append(jax.grad(lambda k: odeint(lambda y, t: -k * y, y, t, **options).sum())(0.7))
    out.append(jax.grad(jax.grad(lambda k: g(y, t[:2], k)[-1].sum()))(0.7))
    return out
