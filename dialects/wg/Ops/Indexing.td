// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading and writing at computed positions.

#ifndef WG_OPS_INDEXING_TD
#define WG_OPS_INDEXING_TD

include "wg/IR/WgBase.td"

def Wg_DynamicSliceOp : Wg_Linear<"dynamic_slice", (ins Wg_AnyTensor:$x, Variadic<Wg_I32Scalar>:$starts, Wg_IntsAttr:$sizes),
    ["t.dynamicSlice(x, starts, sizes)"], ["dynamic_update_slice(like(x, 0), ct, starts)"], [],
    "k.dynamic_slice(x, starts, sizes)"> {
  let summary = "the block of the given sizes at starts, moved into x where it would leave it";
  let samples = ["{'shapes': [(4, 5), (), ()], 'sizes': (2, 3)}", "{'shapes': [(4,), ()], 'sizes': (4,)}"];
  let domain = ["(-3, 3)", "(-2, 6)"];
  let assemblyFormat = "$x `starts` `(` $starts `)` `sizes` $sizes attr-dict `:` type($x)";
  let hasFolder = 1;
}
def Wg_DynamicUpdateSliceOp : Wg_Linear<"dynamic_update_slice", (ins Wg_AnyTensor:$x, Wg_AnyTensor:$update, Variadic<Wg_I32Scalar>:$starts),
    ["t.dynamicUpdateSlice(x, update, starts)"],
    ["dynamic_update_slice(ct, like(update, 0), starts)", "dynamic_slice(ct, starts, update.shape())"], [],
    "k.dynamic_update_slice(x, update, starts)"> {
  let summary = "x with the block at starts, moved into x where it would leave it, replaced by update";
  let samples = ["{'shapes': [(4, 5), (2, 3), (), ()]}", "{'shapes': [(4,), (1,), ()]}"];
  let domain = ["(-3, 3)", "(-3, 3)", "(-2, 6)"];
  let assemblyFormat = "$x `,` $update `starts` `(` $starts `)` attr-dict `:` type($x) `,` type($update)";
  let hasFolder = 1;
}
//===----------------------------------------------------------------------===//
// gather and scatter
//===----------------------------------------------------------------------===//

// The dimension numbers are XLA's, with the components of a position always in the last dimension of the indices.
class Wg_IndexModes { string s = [{
    `mode` says what happens to a window that is not wholly inside x: with `clip` it is moved inside, with `fill_or_drop` it is read as
    zeros and not written, and with `promise_in_bounds` there is none (if there is, it is moved inside: nothing outside x is ever
    read or written).
}]; }

def Wg_GatherOp : Wg_Linear<"gather", (ins Wg_AnyTensor:$x, Wg_IntTensor:$indices, Wg_IntsAttr:$slice_sizes, Wg_IntsAttr:$offset_dims,
                                       Wg_IntsAttr:$collapsed_slice_dims, Wg_IntsAttr:$start_index_map, Wg_IntsAttr:$operand_batching_dims,
                                       Wg_IntsAttr:$start_indices_batching_dims, StrAttr:$mode, BoolAttr:$unique_indices,
                                       BoolAttr:$indices_are_sorted),
    ["t.gather(x, indices, slice_sizes, {offset_dims, collapsed_slice_dims, start_index_map, operand_batching_dims, start_indices_batching_dims}, mode)"],
    ["scatter_add(like(x, 0), indices, ct, offset_dims, collapsed_slice_dims, start_index_map, operand_batching_dims, start_indices_batching_dims, mode, unique_indices, indices_are_sorted)"],
    [],
    "k.gather(x, indices, slice_sizes, (offset_dims, collapsed_slice_dims, start_index_map, operand_batching_dims, start_indices_batching_dims), mode)"> {
  let summary = "the windows of slice_sizes of x at the positions that indices holds";
  let description = [{
    The last dimension of `indices` holds a position, whose component i is for dimension start_index_map[i] of `x`; the others number the
    windows. `offset_dims` are the dimensions of the result that run through a window; dimensions of `x` in `collapsed_slice_dims` have
    size 1 in a window and are left out. A dimension of `x` in `operand_batching_dims` goes along with the dimension of `indices` in
    the same place of `start_indices_batching_dims`. }] # Wg_IndexModes<>.s # [{ A promise in `unique_indices` serves the transpose.
  }];
  let samples = [
    "{'shapes': [(5, 3), (4, 1)], 'slice_sizes': (1, 3), 'offset_dims': (1,), 'collapsed_slice_dims': (0,), 'start_index_map': (0,), 'operand_batching_dims': (), 'start_indices_batching_dims': (), 'mode': 'clip', 'unique_indices': False, 'indices_are_sorted': False}",
    "{'shapes': [(4, 5), (2, 3, 2)], 'slice_sizes': (1, 1), 'offset_dims': (), 'collapsed_slice_dims': (0, 1), 'start_index_map': (1, 0), 'operand_batching_dims': (), 'start_indices_batching_dims': (), 'mode': 'fill_or_drop', 'unique_indices': False, 'indices_are_sorted': False}",
    "{'shapes': [(4, 5, 3), (6, 1)], 'slice_sizes': (2, 3, 1), 'offset_dims': (0, 2), 'collapsed_slice_dims': (2,), 'start_index_map': (1,), 'operand_batching_dims': (), 'start_indices_batching_dims': (), 'mode': 'fill_or_drop', 'unique_indices': False, 'indices_are_sorted': False}",
    "{'shapes': [(2, 5, 3), (4, 2, 1)], 'slice_sizes': (1, 1, 3), 'offset_dims': (2,), 'collapsed_slice_dims': (1,), 'start_index_map': (1,), 'operand_batching_dims': (0,), 'start_indices_batching_dims': (1,), 'mode': 'promise_in_bounds', 'unique_indices': False, 'indices_are_sorted': True}",
    "{'shapes': [(3, 2), (0, 1)], 'slice_sizes': (1, 2), 'offset_dims': (1,), 'collapsed_slice_dims': (0,), 'start_index_map': (0,), 'operand_batching_dims': (), 'start_indices_batching_dims': (), 'mode': 'clip', 'unique_indices': True, 'indices_are_sorted': False}"];
  let domain = ["(-3, 3)", "(-2, 6)"];
  let assemblyFormat = [{$x `at` $indices `sizes` $slice_sizes `offset` $offset_dims `collapsed` $collapsed_slice_dims `map` $start_index_map
    `batching` $operand_batching_dims `by` $start_indices_batching_dims `mode` $mode `unique` $unique_indices `sorted` $indices_are_sorted
    attr-dict `:` type($x) `,` type($indices)}];
}

defvar Wg_ScatterAttributes = (ins Wg_IntsAttr:$update_window_dims, Wg_IntsAttr:$inserted_window_dims,
                               Wg_IntsAttr:$scatter_dims_to_operand_dims, Wg_IntsAttr:$operand_batching_dims,
                               Wg_IntsAttr:$scatter_indices_batching_dims, StrAttr:$mode, BoolAttr:$unique_indices, BoolAttr:$indices_are_sorted);
class Wg_ScatterArguments<Wg_TensorOf operand> {
  dag all = !con((ins operand:$x, Wg_IntTensor:$indices, operand:$updates), Wg_ScatterAttributes);
}
// Pieces of the rules (in classes, because # takes the name of a global variable for text).
class Wg_ScatterText {
  string dims = "{update_window_dims, inserted_window_dims, scatter_dims_to_operand_dims, operand_batching_dims, scatter_indices_batching_dims}";
  string names = "update_window_dims, inserted_window_dims, scatter_dims_to_operand_dims, operand_batching_dims, scatter_indices_batching_dims, mode, unique_indices, indices_are_sorted";
  string type = "t.scatter(x, indices, updates, " # dims # ", mode)";
}
class Wg_ScatterReference<string kind> {
  string s = "k.scatter('" # kind # "', x, indices, updates, (update_window_dims, inserted_window_dims, scatter_dims_to_operand_dims, operand_batching_dims, scatter_indices_batching_dims), mode)";
}
defvar Wg_ScatterFormat = [{$x `,` $updates `at` $indices `window` $update_window_dims `inserted` $inserted_window_dims
    `map` $scatter_dims_to_operand_dims `batching` $operand_batching_dims `by` $scatter_indices_batching_dims `mode` $mode
    `unique` $unique_indices `sorted` $indices_are_sorted attr-dict `:` type($x) `,` type($updates) `,` type($indices)}];
defvar Wg_ScatterDescription = [{
    The dimension numbers are those of `gather`, seen from the other side: `updates` is arranged as its result. Updates are applied in the
    row-major order of `indices`. }] # Wg_IndexModes<>.s;
defvar Wg_ScatterSamples = [
    "{'shapes': [(5, 3), (4, 1), (4, 3)], 'update_window_dims': (1,), 'inserted_window_dims': (0,), 'scatter_dims_to_operand_dims': (0,), 'operand_batching_dims': (), 'scatter_indices_batching_dims': (), 'mode': 'clip', 'unique_indices': False, 'indices_are_sorted': False}",
    "{'shapes': [(3, 4), (2, 4, 2), (2, 4)], 'update_window_dims': (), 'inserted_window_dims': (0, 1), 'scatter_dims_to_operand_dims': (1, 0), 'operand_batching_dims': (), 'scatter_indices_batching_dims': (), 'mode': 'fill_or_drop', 'unique_indices': False, 'indices_are_sorted': False}",
    "{'shapes': [(4, 5, 3), (6, 1), (2, 6, 3)], 'update_window_dims': (0, 2), 'inserted_window_dims': (2,), 'scatter_dims_to_operand_dims': (1,), 'operand_batching_dims': (), 'scatter_indices_batching_dims': (), 'mode': 'fill_or_drop', 'unique_indices': False, 'indices_are_sorted': False}",
    "{'shapes': [(2, 5, 3), (4, 2, 1), (4, 2, 3)], 'update_window_dims': (2,), 'inserted_window_dims': (1,), 'scatter_dims_to_operand_dims': (1,), 'operand_batching_dims': (0,), 'scatter_indices_batching_dims': (1,), 'mode': 'promise_in_bounds', 'unique_indices': False, 'indices_are_sorted': False}",
    "{'shapes': [(3, 2), (0, 1), (0, 2)], 'update_window_dims': (1,), 'inserted_window_dims': (0,), 'scatter_dims_to_operand_dims': (0,), 'operand_batching_dims': (), 'scatter_indices_batching_dims': (), 'mode': 'clip', 'unique_indices': True, 'indices_are_sorted': False}"];
defvar Wg_ScatterDomain = ["(-3, 3)", "(-2, 6)", "(-3, 3)"];

class Wg_LinearScatter<string m, Wg_TensorOf operand, string ctX, string ctUpdates, string kind>
    : Wg_Linear<m, Wg_ScatterArguments<operand>.all, [Wg_ScatterText<>.type], [ctX, "", ctUpdates], [], Wg_ScatterReference<kind>.s> {
  let description = Wg_ScatterDescription;
  let samples = Wg_ScatterSamples;
  let domain = Wg_ScatterDomain;
  let assemblyFormat = Wg_ScatterFormat;
}
class Wg_NonlinearScatter<string m, string jvp, string kind, Wg_TensorOf operand, list<Trait> traits = []>
    : Wg_Nonlinear<m, Wg_ScatterArguments<operand>.all, [Wg_ScatterText<>.type], jvp, [], Wg_ScatterReference<kind>.s, traits> {
  string jvps = JvpRule<"{" # jvp # "}", Wg_ScatterArguments<operand>.all, (outs Wg_Tensor:$out)>.s;
  let description = Wg_ScatterDescription;
  let samples = Wg_ScatterSamples;
  let domain = Wg_ScatterDomain;
  let assemblyFormat = Wg_ScatterFormat;
}

def Wg_ScatterOp : Wg_LinearScatter<"scatter", Wg_AnyTensor, "scatter(ct, indices, like(updates, 0), " # Wg_ScatterText<>.names # ")",
                                    "last_writes(ct, indices, updates.shape(), " # Wg_ScatterText<>.dims # ", mode, unique_indices)", "set"> {
  let summary = "x with the windows at the positions that indices holds replaced by updates; the last of several updates stays";
}
def Wg_ScatterAddOp : Wg_LinearScatter<"scatter_add", Wg_NumericTensor, "ct",
                                       "gather_windows(ct, indices, updates.shape(), " # Wg_ScatterText<>.dims # ", mode, unique_indices)", "add"> {
  let summary = "x with updates added to the windows at the positions that indices holds";
}
def Wg_ScatterSubOp : Wg_LinearScatter<"scatter_sub", Wg_NumericTensor, "ct",
                                       "-gather_windows(ct, indices, updates.shape(), " # Wg_ScatterText<>.dims # ", mode, unique_indices)", "sub"> {
  let summary = "x with updates subtracted from the windows at the positions that indices holds";
}
def Wg_ScatterMulOp : Wg_NonlinearScatter<"scatter_mul", "scatter_mul_jvp(x, indices, updates, dx, dupdates, " # Wg_ScatterText<>.dims # ", mode, unique_indices)",
                                          "mul", Wg_NumericTensor, [DeclareOpInterfaceMethods<Wg_TransposeOpInterface>]> {
  let summary = "x with the windows at the positions that indices holds multiplied by updates";
  list<string> transposes = ["scatter_mul(ct, indices, updates, " # Wg_ScatterText<>.names # ")", "", ""];
  let rules = jvps # TransposeRule<transposes, Wg_ScatterArguments<Wg_NumericTensor>.all, (outs Wg_Tensor:$out)>.s;
}
def Wg_ScatterMinOp : Wg_NonlinearScatter<"scatter_min", "scatter_extremum_jvp(x, indices, updates, out, dx, dupdates, " # Wg_ScatterText<>.dims # ", mode, unique_indices)", "min", Wg_RealTensor> {
  let summary = "x with the windows at the positions that indices holds replaced by the lesser of them and updates";
}
def Wg_ScatterMaxOp : Wg_NonlinearScatter<"scatter_max", "scatter_extremum_jvp(x, indices, updates, out, dx, dupdates, " # Wg_ScatterText<>.dims # ", mode, unique_indices)", "max", Wg_RealTensor> {
  let summary = "x with the windows at the positions that indices holds replaced by the greater of them and updates";
}

def Wg_TakeOp : Wg_Composite<"take", (ins Wg_AnyTensor:$x, Wg_IntTensor:$indices, Wg_IntAttr:$axis), ["t.take(x, indices, axis)"],
                             "take_windows(x, indices, axis)", "k.take(x, indices, axis)", [], 0> {
  let summary = "the entries of x at indices along axis; an index outside is moved to the nearest end";
  let description = "The dimensions of `indices` stand in the place of `axis`. A gather of slices of size 1 along `axis`.";
  let samples = ["{'shapes': [(4, 3), (2,)], 'axis': 0}", "{'shapes': [(2, 4), (2, 3)], 'axis': 1}", "{'shapes': [(4,), ()], 'axis': 0}"];
  let domain = ["(-3, 3)", "(-2, 6)"];
  let assemblyFormat = "$x `at` $indices `axis` $axis attr-dict `:` type($x) `,` type($indices)";
}

#endif
