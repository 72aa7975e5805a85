// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions over axes.

#ifndef WG_OPS_REDUCTION_TD
#define WG_OPS_REDUCTION_TD

include "wg/IR/WgBase.td"

defvar Wg_ReduceSamples = ["{'shapes': [(2, 3)], 'axes': (1,)}", "{'shapes': [(2, 3)], 'axes': (0, 1)}", "{'shapes': [(2, 3, 4)], 'axes': (0, 2)}",
                           "{'shapes': [(2, 3)], 'axes': ()}"];

def Wg_ReduceSumOp : Wg_Linear<"reduce_sum", (ins Wg_NumericTensor:$x, Wg_IntsAttr:$axes), ["t.reduce(x, axes)"],
    ["spread(ct, x.shape(), complement(axes, x.rank()))"], ["reduce_sum(x, shift(axes, 1))"], "k.reduce_sum(x, axes)"> {
  let summary = "the sum over axes";
  let samples = Wg_ReduceSamples;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
  let assemblyFormat = "$x `axes` $axes attr-dict `:` type($x)";
}
class Wg_Reduce<string m, string jvp, Wg_TensorOf operand> : Wg_Nonlinear<m, (ins operand:$x, Wg_IntsAttr:$axes), ["t.reduce(x, axes)"],
    jvp, [m # "(x, shift(axes, 1))"], "k." # m # "(x, axes)"> {
  let samples = Wg_ReduceSamples;
  let assemblyFormat = "$x `axes` $axes attr-dict `:` type($x)";
}
def Wg_ReduceProdOp : Wg_Reduce<"reduce_prod", "product_jvp(x, dx, axes)", Wg_NumericTensor> {
  let summary = "the product over axes";
  let description = "The derivative multiplies pairs of halves, so it needs no division and is right at zeros, in any order.";
  let hasFolder = 1;
}
def Wg_ReduceMaxOp : Wg_Reduce<"reduce_max", "extremum_jvp(x, dx, out, axes)", Wg_Tensor> {
  let summary = "the maximum over axes: nan if there is one, -inf or the least integer of nothing; or for bools";
  let description = "Equal maxima share the derivative evenly.";
  let hasFolder = 1;
}
def Wg_ReduceMinOp : Wg_Reduce<"reduce_min", "extremum_jvp(x, dx, out, axes)", Wg_Tensor> {
  let summary = "the minimum over axes: nan if there is one, inf or the greatest integer of nothing; and for bools";
  let description = "Equal minima share the derivative evenly.";
  let hasFolder = 1;
}
class Wg_ReduceBits<string m> : Wg_NonDifferentiable<m, (ins Wg_BoolOrIntTensor:$x, Wg_IntsAttr:$axes), ["t.reduce(x, axes)"],
    [m # "(x, shift(axes, 1))"], "k." # m # "(x, axes)"> {
  let samples = Wg_ReduceSamples;
  let assemblyFormat = "$x `axes` $axes attr-dict `:` type($x)";
}
def Wg_ReduceAndOp : Wg_ReduceBits<"reduce_and"> {
  let summary = "and over axes, bitwise for integers";
  let hasFolder = 1;
}
def Wg_ReduceOrOp : Wg_ReduceBits<"reduce_or"> {
  let summary = "or over axes, bitwise for integers";
  let hasFolder = 1;
}
def Wg_ReduceXorOp : Wg_ReduceBits<"reduce_xor"> {
  let summary = "exclusive or over axes, bitwise for integers";
  let hasFolder = 1;
}
class Wg_ArgReduce<string m> : Wg_NonDifferentiable<m, (ins Wg_Tensor:$x, Wg_IntAttr:$axis, Wg_DtypeAttr:$dtype),
    ["argReduceType(t, x, axis, dtype)"], [m # "(x, axis + 1, dtype)"], "k." # m # "(x, axis, dtype)"> {
  let samples = ["{'shapes': [(2, 3)], 'axis': 1, 'dtype': 'int32'}", "{'shapes': [(4, 2)], 'axis': 0, 'dtype': 'uint8'}",
                 "{'shapes': [(5,)], 'axis': 0, 'dtype': 'int64'}"];
  let assemblyFormat = "$x `axis` $axis `dtype` $dtype attr-dict `:` type($x)";
}
def Wg_ArgmaxOp : Wg_ArgReduce<"argmax"> {
  let summary = "the position of the first maximum along axis, as an integer of dtype; a nan counts as the greatest";
}
def Wg_ArgminOp : Wg_ArgReduce<"argmin"> {
  let summary = "the position of the first minimum along axis, as an integer of dtype; a nan counts as the least";
}

def Wg_ReduceOp : Wg_Structured<"reduce", (ins Variadic<Wg_Tensor>:$xs, FlatSymbolRefAttr:$computation, Wg_IntsAttr:$axes),
    ["reduceTypes(t, xs, axes)"], "k.reduce(xs, computation, axes)", [DeclareOpInterfaceMethods<Wg_BatchOpInterface>]> {
  let summary = "arrays of one shape combined over axes by a function of scalars";
  let description = [{
    `xs` are n arrays, then n scalars to start with; `computation` is an associative function of n accumulators and n elements that
    returns n accumulators. Elements are combined in pairs of neighbours, each start once. The derivative is that of the tree of pairs.
  }];
  let samples = ["{'shapes': [(2, 5), ()], 'computation': operator.add, 'axes': (1,)}", "{'shapes': [(4, 2), ()], 'computation': operator.mul, 'axes': (0, 1)}",
                 "{'shapes': [(2, 3), (2, 3), (), ()], 'computation': pair, 'axes': (0,)}"];
  let assemblyFormat = "$xs `by` $computation `axes` $axes attr-dict `:` type($xs)";
}

#endif
