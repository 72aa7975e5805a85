# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Linear equations with operators that are given as functions: `cg`, `bicgstab`, `gmres`.

They are differentiated by the equation, with another solve, and not through their steps: derivatives are right if both
solves converge. The algorithms are those of Barrett et al., Templates for the solution of linear systems (1994).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert import control, errors
from wengert import numpy as wnp
from wengert.custom import custom_linear_solve
from wengert.lax._operands import as_array, convert
from wengert.scipy.linalg import solve_triangular
from wengert.scipy.vectors import Layout
from wengert.tree_util import tree_flatten, tree_map

__all__ = ["bicgstab", "cg", "gmres"]


def cg(
    A: Any, b: Any, x0: Any = None, *, tol: Any = 1e-5, atol: Any = 0.0, maxiter: Any = None, M: Any = None
) -> tuple[Any, None]:
    """The solution of A x = b for a Hermitian positive definite A, by conjugate gradients.

    Args:
      A: a function of arrays like b that returns such arrays, or a matrix for a b of shape (n,).
      b: an array of any shape, or a pytree of arrays.
      x0: where to start, like b; zeros by default.
      tol, atol: stop when the norm of b - A x is at most max(tol |b|, atol).
      maxiter: the most steps; ten for each number in b by default.
      M: a preconditioner, like A: an approximation of the inverse of A.

    Returns:
      (x, None): x has the structure of b.

    Raises:
      TreeError, ShapeError: x0 or what A returns is not like b, or a matrix is not square.
      UnsupportedTypeError: A or M is neither a function nor a matrix.

    >>> import wengert as wg
    >>> a = wnp.array([[4.0, 1.0], [1.0, 3.0]])
    >>> cg(lambda x: a @ x, wnp.array([1.0, 2.0]))[0]
    Array([0.0909..., 0.6363...], dtype=float32)
    >>> wg.grad(lambda b: cg(a, b)[0].sum())(wnp.array([1.0, 2.0]))
    Array([0.1818..., 0.2727...], dtype=float32)
    """
    solve = _Equation("cg", A, b, x0, tol, atol, maxiter, M)
    return solve(_conjugate_gradients, symmetric=solve.b.dtype.kind != "c"), None


def bicgstab(
    A: Any, b: Any, x0: Any = None, *, tol: Any = 1e-5, atol: Any = 0.0, maxiter: Any = None, M: Any = None
) -> tuple[Any, None]:
    """The solution of A x = b for any A, by stabilised biconjugate gradients; arguments and errors as for `cg`.

    >>> bicgstab(wnp.array([[4.0, 1.0], [0.0, 2.0]]), wnp.array([5.0, 2.0]))[0]
    Array([1., 1.], dtype=float32)
    """
    return _Equation("bicgstab", A, b, x0, tol, atol, maxiter, M)(_stabilised_biconjugate_gradients), None


def gmres(
    A: Any,
    b: Any,
    x0: Any = None,
    *,
    tol: Any = 1e-5,
    atol: Any = 0.0,
    restart: int = 20,
    maxiter: Any = None,
    M: Any = None,
    solve_method: str = "batched",
) -> tuple[Any, Any]:
    """The solution of A x = b for any A, by generalised minimal residuals with restarts.

    The arguments and errors of `cg`, and:

    Args:
      restart: how many basis vectors are built before the solution is improved and the basis dropped.
      maxiter: the most restarts.
      solve_method: "batched" builds all of them, "incremental" stops when the residual is small enough.

    Returns:
      The solution and a number, -1 if the solution is not finite and 0 otherwise.

    Raises:
      ValueError: another solve_method, or a restart less than 1.

    >>> x, info = gmres(wnp.array([[4.0, 1.0], [0.0, 2.0]]), wnp.array([5.0, 2.0]))
    >>> x.round(4)
    Array([1., 1.], dtype=float32)
    """
    if solve_method not in ("batched", "incremental"):
        raise ValueError(f"gmres: expected solve_method 'batched' or 'incremental' but got {solve_method!r}")
    if restart < 1:
        raise ValueError(f"gmres: expected restart of at least 1 but got {restart}")
    equation = _Equation("gmres", A, b, x0, tol, atol, maxiter, M)
    basis = min(int(restart), equation.layout.size)

    def solver(A: Any, b: Any, e: _Equation) -> Any:
        return _minimal_residuals(A, b, e, basis, solve_method == "incremental")

    x = equation(solver)
    broken = wnp.isnan(_norm(equation.layout.join(x)))
    return x, wnp.where(broken, -1, 0)


def _operator(function: str, layout: Layout, A: Any) -> Callable[[Any], Any]:
    """`A` as a function of vectors."""
    if A is None:
        return lambda v: v
    if not callable(A):
        if not hasattr(A, "shape") or not hasattr(A, "__matmul__"):
            raise errors.make(
                errors.UnsupportedTypeError, function, f"expected a function or a matrix but got {type(A).__name__}"
            )
        if len(A.shape) != 2 or A.shape[0] != A.shape[1]:
            raise errors.make(errors.ShapeError, function, f"expected a square matrix but got {tuple(A.shape)}")
        matrix = A
        A = lambda x: tree_map(lambda x: matrix @ x, x)

    def product(v: Any) -> Any:
        out = A(layout.split(v))
        _check_like(function, "a result of the operator", layout, out)
        return convert(layout.join(out), v.dtype)

    return product


def _check_like(function: str, what: str, layout: Layout, tree: Any) -> None:
    leaves, structure = tree_flatten(tree)
    if structure != layout.structure:
        raise errors.make(
            errors.TreeError, function, f"expected {what} of the structure of b {layout.structure} but got {structure}"
        )
    shapes = [as_array(function, x).shape for x in leaves]
    if shapes != layout.shapes:
        raise errors.make(
            errors.ShapeError, function,
            f"expected {what} of the shapes of b, {', '.join(map(str, layout.shapes))}, but got "
            f"{', '.join(map(str, shapes))}",
        )  # fmt: skip


class _Equation:
    """The arguments that the solvers have in common, as vectors."""

    def __init__(self, function: str, A: Any, b: Any, x0: Any, tol: Any, atol: Any, maxiter: Any, M: Any):
        self.layout = layout = Layout(function, b)
        self.b = layout.join(layout.typed(b))
        self.A, self.M = _operator(function, layout, A), _operator(function, layout, M)
        self.preconditioned = M is not None
        if x0 is None:
            self.x0 = wnp.zeros_like(self.b)
        else:
            _check_like(function, "x0", layout, x0)
            self.x0 = convert(layout.join(x0), self.b.dtype)
        self.tol, self.atol = tol, atol
        self.maxiter = 10 * layout.size if maxiter is None else maxiter

    def __call__(self, solver: Callable[..., Any], symmetric: bool = False) -> Any:
        def solve(A: Callable[[Any], Any], b: Any) -> Any:
            return solver(A, b, self)

        x = custom_linear_solve(self.A, self.b, solve, solve, symmetric=symmetric)
        return self.layout.split(x)

    def allowed(self, b: Any) -> Any:
        """The square of the norm of the residual at which a solution is good enough."""
        return wnp.maximum(wnp.square(self.tol) * _square(b), wnp.square(self.atol))


def _square(v: Any) -> Any:
    return wnp.sum(v.real**2 + v.imag**2 if v.dtype.kind == "c" else v * v)


def _norm(v: Any) -> Any:
    return wnp.sqrt(_square(v))


def _conjugate_gradients(A: Callable[[Any], Any], b: Any, e: _Equation) -> Any:
    allowed = e.allowed(b)

    def unfinished(state: Any) -> Any:
        _, r, gamma, _, k = state
        return ((_square(r) if e.preconditioned else gamma.real) > allowed) & (k < e.maxiter)

    def step(state: Any) -> Any:
        x, r, gamma, p, k = state
        moved = A(p)
        alpha = gamma / wnp.vdot(p, moved)
        x, r = x + alpha * p, r - alpha * moved
        z = e.M(r)
        after = wnp.vdot(r, z)
        return x, r, after, z + after / gamma * p, k + 1

    r = b - A(e.x0)
    z = e.M(r)
    return control.while_loop(unfinished, step, (e.x0, r, wnp.vdot(r, z), z, wnp.zeros((), "int32")))[0]


def _stabilised_biconjugate_gradients(A: Callable[[Any], Any], b: Any, e: _Equation) -> Any:
    allowed = e.allowed(b)

    def unfinished(state: Any) -> Any:
        r, k = state[1], state[-1]
        return (_square(r) > allowed) & (k < e.maxiter) & (k >= 0)

    def step(state: Any) -> Any:
        x, r, alpha, omega, rho, p, q, k = state
        rho_after = wnp.vdot(shadow, r)
        p = r + rho_after / rho * alpha / omega * (p - omega * q)
        p_hat = e.M(p)
        q = A(p_hat)
        alpha = rho_after / wnp.vdot(shadow, q)
        s = r - alpha * q
        early = _square(s) < allowed
        s_hat = e.M(s)
        t = A(s_hat)
        # A residual of zero ends the solve here: a division by zero would be a nan in what is not taken.
        omega = wnp.vdot(t, s) / wnp.where(early, 1, wnp.vdot(t, t))
        half = x + alpha * p_hat
        x = wnp.where(early, half, half + omega * s_hat)
        r = wnp.where(early, s, s - omega * t)
        broken = ((omega == 0) & ~early) | (alpha == 0) | (rho_after == 0)
        return x, r, alpha, omega, rho_after, p, q, wnp.where(broken, -1, k + 1)

    shadow = b - A(e.x0)
    one = wnp.ones((), b.dtype)
    state = (e.x0, shadow, one, one, one, shadow, shadow, wnp.zeros((), "int32"))
    return control.while_loop(unfinished, step, state)[0]


def _unit(v: Any, least: Any) -> tuple[Any, Any]:
    """The vector of norm 1 and the norm, or zeros if the norm is not above `least`."""
    norm = _norm(v)
    long = ~(norm <= least)  # nan stays nan
    return wnp.where(long, v / wnp.where(long, norm, 1), 0), wnp.where(long, norm, 0)


def _minimal_residuals(A: Callable[[Any], Any], b: Any, e: _Equation, basis: int, incremental: bool) -> Any:
    """GMRES with left preconditioning, restarted until the residual is small."""
    eps = wnp.finfo(b.dtype).eps
    size = _norm(b)
    allowed = wnp.sqrt(e.allowed(b))
    inner = _norm(e.M(b)) * wnp.minimum(1, allowed / wnp.where(size > 0, size, 1))

    def unfinished(state: Any) -> Any:
        _, k, _, norm = state
        return (k < e.maxiter) & (norm > allowed)

    def restarted(state: Any) -> Any:
        x, k, unit, norm = state
        vectors, form = _arnoldi(lambda v: e.M(A(v)), unit, norm, basis, inner if incremental else None)
        start = wnp.zeros(basis + 1, b.dtype).at[0].set(convert(norm, b.dtype))
        x = x + vectors[:basis].T @ _least_squares(form, start)
        unit, norm = _unit(e.M(b - A(x)), eps)
        return x, k + 1, unit, norm

    unit, norm = _unit(e.M(b - A(e.x0)), eps)
    x, _, _, norm = control.while_loop(unfinished, restarted, (e.x0, wnp.zeros((), "int32"), unit, norm))
    return wnp.where(wnp.isnan(norm), wnp.nan, x)


def _arnoldi(A: Callable[[Any], Any], unit: Any, norm: Any, basis: int, enough: Any) -> tuple[Any, Any]:
    """Orthonormal rows V and a Hessenberg form H with A V[:m]^T = V^T H, shape (m + 1, m), m = basis.

    Columns that are not reached, because the space is exhausted or the residual of the least squares problem is at most
    `enough`, hold a one below the diagonal, so that the problem stays regular and their share in the solution is zero.
    """
    eps = wnp.finfo(unit.dtype).eps
    rows = wnp.arange(basis + 1)

    def unfinished(state: Any) -> Any:
        _, _, k, left, done = state
        more = (k < basis) & ~done
        return more if enough is None else more & (left > enough)

    def step(state: Any) -> Any:
        vectors, form, k, left, _ = state
        v = A(vectors[k])
        before = _norm(v)
        share = wnp.zeros(basis + 1, v.dtype)
        for _ in range(2):  # twice is enough (Giraud, Langou and Rozloznik, 2005)
            h = vectors.conj() @ v
            v, share = v - vectors.T @ h, share + h
        v, after = _unit(v, eps * before)
        vectors = vectors.at[k + 1].set(v)
        column = wnp.where(rows == k + 1, convert(after, v.dtype), wnp.where(rows <= k, share, 0))
        form = form.at[:, k].set(column)
        if enough is not None:
            start = wnp.zeros(basis + 1, v.dtype).at[0].set(convert(norm, v.dtype))
            left = _norm(start - form @ _least_squares(form, start))
        return vectors, form, k + 1, left, after == 0

    vectors = wnp.zeros((basis + 1, unit.shape[0]), unit.dtype).at[0].set(unit)
    form = wnp.eye(basis + 1, basis, -1, dtype=unit.dtype)
    state = (vectors, form, wnp.zeros((), "int32"), norm, wnp.zeros((), bool))
    return control.while_loop(unfinished, step, state)[:2]


def _least_squares(form: Any, rhs: Any) -> Any:
    """The y of least |form y - rhs|, by a QR decomposition."""
    q, r = wnp.linalg.qr(form)
    return solve_triangular(r, q.conj().T @ rhs)
