// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions over windows and cumulative reductions.

#ifndef WG_OPS_WINDOW_TD
#define WG_OPS_WINDOW_TD

include "wg/IR/WgBase.td"

//===----------------------------------------------------------------------===//
// Along one axis, every intermediate result kept
//===----------------------------------------------------------------------===//

defvar Wg_CumulativeSamples = ["{'shapes': [(2, 5)], 'axis': 1, 'reverse': False}", "{'shapes': [(4, 2)], 'axis': 0, 'reverse': True}",
                               "{'shapes': [(3,)], 'axis': 0, 'reverse': False}", "{'shapes': [(0, 2)], 'axis': 0, 'reverse': False}"];
defvar Wg_CumulativeFormat = "$x `axis` $axis `reverse` $reverse attr-dict `:` type($x)";

def Wg_CumsumOp : Wg_Linear<"cumsum", (ins Wg_NumericTensor:$x, Wg_IntAttr:$axis, BoolAttr:$reverse), ["cumulativeType(t, x, axis)"],
    ["cumsum(ct, axis, reverse == 0)"], ["cumsum(x, axis + 1, reverse)"], "k.cumsum(x, axis, reverse)"> {
  let summary = "the sum of each element along axis and all before it, or with reverse all after it";
  let samples = Wg_CumulativeSamples;
  let assemblyFormat = Wg_CumulativeFormat;
}
class Wg_Cumulative<string m, string jvp, Wg_TensorOf operand> : Wg_Nonlinear<m, (ins operand:$x, Wg_IntAttr:$axis, BoolAttr:$reverse),
    ["cumulativeType(t, x, axis)"], jvp, [m # "(x, axis + 1, reverse)"], "k." # m # "(x, axis, reverse)"> {
  let samples = Wg_CumulativeSamples;
  let assemblyFormat = Wg_CumulativeFormat;
}
def Wg_CumprodOp : Wg_Cumulative<"cumprod", "cumulative_product_jvp(x, dx, out, axis, reverse)", Wg_NumericTensor> {
  let summary = "the product of each element along axis and all before it, or with reverse all after it";
  let description = "The derivative is a linear recurrence: no division, right at zeros, in any order.";
}
def Wg_CummaxOp : Wg_Cumulative<"cummax", "cumulative_extremum_jvp(x, dx, out, axis, reverse)", Wg_RealTensor> {
  let summary = "the maximum of each element along axis and all before it, or with reverse all after it; nan from the first nan on";
  let description = "Equal maxima share the derivative evenly, as in `reduce_max`.";
}
def Wg_CumminOp : Wg_Cumulative<"cummin", "cumulative_extremum_jvp(x, dx, out, axis, reverse)", Wg_RealTensor> {
  let summary = "the minimum of each element along axis and all before it, or with reverse all after it; nan from the first nan on";
  let description = "Equal minima share the derivative evenly, as in `reduce_min`.";
}
def Wg_CumlogsumexpOp : Wg_Cumulative<"cumlogsumexp", "cumulative_logsumexp_jvp(x, dx, out, axis, reverse)", Wg_FloatTensor> {
  let summary = "the logarithm of the sum of exponentials of each element along axis and all before it, or with reverse all after it";
  let description = "Without overflow; the derivative is a linear recurrence over weights of at most 1.";
}
def Wg_LinearRecurrenceOp : Wg_LinearCustom<"linear_recurrence", (ins Wg_InexactTensor:$a, Wg_InexactTensor:$b, Wg_IntAttr:$axis, BoolAttr:$reverse),
    ["recurrenceType(t, a, b, axis)"], "k.linear_recurrence(a, b, axis, reverse)"> {
  let summary = "h with h[i] = a[i] * h[i - 1] + b[i] along axis, h[0] = b[0]; with reverse from the last element on";
  let description = [{
    What the derivatives of cumulative ops are made of. It is linear in `b`; its transpose runs the other way. The first `a` has no
    influence, and an `a` of zero starts anew whatever came before, inf and nan too. Of complex numbers a compiled one takes log2(n) steps, in which products of neighbouring `a` may overflow.
  }];
  let samples = ["{'shapes': [(2, 5), (2, 5)], 'axis': 1, 'reverse': False}", "{'shapes': [(4, 2), (4, 2)], 'axis': 0, 'reverse': True}",
                 "{'shapes': [(3,), (3,)], 'axis': 0, 'reverse': False}", "{'shapes': [(2, 0), (2, 0)], 'axis': 1, 'reverse': True}"];
  let assemblyFormat = "$a `,` $b `axis` $axis `reverse` $reverse attr-dict `:` type($a) `,` type($b)";
}

//===----------------------------------------------------------------------===//
// Over windows
//===----------------------------------------------------------------------===//

// x is dilated (base_dilation - 1 gaps between neighbours), then padded (`low`, `high`; negative amounts cut), and windows with
// window_dilation - 1 gaps stand at every window_strides-th place where they fit. Gaps and padding have no influence.
defvar Wg_WindowAttributes = (ins Wg_IntsAttr:$window_dimensions, Wg_IntsAttr:$window_strides, Wg_IntsAttr:$low, Wg_IntsAttr:$high,
                                  Wg_IntsAttr:$base_dilation, Wg_IntsAttr:$window_dilation);
class WindowText {
  string names = "window_dimensions, window_strides, low, high, base_dilation, window_dilation";
  string batched = "prepend(1, window_dimensions), prepend(1, window_strides), prepend(0, low), prepend(0, high), prepend(1, base_dilation), prepend(1, window_dilation)";
}
class WindowFormat<string operands, string types> {
  string s = operands # " `window` $window_dimensions `strides` $window_strides `low` $low `high` $high `dilation` $base_dilation `window_dilation` $window_dilation attr-dict `:` " # types;
}

class WindowSample<string shapes, string window, string order = ""> {
  string s = "{'shapes': [" # shapes # "], " # !if(!empty(order), "", "'order': '" # order # "', ") # window # "}";
}
defvar Wg_Window1 = "'window_dimensions': (1, 2), 'window_strides': (1, 2), 'low': (0, 0), 'high': (0, 0), 'base_dilation': (1, 1), 'window_dilation': (1, 1)";
defvar Wg_Window2 = "'window_dimensions': (2, 3), 'window_strides': (1, 2), 'low': (1, 0), 'high': (0, 1), 'base_dilation': (1, 1), 'window_dilation': (1, 1)";
defvar Wg_Window3 = "'window_dimensions': (2,), 'window_strides': (1,), 'low': (1,), 'high': (-1,), 'base_dilation': (2,), 'window_dilation': (3,)";
defvar Wg_Window4 = "'window_dimensions': (5,), 'window_strides': (2,), 'low': (0,), 'high': (0,), 'base_dilation': (1,), 'window_dilation': (1,)";
defvar Wg_Window5 = "'window_dimensions': (), 'window_strides': (), 'low': (), 'high': (), 'base_dilation': (), 'window_dilation': ()";
defvar Wg_WindowSamples = [WindowSample<"(3, 4)", Wg_Window1>.s, WindowSample<"(3, 6)", Wg_Window2>.s, WindowSample<"(7,)", Wg_Window3>.s,
                           WindowSample<"(3,)", Wg_Window4>.s, WindowSample<"()", Wg_Window5>.s];

def Wg_ReduceWindowSumOp : Wg_Linear<"reduce_window_sum", !con((ins Wg_NumericTensor:$x), Wg_WindowAttributes),
    ["windowType(t, x, " # WindowText<>.names # ")"], ["window_sum_transpose(ct, x.shape(), " # WindowText<>.names # ")"],
    ["reduce_window_sum(x, " # WindowText<>.batched # ")"], "k.reduce_window_sum(x, " # WindowText<>.names # ")"> {
  let summary = "the sum of each window of x";
  let description = "Its transpose is a `reduce_window_sum` in which strides and base dilation have changed places.";
  let samples = Wg_WindowSamples;
  let assemblyFormat = WindowFormat<"$x", "type($x)">.s;
}
class Wg_ReduceWindowExtremum<string m, string order> : Wg_Nonlinear<m, !con((ins Wg_RealTensor:$x), Wg_WindowAttributes),
    ["windowType(t, x, " # WindowText<>.names # ")"], "select_and_gather_add(dx, x, \"" # order # "\", " # WindowText<>.names # ")",
    [m # "(x, " # WindowText<>.batched # ")"], "k." # m # "(x, " # WindowText<>.names # ")"> {
  let description = "The derivative goes to the first extreme element of a window in row-major order.";
  let samples = Wg_WindowSamples;
  let assemblyFormat = WindowFormat<"$x", "type($x)">.s;
}
def Wg_ReduceWindowMaxOp : Wg_ReduceWindowExtremum<"reduce_window_max", "ge"> {
  let summary = "the maximum of each window of x: nan if it has one, -inf or the least integer if it has no element of x";
}
def Wg_ReduceWindowMinOp : Wg_ReduceWindowExtremum<"reduce_window_min", "le"> {
  let summary = "the minimum of each window of x: nan if it has one, inf or the greatest integer if it has no element of x";
}
def Wg_SelectAndGatherAddOp : Wg_Linear<"select_and_gather_add",
    !con((ins Wg_FloatTensor:$tangents, Wg_FloatTensor:$operand, StrAttr:$order), Wg_WindowAttributes),
    ["selectGatherType(t, tangents, operand, order, " # WindowText<>.names # ")"],
    ["select_and_scatter_add(ct, operand, order, " # WindowText<>.names # ")", ""],
    ["select_and_gather_add(tangents, operand, order, " # WindowText<>.batched # ")"],
    "k.select_and_gather_add(tangents, operand, order, " # WindowText<>.names # ")"> {
  let summary = "of each window the element of tangents where operand has its first maximum (order ge) or minimum (order le)";
  let description = "Zero where a window selects padding: where it has no element, or none but those equal to it.";
  let samples = [WindowSample<"(3, 4), (3, 4)", Wg_Window1, "ge">.s, WindowSample<"(3, 6), (3, 6)", Wg_Window2, "le">.s,
                 WindowSample<"(7,), (7,)", Wg_Window3, "ge">.s];
  let assemblyFormat = WindowFormat<"$tangents `,` $operand `order` $order", "type($tangents) `,` type($operand)">.s;
}
def Wg_SelectAndScatterAddOp : Wg_Linear<"select_and_scatter_add",
    !con((ins Wg_FloatTensor:$source, Wg_FloatTensor:$operand, StrAttr:$order), Wg_WindowAttributes),
    ["selectScatterType(t, source, operand, order, " # WindowText<>.names # ")"],
    ["select_and_gather_add(ct, operand, order, " # WindowText<>.names # ")", ""],
    ["select_and_scatter_add(source, operand, order, " # WindowText<>.batched # ")"],
    "k.select_and_scatter_add(source, operand, order, " # WindowText<>.names # ")"> {
  let summary = "zeros of the shape of operand, with the element of source for each window added where operand has its first maximum (order ge) or minimum (order le)";
  let description = "The transpose of `select_and_gather_add`.";
  let samples = [WindowSample<"(3, 2), (3, 4)", Wg_Window1, "ge">.s, WindowSample<"(3, 3), (3, 6)", Wg_Window2, "le">.s,
                 WindowSample<"(10,), (7,)", Wg_Window3, "ge">.s];
  let assemblyFormat = WindowFormat<"$source `,` $operand `order` $order", "type($source) `,` type($operand)">.s;
}

#endif
