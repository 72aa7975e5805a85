// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops of Ops/Window.td refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

// an axis that does not exist
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.cumsum: expected axis to be a dimension of tensor<2x3xf32> but got 2}}
  %y = wg.cumsum %f axis 2 reverse false : tensor<2x3xf32>
  return
}

// -----

// no axis at all
func.func @f(%f: tensor<f32>) {
  // expected-error @below {{wg.cummax: expected axis to be a dimension of tensor<f32> but got 0}}
  %y = wg.cummax %f axis 0 reverse true : tensor<f32>
  return
}

// -----

// a product of bools
func.func @f(%b: tensor<3xi1>) {
  // expected-error @below {{'wg.cumprod' op operand #0 must be tensor of integers, floats or complex numbers (not bools) with a static shape, but got 'tensor<3xi1>'}}
  %y = wg.cumprod %b axis 0 reverse false : tensor<3xi1>
  return
}

// -----

// coefficients of another shape
func.func @f(%a: tensor<3xf32>, %b: tensor<4xf32>) {
  // expected-error @below {{wg.linear_recurrence: expected operands of one shape but got tensor<3xf32> and tensor<4xf32>; broadcast with broadcast_in_dim first}}
  %y = wg.linear_recurrence %a, %b axis 0 reverse false : tensor<3xf32>, tensor<4xf32>
  return
}

// -----

// a window of one dimension over an array of two
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.reduce_window_sum: expected window_dimensions to have one entry for each dimension of tensor<2x3xf32> but got [2]}}
  %y = wg.reduce_window_sum %f window [2] strides [1, 1] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1] : tensor<2x3xf32>
  return
}

// -----

// a stride of 0
func.func @f(%f: tensor<3xf32>) {
  // expected-error @below {{wg.reduce_window_max: expected window_strides of 1 or more but got [0]}}
  %y = wg.reduce_window_max %f window [2] strides [0] low [0] high [0] dilation [1] window_dilation [1] : tensor<3xf32>
  return
}

// -----

// more cut off than there is
func.func @f(%f: tensor<3xf32>) {
  // expected-error @below {{wg.reduce_window_min: expected padding and windows that leave a size of at least 0 in dimension 0 of tensor<3xf32> but got low -2, high -2, window 2}}
  %y = wg.reduce_window_min %f window [2] strides [1] low [-2] high [-2] dilation [1] window_dilation [1] : tensor<3xf32>
  return
}

// -----

// an order that is none
func.func @f(%f: tensor<4xf32>) {
  // expected-error @below {{wg.select_and_gather_add: expected order to be ge (the maximum) or le (the minimum) but got 'gt'}}
  %y = wg.select_and_gather_add %f, %f order "gt" window [2] strides [2] low [0] high [0] dilation [1] window_dilation [1] : tensor<4xf32>, tensor<4xf32>
  return
}

// -----

// a source that does not fit the windows
func.func @f(%s: tensor<3xf32>, %f: tensor<4xf32>) {
  // expected-error @below {{wg.select_and_scatter_add: expected a source with one element for each window, tensor<2xf32>, but got tensor<3xf32>}}
  %y = wg.select_and_scatter_add %s, %f order "ge" window [2] strides [2] low [0] high [0] dilation [1] window_dilation [1] : tensor<3xf32>, tensor<4xf32>
  return
}
