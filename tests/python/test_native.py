# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert._native: what it builds, what it refuses, and that nothing a caller does ends the process."""

import gc
import inspect

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wengert import _native
from wengert._native import Module, NativeError, aval, parse
from wengert.lax._records import RECORDS

F3 = aval((3,), "float32")
DTYPES = [np.dtype(t) for t in ("bool", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64")]
DTYPES.append(np.dtype(ml_dtypes.bfloat16))


def begin(*avals):
    module = Module()
    builder = module.function("main", private=False)
    return module, builder, [builder.add_argument(a) for a in avals]


def sine_times_x(module, name="f"):
    builder = module.function(name)
    x = builder.add_argument(F3)
    builder.finish([builder.build("mul", (builder.build("sin", (x,)), x))])
    return builder.name


class TestAval:
    def test_one_object_for_each_type(self):
        a = aval((2, 3), np.dtype("float32"))
        assert a is aval([np.int64(2), 3], np.float32)
        assert a is not aval((2, 3), np.float64)
        assert a.shape == (2, 3) and a.dtype == np.float32 and a.ndim == 2
        assert a.shape is a.shape and {a: 1}[aval((2, 3), "float32")] == 1
        assert repr(a) == "float32[2,3]" and repr(aval((), ml_dtypes.bfloat16)) == "bfloat16[]"

    @pytest.mark.parametrize("dtype", DTYPES, ids=str)
    def test_dtypes(self, dtype):
        assert aval((1,), dtype).dtype == dtype

    @pytest.mark.parametrize(
        ("shape", "dtype", "error", "message"),
        [
            ((2,), "datetime64[s]", TypeError, "no arrays of dtype"),
            ((2,), object, TypeError, "no arrays of dtype object"),
            ((2,), ">f4", TypeError, "no arrays of dtype"),
            ((-1,), "float32", NativeError, "expected sizes from 0"),
            ((2**31,), "float32", NativeError, "expected sizes from 0"),
            ((2**30, 2**30), "float32", NativeError, "at most"),
            ((2**70,), "float32", OverflowError, "int"),
            ((1.5,), "float32", TypeError, "integer"),
            (3, "float32", TypeError, "sequence"),
        ],
    )
    def test_refused(self, shape, dtype, error, message):
        with pytest.raises(error, match=message):
            aval(shape, dtype)


class TestBuild:
    def test_types_are_inferred(self):
        _, b, (x, y) = begin(F3, aval((3,), "float32"))
        assert b.build("sin", (x,)).aval is F3
        assert b.build("lt", [x, y]).dtype == np.bool_
        assert b.build("broadcast_in_dim", (x,), {"shape": (2, 3), "broadcast_dimensions": (1,)}).shape == (2, 3)
        assert b.build("convert", (x,), {"dtype": np.dtype("int32")}).dtype == np.int32
        assert b.build("iota", (), {"shape": (4, 2), "dimension": 0, "dtype": np.dtype("uint32")}).shape == (4, 2)

    def test_several_results_are_a_tuple(self):
        u = aval((4,), "uint32")
        _, b, args = begin(u, u, u, u)
        results = b.build("threefry2x32", args)
        assert isinstance(results, tuple) and [r.aval for r in results] == [u, u]

    def test_location_is_the_users(self):
        module, b, (x,) = begin(F3)
        y = b.build("sin", (x,))
        line = inspect.currentframe().f_lineno - 1
        assert y.location == (__file__, line)
        assert b.build("cos", (y,), None, ("there.py", 7)).location == ("there.py", 7)
        assert b.build("cos", (y,), loc=("there.py", 8, "f")).location == ("there.py", 8)
        here = inspect.currentframe().f_lineno
        assert _native.user_location() == (__file__, here + 1, "test_location_is_the_users")
        b.finish([y])
        assert f'"{__file__}":{line}' in module.to_text(debug_info=True)
        assert "test_location_is_the_users" in module.to_text(debug_info=True)

    def test_locations_of_generated_code(self):
        _, b, (x,) = begin(F3)
        for line in range(1, 40):
            space = {"b": b, "x": x}
            exec(compile("\n" * line + "y = b.build('sin', (x,))", f"<cell {line}>", "exec"), space)
            assert space["y"].location == (f"<cell {line}>", line + 1)

    @pytest.mark.parametrize(
        ("op", "count", "attrs", "message"),
        [
            ("no_such", 0, None, "expected the name of a wg op or func.call but got 'wg.no_such'"),
            ("func.return", 0, None, "expected the name of a wg op"),
            ("builtin.module", 0, None, "expected the name of a wg op"),
            ("sin", 2, None, "wg.sin: expected 1 operands but got 2"),
            ("mul", 1, None, "wg.mul: expected 2 operands but got 1"),
            ("concatenate", 0, {"dimension": 0}, "operand"),
            ("sin", 1, {"a": 1}, "expected no attributes but got 'a'"),
            ("reshape", 1, {"size": 1}, "expected attributes among 'shape' but got 'size'"),
            ("reshape", 1, {}, "expected the attribute 'shape' but got none"),
            ("reshape", 1, {"shape": 3}, "shape"),
            ("reshape", 1, {"shape": (2**40,)}, "expected integers of 32 bits in 'shape' but got 1099511627776"),
            ("reshape", 1, {"shape": (2, 2)}, "expected a shape with the 3 elements"),
            ("not_equal", 2, None, "expected the name of a wg op"),
            ("bitwise_not", 1, None, "must be tensor of bools or integers"),
            ("func.call", 0, None, "expected the attribute 'callee'"),
            ("func.call", 0, {"callee": "main"}, "expected a finished function of the module but got @main"),
            ("vjp", 0, {"callee": "nothing", "wrt": (0,)}, "expected a finished function"),
        ],
    )
    def test_refused(self, op, count, attrs, message):
        _, b, (x,) = begin(F3)
        with pytest.raises(NativeError, match=message) as caught:
            b.build(op, [x] * count, attrs)
        severity, text, *_ = caught.value.diagnostics[0]
        assert severity == "error" and text in str(caught.value)

    def test_error_has_the_users_line(self, capfd):
        _, b, (x, y) = begin(F3, aval((2,), "float32"))
        with pytest.raises(NativeError) as caught:
            b.build("add", (x, y))
        (_, message, file, line, column, notes), *rest = caught.value.diagnostics
        assert "expected operands of one shape but got tensor<3xf32> and tensor<2xf32>" in message
        assert (file, line) == (__file__, inspect.currentframe().f_lineno - 3) and column > 0
        assert not notes and not rest
        assert capfd.readouterr() == ("", "")

    def test_refused_op_leaves_no_trace(self):
        module, b, (x,) = begin(F3)
        with pytest.raises(NativeError):
            b.build("bitwise_not", (x,))
        b.finish([x])
        module.verify()
        assert "bitwise_not" not in str(module)

    @pytest.mark.parametrize(
        ("args", "message"),
        [
            ((), "needs op_name and operands"),
            (("sin",), "needs op_name and operands"),
            (("sin", 3), "sequence of Values"),
            (("sin", [None]), "expected a Value but got NoneType"),
            (("sin", [1.0]), "expected a Value but got float"),
            ((None, []), "expected a name as str"),
            (("sin", [], [1]), "expected attributes as a dict"),
            (("sin", [], {1: 2}), "expected a name as str"),
            (("sin", [], {"": 2}), "name of an attribute"),
            (("sin", [], {"a\0b": 2}), "name of an attribute"),
            (("sin", [], {"a": object()}), "attribute 'a': expected an int"),
            (("sin", [], {"a": (1, "b")}), "integer"),
            (("sin", [], {}, "here"), r"location as \(file, line\)"),
            (("sin", [], {}, None, 5), "at most 4"),
        ],
    )
    def test_wrong_types(self, args, message):
        _, b, _ = begin()
        with pytest.raises(TypeError, match=message):
            b.build(*args)

    def test_keywords(self):
        _, b, (x,) = begin(F3)
        assert b.build(op_name="reshape", operands=[x], attrs={"shape": (3, 1)}).shape == (3, 1)
        with pytest.raises(TypeError, match="unexpected or repeated argument"):
            b.build("sin", (x,), operands=(x,))
        with pytest.raises(TypeError, match="unexpected or repeated argument"):
            b.build("sin", (x,), nope=1)

    def test_integers_out_of_range(self):
        _, b, (x,) = begin(F3)
        with pytest.raises(OverflowError):
            b.build("reshape", (x,), {"shape": (2**70,)})

    def test_sizes_cannot_overflow(self):
        _, b, (x,) = begin(aval((2**31 - 1, 2), "float32"))
        with pytest.raises(NativeError, match="expected"):
            b.build("concatenate", (x, x), {"dimension": 0})
        with pytest.raises(NativeError, match="expected"):
            b.build("broadcast_in_dim", (x,), {"shape": (2**31 - 1,) * 3, "broadcast_dimensions": (0, 1)})

    def test_attributes_that_change_while_they_are_read(self):
        module, b, (x,) = begin(F3)

        class Nasty:
            def __index__(self):
                attrs.clear()
                operands.clear()
                b.finish([x])
                return 3

        attrs, operands = {"shape": (Nasty(),)}, [x]
        with pytest.raises(NativeError, match="finished"):
            b.build("reshape", operands, attrs)
        module.verify()


class TestConstants:
    @pytest.mark.parametrize("dtype", DTYPES, ids=str)
    @pytest.mark.parametrize("shape", [(), (1,), (3,), (0,), (2, 5), (3, 0, 2), (9,), (17,)], ids=str)
    def test_round_trip(self, dtype, shape):
        size = int(np.prod(shape))
        data = (np.arange(size) % 3).reshape(shape).astype(dtype)
        for given_data in (data, np.zeros(shape, dtype), np.ones(shape, dtype), np.array(data, order="F")):
            module, b, _ = begin()
            value = b.build("constant", (), {"value": given_data})
            assert value.aval is aval(shape, dtype)
            b.finish([value])
            for m in (module, parse(module.to_text()), parse(module.to_text(generic=True))):
                back = m.program("main")[0][0][3]["value"]
                assert back.dtype == dtype and back.shape == shape and back.flags.c_contiguous
                assert not back.flags.writeable or size == 0
                np.testing.assert_array_equal(back, given_data)

    def test_special_floats(self):
        for dtype in ("float16", "float32", "float64", ml_dtypes.bfloat16):
            data = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-7], dtype)
            module, b, _ = begin()
            b.finish([b.build("constant", (), {"value": data})])
            back = parse(module.to_text()).program("main")[0][0][3]["value"]
            np.testing.assert_array_equal(back.view("u1"), data.view("u1"))

    def test_not_an_array_of_numbers(self):
        _, b, _ = begin()
        for bad in (np.array(["a"]), np.array([None]), np.array(1.0, ">f4")):
            with pytest.raises(TypeError, match="no arrays of dtype"):
                b.build("constant", (), {"value": bad})
        with pytest.raises(NativeError):
            b.build("constant", (), {"value": 1.0})

    def test_strided(self):
        _, b, _ = begin()
        value = b.build("constant", (), {"value": np.arange(12, dtype="int32").reshape(3, 4)[::2, ::-1]})
        np.testing.assert_array_equal(b.value_program(value)[0][0][3]["value"], [[3, 2, 1, 0], [11, 10, 9, 8]])


class TestFunctions:
    def test_names_are_unique(self):
        module = Module()
        builders = [module.function("f") for _ in range(3)]
        assert [b.name for b in builders] == ["f", "f_1", "f_2"]
        assert module.functions() == [] and not module.has("f")
        builders[1].finish([])
        assert module.functions() == ["f_1"] and module.has("f_1")
        assert module.function("f").name == "f_3"

    @pytest.mark.parametrize("name", ["<lambda>", "", "ünï", "a b", 'q"uote', "a\0b", "x" * 5000, "-"])
    def test_any_name(self, name):
        module = Module()
        b = module.function(name)
        b.finish([])
        module.verify()
        assert parse(module.to_text()).functions() == [b.name] and (b.name == name or not name)

    def test_order_is_that_of_beginning(self):
        module = Module()
        outer, inner = module.function("outer"), module.function("inner")
        inner.finish([])
        outer.finish([])
        assert module.functions() == ["outer", "inner"]

    def test_abandoned_functions_vanish(self):
        module, b, values = begin(F3)
        del b, values
        gc.collect()
        assert module.function("main").name == "main"
        module.run("cse")
        assert str(module).strip() == ""

    def test_values_keep_everything_alive(self):
        value = begin(F3)[2][0]
        gc.collect()
        assert value.shape == (3,) and "float32[3] of @main" in repr(value)

    def test_calls(self):
        module, b, (x,) = begin(F3)
        f = sine_times_x(module)
        y = b.build("func.call", (x,), {"callee": f})
        assert y.aval is F3
        with pytest.raises(NativeError, match="expected 1 operands but got 2"):
            b.build("func.call", (x, x), {"callee": f})
        wrong = b.build("convert", (x,), {"dtype": np.dtype("int32")})
        with pytest.raises(NativeError, match="operand 0 of type"):
            b.build("func.call", (wrong,), {"callee": f})
        b.finish([y])
        assert module.program("main")[0][0][:4] == ("func.call", [0], [1], {"callee": "f"})

    def test_transform_ops(self):
        module, b, (x,) = begin(F3)
        f = sine_times_x(module)
        assert [v.aval for v in b.build("jvp", (x, x), {"callee": f, "wrt": (0,)})] == [F3, F3]
        assert [v.aval for v in b.build("vjp", (x, x), {"callee": f, "wrt": (0,)})] == [F3, F3]
        s = b.build("broadcast_in_dim", (x,), {"shape": (5, 3), "broadcast_dimensions": (1,)})
        batched = b.build("vmap", (s,), {"callee": f, "in_axes": (0,), "out_axes": (1,), "size": 5})
        assert batched.shape == (3, 5)
        for bad in ((0, 0), (1,), (-1,), (2**31 - 1,), ()):
            with pytest.raises(NativeError):
                b.build("vjp", (x, x, x), {"callee": f, "wrt": bad})
        b.finish([batched])
        module.verify()

    def test_values_of_others(self):
        module, b, (x,) = begin(F3)
        inner = module.function("inner")
        with pytest.raises(
            NativeError, match="expected a value of @inner but got one of @main; pass it as an argument"
        ):
            inner.build("sin", (x,))
        with pytest.raises(NativeError, match="expected a value of @inner but got one of @main"):
            inner.finish([begin(F3)[2][0]])
        with pytest.raises(NativeError, match="expected a value of @main"):
            b.value_program(inner.add_argument(F3))

    def test_finished_is_finished(self):
        module, b, (x,) = begin(F3)
        b.finish([x])
        assert b.finished
        for use in (
            lambda: b.build("sin", (x,)),
            lambda: b.add_argument(F3),
            lambda: b.finish([x]),
        ):
            with pytest.raises(NativeError, match="@main is finished"):
                use()
        assert b.value_program(x) == ([], [0], [0])
        module.run("cse")
        with pytest.raises(NativeError, match="a pass has run"):
            b.value_program(x)
        assert x.aval is F3 and x.location is None

    def test_attributes_of_functions(self):
        module = Module()
        f = sine_times_x(module)
        module.set_attr(f, "wg.jit")
        module.set_attr(f, "wg.weak", (1, 0))
        assert module.get_attr(f, "wg.jit") is True and module.get_attr(f, "wg.weak") == (1, 0)
        assert module.get_attr(f, "wg.none") is None
        assert "wg.jit" in str(module)
        for name in ("sym_name", "function_type", "wg.", "", "a.b"):
            with pytest.raises(NativeError, match=r"of the form 'wg\.name'"):
                module.set_attr(f, name, 1)
        with pytest.raises(NativeError, match="expected a function of the module but got @g"):
            module.set_attr("g", "wg.jit")


class TestModule:
    def test_text(self):
        module = Module()
        sine_times_x(module)
        compact = str(module)
        assert compact.startswith("func.func private @f(%arg0: tensor<3xf32>) -> tensor<3xf32> {\n  %0 = wg.sin")
        assert module.to_text().startswith("module {\n  func.func")
        for text in (compact, module.to_text(), module.to_text(generic=True), module.to_text(debug_info=True)):
            assert str(parse(text)) == compact
        assert '"wg.sin"(' in module.to_text(generic=True)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("func.func @f( {", "expected"),
            ("(" * 100_000, "at most 256 nested brackets"),
            ("func.func @f() attributes {a = " + "[" * 5000, "at most 256 nested"),
            ("func.func @f() attributes {a = affine_map<(i) -> (" + "-" * 10_000, "long rows of signs"),
            ("func.func @f() { %0 = foo.bar() : () -> () }", "Dialect `foo' not found"),
            ("func.func @f(%x: tensor<2xf32>) { return %x : tensor<3xf32> }", "expects different type"),
            ("func.func @f() { return } func.func @f() { return }", "redefinition"),
            ("func.func @f() -> tensor<f32> { return }", "operands"),
            ("func.func \0", "expected"),
            ("\x80", "unexpected|character"),
            ('"unclosed', "expected"),
        ],
    )
    def test_parse_errors(self, text, message, capfd):
        with pytest.raises(NativeError, match=message) as caught:
            parse(text, "prog.mlir")
        assert capfd.readouterr() == ("", "")
        assert caught.value.diagnostics[0][0] == "error"

    def test_parse_error_position(self):
        with pytest.raises(NativeError) as caught:
            parse("func.func @f() {\n  wg.nothing\n  return\n}", "prog.mlir")
        assert caught.value.diagnostics[0][2:4] == ("prog.mlir", 2)

    def test_lone_surrogates(self):
        with pytest.raises(UnicodeEncodeError):
            parse("\ud800")
        with pytest.raises(UnicodeEncodeError):
            Module().function("\ud800")

    def test_program(self):
        module = parse("""
            func.func @f(%x: tensor<2x3xf32>) -> (tensor<2xf32>, tensor<2x3xf32>) {
              %0 = wg.sin %x : tensor<2x3xf32> loc("a.py":4:1)
              %1 = wg.reduce_sum %0 axes [1] : tensor<2x3xf32>
              return %1, %x : tensor<2xf32>, tensor<2x3xf32>
            }""")
        instructions, arguments, results = module.program("f")
        assert [i[:4] for i in instructions] == [("sin", [0], [1], {}), ("reduce_sum", [1], [2], {"axes": (1,)})]
        assert instructions[0][4] == ("a.py", 4)
        assert (arguments, results) == ([0], [2, 0])
        assert module.signature("f") == ([aval((2, 3), "f4")], [aval((2,), "f4"), aval((2, 3), "f4")])

    def test_value_program_is_the_slice(self):
        _, b, (x, y) = begin(F3, F3)
        s = b.build("sin", (x,))
        b.build("cos", (y,))
        t = b.build("mul", (s, s))
        instructions, arguments, results = b.value_program(t)
        assert [i[0] for i in instructions] == ["sin", "mul"] and arguments == [0, 1]
        assert instructions[-1][2] == results

    def test_what_is_no_program(self):
        module = parse("func.func private @declared(tensor<f32>)\nfunc.func @scalar(%x: f32) { return }")
        with pytest.raises(NativeError, match="one block"):
            module.program("declared")
        with pytest.raises(NativeError, match="expected a tensor with a static shape"):
            module.signature("scalar")
        with pytest.raises(NativeError, match="but got @nothing"):
            module.program("nothing")

    def test_merge(self):
        other = Module()
        f = sine_times_x(other)
        b = other.function("g", private=False)
        x = b.add_argument(F3)
        b.finish([b.build("vjp", (x, x), {"callee": f, "wrt": (0,)})[1]])
        module = Module()
        open_function = module.function("f")
        assert module.merge(other, "g") == "g" and module.merge(other, "g") == "g_1"
        assert sorted(module.functions()) == ["f_1", "f_2", "g", "g_1"]
        assert module.program("g_1")[0][0][3]["callee"] == "f_2"
        open_function.finish([])
        module.verify()
        assert other.functions() == ["f", "g"]
        assert module.merge(module, "f_1") == "f_1_1"
        with pytest.raises(NativeError, match="but got @nothing"):
            module.merge(other, "nothing")

    def test_merge_needs_what_is_called(self):
        other = parse("func.func private @f()\nfunc.func @g() { call @f() : () -> ()  return }")
        assert Module().merge(other, "g") == "g"

    def test_passes(self):
        module = Module()
        f = sine_times_x(module)
        b = module.function("main", private=False)
        x = b.add_argument(F3)
        b.finish([b.build("vjp", (x, x), {"callee": f, "wrt": (0,)})[1]])
        copy = module.clone()
        module.run("wg-expand-transforms,wg-simplify")
        assert "vjp" not in str(module) and "wg.cos" in str(module) and "wg.vjp" in str(copy)

    def test_functions_under_construction_survive_passes(self):
        module = Module()
        f = sine_times_x(module)
        b = module.function("main", private=False)
        x = b.add_argument(F3)
        y = b.build("func.call", (x,), {"callee": f})
        module.run("wg-expand-transforms,wg-simplify")
        assert "func.func private @f" in str(module)
        b.finish([b.build("sin", (y,))])
        module.verify()
        assert [i[0] for i in module.program("main")[0]] == ["func.call", "sin"]

    @pytest.mark.parametrize(
        "passes", ["no-such-pass", "cse,", "(", "cse{", "func.func(no)", "\0", "cse{a=b}", "wg-jvp"]
    )
    def test_wrong_passes(self, passes, capfd):
        module = Module()
        sine_times_x(module)
        with pytest.raises(NativeError):
            module.run(passes)
        assert capfd.readouterr() == ("", "")
        assert "wg.sin" in str(module)

    @pytest.mark.parametrize("phase", ["traced", "expanded", "simplified", "core", "linalg"])
    def test_phases(self, phase):
        module = Module()
        b = module.function("main", private=False)
        x = b.add_argument(F3)
        b.finish([b.build("vjp", (x, x), {"callee": sine_times_x(module), "wrt": (0,)})[1]])
        module.pipeline(phase)
        text = str(module)
        assert ("wg.vjp" in text) == (phase == "traced")
        assert ("linalg.generic" in text) == (phase == "linalg")
        assert str(parse(text)) == text

    @pytest.mark.parametrize(("phase", "options"), [("assembly", ""), ("", ""), ("core", "no-such=1"), ("core}", "{")])
    def test_wrong_phases(self, phase, options):
        module = Module()
        sine_times_x(module)
        with pytest.raises(NativeError):
            module.pipeline(phase, options)
        module.verify()

    def test_long_functions(self):
        """Nothing recurses along a chain of ops."""
        module, b, (x,) = begin(F3)
        y = x
        for _ in range(5000):
            y = b.build("sin", (y,))
        assert len(b.value_program(y)[0]) == 5000
        b.finish([y])
        assert len(parse(module.to_text(debug_info=True)).program("main")[0]) == 5000
        module.linearize("main", [0])

    def test_linearize(self):
        module = Module()
        f = sine_times_x(module)
        fwd, lin, pullback, count = module.linearize(f, [0])
        ins, outs = module.signature(fwd)
        assert ins == [F3] and len(outs) == 1 + count and outs[0] is F3
        assert module.signature(lin) == (outs[1:] + [F3], [F3]) == module.signature(pullback)
        assert module.has(f)

    @pytest.mark.parametrize("wrt", [[1], [-1], [0, 0], [2**40]])
    def test_linearize_in_what_is_no_argument(self, wrt):
        module = Module()
        f = sine_times_x(module)
        with pytest.raises(NativeError):
            module.linearize(f, wrt)

    def test_verify(self):
        module = parse("func.func @f() { return }")
        module.verify()

    def test_capsules(self):
        with pytest.raises((TypeError, ValueError)):
            Module.from_capsule(3)
        module = Module()
        sine_times_x(module)
        assert str(Module.from_capsule(module.to_capsule())) == str(module)


# ---------------------------------------------------------------------------------------------------------------------
# Whatever is passed to build: a value or a Python exception

SMALL = st.integers(-2, 4)
ANY_INT = SMALL | st.sampled_from([2**31 - 1, -(2**31), 2**62, -(2**63), 2**63 - 1])
ATTRIBUTES = st.one_of(
    st.lists(ANY_INT, max_size=4).map(tuple),
    ANY_INT,
    st.booleans(),
    st.floats(),
    st.text(max_size=3),
    st.none(),
    st.sampled_from(DTYPES),
    st.sampled_from([np.zeros(2), np.ones((2, 3), bool), np.array("a"), np.float32(1), object(), {}, b"x"]),
)
OF_KIND = {
    "ints": st.lists(SMALL, max_size=4).map(tuple),
    "int": SMALL,
    "bool": st.booleans(),
    "dtype": st.sampled_from(DTYPES),
}
SHAPES = [(), (0,), (3,), (2, 3), (3, 2), (2, 3, 4), (2**31 - 1,), (2**24, 2**24)]


@st.composite
def calls(draw):
    name = draw(st.sampled_from([*RECORDS, "func.call", "jvp", "vjp", "vmap"]))
    record = RECORDS.get(name)
    count = len(record.operands) if record and draw(st.booleans()) else draw(st.integers(0, 4))
    operands = draw(
        st.lists(st.tuples(st.sampled_from(SHAPES), st.sampled_from(DTYPES)), min_size=count, max_size=count)
    )
    if draw(st.booleans()):
        operands = operands[:1] * count
    kinds = (
        {a.name: a.kind for a in record.attributes}
        if record
        else {"wrt": "ints", "in_axes": "ints", "out_axes": "ints"}
    )
    attrs = {
        key: draw(ATTRIBUTES | OF_KIND.get(kind, ATTRIBUTES)) for key, kind in kinds.items() if draw(st.integers(0, 9))
    }
    if not record and draw(st.integers(0, 9)):
        attrs["callee"] = "f"
        attrs["size"] = draw(ATTRIBUTES | SMALL)
    return name, operands, attrs


@settings(max_examples=400, deadline=None)
@given(st.lists(calls(), min_size=1, max_size=8))
def test_build_never_aborts(sequence):
    module = Module()
    sine_times_x(module)
    b = module.function("main", private=False)
    results = []
    for name, operands, attrs in sequence:
        values = [b.add_argument(aval(*operand)) for operand in operands]
        try:
            made = b.build(name, values, attrs)
        except (NativeError, TypeError, OverflowError, ValueError):
            continue
        results.extend(made if isinstance(made, tuple) else [made])
    b.finish(results)
    module.verify()
    assert str(parse(module.to_text())) == str(module)
    module.program("main")


TEXT = """
func.func @f(%x: tensor<2x3xf32>) -> tensor<2xf32> {
  %0 = wg.sin %x : tensor<2x3xf32>
  %1 = wg.reduce_sum %0 axes [1] : tensor<2x3xf32>
  %2 = wg.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %3 = wg.mul %1, %2 : tensor<2xf32>
  return %3 : tensor<2xf32>
}
func.func @g(%x: tensor<2x3xf32>, %ct: tensor<2xf32>) -> tensor<2x3xf32> {
  %y, %dx = wg.vjp @f(%x) cotangents(%ct) wrt [0] : (tensor<2x3xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2x3xf32>)
  return %dx : tensor<2x3xf32>
}
"""
PIECES = [
    "(",
    ")",
    "{",
    "}",
    "[",
    "<",
    ">",
    "-1",
    "99999999999999999999",
    "tensor<0xf32>",
    "ui32",
    "?",
    "%0",
    "@f",
    '"',
    "\0",
    "é",
]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(TEXT)), st.integers(0, 9), st.sampled_from(PIECES) | st.text(max_size=2)),
        max_size=4,
    )
)
def test_parse_never_aborts(edits):
    text = TEXT
    for at, length, piece in edits:
        text = text[:at] + piece + text[at + length :]
    try:
        module = parse(text)
    except (NativeError, UnicodeEncodeError):
        return
    for name in module.functions():
        for use in (module.program, module.signature, lambda n: Module().merge(module, n)):
            try:
                use(name)
            except NativeError:
                pass
    try:
        module.run("wg-expand-transforms,wg-simplify")
    except NativeError:
        return
    str(module)
