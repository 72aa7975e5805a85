# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs with rules of their own, written once for JAX and for wengert: `program(jax, jnp)` returns numbers."""

import functools


def log1pexp(jax, jnp):
    @jax.custom_jvp
    def f(x):
        return jnp.log(1.0 + jnp.exp(x))

    @f.defjvp
    def f_jvp(primals, tangents):
        (x,), (dx,) = primals, tangents
        return f(x), (1 - 1 / (1 + jnp.exp(x))) * dx

    x = jnp.array([1.0, 50.0, 100.0])
    total = lambda x: jnp.sum(jax.vmap(f)(x))
    return [
        f(3.0), jax.grad(f)(100.0),
        jax.grad(jax.grad(f))(0.5), jax.jit(jax.grad(f))(100.0), jax.grad(jax.jit(f))(100.0),
        jax.jvp(f, (2.0,), (3.0,)), jax.vmap(jax.grad(f))(x), jax.grad(total)(x), jax.jit(jax.grad(total))(x),
        jax.hessian(f)(0.5), jax.jacfwd(total)(x), jax.vmap(f)(x / 100), jax.grad(jax.grad(jax.grad(f)))(0.25),
    ]  # fmt: skip


def clip_gradient(jax, jnp):
    @jax.custom_vjp
    def clip(lo, hi, x):
        return x

    clip.defvjp(lambda lo, hi, x: (x, (lo, hi)), lambda r, g: (None, None, jnp.clip(g, r[0], r[1])))
    f = lambda x: 10 * jnp.sin(clip(-0.75, 0.75, jnp.cos(x)))
    x = jnp.linspace(0.0, 3.0, 5)
    return [
        jax.grad(f)(1.0), jax.vmap(jax.grad(f))(x), jax.grad(lambda x: jnp.sum(jax.vmap(f)(x)))(x),
        jax.jit(jax.vmap(jax.grad(f)))(x), jax.grad(jax.jit(f))(1.0), jax.value_and_grad(f)(0.5),
    ]  # fmt: skip


def partials(jax, jnp):
    @jax.custom_jvp
    def f(x, y):
        return jnp.sin(x) * y

    f.defjvps(lambda dx, out, x, y: 2 * jnp.cos(x) * dx * y, lambda dy, out, x, y: 3 * jnp.sin(x) * dy)

    @jax.custom_jvp
    def g(x, y):
        return x * y

    g.defjvps(lambda dx, out, x, y: 5 * y * dx, None)
    grads = jax.grad(lambda x, y: f(x, y) * g(y, x), argnums=(0, 1))
    return [
        grads(1.0, 2.0), jax.jit(grads)(1.0, 2.0), jax.vmap(grads, (0, None))(jnp.arange(3.0), 2.0),
        jax.hessian(f)(1.0, 2.0), jax.jvp(g, (2.0, 3.0), (1.0, 1.0)),
    ]  # fmt: skip


def trees(jax, jnp):
    @jax.custom_vjp
    def f(p, x):
        return {"y": p["a"] * x + p["b"][0], "n": p["b"][1]}

    def fwd(p, x):
        return f(p, x), (p, x)

    def bwd(res, ct):
        p, x = res
        return {"a": 2 * x * ct["y"], "b": (3 * ct["y"], None)}, p["a"] * ct["y"]

    f.defvjp(fwd, bwd)
    p = {"a": 2.0, "b": (3.0, 4)}
    loss = lambda p, x: f(p, x)["y"] ** 2
    both = jax.grad(lambda a, b, x: loss({"a": a, "b": (b, 7)}, x), argnums=(0, 1, 2))
    return [
        f(p, 5.0), both(2.0, 3.0, 5.0), jax.jit(both)(2.0, 3.0, 5.0),
        jax.vmap(both, (0, None, 0))(jnp.arange(3.0), 3.0, jnp.arange(3.0) + 1),
        jax.grad(jax.grad(loss, 1), 1)(p, 2.0),
    ]  # fmt: skip


def integers(jax, jnp):
    @jax.custom_jvp
    def f(x, n):
        return x**n, n + 1

    @f.defjvp
    def f_jvp(primals, tangents):
        x, n = primals
        dx, dn = tangents
        assert dn.dtype.itemsize == 0
        y, m = f(x, n)
        return (y, m), (n * x ** (n - 1) * dx * 2, dn)

    return [
        jax.grad(lambda x: f(x, 3)[0])(2.0), jax.jit(jax.grad(lambda x, n: f(x, n)[0]))(2.0, 4), f(2.0, 3),
        jax.vmap(jax.grad(lambda x, n: f(x, n)[0]))(jnp.array([1.0, 2.0]), jnp.array([2, 3])),
    ]  # fmt: skip


def python_control_flow(jax, jnp):
    @jax.custom_jvp
    def f(x):
        return jnp.sin(x) if x > 0 else -x

    @f.defjvp
    def f_jvp(primals, tangents):
        (x,), (dx,) = primals, tangents
        return (f(x), 3 * dx * x) if x > 0 else (f(x), 7 * dx)

    @jax.custom_vjp
    def g(x):
        return x * x if x > 1 else x

    def g_fwd(x):
        return (g(x), x) if x > 1 else (g(x), 10 * x)

    g.defvjp(g_fwd, lambda x, ct: (x * ct,))
    return [
        jax.grad(f)(1.0), jax.grad(f)(-1.0), jax.grad(jax.grad(f))(1.0), jax.grad(g)(2.0), jax.grad(g)(0.5),
        jax.grad(lambda x: f(x) * g(x) if f(x) > 0.1 else x)(1.5), f(2.0), jax.jvp(f, (2.0,), (1.0,)),
    ]  # fmt: skip


def fixed_point(jax, jnp):
    @functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
    def solve(f, a, x):
        for _ in range(30):
            x = f(a, x)
        return x

    def fwd(f, a, x):
        x = solve(f, a, x)
        return x, (a, x)

    def bwd(f, res, ct):
        a, x = res
        _, vjp_a = jax.vjp(lambda a: f(a, x), a)
        adjoint = solve(
            lambda packed, u: packed[0] + jax.vjp(lambda x: f(packed[1], x), packed[2])[1](u)[0], (ct, a, x), ct
        )
        return vjp_a(adjoint)[0], jnp.zeros_like(x)

    solve.defvjp(fwd, bwd)
    sqrt = lambda a: solve(lambda a, x: 0.5 * (x + a / x), a, a)
    xs = jnp.array([1.0, 2.0, 3.0])
    return [
        sqrt(2.0), jax.grad(sqrt)(2.0), jax.grad(jax.grad(sqrt))(2.0), jax.vmap(jax.grad(sqrt))(xs),
        jax.jit(jax.grad(sqrt))(2.0), jax.grad(lambda x: jnp.sum(jax.vmap(sqrt)(x)))(xs),
    ]  # fmt: skip


def static_arguments(jax, jnp):
    @functools.partial(jax.custom_jvp, nondiff_argnums=(0, 2))
    def app(f, x, n):
        return f(x) * n

    @app.defjvp
    def app_jvp(f, n, primals, tangents):
        (x,), (dx,) = primals, tangents
        return app(f, x, n), 2.0 * dx * n * x

    h = lambda y: jax.grad(lambda x: app(jnp.sin, x, y))(3.0)
    return [
        jax.grad(lambda x: app(lambda x: x**3, x, 2))(3.0), jax.grad(jax.grad(lambda x: app(jnp.sin, x, 2)))(3.0),
        jax.jit(h)(4.0), jax.grad(h)(4.0), jax.vmap(h)(jnp.arange(3.0)),
    ]  # fmt: skip


def branches(jax, jnp):
    @jax.custom_jvp
    def f(x):
        return x * x

    f.defjvps(lambda dx, out, x: 5 * x * dx)

    @jax.custom_vjp
    def g(x):
        return x * x

    g.defvjp(lambda x: (g(x), x), lambda x, ct: (7 * x * ct,))
    either = lambda x: jax.lax.cond(x > 1, f, g, x)
    some = lambda x: jax.lax.switch(1, [f, lambda x: f(g(x)), g], x)
    xs = jnp.array([0.5, 2.0])
    return [
        jax.grad(either)(2.0), jax.grad(either)(0.5), jax.grad(some)(2.0), jax.vmap(jax.grad(either))(xs),
        jax.grad(lambda x: jnp.sum(jax.vmap(either)(x)))(xs), jax.jit(jax.grad(either))(2.0),
        jax.grad(jax.grad(either))(0.5), jax.vmap(jax.grad(some))(xs), jax.grad(jax.grad(some))(1.0),
    ]  # fmt: skip


def rules_of_transforms(jax, jnp):
    inner = jax.jit(lambda x: jnp.sin(x) * x)

    @jax.custom_jvp
    def f(x):
        return inner(x)

    @f.defjvp
    def f_jvp(primals, tangents):
        y, dy = jax.jvp(inner, primals, tangents)
        return y, jnp.cos(y) * dy

    @jax.custom_jvp
    def g(x):
        return jax.lax.cond(x > 0, jnp.sin, jnp.cos, x)

    @g.defjvp
    def g_jvp(primals, tangents):
        (x,), (dx,) = primals, tangents
        return jax.lax.cond(x > 0, lambda x, t: (jnp.sin(x), 2 * t), lambda x, t: (jnp.cos(x), x * t), x, dx)

    xs = jnp.array([-1.0, 2.0])
    return [
        jax.grad(f)(1.0), jax.grad(jax.grad(f))(1.0), jax.vmap(jax.grad(f))(xs), jax.jit(jax.grad(f))(1.0),
        jax.grad(g)(1.0), jax.grad(g)(-1.0), jax.vmap(jax.grad(g))(xs), jax.grad(jax.grad(g))(-1.0),
        jax.jvp(g, (-1.0,), (2.0,)),
    ]  # fmt: skip


def batched_residuals(jax, jnp):
    @jax.custom_vjp
    def dense(w, x):
        return jnp.tanh(w @ x)

    def fwd(w, x):
        y = dense(w, x)
        return y, (w, x, y)

    def bwd(res, ct):
        w, x, y = res
        d = 2 * ct * (1 - y * y)
        return jnp.outer(d, x), w.T @ d

    dense.defvjp(fwd, bwd)
    w = jnp.arange(6.0).reshape(2, 3) / 10
    xs = jnp.arange(12.0).reshape(4, 3) / 10
    loss = lambda w, xs: jnp.sum(jax.vmap(dense, (None, 0))(w, xs) ** 2)
    per_example = jax.vmap(jax.grad(lambda w, x: jnp.sum(dense(w, x) ** 2)), (None, 0))
    return [
        jax.grad(loss, (0, 1))(w, xs), jax.jit(jax.grad(loss, (0, 1)))(w, xs), per_example(w, xs),
        jax.jacrev(dense)(w, xs[0]), jax.grad(lambda w: jnp.sum(jax.grad(loss)(w, xs) ** 2))(w),
    ]  # fmt: skip


def symbolic_zeros(jax, jnp):
    zero = jax.custom_derivatives.SymbolicZero

    @jax.custom_jvp
    def f(x, y):
        return x * y

    def f_jvp(primals, tangents):
        (x, y), (dx, dy) = primals, tangents
        if type(dx) is zero:
            return f(x, y), 100 * dy
        if type(dy) is zero:
            return f(x, y), 10 * dx
        return f(x, y), y * dx + x * dy

    f.defjvp(f_jvp, symbolic_zeros=True)

    @jax.custom_vjp
    def g(x, y):
        return x * y, x + y

    def fwd(x, y):
        assert x.perturbed or y.perturbed
        scale = 1.0 if x.perturbed and y.perturbed else 10.0
        return g(x.value, y.value), (x.value, y.value, scale)

    def bwd(res, cts):
        x, y, scale = res
        a, b = cts
        if type(b) is zero:
            return y * a * scale, x * a * scale
        if type(a) is zero:
            return 1000 * b, 2000 * b
        return y * a + b, x * a + b

    g.defvjp(fwd, bwd, symbolic_zeros=True)
    both = lambda f: jax.grad(f, (0, 1))(2.0, 3.0)
    return [
        both(f), jax.grad(f, 0)(2.0, 3.0), jax.grad(f, 1)(2.0, 3.0), both(lambda x, y: g(x, y)[0]),
        both(lambda x, y: g(x, y)[1]), both(lambda x, y: sum(g(x, y))), jax.grad(lambda x: g(x, 3.0)[0])(2.0),
        jax.jit(jax.grad(f, 1))(2.0, 3.0), jax.vmap(jax.grad(f, 0), (0, None))(jnp.arange(3.0), 3.0),
    ]  # fmt: skip


def gradient_of_identity(jax, jnp):
    @jax.custom_vjp
    def seen(x):
        return x

    seen.defvjp(lambda x: (x, x), lambda x, ct: (jnp.where(jnp.isnan(ct), 0.0, ct) * x,))
    f = lambda x: jnp.sqrt(seen(x) * 0.0) * 0 + seen(jnp.sin(x))
    return [jax.grad(f)(2.0), jax.jit(jax.grad(f))(2.0), jax.vmap(jax.grad(f))(jnp.array([1.0, 2.0]))]


def roots(jax, jnp):
    def newton(f, x):
        for _ in range(15):
            x = x - f(x) / jax.grad(f)(x)
        return x

    def cube_root(a):
        return jax.lax.custom_root(lambda x: x**3 - a, 1.5, newton, lambda g, y: y / g(1.0))

    return [
        cube_root(8.0), jax.grad(cube_root)(8.0), jax.jit(jax.grad(jax.grad(cube_root)))(8.0),
        jax.vmap(jax.grad(cube_root))(jnp.array([1.0, 8.0])), jax.jvp(cube_root, (8.0,), (1.0,)),
    ]  # fmt: skip


def linear_solves(jax, jnp):
    def solve(a, b):
        return jax.lax.custom_linear_solve(
            lambda x: a @ x, b, lambda _, b: jnp.linalg.solve(a, b), lambda _, b: jnp.linalg.solve(a.T, b)
        )

    a, b = jnp.array([[2.0, 1.0], [0.5, 4.0]]), jnp.array([1.0, 2.0])
    loss = lambda a, b: jnp.sum(jnp.sin(solve(a, b)))
    return [
        solve(a, b), jax.grad(loss, (0, 1))(a, b), jax.jit(jax.grad(loss))(a, b), jax.hessian(loss, 1)(a, b),
        jax.vmap(jax.grad(loss, 1), (None, 0))(a, jnp.stack([b, 2 * b])),
    ]  # fmt: skip


def linear_calls(jax, jnp):
    call = jax.custom_derivatives.linear_call
    f = lambda x: call(lambda r, x: x / r, lambda r, ct: 10 * ct / r, 4.0, x)
    return [
        f(2.0),
        jax.grad(f)(2.0),
        jax.jit(jax.grad(f))(2.0),
        jax.jvp(f, (2.0,), (1.0,)),
        jax.linear_transpose(f, 1.0)(2.0),
    ]


def batches(jax, jnp):
    @jax.custom_batching.custom_vmap
    def f(x, y):
        return x + y

    @f.def_vmap
    def rule(axis_size, in_batched, xs, ys):
        return xs * ys * axis_size + (0.0 if all(in_batched) else 100.0), True

    g = jax.custom_vjp(lambda x: f(x, x))
    g.defvjp(lambda x: (g(x), x), lambda x, ct: (3 * ct * x,))
    xs = jnp.array([1.0, 2.0, 3.0])
    return [
        f(2.0, 3.0), jax.vmap(f)(xs, xs), jax.vmap(f, (0, None))(xs, 2.0), jax.jit(jax.vmap(f))(xs, xs),
        jax.vmap(g)(xs), jax.vmap(jax.grad(g))(xs), jax.vmap(jax.vmap(f, (0, None)), (None, 0))(xs, xs),
        jax.grad(lambda x: jnp.sum(jax.vmap(f)(x, xs)))(xs),
    ]  # fmt: skip


def closures(jax, jnp):
    def f(y):
        converted, values = jax.custom_derivatives.closure_convert(lambda x: x * y, 1.0)
        return converted(2.0, *values)

    @jax.custom_gradient
    def g(x):
        return x**2, lambda ct: (ct * 10.0,)

    return [jax.grad(f)(3.0), jax.jit(jax.grad(f))(3.0), g(3.0), jax.grad(g)(3.0), jax.jit(jax.grad(g))(3.0)]


PROGRAMS = [
    log1pexp, clip_gradient, partials, trees, integers, python_control_flow, fixed_point, static_arguments, branches,
    rules_of_transforms, batched_residuals, symbolic_zeros, gradient_of_identity, roots, linear_solves, linear_calls,
    batches, closures,
]  # fmt: skip
