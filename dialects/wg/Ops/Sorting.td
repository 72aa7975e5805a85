// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sorting.

#ifndef WG_OPS_SORTING_TD
#define WG_OPS_SORTING_TD

include "wg/IR/WgBase.td"

def Wg_SortOp : Wg_LinearCustom<"sort", (ins Variadic<Wg_Tensor>:$xs, Wg_IntAttr:$dimension, Wg_IntAttr:$num_keys, BoolAttr:$stable),
    ["t.sort(xs, dimension, num_keys)"], "k.sort(xs, dimension, num_keys, stable)", [], (outs Variadic<Wg_Tensor>:$outs)> {
  let summary = "the operands reordered along dimension so that the first num_keys of them ascend, nan last";
  let description = [{
    The first operand is the most significant key. Complex keys ascend by real, then by imaginary part. The tangents are sorted along with the operands, as payload; the op is linear in
    operands that are no keys, and its transpose puts the cotangents back by sorting with the permutation as key.
  }];
  let samples = ["{'shapes': [(5,)], 'dimension': 0, 'num_keys': 1, 'stable': True}", "{'shapes': [(2, 4), (2, 4)], 'dimension': 1, 'num_keys': 1, 'stable': True}",
                 "{'shapes': [(4, 2), (4, 2), (4, 2)], 'dimension': 0, 'num_keys': 2, 'stable': True}"];
  let assemblyFormat = "$xs `dimension` $dimension `num_keys` $num_keys `stable` $stable attr-dict `:` type($xs)";
}

#endif
