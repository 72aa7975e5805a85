// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of products over shared dimensions.

#ifndef WG_OPS_CONTRACTION_TD
#define WG_OPS_CONTRACTION_TD

include "wg/IR/WgBase.td"

// Result dimensions: batch, then the free ones of lhs, then the free ones of rhs.
def Wg_DotGeneralOp : Wg_Bilinear<"dot_general", (ins Wg_NumericTensor:$lhs, Wg_NumericTensor:$rhs, Wg_IntsAttr:$lhs_contracting,
      Wg_IntsAttr:$rhs_contracting, Wg_IntsAttr:$lhs_batch, Wg_IntsAttr:$rhs_batch),
    ["t.dotGeneral(lhs, rhs, lhs_contracting, rhs_contracting, lhs_batch, rhs_batch)"],
    "dot_ct_lhs(ct, lhs, rhs, lhs_contracting, rhs_contracting, lhs_batch, rhs_batch)",
    "dot_ct_rhs(ct, lhs, rhs, lhs_contracting, rhs_contracting, lhs_batch, rhs_batch)",
    "k.dot_general(lhs, rhs, lhs_contracting, rhs_contracting, lhs_batch, rhs_batch)"> {
  let summary = "sum of products over contracting dimensions, for each index of the batch dimensions";
  let assemblyFormat = [{
    $lhs `,` $rhs `contracting` $lhs_contracting `x` $rhs_contracting `batch` $lhs_batch `x` $rhs_batch attr-dict
    `:` type($lhs) `,` type($rhs)
  }];
}

#endif
