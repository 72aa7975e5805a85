// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions over axes.

#ifndef WG_OPS_REDUCTION_TD
#define WG_OPS_REDUCTION_TD

include "wg/IR/WgBase.td"

def Wg_ReduceSumOp : Wg_Linear<"reduce_sum", (ins Wg_NumericTensor:$x, Wg_IntsAttr:$axes), ["t.reduce(x, axes)"],
    ["spread(ct, x.shape(), complement(axes, x.rank()))"], ["reduce_sum(x, shift(axes, 1))"], "k.reduce_sum(x, axes)"> {
  let summary = "the sum over axes";
  let assemblyFormat = "$x `axes` $axes attr-dict `:` type($x)";
}

#endif
