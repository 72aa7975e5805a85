# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Python functions inside traced and compiled programs: pure_callback, io_callback, debug.print, debug.callback."""

from __future__ import annotations

import gc
import threading
import weakref

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import lax
from wengert.experimental import io_callback

F32 = wg.ShapeDtypeStruct((), "float32")


def like(x):
    return wg.ShapeDtypeStruct(x.shape, x.dtype)


@pytest.mark.parametrize("transform", [lambda f: f, wg.jit], ids=["eager", "jit"])
def test_pure_callback(transform):
    seen = []

    def host(x, *, scale):
        seen.append((type(x), x.shape))
        return {"double": np.asarray(x) * scale, "sum": np.asarray(x).sum()}

    @transform
    def f(x):
        out = wg.pure_callback(host, {"double": like(x), "sum": F32}, x, scale=wnp.float32(2))
        return out["double"] + 1, out["sum"]

    x = np.arange(3, dtype=np.float32)
    double, total = f(x)
    np.testing.assert_array_equal(double, 2 * x + 1)
    assert float(total) == 3
    assert seen == [(wg.Array, (3,))]


def test_what_a_pure_callback_is_for_may_go_away():
    calls = []

    @wg.jit
    def f(x):
        one = lambda: wg.pure_callback(lambda v: (calls.append(1), v)[1], like(x), x)
        unused = one()
        del unused
        return x + 1

    f(wnp.ones(2))
    assert calls == []


@pytest.mark.parametrize(
    ("method", "shapes"),
    [
        ("sequential", [((2,), ())] * 3),
        ("sequential_unrolled", [((2,), ())] * 3),
        ("expand_dims", [((3, 2), (1,))]),
        ("broadcast_all", [((3, 2), (3,))]),
        ("legacy_vectorized", [((3, 2), ())]),
    ],
)
@pytest.mark.parametrize("transform", [lambda f: f, wg.jit], ids=["eager", "jit"])
def test_vmap_of_a_pure_callback(method, shapes, transform):
    seen = []

    def host(x, y):
        seen.append((x.shape, y.shape))
        y = np.asarray(y)
        return np.asarray(x) * (y[..., None] if y.ndim else y)

    f = lambda x, y: wg.pure_callback(host, like(x), x, y, vmap_method=method)
    x = np.arange(6, dtype=np.float32).reshape(3, 2)
    np.testing.assert_array_equal(transform(wg.vmap(f, in_axes=(0, None)))(x, np.float32(2)), 2 * x)
    assert seen == shapes


def test_nested_vmap_is_the_double_loop():
    f = lambda x, y: wg.pure_callback(
        lambda a, b: np.asarray(a) + 10 * np.asarray(b), F32, x, y, vmap_method="sequential"
    )
    x, y = np.arange(2, dtype=np.float32), np.arange(3, dtype=np.float32)
    outer = wg.vmap(wg.vmap(f, in_axes=(None, 0)), in_axes=(0, None))
    for transform in (lambda g: g, wg.jit):
        np.testing.assert_array_equal(transform(outer)(x, y), x[:, None] + 10 * y)
    assert outer(np.zeros(0, np.float32), y).shape == (0, 3)


def test_effects_happen_once_and_in_order():
    log = []

    def note(name):
        return lambda x: log.append((name, float(x)))

    @wg.jit
    def inner(x):
        io_callback(note("inner"), None, x, ordered=True)
        return x * 2

    @wg.jit
    def f(x):
        io_callback(note("first"), None, x, ordered=True)
        y = wnp.sin(x) * 0
        wg.debug.callback(note("debug"), y)
        z = inner(x)
        inner(x)  # its result is not used, and it is the same call again
        token = io_callback(lambda v: (log.append(("token", float(v))), v)[1], F32, z, ordered=True)
        io_callback(note("last"), None, token)
        return z

    for _ in range(2):
        log.clear()
        assert float(f(3.0)) == 6
        names = ["first", "debug", "inner", "inner", "token", "last"]
        assert log == list(zip(names, [3.0, 0.0, 3.0, 3.0, 6.0, 6.0], strict=True))


def test_transforms_keep_effects():
    log = []

    def f(x):
        wg.debug.callback(lambda v: log.append(float(v)), x)
        return x**2

    cases = {
        "grad": (wg.grad(f), [3.0]),
        "value_and_grad": (wg.value_and_grad(f), [3.0]),
        "jvp": (lambda x: wg.jvp(f, (x,), (1.0,)), [3.0]),
        "jit of grad": (wg.jit(wg.grad(f)), [3.0]),
        "grad of jit": (wg.grad(wg.jit(f)), [3.0]),
        "second": (wg.grad(wg.grad(f)), [3.0]),
        "vmap of grad": (lambda x: wg.vmap(wg.grad(f))(wnp.stack([x, x + 1])), [3.0, 4.0]),
        "jit of vmap": (lambda x: wg.jit(wg.vmap(f))(wnp.stack([x, x + 1])), [3.0, 4.0]),
        "grad of a sum of vmap": (wg.grad(lambda x: wg.vmap(f)(wnp.stack([x, x + 1])).sum()), [3.0, 4.0]),
        "unmapped": (lambda x: wg.vmap(lambda y: f(x) + y)(wnp.arange(3.0)), [3.0]),
    }
    for name, (g, expected) in cases.items():
        log.clear()
        g(wnp.float32(3))
        assert log == expected, name


def test_effects_in_a_branch_in_a_loop_stay_though_its_results_are_not_used():
    seen = []

    def body(c, _):
        wg.lax.cond(c % 5 == 0, lambda: (wg.debug.callback(lambda x: seen.append(int(x)), c), 0)[1], lambda: 0)
        return c + 1, None

    loops = [
        lambda x: wg.lax.scan(body, x, None, length=10)[0],
        lambda x: wg.lax.while_loop(lambda c: c < 10, lambda c: body(c, None)[0], x),
        lambda x: wg.jvp(lambda y: wg.lax.scan(body, x, None, length=10)[0] * y, (1.0,), (1.0,))[0],
    ]
    for loop in loops:
        assert wg.jit(loop)(0) == 10
        assert sorted(seen) == [0, 5]
        seen.clear()


def test_debug_print(capsys):
    @wg.jit
    def f(x):
        wg.debug.print("x = {x:.2f}, {} and {name}", x.astype("int32"), x=x, name="text")
        wg.debug.print("{tree}", tree={"a": x}, ordered=True)
        wg.debug.print("nothing to fill")
        return x

    f(1.5)
    assert capsys.readouterr().out == "x = 1.50, 1 and text\n{'a': Array(1.5, dtype=float32)}\nnothing to fill\n"
    wg.vmap(lambda x: wg.debug.print("{}", x))(np.arange(3))
    assert capsys.readouterr().out == "0\n1\n2\n"
    f(2.5)
    assert capsys.readouterr().out.startswith("x = 2.50")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: wg.debug.print("{x}", y=1), KeyError, "x"),
        (lambda: wg.debug.print("{x}", x=1, y=1), ValueError, "expected every argument to be named in the format"),
        (lambda: wg.debug.print(3), TypeError, "expected a format of type str but got int"),
        (lambda: wg.debug.callback(3), TypeError, "expected a function but got int"),
        (lambda: wg.pure_callback(abs, 3.0, 1.0), wg.errors.UnsupportedTypeError, "shapes and dtypes of the results"),
        (lambda: wg.pure_callback(abs, F32, 1.0, vmap_method="x"), ValueError, "expected a vmap_method of sequential"),
        (
            lambda: wg.pure_callback(abs, wg.ShapeDtypeStruct((), "float64"), 1.0),
            wg.errors.DtypeError,
            "expected results of at most 32 bits but got float64",
        ),
        (
            lambda: wg.jit(lambda x: wg.pure_callback(lambda v: np.zeros(3, np.float32), F32, x))(1.0),
            wg.errors.ShapeError,
            r"expected result 0 to be float32\[\], as declared, but the function returned float32\[3\]",
        ),
        (
            lambda: wg.pure_callback(lambda v: np.zeros((), np.int32), F32, 1.0),
            wg.errors.DtypeError,
            r"expected result 0 to be float32\[\], as declared, but the function returned int32\[\]",
        ),
        (
            lambda: wg.jit(lambda x: wg.pure_callback(lambda v: (v, v), F32, x))(1.0),
            wg.errors.TreeError,
            "expected a result of the structure",
        ),
        (
            lambda: wg.grad(lambda x: wg.pure_callback(np.sin, F32, x))(1.0),
            wg.errors.WengertError,
            "pure_callback: has no derivative.*custom_jvp",
        ),
        (
            lambda: wg.grad(lambda x: io_callback(np.sin, F32, x))(1.0),
            wg.errors.WengertError,
            "io_callback: has no derivative.*stop_gradient",
        ),
        (
            lambda: wg.vmap(lambda x: wg.pure_callback(np.sin, F32, x))(wnp.ones(2)),
            wg.errors.WengertError,
            "expected a vmap_method under vmap: pass 'sequential'",
        ),
        (
            lambda: wg.vmap(lambda x: wg.debug.print("{}", x, ordered=True))(wnp.ones(2)),
            wg.errors.WengertError,
            "an ordered callback cannot be batched: pass ordered=False",
        ),
    ],
)
def test_message(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    "transform", [lambda f: f, wg.jit, lambda f: wg.vmap(f, axis_size=None)], ids=["eager", "jit", "vmap"]
)
def test_exceptions_are_the_users(transform):
    class Stop(ValueError):
        pass

    def stop(x):
        raise Stop("that is enough")

    @transform
    def f(x):
        wg.debug.callback(stop, x)
        return x

    for _ in range(2):
        with pytest.raises(Stop, match="that is enough") as caught:
            f(wnp.ones(2))
        assert caught.traceback[-1].name == "stop"


def test_callbacks_run_outside_of_the_traces_around_them():
    """What a callback computes is not recorded in a trace that happens to be active while the program runs."""

    @wg.jit
    def program(x):
        return wg.pure_callback(lambda v: wg.jit(lambda a: a + 1)(v) * 2, F32, x)

    @wg.jit
    def outer(x):
        with wg.ensure_compile_time_eval():
            known = program(wnp.float32(1))
        return x + float(known)

    assert float(outer(10.0)) == 14


def test_values_on_demand():
    """Python may ask for the value of a pure callback under grad."""

    def f(x):
        y = wg.pure_callback(lambda v: np.asarray(v) * 2, F32, wg.lax.stop_gradient(x))
        return x * 3 if y > 1 else x * 5

    assert float(wg.grad(f)(1.0)) == 3
    assert float(wg.grad(f)(0.0)) == 5


def test_functions_live_as_long_as_their_callers():
    class Witness:
        pass

    def make():
        witness = Witness()
        f = wg.jit(lambda x: wg.pure_callback(lambda v: (witness, v)[1], like(x), x))
        return f, weakref.ref(witness)

    f, alive = make()
    f(wnp.ones(3))
    gc.collect()
    assert alive() is not None
    f(wnp.ones(3))
    del f
    gc.collect()
    assert alive() is None


def test_a_callback_that_refers_to_its_caller_is_freed():
    class Trainer:
        def __init__(self):
            self.log = []
            self.step = wg.jit(self._step)

        def _step(self, x):
            io_callback(lambda v: self.log.append(float(v)), None, x, ordered=True)
            return x + 1

    trainer = Trainer()
    trainer.step(1.0)
    assert trainer.log == [1.0]
    alive = weakref.ref(trainer)
    del trainer
    gc.collect()
    gc.collect()
    assert alive() is None


def test_one_code_for_one_program():
    """Numbers of functions are no part of what is compiled."""
    from wengert import compiler

    def make(k):
        return wg.jit(lambda x: wg.pure_callback(lambda v: np.asarray(v) + np.float32(k), like(x), x * 7))

    assert float(make(1)(2.0)) == 15
    compiled = compiler.statistics.compiled
    assert float(make(2)(2.0)) == 16
    assert compiler.statistics.compiled == compiled


def test_threads():
    f = wg.jit(lambda x: wg.pure_callback(lambda v: np.asarray(v) * 2, like(x), x) + 1)
    results = {}

    def work(i):
        x = np.full(4, i, np.float32)
        results[i] = all((np.asarray(f(x)) == 2 * x + 1).all() for _ in range(50))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(results.values())
    assert len(results) == 4


def test_what_needs_no_python_refuses_callbacks():
    from wengert import aot

    f = lambda x: wg.pure_callback(np.sin, like(x), x)
    with pytest.raises(
        wg.errors.WengertError, match="callback: the target llvm-cpu without Python does not support it"
    ):
        aot.export(f, wg.ShapeDtypeStruct((2,), "float32"))


def test_programs_of_other_processes_are_refused():
    text = """
      func.func @main(%x: tensor<f32>) -> tensor<f32> {
        %0 = wg.callback 123456789(%x) "pure" -> [tensor<f32>] : tensor<f32>
        return %0 : tensor<f32>
      }"""
    with pytest.raises(KeyError, match="expected the number of a function of this process but got 123456789"):
        wg.from_text(text)(1.0)


def test_text_round_trip():
    from wengert import _native

    module = wg.make_jaxpr(lambda x: wg.pure_callback(np.sin, like(x), x, vmap_method="sequential"))(wnp.ones(2)).module
    assert "wg.callback" in module.to_text()
    for generic in (False, True):
        text = module.to_text(generic=generic)
        assert _native.parse(text).to_text(generic=generic) == text


AROUND = {
    "while": (3, lambda f: lambda x: lax.while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, f(s[1])), (0, x))[1]),
    "scan": (3, lambda f: lambda x: lax.scan(lambda c, _: (f(c), None), x, None, length=3)[0]),
    "cond": (1, lambda f: lambda x: lax.cond(x > -9, f, lambda x: x, x)),
    "checkpoint": (1, wg.checkpoint),
    "jit": (1, wg.jit),
}
PAIRS = [(a, b) for a in AROUND for b in AROUND]


@pytest.mark.parametrize(("outer", "inner"), PAIRS, ids=[f"{a} of {b}" for a, b in PAIRS])
def test_effects_happen_once_under_reverse_mode(outer, inner):
    """A reverse pass that runs steps once more has no effects again, nor asks again for what they gave."""
    log = []

    def noted(x):
        wg.debug.callback(lambda v: log.append(float(v)), x)
        return wnp.sin(x)

    def asked(x):
        factor = io_callback(lambda v: (log.append(float(v)), v * 0 + 2)[1], F32, lax.stop_gradient(x))
        return wnp.sin(x) * factor

    times = AROUND[outer][0] * AROUND[inner][0]
    for f in (noted, asked):
        program = AROUND[outer][1](AROUND[inner][1](f))
        for run in (wg.grad(program), wg.jit(wg.grad(program))):
            log.clear()
            if f is asked and "while" in (outer, inner):
                with pytest.raises(wg.errors.DerivativeError, match=r"steps run once more(?s:.*)use pure_callback"):
                    run(0.5)
                continue
            slope = float(run(0.5))
            assert len(log) == times, log
            log.clear()
            wanted = float(wg.jvp(program, (0.5,), (1.0,))[1])
            assert len(log) == times and abs(slope - wanted) < 1e-5


def test_results_count_by_their_leaves():
    out = wg.pure_callback(lambda x: {"y": [x]}, {"y": F32}, 2.0)
    assert out == {"y": 2.0}
