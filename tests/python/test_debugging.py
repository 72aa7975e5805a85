# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""debug_nans, debug_infs, leaks of tracers, named scopes."""

from __future__ import annotations

import inspect
import io
import re

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax

HERE = "test_debugging.py"


def line_of(fun, text):
    lines, start = inspect.getsourcelines(fun)
    return start + next(i for i, line in enumerate(lines) if text in line)


def loss(x):
    y = wnp.log(x)
    return (y * y).sum()


def message_of(call, cls=errors.NonFiniteError):
    with pytest.raises(cls) as caught:
        call()
    return str(caught.value)


class TestNans:
    ARGUMENT = np.array([1.0, -1.0], np.float32)

    @pytest.mark.parametrize(
        ("transformed", "chain"),
        [
            (loss, None),
            (wg.grad(loss), "grad(loss)"),
            (lambda x: wg.jvp(loss, (x,), (x,)), "jvp(loss)"),
            (lambda x: wg.vjp(loss, x)[1](1.0), "vjp(loss)"),
            (wg.jit(loss), "jit(loss)"),
            (wg.jit(wg.grad(loss)), "jit(loss) > grad(loss)"),
            (wg.grad(wg.jit(loss)), "grad(loss) > jit(loss)"),
            (wg.hessian(loss), None),
            (lambda x: wg.jit(wg.vmap(loss))(x[:, None]), "jit(loss) > vmap(loss)"),
        ],
        ids=["eager", "grad", "jvp", "vjp", "jit", "jit-grad", "grad-jit", "hessian", "jit-vmap"],
    )
    def test_names_op_line_and_transforms(self, transformed, chain):
        x = wnp.array(self.ARGUMENT)
        transformed(x)  # what was compiled without the setting is not used
        with wg.debug_nans():
            message = message_of(lambda: transformed(x))
        assert re.match(
            r"log: expected finite numbers but got nan in float32\[[^]]*\] at index \(1,.*, from -1.0", message
        )
        assert f"{HERE}:{line_of(loss, 'wnp.log')} in loss" in message
        assert "remedy: keep its operands where it is defined" in message
        if chain:
            assert f"transforms: {chain}" in message
        assert np.isnan(np.asarray(wg.jit(loss)(x)))

    def test_a_branch_that_is_not_taken_is_no_error_in_compiled_code(self):
        with wg.debug_nans():
            y = wg.jit(lambda x: wnp.where(x > 0, wnp.log(x), 0.0))(wnp.array([1.0, -1.0]))
            np.testing.assert_array_equal(y, [0, 0])
            message_of(lambda: wnp.where(True, 0.0, wnp.log(-1.0)))  # an eager op is checked as it runs

    def test_in_nested_jits_and_scopes(self):
        inner = wg.jit(loss)

        @wg.jit
        def outer(x):
            with wg.named_scope("head"):
                return inner(x - 5.0) * 2

        with wg.debug_nans():
            message = message_of(lambda: outer(wnp.array([7.0, 1.0])))
        assert message.startswith("log: ")
        assert "transforms: jit(outer) > head > jit(loss)" in message

    @pytest.mark.parametrize("transform", [lambda f: f, wg.jit])
    def test_inside_of_branches(self, transform):
        f = transform(lambda x: lax.cond(x > 0, wnp.log, lambda v: wnp.sqrt(v) + 1, x))
        with wg.debug_nans():
            message = message_of(lambda: f(-1.0))
            assert float(f(1.0)) == 0
        assert message.startswith("sqrt: expected finite numbers but got nan in float32[], from -1.0")
        assert HERE in message

    def test_of_several_operands_and_without(self):
        with wg.debug_nans():
            message = message_of(lambda: wg.jit(lambda x, y: (x - y) * 2)(wnp.inf, wnp.inf))
            assert message.startswith("sub: expected finite numbers but got nan in float32[], from inf and inf")
            message = message_of(lambda: wg.jit(loss)(wnp.array([1.0, np.nan])))
            assert message.startswith(
                "jit(loss): expected finite numbers but got nan in float32[2] at index (1,) of arg"
            )
            assert "look where the argument comes from" in message

    def test_infinities(self):
        with wg.debug_infs():
            message = message_of(lambda: wg.jit(loss)(wnp.array([1.0, 0.0])))
            assert message.startswith("log: expected finite numbers but got inf in float32[2] at index (1,), from 0.0")
            assert np.isnan(float(wnp.log(-1.0)))  # nans are another setting
        with wg.debug_nans():
            assert np.isinf(float(wnp.log(0.0)))

    def test_as_a_setting_of_the_process(self):
        wg.config.update("jax_debug_nans", True)
        try:
            message_of(lambda: wnp.log(-1.0))
            with wg.debug_nans(False):
                assert np.isnan(float(wnp.log(-1.0)))
        finally:
            wg.config.update("debug_nans", False)
        assert np.isnan(float(wnp.log(-1.0)))

    def test_other_types_are_no_trouble(self):
        with wg.debug_nans():
            assert int(wnp.arange(3).sum()) == 3
            assert wnp.ones(2, wnp.bfloat16).sum() == 2
            message = message_of(lambda: wnp.log(wnp.array(-1.0, wnp.bfloat16)))
            assert "bfloat16[]" in message
            message = message_of(lambda: wnp.array(0j) / wnp.array(0j))
            assert "complex64[]" in message

    def test_what_python_computes_is_named(self):
        f = wg.jit(lambda x: wg.pure_callback(lambda v: np.float32("nan"), wg.ShapeDtypeStruct((), "float32"), x) + 1)
        with wg.debug_nans():
            assert message_of(lambda: f(1.0)).startswith("callback: expected finite numbers but got nan")


kept = {}


class Box:
    pass


class TestLeaks:
    def leak(self, transformed, *args):
        with wg.checking_leaks():
            return message_of(lambda: transformed(*args), errors.LeakedTracerError)

    def test_global_containers(self):
        def f(x):
            kept["a"] = [x * 2]
            return x

        try:
            message = self.leak(wg.jit(f), 1.0)
        finally:
            kept.clear()
        assert message.startswith(
            "jit(f): expected no traced value to outlive the function but got one of type float32[]"
        )
        assert f"the result of mul, made at {__file__}:{line_of(f, 'x * 2')}" in message
        assert "in a list, in a dict under the key 'a', in the global kept of the module" in message
        assert "remedy: return the value" in message

    def test_attributes(self):
        box = Box()

        def f(x):
            box.value = wnp.sin(x)
            return x

        assert "in the attribute value of an object of type Box" in self.leak(wg.grad(f), 1.0)

    def test_variables_of_functions(self):
        last = None

        def f(x):
            nonlocal last
            last = x
            return x

        message = self.leak(wg.vmap(f), wnp.ones(2))
        assert "an argument of vmap(f)" in message
        assert "in the variable last of the function f" in message
        assert last is not None

    def test_many(self):
        box = Box()

        def f(x):
            box.values = [x + i for i in range(5)]
            return x

        assert re.search(r"and [23] more", self.leak(wg.jit(f), 1.0))

    def test_nothing_leaks_from_the_transforms_themselves(self):
        x = wnp.array([1.0, 2.0])
        with wg.checking_leaks():
            wg.jit(wg.grad(lambda x: wg.jit(loss)(x)))(x)
            wg.hessian(loss)(x)
            wg.vmap(wg.grad(loss))(x[:, None])
            wg.jit(lambda x: wg.vjp(wnp.sin, x))(1.0)[1](1.0)
            wg.linearize(lambda x: lax.cond(x > 0, wnp.sin, wnp.cos, x), 1.0)[1](1.0)
            wg.jit(lambda x: wg.value_and_grad(lambda y: (y * x.sum(), x), has_aux=True)(2.0))(x)
            wg.make_jaxpr(loss)(x)
            wg.eval_shape(loss, x)

    def test_a_use_after_the_trace_says_how_to_find_the_holder(self):
        box = Box()

        def f(x):
            box.value = x
            return x

        wg.jit(f)(1.0)
        message = message_of(lambda: box.value + 1, errors.LeakedTracerError)
        assert "expected no use of its traced values after it had returned but got one of type float32[]" in message
        assert "an argument of jit(f)" in message
        assert "wengert.checking_leaks()" in message


class TestScopes:
    def model(self, x):
        with wg.named_scope("encoder"):
            x = self.layer(x)
        return wnp.cos(x)

    @wg.named_scope("layer")
    def layer(self, x):
        with wg.named_scope("act"):
            return wnp.sin(x)

    def test_in_locations(self):
        text = wg.jit(self.model).lower(1.0).as_text("traced", debug_info=True)
        assert 'loc("encoder/layer/act"(' in text
        assert "encoder" not in wg.jit(self.model).lower(1.0).as_text("traced")

    def test_survive_derivatives_and_batching(self):
        text = wg.jit(wg.vmap(wg.grad(self.model))).lower(wnp.ones(2)).as_text("simplified", debug_info=True)
        assert 'loc("encoder/layer/act"(' in text

    def test_in_jaxprs(self):
        program = wg.make_jaxpr(self.model)(1.0)
        sin, cos = program.eqns
        assert (sin.source_info.name_stack, sin.source_info.function_name) == ("encoder/layer/act", "layer")
        assert sin.source_info[0] == __file__
        assert (cos.source_info.name_stack, cos.source_info.function_name) == ("", "model")
        assert "encoder" in program.pretty_print(name_stack=True)
        assert "encoder" not in program.pretty_print()

    def test_named_call(self):
        f = wg.named_call(loss)
        assert f.__name__ == "loss"
        assert wg.make_jaxpr(f)(wnp.ones(2)).eqns[0].source_info.name_stack == "loss"
        f = wg.named_call(lambda x: x * 2, name="double")
        assert wg.make_jaxpr(f)(1.0).eqns[0].source_info.name_stack == "double"

    def test_in_messages(self):
        def f(x):
            with wg.named_scope("encoder"):
                return wg.grad(lambda y: (y + wnp.ones(3)).sum())(x)

        with pytest.raises(errors.ShapeError, match=r"transforms: jit\(f\) > encoder > grad\(lambda\)"):
            wg.jit(f)(wnp.ones(2))
        with pytest.raises(errors.ShapeError) as caught:  # an exception leaves the scopes
            wnp.ones(2) + wnp.ones(3)
        assert "transforms" not in str(caught.value)

    def test_programs_do_not_depend_on_them(self):
        def text(name):
            def f(x):
                with wg.named_scope(name):
                    return wnp.sin(x)

            return str(wg.make_jaxpr(f)(1.0))

        assert text("a") == text("b")

    def test_refused_names(self):
        for name in (3, "", None):
            with pytest.raises(TypeError, match="named_scope: expected a name of type str but got"):
                wg.named_scope(name)


class TestBreakpoints:
    def run(self, transformed, commands, *args):
        out = io.StringIO()
        result = transformed(io.StringIO(commands), out)(*args)
        return result, out.getvalue()

    @staticmethod
    def program(stdin, stdout):
        def f(x):
            y = {"twice": x * 2}
            n = 3
            wg.debug.breakpoint(stdin=stdin, stdout=stdout)
            return y["twice"] * n

        return f

    def test_shows_local_variables_in_compiled_code(self):
        jitted = lambda stdin, stdout: wg.jit(self.program(stdin, stdout))
        commands = "y\np y['twice'] + n\npp x\nlocals\nlist\nwhere\nnope\n\nhelp p\nc\n"
        result, text = self.run(jitted, commands, 2.0)
        assert float(result) == 12
        for expected in (
            f"stopped at {__file__}:", "in f", "{'twice': Array(4., dtype=float32)}", "Array(7., dtype=float32)",
            "n = 3", "x = Array(2., dtype=float32)", "-> ", "NameError: name 'nope' is not defined", "print its value",
        ):  # fmt: skip
            assert expected in text, text

    def test_under_grad_and_vmap(self):
        under = lambda transform: lambda i, o: transform(self.program(i, o))
        _, text = self.run(under(wg.grad), "x\nc\n", 2.0)
        assert text.count("stopped at") == 1
        _, text = self.run(under(wg.vmap), "x\nc\nx\nc\n", wnp.arange(2.0))
        assert "Array(0., dtype=float32)" in text
        assert "Array(1., dtype=float32)" in text
        _, text = self.run(under(lambda f: f), "x\nc\n", 2.0)
        assert "2.0" in text

    def test_end_of_input_goes_on_and_quit_ends(self):
        jitted = lambda stdin, stdout: wg.jit(self.program(stdin, stdout))
        assert float(self.run(jitted, "", 2.0)[0]) == 12
        with pytest.raises(SystemExit):
            self.run(jitted, "q\n", 2.0)

    def test_hooks(self):
        seen = []

        def f(x):
            hidden = x + 1
            wg.debug.breakpoint(x * 2, hook=seen.append, more=x)
            return hidden

        wg.jit(f)(2.0)
        (frame,) = seen
        assert float(frame.locals["hidden"]) == 3
        assert float(frame.locals["args"][0]) == 4
        assert float(frame.locals["more"]) == 2
        assert frame.position[2] == "f"
        assert frame.stack[0][2] == "test_hooks"
        assert float(frame.evaluate("hidden * 2")) == 6

        before = wg.debug.set_breakpoint_hook(seen.append)
        try:
            self.run(lambda i, o: wg.jit(self.program(i, o)), "", 2.0)
        finally:
            assert wg.debug.set_breakpoint_hook(before) == seen.append
        assert len(seen) == 2

    def test_without_a_terminal(self, capsys, monkeypatch):
        def f(x):
            wg.debug.breakpoint()
            return x

        monkeypatch.setattr("sys.stdin", io.StringIO("never read"))
        wg.jit(f)(2.0)
        assert "x = Array(2., dtype=float32)" in capsys.readouterr().out

    def test_pythonbreakpoint_0(self, monkeypatch):
        monkeypatch.setenv("PYTHONBREAKPOINT", "0")
        assert float(self.run(lambda i, o: wg.jit(self.program(i, o)), "q\n", 2.0)[0]) == 12
