// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise ops: real functions, comparison, logic, selection, conversion.
// A partial is finite wherever the value is finite: where the true derivative is infinite (sqrt at 0) it counts as 0.

#ifndef WG_OPS_ELEMENTWISE_TD
#define WG_OPS_ELEMENTWISE_TD

include "wg/IR/WgBase.td"

//===----------------------------------------------------------------------===//
// Real functions of one operand
//===----------------------------------------------------------------------===//

def Wg_NegOp : Wg_Unary<"neg", "-1", Scalar<"arith.negf", "complex.neg">, "np.negative(x)", "", Wg_NumericTensor> {
  let summary = "-x; unsigned integers wrap";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}
def Wg_AbsOp : Wg_Elementwise<"abs", (ins Wg_NumericTensor:$x), ["abs_partial(x, out)"],
    Scalar<"math.absf", "complex.abs", "math.absi", "">, "np.abs(x)", "", "t.abs(x)"> {
  let summary = "the absolute value, a float for complex x; x itself for unsigned integers";
  let description = "The derivative at 0 is 1. For complex x the tangent is `real(conj(x) / out * dx)`, 0 where x is 0.";
  let assemblyFormat = "$x attr-dict `:` type($x)";
  let hasFolder = 1;
}
def Wg_SignOp : Wg_Unary<"sign", "", OwnScalar, "k.sign(x)", "select(x > 0, 1, select(x < 0, -1, x))", Wg_RealTensor> {
  let summary = "-1, 0 or 1 by the sign of x; zeros and nan are kept";
}
def Wg_ExpOp : Wg_Unary<"exp", "out", Scalar<"math.exp", "complex.exp">, "np.exp(x)", "", Wg_InexactTensor> {
  let summary = "e to the power x";
  let hasFolder = 1;
}
def Wg_Exp2Op : Wg_Unary<"exp2", "0.6931471805599453 * out", Scalar<"math.exp2", "complex.exp2">, "np.exp2(x)", "", Wg_InexactTensor> {
  let summary = "2 to the power x";
}
def Wg_LogOp : Wg_Unary<"log", "1 / x", Scalar<"math.log", "complex.log">, "np.log(x)", "", Wg_InexactTensor> {
  let summary = "the natural logarithm; nan for negative floats; its imaginary part is in [-pi, pi]";
  let domain = ["(0.1, 10)"];
  let hasFolder = 1;
}
def Wg_Log1pOp : Wg_Unary<"log1p", "1 / (1 + x)", Scalar<"math.log1p", "complex.log1p">, "k.log1p(x)", "", Wg_InexactTensor> {
  let summary = "log(1 + x), accurate for small x";
  let domain = ["(-0.9, 10)"];
}
def Wg_Expm1Op : Wg_Unary<"expm1", "out + 1", Scalar<"math.expm1", "complex.expm1">, "k.expm1(x)", "", Wg_InexactTensor> {
  let summary = "exp(x) - 1, accurate for small x";
}
def Wg_SqrtOp : Wg_Unary<"sqrt", "select(x == 0, 0, 0.5 / out)", Scalar<"math.sqrt", "complex.sqrt">, "np.sqrt(x)", "", Wg_InexactTensor> {
  let summary = "the square root; nan for negative floats; its real part is not negative";
  let description = "At 0, where the derivative is infinite, it counts as 0, so that the gradient of a norm at 0 is 0.";
  let domain = ["(0.1, 10)"];
  let hasFolder = 1;
}
def Wg_RsqrtOp : Wg_Unary<"rsqrt", "-0.5 * (out / x)", Scalar<"math.rsqrt", "complex.rsqrt">, "k.rsqrt(x)", "", Wg_InexactTensor> {
  let summary = "1 / sqrt(x)";
  let domain = ["(0.1, 10)"];
  let hasFolder = 1;
}
def Wg_CbrtOp : Wg_Unary<"cbrt", "select(x == 0, 0, out / (3 * x))", Scalar<"math.cbrt">, "k.cbrt(x)"> {
  let summary = "the real cube root, with the sign of x";
  let domain = ["(0.1, 10)"];
}
def Wg_SinOp : Wg_Unary<"sin", "cos(x)", Scalar<"math.sin", "complex.sin">, "np.sin(x)", "", Wg_InexactTensor> {
  let summary = "the sine of x radians";
}
def Wg_CosOp : Wg_Unary<"cos", "-sin(x)", Scalar<"math.cos", "complex.cos">, "np.cos(x)", "", Wg_InexactTensor> {
  let summary = "the cosine of x radians";
}
def Wg_TanOp : Wg_Unary<"tan", "1 + out * out", Scalar<"math.tan", "complex.tan">, "np.tan(x)", "", Wg_InexactTensor> {
  let summary = "the tangent of x radians";
  let domain = ["(-1.2, 1.2)"];
}
def Wg_AsinOp : Wg_Unary<"asin", "select(x * x == 1, 0, rsqrt((1 - x) * (1 + x)))", Scalar<"math.asin", "complex.asin">, "np.arcsin(x)", "", Wg_InexactTensor> {
  let summary = "the angle in [-pi/2, pi/2] whose sine is x";
  let domain = ["(-0.9, 0.9)"];
}
def Wg_AcosOp : Wg_Unary<"acos", "select(x * x == 1, 0, -rsqrt((1 - x) * (1 + x)))", Scalar<"math.acos", "complex.acos">, "np.arccos(x)", "", Wg_InexactTensor> {
  let summary = "the angle in [0, pi] whose cosine is x";
  let domain = ["(-0.9, 0.9)"];
}
def Wg_AtanOp : Wg_Unary<"atan", "1 / (1 + x * x)", Scalar<"math.atan", "complex.atan">, "np.arctan(x)", "", Wg_InexactTensor> {
  let summary = "the angle in [-pi/2, pi/2] whose tangent is x";
}
def Wg_TanhOp : Wg_Unary<"tanh", "1 - out * out", Scalar<"math.tanh", "complex.tanh">, "k.tanh(x)", "", Wg_InexactTensor> {
  let summary = "the hyperbolic tangent";
}
def Wg_ErfOp : Wg_Unary<"erf", "1.1283791670955126 * exp(-(x * x))", Scalar<"math.erf">, "k.erf(x)"> {
  let summary = "the error function";
}
def Wg_FloorOp : Wg_Unary<"floor", "", Scalar<"math.floor">, "np.floor(x)"> {
  let summary = "the greatest whole number not above x";
}
def Wg_CeilOp : Wg_Unary<"ceil", "", Scalar<"math.ceil">, "np.ceil(x)"> {
  let summary = "the least whole number not below x";
}
def Wg_RoundOp : Wg_Unary<"round", "", Scalar<"math.roundeven">, "np.rint(x)"> {
  let summary = "the nearest whole number, the even one of two";
}
def Wg_IntegerPowOp : Wg_Elementwise<"integer_pow", (ins Wg_NumericTensor:$x, Wg_IntAttr:$y), ["integer_pow_partial(x, y)"],
    OwnScalar, "k.integer_pow(x, y)", "", "t.integerPow(x, y)"> {
  let summary = "x to the constant power y, by repeated multiplication";
  let description = "The derivative is `y * x ** (y - 1)`; for y = 0 it is 0 everywhere. Integers need y >= 0.";
  let samples = ["{'y': 3}", "{'y': 0}", "{'y': 1}", "{'y': 2}", "{'y': -2}"];
  let domain = ["(0.3, 3)"];
  let assemblyFormat = "$x `to` $y attr-dict `:` type($x)";
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Real functions of two operands
//===----------------------------------------------------------------------===//

def Wg_AddOp : Wg_Binary<"add", "1", "1", Scalar<"arith.addf", "complex.add", "arith.addi">, "np.add(x, y)", "", Wg_NumericTensor, [Commutative]> {
  let summary = "x + y; integers wrap";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}
def Wg_SubOp : Wg_Binary<"sub", "1", "-1", Scalar<"arith.subf", "complex.sub", "arith.subi">, "np.subtract(x, y)"> {
  let summary = "x - y; integers wrap";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}
def Wg_MulOp : Wg_Binary<"mul", "y", "x", Scalar<"arith.mulf", "complex.mul", "arith.muli">, "np.multiply(x, y)", "", Wg_NumericTensor, [Commutative]> {
  let summary = "x * y; integers wrap";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}
def Wg_DivOp : Wg_Binary<"div", "1 / y", "-(out / y)", Scalar<"arith.divf", "complex.div", "arith.divsi", "arith.divui">, "k.div(x, y)"> {
  let summary = "x / y; integers divide towards zero, and x / 0 has all bits set";
  let domain = ["(-3, 3)", "(0.5, 3)"];
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}
def Wg_RemOp : Wg_Binary<"rem", "1", "-round((x - out) / y)", Scalar<"arith.remf", "", "arith.remsi", "arith.remui">, "k.rem(x, y)", "", Wg_RealTensor> {
  let summary = "the remainder of dividing towards zero, with the sign of x; an integer x rem 0 is x";
  let domain = ["(5, 5.9)", "(2, 2.4)"];
  let hasFolder = 1;
}
def Wg_PowOp : Wg_Binary<"pow", "select(bitwise_and(x == 0, real_part(y) < 1), 0, y * pow(x, y - 1))", "select(x == 0, 0, out * log(x))",
    Scalar<"math.powf", "complex.pow">, "k.pow(x, y)"> {
  let summary = "x to the power y";
  let description = [{
    `pow(x, 0)` is 1 for every x; an integer to a negative power is the integer part of the true one. The derivatives count as 0
    where x is 0 and the true one is infinite or undefined: `x ** 0` and `0 ** y` have finite gradients.
  }];
  let domain = ["(0.3, 3)", "(-2, 2)"];
}
def Wg_MaxOp : Wg_Binary<"max", "select(x > y, 1, select(x == y, 0.5, like(x, 0)))", "select(y > x, 1, select(x == y, 0.5, like(y, 0)))",
    Scalar<"arith.maximumf", "", "arith.maxsi", "arith.maxui">, "np.maximum(x, y)", "", Wg_RealOrBoolTensor, [Commutative]> {
  let summary = "the greater of x and y; nan if one is nan, or for bools";
  let description = "Where x equals y each operand gets half of the derivative.";
  let hasFolder = 1;
}
def Wg_MinOp : Wg_Binary<"min", "select(x < y, 1, select(x == y, 0.5, like(x, 0)))", "select(y < x, 1, select(x == y, 0.5, like(y, 0)))",
    Scalar<"arith.minimumf", "", "arith.minsi", "arith.minui">, "np.minimum(x, y)", "", Wg_RealOrBoolTensor, [Commutative]> {
  let summary = "the lesser of x and y; nan if one is nan, and for bools";
  let description = "Where x equals y each operand gets half of the derivative.";
  let hasFolder = 1;
}
def Wg_Atan2Op : Wg_Binary<"atan2", "select(x * x + y * y == 0, 0, y / (x * x + y * y))", "select(x * x + y * y == 0, 0, -(x / (x * x + y * y)))",
    Scalar<"math.atan2">, "k.atan2(x, y)", "", Wg_FloatTensor> {
  let summary = "the angle of the point with abscissa y and ordinate x, in (-pi, pi]";
  let domain = ["(0.3, 3)", "(-3, 3)"];
}

//===----------------------------------------------------------------------===//
// Logic and comparison
//===----------------------------------------------------------------------===//

def Wg_BitwiseNotOp : Wg_Unary<"bitwise_not", "", OwnScalar, "np.invert(x)", "", Wg_BoolOrIntTensor> {
  let summary = "every bit of x inverted; not for bools";
  let hasFolder = 1;
}
def Wg_BitwiseAndOp : Wg_Binary<"bitwise_and", "", "", Scalar<"", "", "arith.andi">, "np.bitwise_and(x, y)", "", Wg_BoolOrIntTensor, [Commutative]> {
  let summary = "the bits set in both x and y; and for bools";
  let hasFolder = 1;
}
def Wg_BitwiseOrOp : Wg_Binary<"bitwise_or", "", "", Scalar<"", "", "arith.ori">, "np.bitwise_or(x, y)", "", Wg_BoolOrIntTensor, [Commutative]> {
  let summary = "the bits set in x or y; or for bools";
  let hasFolder = 1;
}
def Wg_BitwiseXorOp : Wg_Binary<"bitwise_xor", "", "", Scalar<"", "", "arith.xori">, "np.bitwise_xor(x, y)", "", Wg_BoolOrIntTensor, [Commutative]> {
  let summary = "the bits set in exactly one of x and y";
}
def Wg_ShiftLeftOp : Wg_Binary<"shift_left", "", "", Scalar<"">, "k.shift_left(x, y)", "", Wg_IntTensor> {
  let summary = "x shifted y bits to the left; 0 if y is not in [0, width)";
  let domain = ["(-9, 9)", "(0, 40)"];
}
def Wg_ShiftRightLogicalOp : Wg_Binary<"shift_right_logical", "", "", Scalar<"">, "k.shift_right_logical(x, y)", "", Wg_IntTensor> {
  let summary = "x shifted y bits to the right, zeros coming in; 0 if y is not in [0, width)";
  let domain = ["(-9, 9)", "(0, 40)"];
}
def Wg_ShiftRightArithmeticOp : Wg_Binary<"shift_right_arithmetic", "", "", Scalar<"">, "k.shift_right_arithmetic(x, y)", "", Wg_IntTensor> {
  let summary = "x shifted y bits to the right, copies of the top bit coming in; only these if y is not in [0, width)";
  let domain = ["(-9, 9)", "(0, 40)"];
}
def Wg_PopulationCountOp : Wg_Unary<"population_count", "", OwnScalar, "k.population_count(x)", "", Wg_IntTensor> {
  let summary = "the number of bits set in x";
}
def Wg_ClzOp : Wg_Unary<"clz", "", OwnScalar, "k.clz(x)", "", Wg_IntTensor> {
  let summary = "the number of zero bits above the highest set bit of x, the width for 0";
}
def Wg_NextafterOp : Wg_Binary<"nextafter", "1", "", OwnScalar, "k.nextafter(x, y)", "", Wg_FloatTensor> {
  let summary = "the neighbour of x in the direction of y; y if they are equal";
}
def Wg_ReducePrecisionOp : Wg_Elementwise<"reduce_precision", (ins Wg_FloatTensor:$x, Wg_IntAttr:$exponent_bits, Wg_IntAttr:$mantissa_bits),
    ["1"], OwnScalar, "k.reduce_precision(x, exponent_bits, mantissa_bits)", "",
    "t.reducePrecision(x, exponent_bits, mantissa_bits)"> {
  let summary = "x rounded to what a float of so many exponent and mantissa bits could hold";
  let description = [{
    To the nearest, ties to even; what is too large becomes inf, what is too small for a normal number becomes 0. The derivative
    is that of x itself.
  }];
  let samples = ["{'exponent_bits': 11, 'mantissa_bits': 52}", "{'exponent_bits': 5, 'mantissa_bits': 10, 'dtypes': ('float16', 'bfloat16', 'float32')}",
                 "{'exponent_bits': 4, 'mantissa_bits': 3, 'dtypes': ('float16', 'bfloat16', 'float32')}",
                 "{'exponent_bits': 8, 'mantissa_bits': 0, 'dtypes': ('bfloat16', 'float32')}"];
  let assemblyFormat = "$x `exponent_bits` $exponent_bits `mantissa_bits` $mantissa_bits attr-dict `:` type($x)";
}
def Wg_IsFiniteOp : Wg_Test<"is_finite", "t.compare({x})", Scalar<"math.isfinite">, "np.isfinite(x)", Wg_FloatTensor> {
  let summary = "whether x is neither infinite nor nan";
}
def Wg_EqOp : Wg_Compare<"eq", Scalar<"arith.cmpf oeq", "complex.eq", "arith.cmpi eq">, "np.equal(x, y)"> {
  let summary = "x == y";
}
def Wg_NeOp : Wg_Compare<"ne", Scalar<"arith.cmpf une", "complex.neq", "arith.cmpi ne">, "np.not_equal(x, y)"> {
  let summary = "x != y";
}
def Wg_LtOp : Wg_Compare<"lt", Scalar<"arith.cmpf olt", "", "arith.cmpi slt", "arith.cmpi ult">, "np.less(x, y)", Wg_RealOrBoolTensor> {
  let summary = "x < y";
}
def Wg_LeOp : Wg_Compare<"le", Scalar<"arith.cmpf ole", "", "arith.cmpi sle", "arith.cmpi ule">, "np.less_equal(x, y)", Wg_RealOrBoolTensor> {
  let summary = "x <= y";
}
def Wg_GtOp : Wg_Compare<"gt", Scalar<"arith.cmpf ogt", "", "arith.cmpi sgt", "arith.cmpi ugt">, "np.greater(x, y)", Wg_RealOrBoolTensor> {
  let summary = "x > y";
}
def Wg_GeOp : Wg_Compare<"ge", Scalar<"arith.cmpf oge", "", "arith.cmpi sge", "arith.cmpi uge">, "np.greater_equal(x, y)", Wg_RealOrBoolTensor> {
  let summary = "x >= y";
}

//===----------------------------------------------------------------------===//
// Selection, conversion, literals
//===----------------------------------------------------------------------===//

def Wg_SelectOp : Wg_Linear<"select", (ins Wg_BoolTensor:$pred, Wg_AnyTensor:$x, Wg_AnyTensor:$y), ["t.select(pred, x, y)"],
    ["", "select(pred, ct, like(ct, 0))", "select(pred, like(ct, 0), ct)"], ["select(pred, x, y)"], "k.select(pred, x, y)"> {
  let summary = "x where pred, y elsewhere";
  let description = "The branch that is not taken gets a zero gradient even if its derivative is infinite there.";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
  let assemblyFormat = "$pred `,` $x `,` $y attr-dict `:` type($pred) `,` custom<SameTypes>(type($x), type($y))";
}
def Wg_ClampOp : Wg_Elementwise<"clamp", (ins Wg_RealTensor:$lo, Wg_RealTensor:$x, Wg_RealTensor:$hi),
    ["select(lo > x, like(x, 1), 0)", "select(bitwise_and(lo < x, x < hi), like(x, 1), 0)", "select(hi < x, like(x, 1), 0)"],
    OwnScalar, "k.clamp(lo, x, hi)", "min(max(x, lo), hi)"> {
  let summary = "min(max(x, lo), hi)";
  let description = "x has a zero derivative where it equals a bound.";
  let domain = ["(0, 1)", "(-1, 4)", "(2, 3)"];
  let assemblyFormat = "$lo `,` $x `,` $hi attr-dict `:` custom<SameTypes>(type($lo), type($x), type($hi))";
}
def Wg_ConvertOp : Wg_Linear<"convert", (ins Wg_AnyTensor:$x, Wg_DtypeAttr:$dtype), ["t.convert(x, dtype)"],
    ["convert(ct, x.dtype())"], ["convert(x, dtype)"], "k.convert(x, dtype)"> {
  let summary = "x as another element type";
  let description = [{
    To bool: whether x is not 0. From float to integer: towards zero, saturating, nan becomes 0. Between integers: the low bits.
    From complex to anything but bool: the real part.
    To a float of 8 bits: by way of f32, to the nearest, ties to even; what is too large becomes inf, or nan where there is no inf.
    There is no derivative through the types for storage (floats of 8 bits, integers of 2 and 4).
  }];
  let samples = ["{'dtype': 'float16'}", "{'dtype': 'float32'}", "{'dtype': 'float64'}", "{'dtype': 'bfloat16'}", "{'dtype': 'int32'}",
                 "{'dtype': 'uint32'}", "{'dtype': 'bool'}", "{'dtype': 'int8'}", "{'dtype': 'uint8'}", "{'dtype': 'int16'}",
                 "{'dtype': 'uint16'}", "{'dtype': 'int64'}", "{'dtype': 'uint64'}", "{'dtype': 'complex64'}", "{'dtype': 'complex128'}",
                 "{'dtype': 'float8_e4m3fn', 'dtypes': ('bool', 'int8', 'uint64', 'float16', 'float32', 'float64', 'float8_e4m3fn', 'int4')}",
                 "{'dtype': 'float8_e5m2', 'dtypes': ('bool', 'int8', 'uint64', 'float16', 'float32', 'float64', 'float8_e4m3fn', 'int4')}",
                 "{'dtype': 'float8_e4m3b11fnuz', 'dtypes': ('bool', 'int8', 'uint64', 'float16', 'float32', 'float64', 'float8_e4m3fn', 'int4')}",
                 "{'dtype': 'float8_e8m0fnu', 'dtypes': ('bool', 'int8', 'uint64', 'float16', 'float32', 'float64', 'float8_e4m3fn', 'int4')}",
                 "{'dtype': 'int4', 'dtypes': ('bool', 'int8', 'uint64', 'float16', 'float32', 'float64', 'float8_e4m3fn', 'int4')}",
                 "{'dtype': 'uint4', 'dtypes': ('bool', 'int8', 'uint64', 'float16', 'float32', 'float64', 'float8_e4m3fn', 'int4')}",
                 "{'dtype': 'uint2', 'dtypes': ('bool', 'int8', 'uint64', 'float16', 'float32', 'float64', 'float8_e4m3fn', 'int4')}"];
  let hasFolder = 1;
  let assemblyFormat = "$x `to` $dtype attr-dict `:` type($x)";
}
def Wg_BitcastConvertOp : Wg_NonDifferentiable<"bitcast_convert", (ins Wg_AnyTensor:$x, Wg_DtypeAttr:$dtype), ["t.bitcastConvert(x, dtype)"],
    [], "k.bitcast_convert(x, dtype)"> {
  let summary = "the bits of x read as another element type";
  let description = [{
    A wider element is split into parts along a new last dimension, the lowest bits first; a last dimension of parts makes one
    wider element.
  }];
  let samples = ["{'dtype': 'int32', 'dtypes': ('float32', 'uint32')}", "{'dtype': 'float32', 'dtypes': ('int32', 'uint32')}",
                 "{'dtype': 'uint32', 'dtypes': ('float32', 'int32')}", "{'dtype': 'int8', 'dtypes': ('uint8',)}",
                 "{'dtype': 'uint16', 'dtypes': ('int16', 'float16', 'bfloat16')}", "{'dtype': 'bfloat16', 'dtypes': ('uint16', 'float16')}",
                 "{'dtype': 'uint8', 'dtypes': ('float8_e4m3fn', 'float8_e5m2', 'int8')}",
                 "{'dtype': 'float8_e3m4', 'dtypes': ('int8', 'float8_e4m3')}",
                 "{'dtype': 'int8', 'dtypes': ('uint8', 'int16', 'float32', 'float64')}",
                 "{'dtype': 'uint4', 'dtypes': ('int4', 'int8', 'uint32', 'bfloat16', 'float8_e5m2fnuz')}",
                 "{'dtype': 'int2', 'dtypes': ('uint2', 'int4', 'uint16')}",
                 "{'dtype': 'float32', 'shapes': [(3, 4)], 'dtypes': ('int8', 'uint8', 'float8_e4m3fn')}",
                 "{'dtype': 'uint8', 'shapes': [(3, 2)], 'dtypes': ('int4', 'uint4')}",
                 "{'dtype': 'int64', 'shapes': [(2, 4)], 'dtypes': ('int16', 'bfloat16')}",
                 "{'dtype': 'int4', 'shapes': [(2, 2)], 'dtypes': ('int2', 'uint2')}",
                 "{'dtype': 'int64', 'dtypes': ('uint64', 'float64')}", "{'dtype': 'float64', 'dtypes': ('int64', 'uint64')}"];
  let hasFolder = 1;
  let assemblyFormat = "$x `to` $dtype attr-dict `:` type($x)";
}
//===----------------------------------------------------------------------===//
// Complex numbers: cotangents are not conjugated (docs/adr/0011)
//===----------------------------------------------------------------------===//

def Wg_RealOp : Wg_Linear<"real", (ins Wg_ComplexTensor:$x), ["t.realPart(x)"], ["complex(ct, like(ct, 0))"], ["real(x)"], "k.real(x)"> {
  let summary = "the real part of x";
  let hasFolder = 1;
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
def Wg_ImagOp : Wg_Linear<"imag", (ins Wg_ComplexTensor:$x), ["t.realPart(x)"], ["complex(like(ct, 0), -ct)"], ["imag(x)"], "k.imag(x)"> {
  let summary = "the imaginary part of x";
  let hasFolder = 1;
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
def Wg_ComplexOp : Wg_Linear<"complex", (ins Wg_PartTensor:$re, Wg_PartTensor:$im), ["t.complexOf(re, im)"], ["real(ct)", "-imag(ct)"],
    ["complex(re, im)"], "k.complex(re, im)"> {
  let summary = "the complex number re + i im";
  let hasFolder = 1;
  let assemblyFormat = "$re `,` $im attr-dict `:` custom<SameTypes>(type($re), type($im))";
}
def Wg_ConjOp : Wg_Linear<"conj", (ins Wg_ComplexTensor:$x), ["t.same({x})"], ["conj(ct)"], ["conj(x)"], "np.conj(x)"> {
  let summary = "the complex conjugate of x";
  let hasFolder = 1;
  let assemblyFormat = "$x attr-dict `:` type($x)";
}

def Wg_ConstantOp : Wg_NonDifferentiable<"constant", (ins ElementsAttr:$value), ["t.constant(value)"],
    [], "np.asarray(value)", [ConstantLike]> {
  let summary = "an array of literals";
  let samples = ["{'value': np.arange(6, dtype=np.float32).reshape(2, 3)}"];
  let hasFolder = 1;
  let assemblyFormat = "attr-dict $value";
}

#endif
