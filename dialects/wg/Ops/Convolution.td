// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions.

#ifndef WG_OPS_CONVOLUTION_TD
#define WG_OPS_CONVOLUTION_TD

include "wg/IR/WgBase.td"

// A spec lists which dimension is batch, which is feature, which are spatial; that of rhs output feature, input feature, spatial.
def Wg_ConvGeneralDilatedOp : Wg_Bilinear<"conv_general_dilated", (ins Wg_NumericTensor:$lhs, Wg_NumericTensor:$rhs, Wg_IntsAttr:$window_strides,
      Wg_IntsAttr:$padding_low, Wg_IntsAttr:$padding_high, Wg_IntsAttr:$lhs_dilation, Wg_IntsAttr:$rhs_dilation, Wg_IntsAttr:$lhs_spec,
      Wg_IntsAttr:$rhs_spec, Wg_IntsAttr:$out_spec, Wg_IntAttr:$feature_group_count, Wg_IntAttr:$batch_group_count,
      Wg_OptionalDtypeAttr:$preferred_element_type),
    ["t.convolution(lhs, rhs, {window_strides, padding_low, padding_high, lhs_dilation, rhs_dilation, lhs_spec, rhs_spec, out_spec, feature_group_count, batch_group_count}, preferred_element_type)"],
    "conv_ct_lhs(ct, lhs, rhs, {window_strides, padding_low, padding_high, lhs_dilation, rhs_dilation, lhs_spec, rhs_spec, out_spec, feature_group_count, batch_group_count})",
    "conv_ct_rhs(ct, lhs, rhs, {window_strides, padding_low, padding_high, lhs_dilation, rhs_dilation, lhs_spec, rhs_spec, out_spec, feature_group_count, batch_group_count})",
    "k.conv_general_dilated(lhs, rhs, window_strides, padding_low, padding_high, lhs_dilation, rhs_dilation, lhs_spec, rhs_spec, out_spec, feature_group_count, batch_group_count, preferred_element_type)"> {
  let summary = "the sum of products of a kernel with each window of an array";
  let description = [{
    For each position of the window, which moves over lhs by `window_strides`, the products of rhs with what lies under it are summed
    over the taps of rhs and the input features. Before that lhs is spread with zeros by `lhs_dilation` and padded (negative amounts cut), rhs
    spread by `rhs_dilation`. With `feature_group_count` g the features of lhs and the output features of rhs fall into g groups that do
    not see each other; with `batch_group_count` the batch of lhs does, and its groups become groups of output features. At most one
    of the two is above 1. Element types are as in `dot_general`. Both cotangents are convolutions again.
  }];
  let samples = ["{'shapes': [(2, 5, 4, 3), (3, 2, 3, 2)], 'window_strides': (1, 1), 'padding_low': (1, 0), 'padding_high': (1, 1), 'lhs_dilation': (1, 1), 'rhs_dilation': (1, 1), 'lhs_spec': (0, 3, 1, 2), 'rhs_spec': (3, 2, 0, 1), 'out_spec': (0, 3, 1, 2), 'feature_group_count': 1, 'batch_group_count': 1}",
                 "{'shapes': [(1, 2, 5, 6), (3, 2, 2, 3)], 'window_strides': (2, 3), 'padding_low': (1, 2), 'padding_high': (0, 1), 'lhs_dilation': (1, 1), 'rhs_dilation': (1, 1), 'lhs_spec': (0, 1, 2, 3), 'rhs_spec': (0, 1, 2, 3), 'out_spec': (0, 1, 2, 3), 'feature_group_count': 1, 'batch_group_count': 1}",
                 "{'shapes': [(2, 4, 7), (6, 2, 3)], 'window_strides': (2,), 'padding_low': (2,), 'padding_high': (-1,), 'lhs_dilation': (1,), 'rhs_dilation': (2,), 'lhs_spec': (0, 1, 2), 'rhs_spec': (0, 1, 2), 'out_spec': (0, 1, 2), 'feature_group_count': 2, 'batch_group_count': 1}",
                 "{'shapes': [(4, 2, 6), (4, 2, 2)], 'window_strides': (1,), 'padding_low': (-1,), 'padding_high': (2,), 'lhs_dilation': (2,), 'rhs_dilation': (1,), 'lhs_spec': (0, 1, 2), 'rhs_spec': (0, 1, 2), 'out_spec': (0, 1, 2), 'feature_group_count': 1, 'batch_group_count': 2}",
                 "{'shapes': [(3, 1, 4, 4), (2, 2, 2, 3)], 'window_strides': (2, 1), 'padding_low': (1, 1), 'padding_high': (2, 0), 'lhs_dilation': (1, 2), 'rhs_dilation': (2, 1), 'lhs_spec': (2, 3, 1, 0), 'rhs_spec': (1, 0, 3, 2), 'out_spec': (3, 0, 2, 1), 'feature_group_count': 2, 'batch_group_count': 1}",
                 "{'shapes': [(1, 2, 3, 2, 3), (2, 2, 2, 1, 2)], 'window_strides': (1, 1, 2), 'padding_low': (0, 0, 1), 'padding_high': (1, 0, 0), 'lhs_dilation': (1, 1, 1), 'rhs_dilation': (1, 1, 1), 'lhs_spec': (0, 1, 2, 3, 4), 'rhs_spec': (0, 1, 2, 3, 4), 'out_spec': (0, 1, 2, 3, 4), 'feature_group_count': 1, 'batch_group_count': 1}",
                 "{'shapes': [(2, 3), (4, 3)], 'window_strides': (), 'padding_low': (), 'padding_high': (), 'lhs_dilation': (), 'rhs_dilation': (), 'lhs_spec': (0, 1), 'rhs_spec': (0, 1), 'out_spec': (0, 1), 'feature_group_count': 1, 'batch_group_count': 1}",
                 "{'shapes': [(2, 0, 3), (2, 0, 2)], 'window_strides': (1,), 'padding_low': (0,), 'padding_high': (0,), 'lhs_dilation': (1,), 'rhs_dilation': (1,), 'lhs_spec': (0, 1, 2), 'rhs_spec': (0, 1, 2), 'out_spec': (0, 1, 2), 'feature_group_count': 1, 'batch_group_count': 1}",
                 "{'shapes': [(1, 1, 2), (2, 1, 4)], 'window_strides': (1,), 'padding_low': (0,), 'padding_high': (0,), 'lhs_dilation': (1,), 'rhs_dilation': (1,), 'lhs_spec': (0, 1, 2), 'rhs_spec': (0, 1, 2), 'out_spec': (0, 1, 2), 'feature_group_count': 1, 'batch_group_count': 1}",
                 "{'shapes': [(1, 2, 5), (2, 2, 3)], 'dtypes': ('float16', 'bfloat16', 'float32'), 'window_strides': (1,), 'padding_low': (0,), 'padding_high': (0,), 'lhs_dilation': (1,), 'rhs_dilation': (1,), 'lhs_spec': (0, 1, 2), 'rhs_spec': (0, 1, 2), 'out_spec': (0, 1, 2), 'feature_group_count': 1, 'batch_group_count': 1, 'preferred_element_type': 'float32'}",
                 "{'shapes': [(1, 1, 4), (1, 1, 2)], 'dtypes': ('int32', 'uint32', 'float32'), 'window_strides': (1,), 'padding_low': (1,), 'padding_high': (0,), 'lhs_dilation': (1,), 'rhs_dilation': (1,), 'lhs_spec': (0, 1, 2), 'rhs_spec': (0, 1, 2), 'out_spec': (0, 1, 2), 'feature_group_count': 1, 'batch_group_count': 1, 'preferred_element_type': 'float64'}"];
  let assemblyFormat = [{
    $lhs `,` $rhs `strides` $window_strides `low` $padding_low `high` $padding_high `dilations` $lhs_dilation `x` $rhs_dilation
    `dims` $lhs_spec `x` $rhs_spec `->` $out_spec `groups` $feature_group_count `x` $batch_group_count
    (`into` $preferred_element_type^)? attr-dict `:` type($lhs) `,` type($rhs)
  }];
}

#endif
