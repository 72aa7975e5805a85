# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loops and branches in any company through IREE, and the code of its virtual machine."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import compiler, lax, random
from wengert.cache import DiskCache
from wengert.errors import CompilationError
from wengert.invocation import distinct_references, run_apart, run_iree

CODE = """\
  ^bb1:  // pred: ^bb0
    vm.br ^bb2(%a, %n, %a, %f, %a : !vm.ref<!hal.buffer>, i64, !vm.ref<!hal.buffer>, !vm.ref<!hal.fence>, i32)
  ^bb2(%0: !vm.ref<!hal.buffer>):
    vm.cond_br %c, ^bb3(%a, %f : !vm.ref<!hal.buffer>, !vm.ref<!hal.fence>), ^bb4(%f, %f : !vm.ref<!hal.fence>, !vm.ref<!hal.fence>)
    vm.br ^bb5(%null_1, %null_1, %n, %n : !vm.ref<!hal.fence>, !vm.ref<!hal.fence>, i64, i64)
"""  # noqa: E501
DISTINCT = """\
  ^bb1:  // pred: ^bb0
    %again0_null = vm.const.ref.zero : !vm.ref<!hal.buffer>
    %again0_known = vm.cmp.nz.ref %a : !vm.ref<!hal.buffer>
    %again0 = vm.select.ref %again0_known, %a, %again0_null : !vm.ref<!hal.buffer>
    vm.br ^bb2(%a, %n, %again0, %f, %a : !vm.ref<!hal.buffer>, i64, !vm.ref<!hal.buffer>, !vm.ref<!hal.fence>, i32)
  ^bb2(%0: !vm.ref<!hal.buffer>):
    %again1_null = vm.const.ref.zero : !vm.ref<!hal.fence>
    %again1_known = vm.cmp.nz.ref %f : !vm.ref<!hal.fence>
    %again1 = vm.select.ref %again1_known, %f, %again1_null : !vm.ref<!hal.fence>
    vm.cond_br %c, ^bb3(%a, %f : !vm.ref<!hal.buffer>, !vm.ref<!hal.fence>), ^bb4(%f, %again1 : !vm.ref<!hal.fence>, !vm.ref<!hal.fence>)
    vm.br ^bb5(%null_1, %null_1, %n, %n : !vm.ref<!hal.fence>, !vm.ref<!hal.fence>, i64, i64)
"""  # noqa: E501


def test_no_branch_hands_over_a_reference_twice():
    assert distinct_references(CODE) == DISTINCT
    assert distinct_references(DISTINCT) == DISTINCT


IDENTITY = "func.func @main(%x: tensor<f32>) -> tensor<f32> { return %x : tensor<f32> }\n"


def test_in_a_process_of_its_own():
    flags = compiler.flag_ladder(IDENTITY, compiler.HOST)[0]
    assert run_apart(IDENTITY, flags).vmfb == run_iree(IDENTITY, flags).vmfb
    failed = run_apart(IDENTITY.replace("return %x", "return %y"), flags)
    assert failed.vmfb is None and "use of undeclared SSA value" in failed.diagnostics[0]
    ended = run_apart(IDENTITY, [*flags, "--iree-llvmcpu-target-cpu-features=nonsense,,"])
    assert ended.vmfb is None and "the compiler ended its process with code" in ended.diagnostics[0]


def test_a_program_ends_one_process_at_most(tmp_path, monkeypatch):
    """A lock that a crashed process has left: the program is compiled apart, as long as it fails."""
    cache = DiskCache(tmp_path)
    monkeypatch.setattr("wengert.cache.default", lambda: cache)
    monkeypatch.setattr(compiler, "run_iree", lambda *_: pytest.fail("compiled in this process"))
    lock = cache._path(compiler.cache_key(IDENTITY, compiler.HOST).digest, "lock")
    lock.parent.mkdir(parents=True)
    lock.touch()
    crash = lambda text, flags, name: compiler.Attempt(list(flags), None, ["error: the compiler ended its process"])
    with monkeypatch.context() as patch:
        patch.setattr(compiler, "run_apart", crash)
        for _ in range(2):
            with pytest.raises(CompilationError, match="the compiler ended its process"):
                compiler.compile_text(IDENTITY)
    assert lock.exists()
    assert len(compiler.compile_text(IDENTITY)) > 100
    assert not lock.exists()


W = np.random.default_rng(0).normal(size=(3, 3)).astype(np.float32)
X = np.linspace(0.1, 1, 8, dtype=np.float32)
TABLE = np.arange(8, dtype=np.float32)


def check(*functions, args) -> None:
    """All in one program, against the eager results."""
    got = wg.jit(lambda *a: [f(*a) for f in functions])(*args)
    for f, results in zip(functions, got, strict=True):
        for a, b in zip(wg.tree.leaves(results), wg.tree.leaves(f(*args)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


def branch_in_scan(w, h):
    def step(h, x):
        h = lax.cond(x.sum() > 0, lambda h: (wnp.tanh(w @ h[0]) + x, h[0]), lambda h: (h[1] * 0.5, h[0] + x), h)
        return h, h[0]

    (a, b), ys = lax.scan(step, (h, h * 2), wnp.sin(wnp.arange(12.0)).reshape(4, 3))
    return (a * b).sum() + ys.sum()


def scan_in_branch(w, h):
    loop = lambda h: lax.scan(lambda s, x: ((wnp.sin(w @ s[0]), s[0] * x), s[1]), (h, h + 1), wnp.arange(3.0))
    (a, b), ys = lax.cond(h[0] > 5, lambda h: ((h, h), wnp.stack([h, h, h])), loop, h)
    return (a + b).sum() + ys.sum()


def while_of_steps(w, h):
    return lax.while_loop(lambda s: s[0] < 5, lambda s: (s[0] + 1, wnp.tanh(w @ s[1]) + 0.1), (0, h))[1].sum()


def test_gradients_of_loops_and_branches():
    """Several buffers of one allocation pass each branch, and what is before a loop is needed after it."""
    check(*(wg.grad(f, (0, 1)) for f in (branch_in_scan, scan_in_branch, while_of_steps)), args=(W, W[0]))


def in_place(i, h):
    return h.at[i].set(h[i] * 2 + 1)


def shared_start(x):
    h = wnp.sin(x)
    a, b = lax.fori_loop(0, 5, in_place, h), lax.fori_loop(0, 3, in_place, h)
    return a, b, h + a, lax.fori_loop(0, 5, in_place, wnp.zeros(8)), lax.fori_loop(0, 3, in_place, wnp.zeros(8))


def exchanged(x):
    return lax.fori_loop(0, 5, lambda i, s: (s[1], s[0].at[i].add(1.0), s[0]), (x, x * 2, x))


def equal_constants(x):
    step = lambda s: (s[0] + 1, s[1] + 2, s[2].at[s[0]].set(7.0), s[3] + x, s[4] ^ (x > 0.1 * s[0]))
    return lax.while_loop(lambda s: s[0] < 5, step, (0, 0, wnp.array(TABLE), wnp.array(TABLE), wnp.ones(8, bool)))


def equal_complex(x):
    a = lax.fori_loop(0, 5, lambda i, h: h * 1j + x, wnp.zeros(8, "complex64"))
    return a, lax.fori_loop(0, 5, lambda i, h: h + x * i, wnp.zeros(8, "complex64"))


def test_loops_that_start_with_the_same():
    check(shared_start, exchanged, equal_constants, equal_complex, args=(X,))


def steps_of_each(x):
    far = lambda s: (s[1] < 3.0) & (s[0] < 9)
    return wg.vmap(lambda a: lax.while_loop(far, lambda s: (s[0] + 1, s[1] * (1 + a), s[2] - a), (0, a, a)))(x)


def counted_for_all(x):
    """The condition of every example is known before the program runs."""
    return wg.vmap(lambda a: lax.while_loop(lambda s: s[0] < 4, lambda s: (s[0] + 1, s[1] * a), (0, 1.0)))(x)


def test_sorts_between_arrays_that_begin_with_the_same():
    """One array is put together before a sort and one after it, from the same first part."""

    def f(x):
        first = wnp.ones(1, bool)
        a = wnp.concatenate([first, x > 0])
        in_order = wnp.sort(wnp.where(a, 3, 4))
        b = wnp.concatenate([first, in_order[: x.size] > 3])
        ranks = wnp.cumsum(a) - 1
        return wnp.sort(ranks * in_order), wnp.cumsum(b) - 1, in_order, ranks

    x = np.array([0.1, -0.2, 0.3, 0.7, -1.5, 0.4, -0.3], np.float32)
    for got, expected in zip(wg.jit(f)(x), f(wnp.asarray(x)), strict=True):
        np.testing.assert_array_equal(got, expected)


def test_stacks_of_two_replays():
    """A gradient beside a derivative of it: each replay saves to stacks of its own."""

    def loss(x):
        return lax.while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, wnp.sin(s[1]) * x), (0, x))[1].sum()

    def f(x):
        return wg.grad(loss)(x), wg.jvp(wg.grad(loss), (x,), (x * 2,))

    x = np.array([0.3, -0.5, 0.8, 1.1], np.float32)
    for got, expected in zip(wg.tree.leaves(wg.jit(f)(x)), wg.tree.leaves(f(wnp.asarray(x))), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)


def test_conditions_of_several_examples():
    check(steps_of_each, counted_for_all, args=(X,))


@pytest.mark.slow
def test_rejection_samplers_of_several_keys():
    keys = random.split(random.key(1), 3)
    for draw in (
        lambda k: (random.gamma(k, wnp.array([0.3, 9.0])), random.loggamma(k, 0.3)),
        lambda k: random.beta(k, 0.3, 2.0),
    ):
        for a, b in zip(wg.tree.leaves(wg.jit(wg.vmap(draw))(keys)), wg.tree.leaves(wg.vmap(draw)(keys)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_more_arrays_than_a_dispatch_reads():
    check(lambda *xs: sum(wnp.sin(x) for x in xs), args=[X * i for i in range(50)])


@pytest.mark.slow
def test_gradient_of_many_layers_in_one_array():
    def deep(w):
        h = W[0]
        for i in range(len(w)):
            h = wg.checkpoint(lambda h, w: wnp.tanh(w @ h))(h, w[i])
        return (h**2).sum()

    check(wg.grad(deep), args=(np.random.default_rng(1).normal(size=(40, 3, 3)).astype(np.float32) / 3,))
