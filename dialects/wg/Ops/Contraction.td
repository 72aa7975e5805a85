// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of products over shared dimensions.

#ifndef WG_OPS_CONTRACTION_TD
#define WG_OPS_CONTRACTION_TD

include "wg/IR/WgBase.td"

// Result dimensions: batch, then the free ones of lhs, then the free ones of rhs.
def Wg_DotGeneralOp : Wg_Bilinear<"dot_general", (ins Wg_NumericTensor:$lhs, Wg_NumericTensor:$rhs, Wg_IntsAttr:$lhs_contracting,
      Wg_IntsAttr:$rhs_contracting, Wg_IntsAttr:$lhs_batch, Wg_IntsAttr:$rhs_batch,
      Wg_OptionalDtypeAttr:$preferred_element_type),
    ["t.dotGeneral(lhs, rhs, lhs_contracting, rhs_contracting, lhs_batch, rhs_batch, preferred_element_type)"],
    "dot_ct_lhs(ct, lhs, rhs, lhs_contracting, rhs_contracting, lhs_batch, rhs_batch)",
    "dot_ct_rhs(ct, lhs, rhs, lhs_contracting, rhs_contracting, lhs_batch, rhs_batch)",
    "k.dot_general(lhs, rhs, lhs_contracting, rhs_contracting, lhs_batch, rhs_batch, preferred_element_type)"> {
  let summary = "the sum of products over contracting dimensions, for each index of the batch dimensions";
  let description = [{
    The dimensions of the result are the batch dimensions, the free ones of lhs, the free ones of rhs. Operands of two types give
    the higher one. `preferred_element_type` is the type that is summed in and returned, for example i32 for products of i8; half
    types are summed in f32 in any case. Each cotangent is a `dot_general` of the result's cotangent and the other operand, in the
    type of its operand.
  }];
  let samples = ["{'shapes': [(2, 3), (3, 4)], 'lhs_contracting': (1,), 'rhs_contracting': (0,), 'lhs_batch': (), 'rhs_batch': ()}",
                 "{'shapes': [(2, 3), (4, 3)], 'lhs_contracting': (1,), 'rhs_contracting': (1,), 'lhs_batch': (), 'rhs_batch': ()}",
                 "{'shapes': [(3,), (3,)], 'lhs_contracting': (0,), 'rhs_contracting': (0,), 'lhs_batch': (), 'rhs_batch': ()}",
                 "{'shapes': [(2,), (3,)], 'lhs_contracting': (), 'rhs_contracting': (), 'lhs_batch': (), 'rhs_batch': ()}",
                 "{'shapes': [(2, 3, 4), (4, 2, 5)], 'lhs_contracting': (2,), 'rhs_contracting': (0,), 'lhs_batch': (0,), 'rhs_batch': (1,)}",
                 "{'shapes': [(3, 2, 4, 2), (4, 2, 3)], 'lhs_contracting': (2, 0), 'rhs_contracting': (0, 2), 'lhs_batch': (1,), 'rhs_batch': (1,)}",
                 "{'shapes': [(2, 3), (3, 4)], 'dtypes': ('float16', 'bfloat16', 'float32'), 'lhs_contracting': (1,), 'rhs_contracting': (0,), 'lhs_batch': (), 'rhs_batch': (), 'preferred_element_type': 'float32'}",
                 "{'shapes': [(2, 3), (3, 4)], 'dtypes': ('int32', 'uint32', 'float32'), 'lhs_contracting': (1,), 'rhs_contracting': (0,), 'lhs_batch': (), 'rhs_batch': (), 'preferred_element_type': 'float64'}"];
  let assemblyFormat = [{
    $lhs `,` $rhs `contracting` $lhs_contracting `x` $rhs_contracting `batch` $lhs_batch `x` $rhs_batch (`into` $preferred_element_type^)? attr-dict
    `:` type($lhs) `,` type($rhs)
  }];
}

#endif
