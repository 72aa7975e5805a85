# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Line searches by the conditions they promise; L-BFGS to the minimum, eager and as one compiled loop."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import lax, optim


def rosenbrock(x):
    return wnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


FUNCTIONS = {
    "square": (lambda x: wnp.sum(x**2), [3.0, -1.0]),
    "rosenbrock": (rosenbrock, [-1.2, 1.0]),
    "quartic": (lambda x: wnp.sum(x**4 - 2 * x), [5.0]),
    "barrier": (lambda x: wnp.sum(x - wnp.log(x)), [0.2, 9.0]),  # NaN beyond 0
    "flat": (lambda x: wnp.sum(wnp.sqrt(1 + x**2)), [50.0]),
}


@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_zoom_meets_the_wolfe_conditions(name, scale):
    with wg.enable_x64():
        f, start = FUNCTIONS[name]
        x = wnp.asarray(start)
        value, grad = wg.value_and_grad(f)(x)
        direction = -scale * grad
        tx = optim.scale_by_zoom_linesearch(30)
        step, state = tx.update(direction, tx.init(x), x, value=value, grad=grad, value_fn=f)
        slope, rate = float(grad @ direction), float(state.learning_rate)
        np.testing.assert_allclose(step, rate * direction)
        new, new_grad = wg.value_and_grad(f)(x + step)
        assert float(new) <= float(value) + 1e-4 * rate * slope
        assert abs(float(new_grad @ direction)) <= 0.9 * abs(slope)
        np.testing.assert_allclose(state.value, new)
        np.testing.assert_allclose(state.grad, new_grad)
        assert float(state.info.decrease_error) == 0 == float(state.info.curvature_error)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_backtracking_decreases_enough(name):
    with wg.enable_x64():
        f, start = FUNCTIONS[name]
        x = wnp.asarray(start)
        value, grad = wg.value_and_grad(f)(x)
        tx = optim.scale_by_backtracking_linesearch(40, max_learning_rate=50.0, store_grad=True)
        step, state = tx.update(-grad, tx.init(x), x, value=value, grad=grad, value_fn=f)
        assert float(f(x + step)) <= float(value) - 1e-4 * float(state.learning_rate) * float(grad @ grad)
        kept, kept_grad = optim.value_and_grad_from_state(f)(x + step, state=state)
        np.testing.assert_allclose(kept, f(x + step))
        np.testing.assert_allclose(kept_grad, wg.grad(f)(x + step))


def test_searches_respect_the_greatest_rate():
    f = lambda x: wnp.sum((x - 10.0) ** 2)
    x = wnp.zeros(1)
    tx = optim.scale_by_zoom_linesearch(20, max_learning_rate=1.5, curv_rtol=0.1)
    step, _ = tx.update(wnp.ones(1), tx.init(x), x, value=f(x), grad=wg.grad(f)(x), value_fn=f)
    assert step.tolist() == [1.5]


def test_no_step_into_the_infinite():
    f = lambda x: wnp.where(x[0] == 1.0, 0.0, wnp.inf) * 1.0 + 0.0 * x[0]
    x = wnp.ones(1)
    for tx in (optim.scale_by_zoom_linesearch(5), optim.scale_by_backtracking_linesearch(5)):
        step, _ = tx.update(wnp.ones(1), tx.init(x), x, value=0.0, grad=-wnp.ones(1), value_fn=f)
        assert step.tolist() == [0]


def test_extra_arguments_go_to_the_function():
    f = lambda x, target: wnp.sum((x - target) ** 2)
    x = wnp.zeros(2)
    tx = optim.lbfgs()
    options = {"value": f(x, 3.0), "grad": wg.grad(f)(x, 3.0), "value_fn": f}
    step, _ = tx.update(options["grad"], tx.init(x), x, target=3.0, **options)
    assert float(f(x + step, 3.0)) < float(f(x, 3.0))
    with pytest.raises(TypeError, match=r"expected extra arguments that value_fn takes but got \['goal'\]"):
        tx.update(options["grad"], tx.init(x), x, target=3.0, goal=1.0, **options)
    with pytest.raises(ValueError, match="scale_by_lbfgs: expected the parameters but got none"):
        tx.update(options["grad"], tx.init(x))


def minimize(f, x, steps, tx):
    value_and_grad = optim.value_and_grad_from_state(f)
    state = tx.init(x)
    for _ in range(steps):
        value, grad = value_and_grad(x, state=state)
        updates, state = tx.update(grad, state, x, value=value, grad=grad, value_fn=f)
        x = optim.apply_updates(x, updates)
    return x


def test_lbfgs_finds_the_minimum():
    with wg.enable_x64():
        x = minimize(rosenbrock, wnp.asarray([1.2, 1.0, 0.5, 2.0]), 60, optim.lbfgs())
        np.testing.assert_allclose(x, np.ones(4), rtol=1e-6)
        # Backtracking says nothing about curvature, so only on a convex function.
        search = optim.scale_by_backtracking_linesearch(30, store_grad=True)
        x = minimize(lambda x: wnp.sum(wnp.exp(x) - 2 * x) + x[0] ** 4, wnp.ones(2), 30, optim.lbfgs(linesearch=search))
        np.testing.assert_allclose(x[1], np.log(2), rtol=1e-6)


def test_lbfgs_as_one_compiled_loop():
    tx = optim.lbfgs(memory_size=4)
    target = {"a": np.float32([1.0, -2.0]), "b": np.float32(3.0)}
    f = lambda p: wnp.sum((p["a"] - target["a"]) ** 4) + wnp.sum((p["a"][0] * p["b"] - 3.0) ** 2) + (p["b"] - 3.0) ** 2

    @wg.jit
    def run(params):
        def body(carry):
            params, state, count = carry
            value, grad = optim.value_and_grad_from_state(f)(params, state=state)
            updates, state = tx.update(grad, state, params, value=value, grad=grad, value_fn=f)
            return optim.apply_updates(params, updates), state, count + 1

        going = lambda carry: carry[2] < 40
        return lax.while_loop(going, body, (params, tx.init(params), 0))[0]

    found = run({"a": wnp.zeros(2), "b": wnp.ones(())})
    assert float(f(found)) < 1e-4
    np.testing.assert_allclose(found["b"], 3.0, rtol=1e-2)
