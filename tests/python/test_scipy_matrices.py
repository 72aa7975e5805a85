# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Special matrices, eigenvalue forms and functions of matrices against SciPy; derivatives; transforms; messages."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.scipy import linalg

RNG = np.random.default_rng(0)
A = RNG.normal(size=(5, 5))
POSITIVE = A @ A.T + np.eye(5)
COMPLEX = A + 1j * RNG.normal(size=(5, 5))
HERMITIAN = COMPLEX @ COMPLEX.conj().T
B = RNG.normal(size=(3, 3))


def close(got, expected, tolerance=1e-8):
    np.testing.assert_allclose(np.asarray(got), expected, rtol=tolerance, atol=tolerance)


@pytest.fixture
def x64():
    with wg.enable_x64():
        yield


# --- matrices of a special form --------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.booleans(), st.sampled_from(("full", "same", "valid")))
def test_from_vectors(m, n, is_complex, mode):
    c, r = RNG.integers(-9, 9, m), RNG.integers(-9, 9, n)
    if is_complex:
        c = c + 2j
    close(linalg.toeplitz(c), scipy.linalg.toeplitz(c))
    close(linalg.toeplitz(c, r), scipy.linalg.toeplitz(c, r))
    close(linalg.hankel(c), scipy.linalg.hankel(c))
    close(linalg.hankel(c, r), scipy.linalg.hankel(c, r))
    close(linalg.circulant(c), scipy.linalg.circulant(c))
    close(linalg.fiedler(r), scipy.linalg.fiedler(r))
    close(linalg.convolution_matrix(c, n, mode), scipy.linalg.convolution_matrix(c, n, mode))
    coefficients = np.r_[2.0, r]
    close(linalg.companion(coefficients), scipy.linalg.companion(coefficients), 1e-5)
    close(linalg.fiedler_companion(coefficients), scipy.linalg.fiedler_companion(coefficients), 1e-5)
    if m > 1:
        close(linalg.leslie(c, c[1:]), scipy.linalg.leslie(c, c[1:]))
    close(linalg.block_diag(A[:m, :n], r, 3.0), scipy.linalg.block_diag(A[:m, :n], r, 3.0), 1e-5)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 9))
def test_from_numbers(n):
    with wg.enable_x64():
        for name in ("hilbert", "invhilbert", "helmert"):
            close(getattr(linalg, name)(n), getattr(scipy.linalg, name)(n), 1e-12)
        close(linalg.helmert(n, full=True), scipy.linalg.helmert(n, full=True), 1e-12)
        for kind in (None, "symmetric", "lower", "upper"):
            given = kind or "symmetric"
            close(linalg.pascal(n, kind), scipy.linalg.pascal(n, given))
            close(linalg.invpascal(n, kind), scipy.linalg.invpascal(n, given))
        for scale in (None, "sqrtn", "n"):
            close(linalg.dft(n, scale), scipy.linalg.dft(n, scale), 1e-12)
    close(linalg.hadamard(2 ** (n % 5)), scipy.linalg.hadamard(2 ** (n % 5)))
    assert linalg.hilbert(n).dtype == np.float32 and linalg.hadamard(4).dtype == np.int32
    assert linalg.hadamard(2, "float32").dtype == np.float32 and linalg.dft(n).dtype == np.complex64


def test_empty_and_large():
    assert linalg.toeplitz(np.zeros(0)).shape == (0, 0) and linalg.hankel(np.zeros(0)).shape == (0, 0)
    assert linalg.circulant(np.zeros((2, 0))).shape == (2, 0, 0) and linalg.block_diag().shape == (1, 0)
    assert linalg.fiedler_companion(np.ones(1)).shape == (0, 0) and linalg.pascal(0).shape == (0, 0)
    assert np.isinf(linalg.invhilbert(40)).any() and not np.isnan(linalg.invhilbert(40)).any()


def test_matrices_in_batches():
    c = RNG.normal(size=(2, 4)).astype(np.float32)
    for f in (
        linalg.toeplitz,
        linalg.hankel,
        linalg.circulant,
        linalg.companion,
        linalg.fiedler,
        linalg.fiedler_companion,
    ):
        close(f(c), np.stack([f(x) for x in c]))
        close(wg.vmap(f)(c), f(c))
        gradient = wg.grad(lambda c, f=f: f(c).sum())(c)
        assert np.isfinite(gradient).all()
    close(linalg.leslie(c, c[:, 1:]), np.stack([linalg.leslie(x, x[1:]) for x in c]))
    close(linalg.convolution_matrix(c, 3, "same"), np.stack([linalg.convolution_matrix(x, 3, "same") for x in c]))
    close(linalg.toeplitz(c, c[0]), np.stack([linalg.toeplitz(x, c[0]) for x in c]))


# --- eigenvalues and forms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("a", [POSITIVE, HERMITIAN])
def test_some_eigenvalues(x64, a):
    w, _ = scipy.linalg.eigh(a)
    for subset in (
        {"eigvals": (1, 3)},
        {"subset_by_index": [1, 3]},
        {"subset_by_value": ((w[0] + w[1]) / 2, w[3] + 1e-6)},
    ):
        values, vectors = linalg.eigh(a, **subset)
        close(values, w[1:4])
        close(a @ np.asarray(vectors), np.asarray(vectors) * np.asarray(values))
        close(linalg.eigh(a, eigvals_only=True, **subset), w[1:4])
    close(wg.vmap(lambda a: linalg.eigh(a, subset_by_index=(0, 1))[0])(np.stack([a, 2 * a])), [w[:2], 2 * w[:2]])


def test_three_diagonals(x64):
    d, e = RNG.normal(size=6), RNG.normal(size=5)
    w, v = linalg.eigh_tridiagonal(d, e)
    a = np.diag(d) + np.diag(e, 1) + np.diag(e, -1)
    close(w, scipy.linalg.eigh_tridiagonal(d, e)[0])
    close(a @ np.asarray(v), np.asarray(v) * np.asarray(w))
    close(linalg.eigh_tridiagonal(d, e, eigvals_only=True, select="i", select_range=(1, 2)), w[1:3])
    close(
        linalg.eigh_tridiagonal(d, e, eigvals_only=True, select="v", select_range=((w[0] + w[1]) / 2, w[2] + 1e-6)),
        w[1:3],
    )
    close(linalg.eigh_tridiagonal(d[:1], e[:0])[0], d[:1])
    w, v = linalg.eigh_tridiagonal(d.astype(complex), e + 0.5j)
    a = np.diag(d) + np.diag(e + 0.5j, 1) + np.diag(e - 0.5j, -1)
    close(a @ np.asarray(v), np.asarray(v) * np.asarray(w))
    close(
        linalg.eigh_tridiagonal(np.stack([d, 2 * d]), np.stack([e, 2 * e]), eigvals_only=True)[1],
        2 * scipy.linalg.eigvalsh_tridiagonal(d, e),
    )
    gradient = wg.grad(lambda d: linalg.eigh_tridiagonal(d, e, eigvals_only=True)[0])(wnp.array(d))
    vector = scipy.linalg.eigh_tridiagonal(d, e)[1][:, 0]
    close(gradient, vector**2)


@pytest.mark.parametrize("a", [A, COMPLEX, POSITIVE, A[:2, :2], A[:1, :1]])
def test_schur_and_hessenberg(x64, a):
    t, z = linalg.rsf2csf(*scipy.linalg.schur(a))
    assert np.abs(np.tril(t, -1)).max(initial=0) == 0
    close(np.asarray(z) @ np.asarray(t) @ np.asarray(z).conj().T, a)
    close(np.asarray(z) @ np.asarray(z).conj().T, np.eye(len(a)))
    h, q = linalg.hessenberg(a, calc_q=True)
    assert np.abs(np.tril(h, -2)).max(initial=0) == 0
    close(np.asarray(q) @ np.asarray(h) @ np.asarray(q).conj().T, a)
    close(linalg.hessenberg(a), scipy.linalg.hessenberg(a))
    batch = np.stack([a, 2 * a])
    close(wg.vmap(linalg.hessenberg)(batch), linalg.hessenberg(batch))
    close(linalg.hessenberg(batch)[1], 2 * h)
    t, z = linalg.rsf2csf(*linalg.schur(batch))
    close(z @ t @ np.swapaxes(z, -1, -2).conj(), batch)


@pytest.mark.parametrize("shape", [(5, 5), (5, 3), (3, 5)])
@pytest.mark.parametrize("imaginary", [0, 1j])
def test_qr(x64, shape, imaginary):
    a = RNG.normal(size=shape) + imaginary * RNG.normal(size=shape)
    for mode in ("full", "economic", "r"):
        got, expected = linalg.qr(a, mode=mode, pivoting=True), scipy.linalg.qr(a, mode=mode, pivoting=True)
        assert len(got) == len(expected)
        for x, y in zip(got, expected, strict=True):
            close(x, y)
    m, n = shape
    for mode, c in (
        ("right", RNG.normal(size=(2, m))),
        ("left", RNG.normal(size=(min(m, n), 2))),
        ("right", RNG.normal(size=m)),
    ):
        for options in ({}, {"pivoting": True}, {"conjugate": True}):
            got = linalg.qr_multiply(a, c, mode, **options)
            for x, y in zip(got, scipy.linalg.qr_multiply(a, c, mode, **options), strict=True):
                close(x, y)
    q, r, p = linalg.qr(np.stack([a, a[::-1]]), pivoting=True)
    close(np.take_along_axis(np.stack([a, a[::-1]]), np.asarray(p)[:, None], 2), q @ r)


# --- functions of matrices -------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Matrix is singular")
@pytest.mark.parametrize("a", [POSITIVE, HERMITIAN, A @ A + 3 * np.eye(5), COMPLEX, np.diag([4.0, 0, 0]), np.eye(3), B])
def test_square_root(x64, a):
    got = linalg.sqrtm(a)
    assert got.dtype == np.complex128
    close(got, scipy.linalg.sqrtm(a), 1e-6)
    close(got @ got, a)


def test_square_root_and_its_limits(x64):
    assert np.isnan(linalg.sqrtm(np.array([[0.0, 1.0], [0.0, 0.0]]))).any()  # it has none
    batch = np.stack([POSITIVE, 4 * POSITIVE])
    close(linalg.sqrtm(batch)[1], 2 * linalg.sqrtm(POSITIVE))
    close(wg.vmap(linalg.sqrtm)(batch), linalg.sqrtm(batch))
    assert linalg.sqrtm(np.float32(POSITIVE)).dtype == np.complex64
    step = 1e-6 * A
    tangent = wg.jvp(lambda a: linalg.sqrtm(a).real, (wnp.array(POSITIVE),), (wnp.array(A),))[1]
    close(tangent, (scipy.linalg.sqrtm(POSITIVE + step) - scipy.linalg.sqrtm(POSITIVE - step)) / 2e-6, 1e-6)
    gradient = wg.grad(lambda a: wnp.sum(linalg.sqrtm(a).real * B[0, 0]))(wnp.array(POSITIVE))
    close(wnp.sum(gradient * A), wnp.sum(tangent * B[0, 0]))


def test_functions(x64):
    for f, g in ((wnp.exp, scipy.linalg.expm), (wnp.sqrt, scipy.linalg.sqrtm), (wnp.cos, scipy.linalg.cosm)):
        for a in (POSITIVE, COMPLEX, B + 3 * np.eye(3)):
            expected = g(a)
            close(np.asarray(linalg.funm(a, f)) / np.abs(expected).max(), expected / np.abs(expected).max(), 1e-7)
    close(linalg.funm(np.diag([1.0, 1.0, 2.0]), wnp.exp), np.diag(np.exp([1, 1, 2])))
    out, error = linalg.funm(POSITIVE, wnp.exp, disp=False)
    close(out, linalg.funm(POSITIVE, wnp.exp))
    assert 0 < error < 1e-10
    assert linalg.funm(np.array([[1.0, 1.0], [0.0, 1.0]]), wnp.exp, disp=False)[1] == 1  # all digits are lost
    close(wg.vmap(lambda a: linalg.funm(a, wnp.exp))(np.stack([B, 2 * B]))[1], scipy.linalg.expm(2 * B), 1e-7)


@pytest.mark.parametrize("shape", [(4, 4), (5, 3), (3, 5)])
@pytest.mark.parametrize("imaginary", [0, 1j])
def test_polar(x64, shape, imaginary):
    a = RNG.normal(size=shape) + imaginary * RNG.normal(size=shape)
    for side in ("right", "left"):
        for x, y in zip(linalg.polar(a, side), scipy.linalg.polar(a, side), strict=True):
            close(x, y)
    close(wg.vmap(linalg.polar)(np.stack([a, a]))[0][1], scipy.linalg.polar(a)[0])


def test_scipys_arguments(x64):
    close(linalg.det(A, overwrite_a=True, check_finite=False), scipy.linalg.det(A))
    close(linalg.inv(A, True, False), scipy.linalg.inv(A))


def test_derivative_of_the_exponential(x64):
    value, derivative = linalg.expm_frechet(A, B[0, 0] * POSITIVE)
    expected = scipy.linalg.expm_frechet(A, B[0, 0] * POSITIVE)
    close(value, expected[0], 1e-7)
    close(derivative, expected[1], 1e-7)
    close(
        linalg.expm_frechet(A, POSITIVE, method="SPS", compute_expm=False),
        scipy.linalg.expm_frechet(A, POSITIVE)[1],
        1e-7,
    )


@pytest.mark.parametrize("imaginary", [0, 1j])
def test_sylvester(x64, imaginary):
    a, b, c = A + imaginary, B, RNG.normal(size=(5, 3)) + imaginary
    x = linalg.solve_sylvester(a, b, c)
    assert x.dtype == c.dtype
    close(x, scipy.linalg.solve_sylvester(a, b + 0 * c[0, 0], c))  # SciPy wants them all of one type
    close(linalg.solve_sylvester(a, b, np.stack([c, 2 * c])), np.stack([x, 2 * np.asarray(x)]))
    close(wg.vmap(linalg.solve_sylvester, in_axes=(None, None, 0))(a, b, np.stack([c, 2 * c]))[1], 2 * x)
    assert np.isnan(linalg.solve_sylvester(np.eye(2), -np.eye(2), np.ones((2, 2)))).all()

    def dense(a, b, c):
        whole = wnp.kron(a, wnp.eye(3)) + wnp.kron(wnp.eye(5), b.T)
        return wnp.linalg.solve(whole, c.ravel()).reshape(5, 3)

    weights = RNG.normal(size=(5, 3))
    given = tuple(map(wnp.array, (a, b, c)))
    got = wg.grad(lambda *g: wnp.sum((linalg.solve_sylvester(*g) * weights).real), argnums=(0, 1, 2))(*given)
    expected = wg.grad(lambda *g: wnp.sum((dense(*g) * weights).real), argnums=(0, 1, 2))(*given)
    for g, e in zip(got, expected, strict=True):
        close(g, e, 1e-7)


@pytest.mark.slow
def test_compiled():
    a, b = POSITIVE.astype(np.float32), B.astype(np.float32)

    def program(a, b):
        t, z = linalg.rsf2csf(*linalg.schur(b))
        return (
            linalg.sqrtm(a), linalg.solve_sylvester(a, b, a[:, :3]), linalg.polar(a), linalg.toeplitz(a[0]),
            linalg.funm(a, wnp.sqrt), linalg.qr(a, pivoting=True)[1:], z @ t @ z.conj().T, linalg.hessenberg(b),
            linalg.eigh(a, subset_by_index=(0, 1))[0],
        )  # fmt: skip

    for got, expected in zip(wg.tree_leaves(wg.jit(program)(a, b)), wg.tree_leaves(program(a, b)), strict=True):
        close(got, expected, 2e-3)


MESSAGES = [
    (
        lambda: linalg.hankel(3),
        errors.ShapeError,
        "hankel: expected a column and a row of at least one dimension but got",
    ),
    (lambda: linalg.leslie(np.ones(3), np.ones(3)), errors.ShapeError, "leslie: expected f of shape"),
    (
        lambda: linalg.companion(np.ones(1)),
        errors.ShapeError,
        r"companion: expected at least two coefficients but got shape \(1,\)",
    ),
    (
        lambda: linalg.fiedler_companion(np.ones(0)),
        errors.ShapeError,
        "fiedler_companion: expected at least one coefficient",
    ),
    (
        lambda: linalg.convolution_matrix(3, 2),
        errors.ShapeError,
        r"expected an array of shape \(..., m\), m > 0, but got",
    ),
    (lambda: linalg.convolution_matrix(A, 0), ValueError, "convolution_matrix: expected n of at least 1 but got 0"),
    (lambda: linalg.convolution_matrix(A, 2, "x"), ValueError, "expected a mode of full, same or valid but got 'x'"),
    (
        lambda: linalg.block_diag(np.ones((2, 2, 2))),
        errors.ShapeError,
        "block_diag: expected arrays of at most two dimensions",
    ),
    (lambda: linalg.dft(2, "x"), ValueError, "dft: expected a scale of None, 'sqrtn' or 'n' but got 'x'"),
    (lambda: linalg.dft(2, dtype="float32"), ValueError, "dft: expected a complex dtype but got float32"),
    (lambda: linalg.hadamard(6), ValueError, "hadamard: expected a power of two but got 6"),
    (lambda: linalg.helmert(0), ValueError, "helmert: expected n of at least 1 but got 0"),
    (lambda: linalg.hilbert(-1), ValueError, "hilbert: expected n of at least 0 but got -1"),
    (lambda: linalg.pascal(2, "x"), ValueError, "pascal: expected a kind of symmetric, lower or upper but got 'x'"),
    (
        lambda: linalg.invpascal(2, "x"),
        ValueError,
        "invpascal: expected a kind of symmetric, lower or upper but got 'x'",
    ),
    (
        lambda: linalg.eigh(A, subset_by_index=(3, 7)),
        ValueError,
        "eigh: expected indices from 0 to 4 in order but got 3, 7",
    ),
    (
        lambda: linalg.eigh(A, eigvals=(0, 1), subset_by_value=(0, 1)),
        ValueError,
        "expected a range of indices or of values but",
    ),
    (
        lambda: wg.vmap(lambda a: linalg.eigh(a, subset_by_value=(0, 1)))(A[None]),
        errors.ConcretizationError,
        "eigh: expected one concrete matrix with a range of values",
    ),
    (lambda: linalg.eigh_tridiagonal(A[0], A[0]), errors.ShapeError, "eigh_tridiagonal: expected diagonals of shapes"),
    (
        lambda: linalg.eigh_tridiagonal(A[0], A[0, 1:], select="x"),
        ValueError,
        "expected select 'a', 'i' or 'v' but got 'x'",
    ),
    (
        lambda: linalg.eigh_tridiagonal(A[0], A[0, 1:], select="i"),
        ValueError,
        "expected select_range with select 'i' but got None",
    ),
    (lambda: linalg.rsf2csf(A, B), errors.ShapeError, "rsf2csf: expected matrices of one shape but got"),
    (lambda: linalg.hessenberg(A[:2]), errors.ShapeError, "hessenberg: expected"),
    (lambda: linalg.qr_multiply(A, A, "x"), ValueError, "qr_multiply: expected mode 'left' or 'right' but got 'x'"),
    (lambda: linalg.qr_multiply(A, B), errors.ShapeError, r"qr_multiply: expected c of shape \(..., l, 5\) for Q of"),
    (
        lambda: linalg.qr_multiply(A, B, "left"),
        errors.ShapeError,
        r"qr_multiply: expected c of shape \(..., 5, l\) for Q of",
    ),
    (lambda: linalg.expm_frechet(A, B), errors.ShapeError, "expm_frechet: expected matrices of one shape but got"),
    (lambda: linalg.sqrtm(A, 2), NotImplementedError, "sqrtm: expected a blocksize of 1 but got 2"),
    (
        lambda: linalg.funm(np.stack([A, A]), wnp.exp),
        errors.ShapeError,
        r"funm: expected one matrix but got shape \(2, 5, 5\)",
    ),
    (lambda: linalg.polar(A, "x"), ValueError, "polar: expected side 'right' or 'left' but got 'x'"),
    (lambda: linalg.polar(A, method="x"), ValueError, "polar: expected method 'qdwh' or 'svd' but got 'x'"),
    (lambda: linalg.solve_sylvester(A, B, A), errors.ShapeError, r"solve_sylvester: expected shapes \(..., m, m\)"),
    (lambda: linalg.solve_sylvester(A, A, A, method="x"), ValueError, "expected method 'schur' or 'eigen' but got 'x'"),
]


@pytest.mark.parametrize(("call", "error", "message"), MESSAGES)
def test_messages(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("lower", [False, True])
def test_cholesky_reads_one_triangle(lower):
    x = np.random.default_rng(0).normal(size=(2, 5, 5)).astype(np.float32)
    a = x @ x.swapaxes(-1, -2) + np.eye(5, dtype=np.float32)
    half = np.tril(a) if lower else np.triu(a)
    np.testing.assert_allclose(linalg.cholesky(half, lower), linalg.cholesky(a, lower), atol=1e-5)
    got = linalg.solve(half[0], x[0], lower=lower, assume_a="pos")
    np.testing.assert_allclose(got, scipy.linalg.solve(a[0], x[0]), atol=1e-4)


def test_solutions_of_batches():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(3, 4, 4)).astype(np.float32) + 4 * np.eye(4, dtype=np.float32)
    p = a @ a.swapaxes(-1, -2)
    v, m = rng.normal(size=4).astype(np.float32), rng.normal(size=(3, 4, 2)).astype(np.float32)
    lu, cholesky = linalg.lu_factor(a), linalg.cho_factor(p, True)
    np.testing.assert_allclose(
        linalg.cho_solve(cholesky, v), np.linalg.solve(p, np.broadcast_to(v[:, None], (3, 4, 1)))[..., 0], atol=1e-4
    )
    for trans, of in ((0, a), (1, a.swapaxes(-1, -2))):
        np.testing.assert_allclose(linalg.lu_solve(lu, m, trans), np.linalg.solve(of, m), atol=1e-4)
        single = linalg.lu_solve(linalg.lu_factor(a[0]), m, trans)
        np.testing.assert_allclose(single, np.linalg.solve(of[:1], m), atol=1e-4)
    with pytest.raises(
        errors.ShapeError, match=r"lu_solve: expected b of shape \(4,\) or \(..., 4, k\) but got \(3, 4\)"
    ):
        linalg.lu_solve(lu, np.ones((3, 4), np.float32))
    assert wnp.linalg.matrix_rank(wnp.ones(3)) == 1 and wnp.linalg.matrix_rank(wnp.zeros(3)) == 0
