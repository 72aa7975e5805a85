// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that rearrange elements or make index arrays.

#ifndef WG_OPS_SHAPE_TD
#define WG_OPS_SHAPE_TD

include "wg/IR/WgBase.td"

def Wg_ReshapeOp : Wg_Linear<"reshape", (ins Wg_AnyTensor:$x, Wg_IntsAttr:$shape), ["t.reshape(x, shape)"],
    ["reshape(ct, x.shape())"], ["reshape(x, prepend(size, shape))"], "k.reshape(x, shape)"> {
  let summary = "the same elements in row-major order under another shape";
  let samples = ["{'shapes': [(2, 3)], 'shape': (3, 2)}", "{'shapes': [()], 'shape': (1, 1)}", "{'shapes': [(2, 1, 3)], 'shape': (6,)}"];
  let hasFolder = 1;
  let hasCanonicalizer = 1;
  let assemblyFormat = "$x `shape` $shape attr-dict `:` type($x)";
}
def Wg_TransposeOp : Wg_Linear<"transpose", (ins Wg_AnyTensor:$x, Wg_IntsAttr:$permutation), ["t.transpose(x, permutation)"],
    ["transpose(ct, invert(permutation))"], ["transpose(x, prepend(0, shift(permutation, 1)))"], "k.transpose(x, permutation)"> {
  let summary = "dimension i of the result is dimension permutation[i] of x";
  let samples = ["{'shapes': [(2, 3)], 'permutation': (1, 0)}", "{'shapes': [(2, 3, 4)], 'permutation': (2, 0, 1)}", "{'shapes': [()], 'permutation': ()}"];
  let hasFolder = 1;
  let hasCanonicalizer = 1;
  let assemblyFormat = "$x `permutation` $permutation attr-dict `:` type($x)";
}
def Wg_BroadcastInDimOp : Wg_Linear<"broadcast_in_dim", (ins Wg_AnyTensor:$x, Wg_IntsAttr:$shape, Wg_IntsAttr:$broadcast_dimensions),
    ["t.broadcastInDim(x, shape, broadcast_dimensions)"],
    ["unspread(ct, x.shape(), broadcast_dimensions)"],
    ["broadcast_in_dim(x, prepend(size, shape), prepend(0, shift(broadcast_dimensions, 1)))"],
    "k.broadcast_in_dim(x, shape, broadcast_dimensions)"> {
  let summary = "dimension i of x becomes dimension broadcast_dimensions[i] of shape; sizes of 1 are repeated";
  let samples = ["{'shapes': [()], 'shape': (2, 3), 'broadcast_dimensions': ()}", "{'shapes': [(3,)], 'shape': (2, 3), 'broadcast_dimensions': (1,)}",
                 "{'shapes': [(2, 1)], 'shape': (2, 4, 3), 'broadcast_dimensions': (0, 2)}"];
  let hasFolder = 1;
  let hasCanonicalizer = 1;
  let assemblyFormat = "$x `shape` $shape `dims` $broadcast_dimensions attr-dict `:` type($x)";
}
def Wg_SliceOp : Wg_Linear<"slice", (ins Wg_AnyTensor:$x, Wg_IntsAttr:$start, Wg_IntsAttr:$limit, Wg_IntsAttr:$strides),
    ["t.slice(x, start, limit, strides)"], ["unslice(ct, x.shape(), start, strides)"],
    ["slice(x, prepend(0, start), prepend(size, limit), prepend(1, strides))"], "k.slice(x, start, limit, strides)"> {
  let summary = "the elements from start up to limit by strides, in every dimension";
  let description = "Needs `0 <= start <= limit <= size` and positive strides. The transpose pads the cotangent with zeros.";
  let samples = ["{'shapes': [(4, 5)], 'start': (1, 0), 'limit': (3, 5), 'strides': (1, 2)}", "{'shapes': [(7,)], 'start': (0,), 'limit': (6,), 'strides': (3,)}",
                 "{'shapes': [(3,)], 'start': (1,), 'limit': (1,), 'strides': (2,)}"];
  let hasFolder = 1;
  let hasCanonicalizer = 1;
  let assemblyFormat = "$x `start` $start `limit` $limit `strides` $strides attr-dict `:` type($x)";
}
def Wg_PadOp : Wg_Linear<"pad", (ins Wg_AnyTensor:$x, Wg_AnyScalar:$value, Wg_IntsAttr:$low, Wg_IntsAttr:$high, Wg_IntsAttr:$interior),
    ["t.pad(x, value, low, high, interior)"],
    ["unpad(ct, x.shape(), low, high, interior)", "padding_sum(ct, x.shape(), low, high, interior)"],
    [], "k.pad(x, value, low, high, interior)"> {
  let summary = "x with `interior` values between neighbours and `low`, `high` values at the ends; negative ones cut";
  let samples = ["{'shapes': [(2, 3), ()], 'low': (1, 0), 'high': (0, 2), 'interior': (0, 0)}", "{'shapes': [(4,), ()], 'low': (-1,), 'high': (2,), 'interior': (1,)}",
                 "{'shapes': [(5,), ()], 'low': (1,), 'high': (-2,), 'interior': (2,)}"];
  let hasFolder = 1;
  let assemblyFormat = "$x `,` $value `low` $low `high` $high `interior` $interior attr-dict `:` type($x) `,` type($value)";
}
def Wg_ConcatenateOp : Wg_LinearCustom<"concatenate", (ins Wg_AnyTensors:$xs, Wg_IntAttr:$dimension), ["t.concatenate(xs, dimension)"],
    "k.concatenate(xs, dimension)"> {
  let summary = "the operands one after the other along dimension";
  let description = "The transpose slices the cotangent.";
  let samples = ["{'shapes': [(2, 3), (1, 3)], 'dimension': 0}", "{'shapes': [(2, 1), (2, 3), (2, 2)], 'dimension': 1}"];
  let hasFolder = 1;
  let assemblyFormat = "$xs `dimension` $dimension attr-dict `:` type($xs)";
}
def Wg_ReverseOp : Wg_Linear<"reverse", (ins Wg_AnyTensor:$x, Wg_IntsAttr:$dimensions), ["t.reverse(x, dimensions)"],
    ["reverse(ct, dimensions)"], ["reverse(x, shift(dimensions, 1))"], "k.reverse(x, dimensions)"> {
  let summary = "x with the order along dimensions reversed";
  let samples = ["{'shapes': [(2, 3)], 'dimensions': (1,)}", "{'shapes': [(2, 3)], 'dimensions': (0, 1)}"];
  let hasFolder = 1;
  let assemblyFormat = "$x `dimensions` $dimensions attr-dict `:` type($x)";
}
def Wg_IotaOp : Wg_NonDifferentiable<"iota", (ins Wg_IntsAttr:$shape, Wg_IntAttr:$dimension, Wg_DtypeAttr:$dtype),
    ["t.iota(shape, dimension, dtype)"], [], "k.iota(shape, dimension, dtype)"> {
  let summary = "0, 1, 2, ... along dimension, the same along the others";
  let samples = ["{'shape': (4,), 'dimension': 0, 'dtype': 'int32'}", "{'shape': (2, 3), 'dimension': 1, 'dtype': 'float32'}"];
  let assemblyFormat = "`shape` $shape `dimension` $dimension `dtype` $dtype attr-dict";
}

def Wg_CheckpointNameOp : Wg_LinearCustom<"checkpoint_name", (ins Wg_AnyTensor:$x, StrAttr:$name), ["t.same({x})"], "x",
    [DeclareOpInterfaceMethods<Wg_DecomposeOpInterface>]> {
  let summary = "x under a name, by which a policy of wg.checkpoint can choose to save it";
  let description = "Neither tangents nor cotangents have the name. `wg-decompose` replaces the op by x.";
  let samples = ["{'shapes': [(2, 3)], 'name': 'hidden'}", "{'shapes': [()], 'name': ''}"];
  let assemblyFormat = "$x `name` $name attr-dict `:` type($x)";
}

#endif
