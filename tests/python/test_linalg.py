# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Factorisations and solves against NumPy and SciPy: values, failures, derivatives at special places, refusals, and the
loops that stand in for LAPACK where there is none."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg

import wengert as wg
import wengert.numpy as wnp
from wengert import aot, errors, lax
from wengert.scipy import linalg as sp

RNG = np.random.default_rng(0)
SQUARE = RNG.normal(size=(4, 4)).astype(np.float32)
BATCH = RNG.normal(size=(2, 3, 3)).astype(np.float32)
POSITIVE = SQUARE @ SQUARE.T + 4 * np.eye(4, dtype=np.float32)
VECTOR = RNG.normal(size=4).astype(np.float32)


def close(got, expected, tolerance=2e-4):
    np.testing.assert_allclose(np.asarray(got), expected, rtol=tolerance, atol=tolerance)


def test_numpy_names():
    a, b = wnp.linalg, np.linalg
    for name in ("inv", "det", "pinv", "svdvals", "cond"):
        close(getattr(a, name)(SQUARE), getattr(b, name)(SQUARE), 2e-3)
    for x in (POSITIVE, POSITIVE[None].repeat(2, 0)):
        close(a.cholesky(x), b.cholesky(x))
        close(a.cholesky(x, upper=True), np.swapaxes(b.cholesky(x), -1, -2))
        close(a.eigvalsh(x), b.eigvalsh(x))
    close(a.solve(BATCH, np.ones((3, 2), np.float32)), b.solve(BATCH, np.ones((3, 2), np.float32)))
    close(a.solve(SQUARE, VECTOR), b.solve(SQUARE, VECTOR))
    for ord in ("nuc", 2, -2, "fro", 1):
        close(a.norm(SQUARE, ord), b.norm(SQUARE, ord))
    close(a.norm(BATCH, 2, axis=(0, 2), keepdims=True), b.norm(BATCH, 2, axis=(0, 2), keepdims=True))
    assert a.matrix_rank(np.ones((3, 3), np.float32)) == 1
    sign, log = a.slogdet(BATCH)
    close(sign * np.exp(log), b.det(BATCH))
    q, r = a.qr(BATCH[..., :2])
    close(np.asarray(q) @ np.asarray(r), BATCH[..., :2])
    assert a.qr(SQUARE, "complete").Q.shape == (4, 4) and a.qr(SQUARE[:, :2], "r").shape == (2, 2)
    close(a.qr(SQUARE, "raw")[0], np.linalg.qr(SQUARE, "raw")[0])
    u, s, vh = a.svd(SQUARE[:, :2], full_matrices=False)
    close((np.asarray(u) * np.asarray(s)) @ np.asarray(vh), SQUARE[:, :2])
    x, residuals, rank, _ = a.lstsq(SQUARE[:, :2], VECTOR)
    expected = b.lstsq(SQUARE[:, :2], VECTOR)
    close(x, expected[0])
    close(residuals, expected[1])
    assert rank == 2 and a.lstsq(np.ones((2, 2)), np.ones(2), numpy_resid=True)[1].shape == (0,)
    close(a.tensorinv(np.eye(4, dtype=np.float32).reshape(2, 2, 4)), b.tensorinv(np.eye(4).reshape(2, 2, 4)))
    t = RNG.normal(size=(2, 3, 6)).astype(np.float32)
    close(a.tensorsolve(t, np.ones((2, 3))), b.tensorsolve(t, np.ones((2, 3))), 1e-2)


def test_scipy_names():
    close(sp.cholesky(POSITIVE), scipy.linalg.cholesky(POSITIVE))
    close(sp.cho_solve(sp.cho_factor(POSITIVE, lower=True), VECTOR), np.linalg.solve(POSITIVE, VECTOR))
    for trans in (0, 1, 2):
        expected = scipy.linalg.lu_solve(scipy.linalg.lu_factor(SQUARE), VECTOR, trans)
        close(
            sp.lu_solve(sp.lu_factor(SQUARE), VECTOR, trans),
            expected,
            1e-3,
        )
        close(
            sp.solve_triangular(SQUARE + 3 * np.eye(4), VECTOR, trans=trans, lower=True),
            scipy.linalg.solve_triangular(SQUARE + 3 * np.eye(4), VECTOR, trans=trans, lower=True),
        )
    p, l, u = sp.lu(SQUARE[:, :3])
    close(np.asarray(p) @ np.asarray(l) @ np.asarray(u), SQUARE[:, :3])
    for got, expected in zip(sp.lu(SQUARE[:3], True), scipy.linalg.lu(SQUARE[:3], True), strict=True):
        close(got, expected)
    for mode in ("full", "economic"):
        for got, expected in zip(
            sp.qr(SQUARE[:, :2], mode=mode), scipy.linalg.qr(SQUARE[:, :2], mode=mode), strict=True
        ):
            close(got, expected)
    assert len(sp.qr(SQUARE, mode="r")) == 1
    close(sp.svd(SQUARE, compute_uv=False), scipy.linalg.svdvals(SQUARE))
    close(sp.eigh(POSITIVE)[0], sp.eigh(POSITIVE, eigvals_only=True))
    close(sp.solve(POSITIVE, VECTOR, assume_a="pos"), np.linalg.solve(POSITIVE, VECTOR))
    t, z = (np.asarray(x) for x in sp.schur(SQUARE))
    close(z @ t @ z.T, SQUARE)
    for scale in (0.1, 1, 20):
        expected = scipy.linalg.expm(scale * SQUARE.astype(np.float64))
        close(np.asarray(sp.expm(scale * SQUARE)) / np.abs(expected).max(), expected / np.abs(expected).max(), 1e-3)
    close(sp.expm(BATCH), scipy.linalg.expm(BATCH))
    assert np.isnan(np.asarray(sp.expm(1e9 * SQUARE))).all()


def test_packed_forms_are_lapacks():
    form, _ = lax.linalg.hessenberg(SQUARE)
    close(np.triu(form, -1), scipy.linalg.hessenberg(SQUARE))
    _, d, e, _ = lax.linalg.tridiagonal(POSITIVE)
    full = np.diag(np.asarray(d)) + np.diag(np.asarray(e), 1) + np.diag(np.asarray(e), -1)
    close(np.linalg.eigvalsh(full), np.linalg.eigvalsh(POSITIVE), 1e-3)
    q = np.asarray(lax.linalg.householder_product(*lax.linalg.geqrf(SQUARE)))
    close(q, np.linalg.qr(SQUARE)[0])
    bands = np.stack([VECTOR, VECTOR + 6, VECTOR])
    dense = np.diag(bands[1]) + np.diag(VECTOR[:-1], 1) + np.diag(VECTOR[1:], -1)
    close(lax.linalg.tridiagonal_solve(*bands, VECTOR[:, None])[:, 0], np.linalg.solve(dense, VECTOR))
    r = np.linalg.cholesky(POSITIVE).T
    close(lax.linalg.cholesky_update(r, VECTOR), np.linalg.cholesky(POSITIVE + np.outer(VECTOR, VECTOR)).T)


def test_failures_are_nan():
    """What has no result is nan, alone in its batch."""
    mixed = np.stack([np.eye(2), -np.eye(2)]).astype(np.float32)
    out = np.asarray(lax.linalg.cholesky(mixed))
    close(out[0], np.eye(2))
    assert np.isnan(out[1][np.tril_indices(2)]).all() and out[1][0, 1] == 0
    broken = np.stack([np.eye(2), np.full((2, 2), np.nan)]).astype(np.float32)
    for f in (lax.linalg.eigh, lax.linalg.svd):
        for part in f(broken):
            part = np.asarray(part)
            assert np.isfinite(part[0]).all() and np.isnan(part[1]).all()
    assert not np.isfinite(np.asarray(wnp.linalg.inv(np.zeros((2, 2), np.float32)))).any()
    zero = np.zeros(2, np.float32)
    assert np.isnan(np.asarray(lax.linalg.tridiagonal_solve(zero, zero, zero, np.ones((2, 1), np.float32)))).all()
    assert wnp.linalg.det(np.zeros((2, 2))) == 0 and wnp.linalg.slogdet(np.zeros((2, 2)))[1] == -np.inf


def test_derivatives_of_singular_matrices():
    """The gradient of det is the matrix of cofactors, of rank n - 1 or not."""
    singular = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]], np.float32)
    cofactors = [[4, 4, -4], [-2, -2, 2], [0, 0, 0]]
    close(wg.grad(wnp.linalg.det)(singular), cofactors, 1e-4)
    close(wg.grad(lambda x: wnp.linalg.pinv(x).sum())(wnp.eye(2)), -np.ones((2, 2)), 1e-5)
    x = wg.grad(lambda x: wnp.linalg.slogdet(x)[1])(SQUARE)
    close(x, np.linalg.inv(SQUARE).T, 1e-3)


def test_gradient_reads_what_the_function_reads():
    lower = wg.grad(lambda x: lax.linalg.cholesky(x, symmetrize_input=False).sum())(POSITIVE)
    assert (np.triu(np.asarray(lower), 1) == 0).all()
    both = np.asarray(wg.grad(lambda x: lax.linalg.cholesky(x).sum())(POSITIVE))
    close(both, both.T)


def test_factors_are_shared():
    """The gradient of a solve has one factorisation beside the solve itself, and two solves with its factors."""
    text = str(wg.make_jaxpr(wg.grad(lambda a: wnp.linalg.solve(a, VECTOR).sum()))(SQUARE).module)
    assert text.count("wg.lu ") == 1 and text.count("wg.triangular_solve ") == 2


@pytest.mark.parametrize(
    "name", ["cholesky", "lu", "qr", "eig", "eigh", "svd", "schur", "geqrf", "hessenberg", "tridiagonal"]
)
def test_types_are_refused(name):
    function = getattr(lax.linalg, name)
    for dtype in ("float16", "bfloat16", "int32", "bool"):
        words = rf"{name}: expected an operand of float32, float64.* but got {dtype}(.|\n)*astype"
        with pytest.raises(errors.DtypeError, match=words):
            function(wnp.ones((2, 2), dtype))
    with pytest.raises(errors.ShapeError, match=f"{name}: expected an operand of at least 2 dimensions"):
        function(wnp.ones(2))


expectedUSED = [
    (lambda x: lax.linalg.cholesky(x[:2]), errors.ShapeError, "expected square matrices"),
    (lambda x: lax.linalg.triangular_solve(x, x[:2], left_side=True), errors.ShapeError, "expected b of shape"),
    (lambda x: lax.linalg.triangular_solve(x, x.astype("float64")), errors.DtypeError, "expected operands of one type"),
    (lambda x: lax.linalg.lu_pivots_to_permutation(wnp.arange(3, dtype="int32"), 2), errors.ShapeError, "at least k"),
    (lambda x: lax.linalg.lu_pivots_to_permutation(x, 9), errors.DtypeError, "expected int32 pivots"),
    (lambda x: lax.linalg.householder_product(x[:2], x[0]), errors.ShapeError, "m >= n >= k"),
    (lambda x: lax.linalg.symmetric_product(x, x[:2]), errors.ShapeError, "expected shapes"),
    (lambda x: lax.linalg.tridiagonal_solve(x[0], x[0], x[0], x[:2]), errors.ShapeError, "expected three diagonals"),
    (lambda x: lax.linalg.tridiagonal_solve(*x[:3], x, perturb_singular=True), ValueError, "perturb_singular"),
    (lambda x: lax.linalg.cholesky_update(x, x), errors.ShapeError, "and a vector"),
    (lambda x: lax.linalg.qr(x, pivoting=True), ValueError, "expected pivoting=False"),
    (lambda x: lax.linalg.svd(x, subset_by_index=(0, 1)), ValueError, "subset_by_index"),
    (lambda x: lax.linalg.eigh(x, subset_by_index=(0, 1)), ValueError, "subset_by_index"),
    (lambda x: lax.linalg.schur(x, sort_eig_vals=True), ValueError, "sort_eig_vals"),
    (lambda x: lax.linalg.hessenberg(x[:0, :0]), errors.ShapeError, "at least one row"),
    (lambda x: wnp.linalg.solve(x, x[:2]), errors.ShapeError, "expected b of shape"),
    (lambda x: wnp.linalg.lstsq(x, x[:2]), errors.ShapeError, "lstsq: expected shapes"),
    (lambda x: wnp.linalg.qr(x, "other"), ValueError, "qr: expected mode"),
    (lambda x: wnp.linalg.slogdet(x, method="qr"), ValueError, "slogdet: expected method"),
    (lambda x: wnp.linalg.eigh(x, "lower"), ValueError, "eigh: expected UPLO"),
    (lambda x: wnp.linalg.tensorinv(x, 0), ValueError, "tensorinv: expected ind"),
    (lambda x: wnp.linalg.tensorsolve(x, x), errors.ShapeError, "tensorsolve: expected"),
    (lambda x: wnp.linalg.norm(x, 7, (0, 1)), errors.ShapeError, "'nuc'"),
    (lambda x: sp.solve_triangular(x, x, trans="X"), ValueError, "expected trans"),
    (lambda x: sp.lu_solve(sp.lu_factor(x), x, 3), ValueError, "expected trans"),
    (lambda x: sp.qr(x, mode="other"), ValueError, "expected mode"),
    (lambda x: sp.eigh(x, x, type=4), ValueError, "eigh: expected type 1, 2 or 3"),
    (lambda x: lax.linalg.eig(x[:2]), errors.ShapeError, "eig: expected square matrices"),
    (lambda x: wnp.linalg.eigvals(x[0]), errors.ShapeError, "eigvals: expected an operand of at least 2 dimensions"),
    (lambda x: sp.solve(x, x, assume_a="x"), ValueError, "expected assume_a"),
    (lambda x: sp.schur(x, "other"), ValueError, "schur: expected output"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "error", "words"), expectedUSED)
def test_refusals(function, error, words):
    with wg.enable_x64(), pytest.raises(error, match=words):
        function(wnp.asarray(SQUARE))


COMPLEX = (RNG.normal(size=(4, 4)) + 1j * RNG.normal(size=(4, 4))).astype(np.complex64)
HERMITIAN = COMPLEX @ COMPLEX.conj().T + 4 * np.eye(4, dtype=np.complex64)


def test_complex_matrices():
    """The names of NumPy and SciPy on complex matrices."""
    a, b = wnp.linalg, np.linalg
    for name in ("inv", "det", "pinv", "svdvals", "cond"):
        close(getattr(a, name)(COMPLEX), getattr(b, name)(COMPLEX), 2e-3)
    close(a.cholesky(HERMITIAN, upper=True), b.cholesky(HERMITIAN).conj().T)
    close(a.eigvalsh(HERMITIAN), b.eigvalsh(HERMITIAN), 1e-3)
    close(a.solve(COMPLEX, VECTOR), b.solve(COMPLEX, VECTOR), 1e-3)
    sign, log = a.slogdet(COMPLEX)
    assert log.dtype == np.float32
    close(sign * np.exp(log), b.det(COMPLEX), 1e-3)
    q, r = a.qr(COMPLEX)
    close(np.asarray(q) @ np.asarray(r), COMPLEX)
    close(np.imag(np.diag(np.asarray(r))), np.zeros(4))
    u, s, vh = a.svd(COMPLEX[:, :2], full_matrices=False)
    close((np.asarray(u) * np.asarray(s)) @ np.asarray(vh), COMPLEX[:, :2])
    close(sp.cho_solve(sp.cho_factor(HERMITIAN), VECTOR), b.solve(HERMITIAN, VECTOR))
    for trans in (0, 1, 2):
        expected = scipy.linalg.lu_solve(scipy.linalg.lu_factor(COMPLEX), VECTOR, trans)
        close(sp.lu_solve(sp.lu_factor(COMPLEX), VECTOR, trans), expected, 1e-3)
        triangle = COMPLEX + 3 * np.eye(4, dtype=np.complex64)
        close(
            sp.solve_triangular(triangle, VECTOR, trans=trans, lower=True),
            scipy.linalg.solve_triangular(triangle, VECTOR, trans=trans, lower=True),
            1e-3,
        )
    close(sp.expm(COMPLEX), scipy.linalg.expm(COMPLEX), 2e-3)
    form, _ = lax.linalg.hessenberg(COMPLEX)
    close(np.triu(form, -1), scipy.linalg.hessenberg(COMPLEX))
    _, d, e, _ = lax.linalg.tridiagonal(HERMITIAN)
    assert d.dtype == e.dtype == np.float32
    full = np.diag(np.asarray(d)) + np.diag(np.asarray(e), 1) + np.diag(np.asarray(e), -1)
    close(np.linalg.eigvalsh(full), np.linalg.eigvalsh(HERMITIAN), 1e-3)
    assert [x.dtype.kind for x in lax.linalg.tridiagonal(np.zeros((0, 2, 2), np.complex64))] == ["c", "f", "f", "c"]


@pytest.mark.parametrize("matrix", [SQUARE, COMPLEX], ids=["real", "complex"])
def test_schur_forms(matrix):
    """A complex form is a triangle; either gives the matrix back."""
    for output in ("real", "complex"):
        t, z = (np.asarray(x) for x in sp.schur(matrix, output))
        close(z @ t @ z.conj().T, matrix)
        if output == "complex":
            assert t.dtype == np.complex64 and (np.tril(t, -1) == 0).all()


@pytest.mark.parametrize("type", [1, 2, 3])
@pytest.mark.parametrize("lower", [True, False])
def test_generalized_eigh(type, lower):
    """SciPy's eigenvalues, and vectors that solve the problem in its normalisation, from triangles."""
    other = (COMPLEX + COMPLEX.conj().T) / 2
    given = [np.tril(x) if lower else np.triu(x) for x in (other, HERMITIAN)]
    w, v = (np.asarray(x) for x in sp.eigh(*given, lower=lower, type=type))
    close(w, scipy.linalg.eigh(other, HERMITIAN, type=type, eigvals_only=True), 2e-3)
    close(sp.eigh(*given, lower=lower, type=type, eigvals_only=True), w)
    left, right = {1: (other, HERMITIAN), 2: (other @ HERMITIAN, np.eye(4)), 3: (HERMITIAN @ other, np.eye(4))}[type]
    close(left @ v, right @ v * w, 2e-2)
    close(v.conj().T @ (np.linalg.inv(HERMITIAN) if type == 3 else HERMITIAN) @ v, np.eye(4), 1e-3)
    gradient = wg.grad(lambda x: sp.eigh(x, POSITIVE, eigvals_only=True).sum())(SQUARE + SQUARE.T)
    close(np.trace(gradient), np.trace(np.linalg.inv(POSITIVE)), 1e-3)


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_eig(dtype):
    """Both equations of eigenvectors, their normalisation, and NumPy's values."""
    with wg.enable_x64():
        x = (COMPLEX if "complex" in dtype else SQUARE).astype(dtype)
        x = np.stack([x, x.T @ x])
        w, left, right = (np.asarray(o) for o in wg.jit(lax.linalg.eig)(x))
        assert {o.dtype for o in (w, left, right)} == {np.result_type(dtype, np.complex64)}
        close(x @ right, right * w[:, None], 1e-3)
        close(np.swapaxes(left.conj(), 1, 2) @ x, w[..., None] * np.swapaxes(left.conj(), 1, 2), 1e-3)
        for v in (left, right):
            close(np.linalg.norm(v, axis=1), np.ones((2, 4)))
            largest = np.argmax(np.abs(v), axis=1)
            close(np.take_along_axis(v, largest[:, None], 1).imag, np.zeros((2, 1, 4)))
        close(np.sort_complex(np.asarray(wnp.linalg.eigvals(x))), np.sort_complex(np.linalg.eigvals(x)), 1e-3)
        values, vectors = wnp.linalg.eig(x)
        close(values, w, 1e-4)
        close(vectors, right, 1e-3)


def test_eig_of_what_is_not_finite():
    """nan alone in its batch."""
    x = np.stack([SQUARE, np.full((4, 4), np.inf, np.float32)])
    for part in lax.linalg.eig(x):
        part = np.asarray(part)
        assert np.isfinite(part[0]).all() and np.isnan(part[1]).all()


@pytest.mark.parametrize("matrix", [SQUARE, COMPLEX], ids=["real", "complex"])
def test_derivatives_of_eigenvectors(matrix):
    """Whatever norm and phase the vectors have: a function of the projectors. And with LAPACK's: all of them."""
    with wg.enable_x64():
        x = matrix.astype(np.result_type(matrix, np.float64))
        rng = np.random.default_rng(7)
        v, weights = rng.normal(size=(2, *x.shape)) + 1j * rng.normal(size=(2, *x.shape))
        v = v.astype(x.dtype) if x.dtype.kind == "c" else v.real

        def projected(x):
            w, r = wnp.linalg.eig(x)
            return r @ (wnp.exp(w / 4)[:, None] * wnp.linalg.solve(r, weights))

        for f in (projected, lax.linalg.eig):
            _, dy = wg.jvp(f, (x,), (v,))
            h = 1e-6
            up, down = wg.tree.leaves(f(x + h * v)), wg.tree.leaves(f(x - h * v))
            for d, u, w in zip(wg.tree.leaves(dy), up, down, strict=True):
                close(d, (np.asarray(u) - np.asarray(w)) / (2 * h), 1e-6)
        # The sum of the eigenvalues is the trace, and their real part is a real function.
        gradient = wg.grad(lambda x: wnp.linalg.eigvals(x).sum().real)(x)
        close(gradient, np.eye(4), 1e-10)


def test_real_function_of_a_complex_matrix():
    """log |det| of x + iy: df/dx - i df/dy, as in JAX (docs/adr/0011)."""
    gradient = wg.grad(lambda x: wnp.linalg.slogdet(x)[1])(COMPLEX)
    close(gradient, np.linalg.inv(COMPLEX).T, 2e-3)
    close(wg.grad(wnp.linalg.det, holomorphic=True)(COMPLEX), np.linalg.det(COMPLEX) * np.linalg.inv(COMPLEX).T, 5e-3)


def test_no_derivative():
    for f in (lax.linalg.schur, lax.linalg.geqrf, lax.linalg.hessenberg, lax.linalg.tridiagonal):
        with pytest.raises(errors.WengertError, match="expected no derivative to be asked for"):
            wg.jvp(f, (SQUARE,), (SQUARE,))
    with pytest.raises(errors.WengertError, match="expected full_matrices=False for the derivative"):
        wg.jvp(lax.linalg.svd, (SQUARE[:2],), (SQUARE[:2],))


def test_host_calls():
    """A compiled module computes with the same library: equal results, bit for bit."""
    for f in (lax.linalg.svd, lax.linalg.eigh, lax.linalg.eig, lax.linalg.lu, lax.linalg.cholesky):
        for x in (POSITIVE, HERMITIAN):
            for got, expected in zip(wg.jit(f)(x), f(x), strict=True):
                np.testing.assert_array_equal(got, expected)


def test_no_form_without_a_library():
    """svd and eig have none: refused before IREE is called, with the remedy."""
    for name, x in (("svdvals", SQUARE), ("eigvals", SQUARE), ("eigvals", COMPLEX)):
        words = rf"{name[:3]}.*without Python does not support it.*use jit"
        with pytest.raises(errors.UnsupportedTypeError, match=words):
            aot.export(getattr(wnp.linalg, name), x)


@pytest.fixture
def without_library(monkeypatch):
    """Compile as for an export or a GPU: no calls of the host."""
    from wengert import compiler

    monkeypatch.setattr(compiler, "pipeline_options", lambda target=compiler.HOST: "target=llvm-cpu host-calls=false")


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_loops_agree_with_lapack(without_library, dtype):
    def program(x, positive, wide, b, bands):
        lin = lax.linalg
        return (
            lin.cholesky(positive), lin.lu(x), lin.lu(wide), lin.qr(x), lin.qr(wide),
            lin.qr(wide.mT, full_matrices=False),
            lin.triangular_solve(positive, b, left_side=True, lower=True),
            lin.triangular_solve(positive / n, b.mT, transpose_a=True, unit_diagonal=True),
            lin.triangular_solve(positive, b.mT, transpose_a=True, conjugate_a=True),
            lin.triangular_solve(positive, b, left_side=True, lower=True, conjugate_a=True),
            lin.householder_product(*lin.geqrf(wide.mT)),
            wnp.linalg.solve(x, b), wnp.linalg.det(x), wnp.linalg.inv(positive), lin.tridiagonal_solve(*bands, b),
            lin.cholesky(-positive),
        )  # fmt: skip

    rng = np.random.default_rng(1)
    n = 20
    imaginary = 1j if "complex" in dtype else 0
    random = lambda *shape: (lambda z: z[0] + imaginary * z[1])(rng.uniform(-1, 1, size=(2, *shape)))
    x = random(2, n, n)
    operands = [x, x @ np.swapaxes(x.conj(), -1, -2) + n * np.eye(n), x[:, : n // 2], random(2, n, 3)]
    bands = random(3, 2, n) + np.array([0, 4, 0])[:, None, None]
    with wg.enable_x64():
        operands = [a.astype(dtype) for a in (*operands, bands)]
        got = wg.tree.leaves(wg.jit(program)(*operands))
        for i, (g, e) in enumerate(zip(got, wg.tree.leaves(program(*operands)), strict=True)):
            e = np.asarray(e)
            scale = max(np.nanmax(np.abs(e), initial=0), 1) if not np.isnan(e).all() else 1
            tolerance = 2e-4 if dtype in ("float32", "complex64") else 1e-11
            np.testing.assert_allclose(np.asarray(g) / scale, e / scale, atol=tolerance, rtol=tolerance, err_msg=str(i))


@pytest.mark.slow
def test_gradients_through_loops(without_library):
    """Solves and factorisations stay differentiable where there is no library."""

    def loss(a):
        return wnp.linalg.solve(a, VECTOR).sum() + lax.linalg.cholesky(a @ a.T + wnp.eye(4)).sum()

    close(wg.jit(wg.grad(loss))(SQUARE), wg.grad(loss)(SQUARE), 1e-3)

    def complex_loss(a):
        return abs(wnp.linalg.solve(a, VECTOR)).sum() + wnp.linalg.qr(a).R.real.sum()

    close(wg.jit(wg.grad(complex_loss))(COMPLEX), wg.grad(complex_loss)(COMPLEX), 1e-3)


def test_derivatives_of_small_determinants():
    for n in (2, 3):
        assert wg.grad(wnp.linalg.det)(wnp.zeros((n, n))).tolist() == np.zeros((n, n)).tolist()
        x = np.random.default_rng(n).normal(size=(4, n, n)).astype(np.float32)
        adjugates = np.linalg.det(x)[:, None, None] * np.linalg.inv(x).swapaxes(-1, -2)
        np.testing.assert_allclose(wg.grad(lambda x: wnp.linalg.det(x).sum())(x), adjugates, atol=1e-5)
        np.testing.assert_allclose(wg.jit(wnp.linalg.det)(x), np.linalg.det(x), atol=1e-5)
    assert wg.grad(wnp.linalg.det)(wnp.array([[0.0, 1.0], [0.0, 0.0]])).tolist() == [[0, 0], [-1, 0]]


def test_products_with_reflectors():
    rng = np.random.default_rng(3)
    for kind in (np.float32, np.complex64):
        x, c = (rng.normal(size=s) + 1j * rng.normal(size=s) for s in ((2, 4, 3), (2, 4, 5)))
        x, c = (y.astype(kind) if kind is np.complex64 else y.real.astype(kind) for y in (x, c))
        a, taus = lax.linalg.geqrf(x)
        full = np.asarray(lax.linalg.ormqr(a, taus, np.broadcast_to(np.eye(4, dtype=kind), (2, 4, 4))))
        np.testing.assert_allclose(full.conj().mT @ full, np.broadcast_to(np.eye(4), (2, 4, 4)), atol=1e-5)
        np.testing.assert_allclose(lax.linalg.ormqr(a, taus, c), full @ c, atol=1e-5)
        np.testing.assert_allclose(lax.linalg.ormqr(a, taus, c, transpose=True), full.conj().mT @ c, atol=1e-5)
        np.testing.assert_allclose(lax.linalg.ormqr(a, taus, c.mT, left=False), c.mT @ full, atol=1e-5)
        triangle = np.asarray(lax.linalg.ormqr(a, taus, x, transpose=True))
        np.testing.assert_allclose(triangle, np.triu(triangle), atol=1e-5)
    with pytest.raises(errors.ShapeError, match=r"ormqr: expected shapes \(..., m, n\) with m >= n and \(..., m, p\)"):
        lax.linalg.ormqr(a, taus, c[:, :3])


def test_polar_form_by_iteration():
    rng = np.random.default_rng(4)
    x = rng.normal(size=(5, 3)).astype(np.float32)
    for run in (lax.linalg.qdwh, wg.jit(lax.linalg.qdwh)):
        u, h, steps, converged = run(x)
        np.testing.assert_allclose(u @ h, x, atol=1e-5)
        np.testing.assert_allclose(u.T @ u, np.eye(3), atol=1e-5)
        assert np.linalg.eigvalsh(h).min() > 0 and converged and 2 < steps < 10
    assert not lax.linalg.qdwh(x, max_iterations=1)[3]
    z = x + 1j * rng.normal(size=(5, 3)).astype(np.float32)
    u, h = lax.linalg.qdwh(z.astype(np.complex64))[:2]
    np.testing.assert_allclose(u @ h, z, atol=1e-5)
    with pytest.raises(ValueError, match="qdwh: expected one matrix with at least as many rows as columns"):
        lax.linalg.qdwh(x.T)
