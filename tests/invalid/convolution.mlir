// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops of Ops/Convolution.td refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

// ranks that differ
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected operands of one rank, 2 and one for each spatial dimension, but got tensor<2x4x8xf32> and tensor<6x4xf32>}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 : tensor<2x4x8xf32>, tensor<6x4xf32>
  return
}

// -----

// no batch and features
func.func @f(%x: tensor<8xf32>, %w: tensor<8xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected operands of one rank, 2 and one for each spatial dimension, but got tensor<8xf32> and tensor<8xf32>}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 : tensor<8xf32>, tensor<8xf32>
  return
}

// -----

// a stride too many
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected window_strides to have one positive number for each of the spatial dimensions, 1, but got [1, 1]}}
  %y = wg.conv_general_dilated %x, %w strides [1, 1] low [0] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// a stride of zero
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected window_strides to have one positive number for each of the spatial dimensions, 1, but got [0]}}
  %y = wg.conv_general_dilated %x, %w strides [0] low [0] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// padding for no dimension
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected padding_low to have one number for each of the spatial dimensions, 1, but got []}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// padding for two dimensions
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected padding_high to have one number for each of the spatial dimensions, 1, but got [0, 0]}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0, 0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// a negative dilation
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected lhs_dilation to have one positive number for each of the spatial dimensions, 1, but got [-1]}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [-1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// no dilation
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected rhs_dilation to have one positive number for each of the spatial dimensions, 1, but got []}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [1] x [] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// a dimension twice
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected lhs_spec to be a permutation of the 3 dimensions but got [0, 1, 1]}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [1] x [1] dims [0, 1, 1] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// a dimension that does not exist
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected rhs_spec to be a permutation of the 3 dimensions but got [0, 1, 3]}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 3] -> [0, 1, 2] groups 1 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// a dimension missing
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected out_spec to be a permutation of the 3 dimensions but got [0, 1]}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1] groups 1 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// no groups
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected positive group counts, at most one of them above 1, but got feature_group_count 0 and batch_group_count 1}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 0 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// both kinds of groups
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected positive group counts, at most one of them above 1, but got feature_group_count 2 and batch_group_count 2}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 2 x 2 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// groups that do not divide
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected batch_group_count 4 to divide the batch of tensor<2x4x8xf32>, feature_group_count 1 its features, and both the output features of tensor<6x4x3xf32> but got 2, 4, 6}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 4 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// features that differ
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected 2 input features of the kernel, as many as tensor<2x4x8xf32> has for each of 2 feature groups, but got 4 in tensor<6x4x3xf32>}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 2 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// more cut than there is
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected padding and dilation that leave sizes from 0 to 2^63 but got low [-9], high [0], dilations [1] x [1] for tensor<2x4x8xf32> and tensor<6x4x3xf32>}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [-9] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// a size that does not fit
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected padding and dilation that leave sizes from 0 to 2^63 but got low [0], high [0], dilations [4611686018427387904] x [1] for tensor<2x4x8xf32> and tensor<6x4x3xf32>}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [4611686018427387904] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// a type that cannot hold the sums
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{wg.conv_general_dilated: expected preferred_element_type to hold sums of f32 but got i32; convert the result instead}}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 into i32 : tensor<2x4x8xf32>, tensor<6x4x3xf32>
  return
}

// -----

// a missing attribute
func.func @f(%x: tensor<2x4x8xf32>, %w: tensor<6x4x3xf32>) {
  // expected-error @below {{'wg.conv_general_dilated' op requires attribute}}
  %y = "wg.conv_general_dilated"(%x, %w) {window_strides = array<i64: 1>} : (tensor<2x4x8xf32>, tensor<6x4x3xf32>) -> tensor<2x6x6xf32>
  return
}

// -----

// bools
func.func @f(%x: tensor<2x4x8xi1>, %w: tensor<6x4x3xi1>) {
  // expected-error @below {{'wg.conv_general_dilated' op operand #0 must be tensor of }}
  %y = wg.conv_general_dilated %x, %w strides [1] low [0] high [0] dilations [1] x [1] dims [0, 1, 2] x [0, 1, 2] -> [0, 1, 2] groups 1 x 1 : tensor<2x4x8xi1>, tensor<6x4x3xi1>
  return
}
