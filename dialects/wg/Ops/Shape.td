// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that rearrange elements or make index arrays.

#ifndef WG_OPS_SHAPE_TD
#define WG_OPS_SHAPE_TD

include "wg/IR/WgBase.td"

def Wg_ReshapeOp : Wg_Linear<"reshape", (ins Wg_Tensor:$x, Wg_IntsAttr:$shape), ["t.reshape(x, shape)"],
    ["reshape(ct, x.shape())"], ["reshape(x, prepend(size, shape))"], "np.reshape(x, shape)"> {
  let summary = "the same elements in row-major order under another shape";
  let assemblyFormat = "$x `shape` $shape attr-dict `:` type($x)";
}
def Wg_TransposeOp : Wg_Linear<"transpose", (ins Wg_Tensor:$x, Wg_IntsAttr:$permutation), ["t.transpose(x, permutation)"],
    ["transpose(ct, invert(permutation))"], ["transpose(x, prepend(0, shift(permutation, 1)))"], "np.transpose(x, permutation)"> {
  let summary = "dimension i of the result is dimension permutation[i] of x";
  let assemblyFormat = "$x `permutation` $permutation attr-dict `:` type($x)";
}
def Wg_BroadcastInDimOp : Wg_Linear<"broadcast_in_dim", (ins Wg_Tensor:$x, Wg_IntsAttr:$shape, Wg_IntsAttr:$broadcast_dimensions),
    ["t.broadcastInDim(x, shape, broadcast_dimensions)"],
    ["unspread(ct, x.shape(), broadcast_dimensions)"],
    ["broadcast_in_dim(x, prepend(size, shape), prepend(0, shift(broadcast_dimensions, 1)))"],
    "k.broadcast_in_dim(x, shape, broadcast_dimensions)"> {
  let summary = "dimension i of x becomes dimension broadcast_dimensions[i] of shape; sizes of 1 are repeated";
  let assemblyFormat = "$x `shape` $shape `dims` $broadcast_dimensions attr-dict `:` type($x)";
}

#endif
