// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading and writing at computed positions.

#ifndef WG_OPS_INDEXING_TD
#define WG_OPS_INDEXING_TD

include "wg/IR/WgBase.td"

def Wg_DynamicSliceOp : Wg_Linear<"dynamic_slice", (ins Wg_Tensor:$x, Variadic<Wg_I32Scalar>:$starts, Wg_IntsAttr:$sizes),
    ["t.dynamicSlice(x, starts, sizes)"], ["dynamic_update_slice(like(x, 0), ct, starts)"], [],
    "k.dynamic_slice(x, starts, sizes)"> {
  let summary = "the block of the given sizes at starts, moved into x where it would leave it";
  let samples = ["{'shapes': [(4, 5), (), ()], 'sizes': (2, 3)}", "{'shapes': [(4,), ()], 'sizes': (4,)}"];
  let domain = ["(-3, 3)", "(-2, 6)"];
  let assemblyFormat = "$x `starts` `(` $starts `)` `sizes` $sizes attr-dict `:` type($x)";
}
def Wg_DynamicUpdateSliceOp : Wg_Linear<"dynamic_update_slice", (ins Wg_Tensor:$x, Wg_Tensor:$update, Variadic<Wg_I32Scalar>:$starts),
    ["t.dynamicUpdateSlice(x, update, starts)"],
    ["dynamic_update_slice(ct, like(update, 0), starts)", "dynamic_slice(ct, starts, update.shape())"], [],
    "k.dynamic_update_slice(x, update, starts)"> {
  let summary = "x with the block at starts, moved into x where it would leave it, replaced by update";
  let samples = ["{'shapes': [(4, 5), (2, 3), (), ()]}", "{'shapes': [(4,), (1,), ()]}"];
  let domain = ["(-3, 3)", "(-3, 3)", "(-2, 6)"];
  let assemblyFormat = "$x `,` $update `starts` `(` $starts `)` attr-dict `:` type($x) `,` type($update)";
}
def Wg_TakeOp : Wg_Linear<"take", (ins Wg_Tensor:$x, Wg_I32Tensor:$indices, Wg_IntAttr:$axis), ["t.take(x, indices, axis)"],
    ["untake(ct, x.shape(), indices, axis)"], [], "k.take(x, indices, axis)"> {
  let summary = "the entries of x at indices along axis; an index outside is moved to the nearest end";
  let description = [{
    The dimensions of `indices` stand in the place of `axis`. The transpose adds the cotangents of equal indices, as the product
    with a one-hot matrix.
  }];
  let samples = ["{'shapes': [(4, 3), (2,)], 'axis': 0}", "{'shapes': [(2, 4), (2, 3)], 'axis': 1}", "{'shapes': [(4,), ()], 'axis': 0}"];
  let domain = ["(-3, 3)", "(-2, 6)"];
  let assemblyFormat = "$x `at` $indices `axis` $axis attr-dict `:` type($x) `,` type($indices)";
}

#endif
