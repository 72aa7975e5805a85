# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks: raised at once, and as values under every transform; tests/oracle compares the same programs with JAX."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from checkify_programs import FAILED, NAN, PROGRAMS, f32, i32

import wengert as wg
import wengert.numpy as wnp
from wengert import checkify, errors

IDS = [p.name for p in PROGRAMS]


def first_line(error):
    message = error.get()
    return None if message is None else message.splitlines()[0]


def here() -> int:
    return inspect.currentframe().f_back.f_lineno


@pytest.mark.parametrize("transform", [lambda f: f, wg.jit], ids=["eager", "jit"])
@pytest.mark.parametrize("program", PROGRAMS, ids=IDS)
def test_programs(program, transform):
    f = program.make(wg, checkify)
    checked = transform(checkify.checkify(f, errors=getattr(checkify, program.errors)))
    plain = checkify.checkify(f, errors=frozenset())
    for x, message in program.messages:
        error, y = checked(wnp.asarray(x))
        assert first_line(error) == message
        none, expected = plain(wnp.asarray(x))
        assert none.get() is None
        wg.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6), y, expected)


@pytest.mark.parametrize("program", PROGRAMS, ids=IDS)
def test_an_error_for_each_example(program):
    checked = checkify.checkify(program.make(wg, checkify), errors=getattr(checkify, program.errors))
    for x, _ in program.messages:
        batch = [y for y, _ in program.messages if y.shape == x.shape]
        error, _ = wg.vmap(checked)(wnp.stack([wnp.asarray(y) for y in batch]))
        expected = [m for y, m in program.messages if y.shape == x.shape]
        found = error.get_exception()
        got = {} if found is None else {i: str(e).splitlines()[0] for (i,), e in found.error_mapping.items()}
        assert got == {i: m for i, m in enumerate(expected) if m is not None}


def positive(x):
    checkify.check(x > 0, "{} must be positive", x)
    return wnp.log(x)


LINE = inspect.getsourcelines(positive)[1] + 1


# ---------------------------------------------------------------------------------------------------------------------
# Without checkify


def test_eager_checks_raise_at_the_users_line():
    with pytest.raises(errors.CheckError) as info:
        positive(wnp.float32(-2))
    assert str(info.value) == f"-2.0 must be positive{FAILED}\n  at: {__file__}:{LINE}"
    assert isinstance(info.value, ValueError)
    assert info.traceback[-1].path.name == "test_checkify.py"
    assert float(positive(wnp.float32(1))) == 0


@pytest.mark.parametrize(
    "transform",
    [wg.grad, wg.value_and_grad, lambda f: lambda x: wg.jvp(f, (x,), (x,)), wg.hessian, wg.jacfwd],
    ids=["grad", "value_and_grad", "jvp", "hessian", "jacfwd"],
)
def test_checks_raise_under_derivatives(transform):
    transform(positive)(wnp.float32(2))
    with pytest.raises(errors.CheckError, match=f"-2.0 must be positive.*\n  at: {__file__}:{LINE}"):
        transform(positive)(wnp.float32(-2))


def test_checks_raise_under_vmap():
    np.testing.assert_allclose(wg.vmap(positive)(f32(1, 1)), [0, 0])
    with pytest.raises(errors.CheckError, match=r"-3.0 must be positive"):
        wg.vmap(positive)(f32(2, -3, -4))
    with pytest.raises(errors.CheckError, match=r"-3.0 must be positive"):
        wg.vmap(lambda x: [positive(x), None][1])(f32(2, -3, -4))


def test_compiled_checks_are_refused():
    for f in (positive, lambda x: wg.lax.cond(x > 1, positive, wnp.sin, x), wg.grad(positive)):
        with pytest.raises(errors.CheckError, match=r"check: cannot be compiled .* checkify.checkify") as info:
            wg.jit(f)(1.0)
        assert f"{__file__}:{LINE}" in str(info.value)


def test_debug_checks_are_compiled_away():
    def f(x):
        checkify.debug_check(x > 0, "positive")
        checkify.check(x > 1, "greater", debug=True)
        return x

    assert float(f(wnp.float32(-1))) == float(wg.jit(f)(-1.0)) == -1
    assert first_line(wg.jit(checkify.checkify(f))(0.5)[0]) == "greater" + FAILED


@pytest.mark.parametrize(
    ("pred", "got"), [(wnp.ones(2) > 0, r"bool\[2\]"), (1.0, "1.0"), (wnp.ones(()), r"float32\[\]")]
)
def test_what_is_no_condition(pred, got):
    with pytest.raises(TypeError, match=f"check: expected a scalar of bool but got {got}; remedy: use .all"):
        checkify.check(pred, "message")


def test_what_is_no_message():
    with pytest.raises(TypeError, match="debug_check: expected a message of type str but got int"):
        checkify.debug_check(True, 3)
    with pytest.raises((KeyError, IndexError)):
        checkify.check(True, "{} {}", 1)


# ---------------------------------------------------------------------------------------------------------------------
# Messages


def test_messages_are_formats():
    def f(x):
        tree = {"a": x, "b": [x + 1, "text"]}
        checkify.check(x.sum() > 0, "{{}} {:.1f} {1.shape} {t} {s!r:>5} {0!s}", x[0], x, t=tree, s="s")
        return x

    with pytest.raises(ValueError, match=r"check: expected a format with numbers in all of its {} or in none"):
        checkify.checkify(f)(f32(-1, -2))

    def g(x):
        tree = {"a": x, "b": [x + 1, "text"]}
        checkify.check(x.sum() > 0, "{{}} {0:.1f} {1.shape} {t} {s!r:>5} {n:{w}}", x[0], x, t=tree, s="s", n=3, w=2)
        return x

    expected = "{} -1.0 (2,) {'a': [-1. -2.], 'b': [[ 0. -1.], 'text']}   's'  3" + FAILED
    for transform in (lambda f: f, wg.jit):
        assert first_line(transform(checkify.checkify(g))(f32(-1, -2))[0]) == expected


def test_messages_name_the_line():
    def f(x):
        y = wnp.log(x)  # here
        return y

    line = inspect.getsourcelines(f)[1] + 1
    for transform in (lambda f: f, wg.jit, wg.grad):
        checked = checkify.checkify(transform(f), errors=checkify.nan_checks)
        assert checked(-1.0)[0].get() == f"{NAN}log\n  at: {__file__}:{line}"


# ---------------------------------------------------------------------------------------------------------------------
# Errors


def test_errors_are_values():
    error, _ = checkify.checkify(positive)(wnp.float32(-1))
    with pytest.raises(checkify.JaxRuntimeError, match=r"-1.0 must be positive") as info:
        error.throw()
    assert isinstance(info.value.__cause__, checkify.FailedCheckError)
    assert "-1.0 must be positive" in repr(error)
    none, _ = checkify.checkify(positive)(wnp.float32(1))
    none.throw()
    checkify.check_error(none)
    assert none.get_exception() is None and repr(none) == "Error(None)" and repr(checkify.init_error) == "Error(None)"
    leaves, tree = wg.tree.flatten(error)
    assert wg.tree.unflatten(tree, leaves).get() == error.get()
    with pytest.raises(TypeError, match="check_error: expected an Error but got str"):
        checkify.check_error("error")


@pytest.mark.parametrize(
    ("f", "x", "cls"),
    [
        (positive, f32(-1), checkify.FailedCheckError),
        (wnp.log, f32(-1), checkify.NaNError),
        (lambda x: 1 / x, f32(0), checkify.DivisionByZeroError),
        (lambda i: wnp.ones(3)[i], i32(3), checkify.OOBError),
    ],
)
def test_classes_of_errors(f, x, cls):
    error, _ = checkify.checkify(f, errors=checkify.all_checks)(wnp.asarray(x))
    assert type(error.get_exception()) is cls
    only, _ = checkify.checkify(f, errors=frozenset({cls}))(wnp.asarray(x))
    assert first_line(only) == first_line(error)
    others, _ = checkify.checkify(f, errors=checkify.all_checks - {cls})(wnp.asarray(x))
    assert type(others.get_exception()) is not cls


def test_wrong_kinds_of_errors():
    for wrong in ("nan", {"nan"}, {ValueError}, 3):
        with pytest.raises(TypeError, match="checkify: expected errors as a union of user_checks"):
            checkify.checkify(positive, errors=wrong)
    with pytest.raises(TypeError, match="checkify: expected a function but got int"):
        checkify.checkify(3)


def test_a_batch_of_errors_lists_them():
    error, _ = wg.vmap(checkify.checkify(positive))(f32(1, -2, 3, -4))
    lines = error.get().splitlines()
    assert lines[0] == "at mapped index 1: -2.0 must be positive" + FAILED
    assert lines[2] == "at mapped index 3: -4.0 must be positive" + FAILED
    with pytest.raises(errors.CheckError, match="at mapped index 3"):
        error.throw()
    nested, _ = wg.vmap(wg.vmap(checkify.checkify(positive)))(wnp.asarray([[1.0, 2.0], [3.0, -4.0]]))
    assert nested.get().splitlines()[0] == "at mapped index 1, 1: -4.0 must be positive" + FAILED
    fine, _ = wg.vmap(checkify.checkify(positive))(f32(1, 2))
    assert fine.get() is None


def test_a_batch_of_errors_is_raised_again():
    def f(x):
        error, y = wg.vmap(checkify.checkify(positive))(x)
        checkify.check_error(error)
        error.throw()
        return y

    for transform in (lambda f: f, wg.jit):
        error, _ = transform(checkify.checkify(f))(f32(1, -2, -3))
        assert error.get() == f"-2.0 must be positive{FAILED}\n  at: {__file__}:{LINE}"
    with pytest.raises(errors.CheckError, match=r"at mapped index 1: -2.0"):
        f(f32(1, -2, -3))


# ---------------------------------------------------------------------------------------------------------------------
# Arguments, results, captured arrays, values


def test_arguments_and_results_of_any_structure():
    def f(x, n, *, scale=None, name):
        assert isinstance(n, int) and name == "text"
        checkify.check((x["a"] > 0).all(), "{}", name)
        return {"y": x["a"] * n, "scale": scale, "three": 3}

    error, y = checkify.checkify(f)({"a": f32(-1, 1)}, 2, scale=wnp.ones(2), name="text")
    assert first_line(error) == "text" + FAILED
    np.testing.assert_array_equal(y["y"], [-2, 2])
    np.testing.assert_array_equal(y["scale"], [1, 1])
    assert y["three"] == 3


def test_values_decide_in_python():
    def f(x):
        if x > 2:
            checkify.check(x > 3, "between")
        return x if x > 0 else -x

    assert first_line(checkify.checkify(f)(wnp.float32(2.5))[0]) == "between" + FAILED
    error, y = checkify.checkify(f)(wnp.float32(-1))
    assert error.get() is None and float(y) == 1
    with pytest.raises(errors.ConcretizationError):
        wg.jit(checkify.checkify(f))(1.0)


def test_captured_arrays():
    w = wnp.linspace(-1.0, 1.0, 100)

    def f(x):
        return (wnp.log(w) * x).sum()

    for transform in (lambda f: f, wg.jit):
        assert first_line(transform(checkify.checkify(f, checkify.nan_checks))(1.0)[0]) == NAN + "log"
    outer = wg.jit(lambda y: checkify.checkify(lambda x: wnp.log(x * y), checkify.nan_checks)(2.0))
    assert first_line(outer(-1.0)[0]) == NAN + "log"


def test_a_function_without_checks():
    for transform in (lambda f: f, wg.jit, wg.vmap):
        error, y = transform(checkify.checkify(wnp.sin))(f32(1, 2))
        assert error.get() is None
        np.testing.assert_allclose(y, np.sin([1, 2]), rtol=1e-6)


def test_a_function_without_results():
    error, y = wg.jit(checkify.checkify(lambda x: checkify.check(x > 0, "none")))(-1.0)
    assert y is None and first_line(error) == "none" + FAILED


# ---------------------------------------------------------------------------------------------------------------------
# Transforms


def test_the_derivative_of_a_checked_function():
    def loss(x):
        error, y = checkify.checkify(positive, checkify.all_checks)(x)
        return y, error

    for transform in (lambda f: f, wg.jit):
        g, error = transform(wg.grad(loss, has_aux=True))(4.0)
        assert float(g) == 0.25 and error.get() is None
        _, error = transform(wg.grad(loss, has_aux=True))(-4.0)
        assert first_line(error) == "-4.0 must be positive" + FAILED


def test_checks_of_a_backward_pass():
    def f(x):
        return wnp.sqrt(x).sum()

    checked = checkify.checkify(wg.grad(lambda x: (wnp.exp(x) * 0.0).sum()), errors=checkify.nan_checks)
    assert first_line(checked(f32(100, 1))[0]) == NAN + "mul"
    twice = checkify.checkify(wg.hessian(lambda x: wnp.log(x).sum()), errors=checkify.float_checks)
    assert twice(f32(1, 2))[0].get() is None
    assert first_line(twice(f32(1, 0))[0]) == "division by zero"


def test_a_branch_of_each_example():
    def f(x):
        return wg.lax.cond(x > 0, wnp.log, wnp.sin, x)

    # Each example runs its branch only.
    checked = checkify.checkify(wg.vmap(f), errors=checkify.nan_checks)
    assert checked(f32(1, -1))[0].get() is None
    assert first_line(checked(f32(1, -np.inf))[0]) == NAN + "sin"


def test_errors_do_not_depend_on_each_other():
    """Many checks with values of several types: each message has its own."""

    def f(i, x, v):
        checkify.check(i != 1, "int {}", i)
        checkify.check(i != 2, "float {}", x)
        checkify.check(i != 3, "vector {} of {}", v, x)
        checkify.check(i != 4, "two {} {}", x, x + 1)
        checkify.check(i != 5, "int {} {}", i, v)
        return i

    checked = wg.jit(checkify.checkify(f))
    expected = ["int 1", "float 0.5", "vector [1. 2.] of 0.5", "two 0.5 1.5", "int 5 [1. 2.]"]
    for i, message in enumerate(expected, 1):
        assert first_line(checked(i, 0.5, f32(1, 2))[0]) == message + FAILED
    assert checked(0, 0.5, f32(1, 2))[0].get() is None
    batch = wg.vmap(checkify.checkify(f), in_axes=(0, None, None))(i32(0, 1, 2, 3, 4, 5), 0.5, f32(1, 2))[0]
    found = {i: str(e).splitlines()[0] for (i,), e in batch.get_exception().error_mapping.items()}
    assert found == {i: m + FAILED for i, m in enumerate(expected, 1)}


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint32"])
def test_indices_of_any_type(dtype):
    x = wnp.zeros(200)
    checked = checkify.checkify(lambda i: x[i], errors=checkify.index_checks)
    assert checked(wnp.asarray([3, 100], dtype))[0].get() is None
    small = checkify.checkify(lambda i: wnp.zeros(3)[i], errors=checkify.index_checks)
    assert "index 100 is out of bounds" in small(wnp.asarray([1, 100], dtype))[0].get()


def test_complex_numbers():
    checked = checkify.checkify(lambda z: z / z, errors=checkify.float_checks)
    assert checked(wnp.asarray([1 + 1j]))[0].get() is None
    assert first_line(checked(wnp.asarray([1 + 1j, 0j]))[0]) == "division by zero"


def test_nothing_is_checked_in_empty_arrays():
    f = lambda x: wnp.log(x)[wnp.zeros(0, "int32")] / x
    assert checkify.checkify(f, errors=checkify.all_checks)(wnp.zeros(0))[0].get() is None


# ---------------------------------------------------------------------------------------------------------------------
# Loops, rules, checkpoints


def halve(x):
    """Divide by 2 until at most 1."""

    def body(x):
        checkify.check(x != 6, "x is {}", x)
        return x / 2

    return wg.lax.while_loop(lambda x: x > 1, body, x)


@pytest.mark.parametrize("transform", [lambda f: f, wg.jit], ids=["eager", "jit"])
def test_a_while_loop_for_each_example(transform):
    """What JAX refuses. An example that is done fails no more."""
    xs = f32(3, 16, 12, 6)
    one_for_all = transform(checkify.checkify(wg.vmap(halve)))
    assert first_line(one_for_all(xs)[0]) == "x is 6.0" + FAILED
    assert one_for_all(f32(3, 16))[0].get() is None
    np.testing.assert_allclose(one_for_all(xs)[1], [0.75, 1, 0.75, 0.75])
    each = transform(wg.vmap(checkify.checkify(halve)))(xs)[0].get_exception()
    assert set(each.error_mapping) == {(2,), (3,)}

    def root(x):
        return wg.lax.while_loop(lambda c: c[0] < 3, lambda c: (c[0] + 1, wnp.sqrt(c[1] - 1)), (wnp.ones(()), x))[1]

    nan = transform(checkify.checkify(wg.vmap(root), checkify.nan_checks))
    assert nan(f32(50, 60))[0].get() is None
    assert first_line(nan(f32(50, 1.5))[0]) == NAN + "sqrt"


@pytest.mark.parametrize("transform", [lambda f: f, wg.jit], ids=["eager", "jit"])
def test_the_gradient_of_a_while_loop(transform):
    def f(x):
        return wg.lax.while_loop(lambda c: c[0] < 3, lambda c: (c[0] + 1, wnp.sqrt(c[1]) * 2), (wnp.zeros(()), x))[1]

    checked = transform(checkify.checkify(wg.grad(f), checkify.nan_checks))
    error, g = checked(2.0)
    assert error.get() is None
    np.testing.assert_allclose(g, wg.grad(f)(2.0), rtol=1e-6)
    assert first_line(checked(-2.0)[0]) == NAN + "sqrt"
    assert transform(checkify.checkify(wg.grad(halve)))(12.0)[0].get().startswith("x is 6.0")

    # Only the way back fails: each step multiplies by 1e30 and its number.
    def g(x):
        step = lambda c: (c[0] + 1, c[1] * c[0] * 1e30)
        return wg.lax.while_loop(lambda c: c[0] < 4, step, (wnp.zeros(()), x))[1]

    assert checkify.checkify(g, checkify.nan_checks)(0.0)[0].get() is None
    assert NAN in transform(checkify.checkify(wg.grad(g), checkify.nan_checks))(0.0)[0].get()


def test_a_scan_keeps_its_first_error():
    def step(c, x):
        checkify.check(x > 0, "first {}", c)
        checkify.check(x < 3, "second {}", x)
        return c + 1, wnp.log(x)

    checked = wg.jit(checkify.checkify(lambda xs: wg.lax.scan(step, 0, xs)))
    error, (count, ys) = checked(f32(1, 2, 4, -1))
    assert first_line(error) == "second 4.0" + FAILED and int(count) == 4
    np.testing.assert_allclose(ys[:3], np.log([1, 2, 4]), rtol=1e-6)
    assert first_line(checked(f32(1, -2, 4, -1))[0]) == "first 1" + FAILED
    nested = wg.jit(wg.vmap(checkify.checkify(wg.vmap(lambda xs: wg.lax.scan(step, 0, xs)))))
    xs = wnp.asarray([[[1.0, 2.0], [2.0, 2.0]], [[1.0, 5.0], [-1.0, 2.0]]])
    assert nested(xs)[0].get().splitlines()[0] == "at mapped index 1: first 0" + FAILED


def test_functions_with_rules_keep_them():
    @wg.custom_jvp
    def f(x):
        checkify.check(x > 0, "in f")
        return wnp.log(x)

    f.defjvp(lambda primals, tangents: (wnp.log(primals[0]), 100 * tangents[0]))

    @wg.custom_vjp
    def g(x):
        checkify.check(x > 1, "in g")
        return x * 2

    g.defvjp(lambda x: (x * 2, x), lambda x, ct: (ct * 7 * x,))
    for transform in (lambda f: f, wg.jit):
        for fun, slope, message in ((f, 100, "in f"), (g, 7 * 3, "in g")):
            value = lambda x, fun=fun: checkify.checkify(fun, checkify.all_checks)(x)[::-1]
            slope_of, error = transform(wg.grad(value, has_aux=True))(3.0)
            assert float(slope_of) == slope and error.get() is None
            _, error = transform(wg.grad(value, has_aux=True))(-3.0)
            assert first_line(error) == message + FAILED
            error, slope_of = transform(checkify.checkify(wg.grad(fun)))(3.0)
            assert float(slope_of) == slope and error.get() is None
            assert first_line(transform(checkify.checkify(fun))(-3.0)[0]) == message + FAILED
    bad = wg.custom_jvp(wnp.sin)
    bad.defjvp(lambda primals, tangents: (wnp.sin(primals[0]), wnp.log(-primals[0]) * tangents[0]))
    assert first_line(checkify.checkify(wg.grad(bad), checkify.nan_checks)(1.0)[0]) == NAN + "log"


def test_checkpoints():
    @wg.checkpoint
    def f(x):
        checkify.check(x > 0, "{} in f", x)
        return wnp.sin(wnp.log(x))

    for transform in (lambda f: f, wg.jit):
        checked = transform(checkify.checkify(wg.grad(f), checkify.all_checks))
        error, g = checked(2.0)
        assert error.get() is None
        np.testing.assert_allclose(g, np.cos(np.log(2)) / 2, rtol=1e-6)
        assert first_line(checked(-2.0)[0]) == "-2.0 in f" + FAILED


# ---------------------------------------------------------------------------------------------------------------------
# As IR


def test_textual_programs():
    text = """
    func.func @f(%x: tensor<f32>) -> tensor<f32> {
      %zero = wg.constant dense<0.0> : tensor<f32>
      %p = wg.gt %x, %zero : tensor<f32>
      wg.check %p(%x) "user" "x is {0}" debug false {at = "theirs.py:7"} : (tensor<i1>, tensor<f32>) -> ()
      return %x : tensor<f32>
    }
    """
    f = wg.from_text(text, "f")
    with pytest.raises(errors.CheckError, match=r"x is -1.0 .*\n  at: theirs.py:7"):
        wg.grad(f)(-1.0)
    error, _ = wg.jit(checkify.checkify(f))(-1.0)
    assert error.get() == f"x is -1.0{FAILED}\n  at: theirs.py:7"


def test_formats_that_do_not_fit_are_told_as_they_are():
    text = """
    func.func @f(%p: tensor<i1>) -> tensor<i1> {
      wg.check %p() "user" "{0} {x} {" debug false {at = "a.py:1"} : (tensor<i1>) -> ()
      return %p : tensor<i1>
    }
    """
    error, _ = checkify.checkify(wg.from_text(text, "f"))(wnp.asarray(False))
    assert first_line(error) == "{0} {x} {" + FAILED


def test_jaxprs_show_checks():
    assert "check" in str(wg.make_jaxpr(positive)(1.0))


def test_the_name_of_jax():
    import wengert.experimental.checkify as other
    from wengert.experimental import checkify as same

    assert same is other and same.checkify is checkify.checkify
    assert set(same.__all__) == set(checkify.__all__)
