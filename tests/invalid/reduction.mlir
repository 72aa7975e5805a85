// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops of Ops/Reduction.td refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

// an axis that does not exist
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.reduce_sum: expected axes to be distinct dimensions of tensor<2x3xf32> but got [2]}}
  %y = wg.reduce_sum %f axes [2] : tensor<2x3xf32>
  return
}

// -----

// a negative axis
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.reduce_max: expected axes to be distinct dimensions of tensor<2x3xf32> but got [-1]}}
  %y = wg.reduce_max %f axes [-1] : tensor<2x3xf32>
  return
}

// -----

// an axis twice
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.reduce_min: expected axes to be distinct dimensions of tensor<2x3xf32> but got [0, 0]}}
  %y = wg.reduce_min %f axes [0, 0] : tensor<2x3xf32>
  return
}

// -----

// and over floats
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{'wg.reduce_and' op operand #0 must be tensor of bools or integers (i1, i8 to i64, ui8 to ui64) with a static shape, but got 'tensor<2x3xf32>'}}
  %y = wg.reduce_and %f axes [0] : tensor<2x3xf32>
  return
}

// -----

// a sum of bools
func.func @f(%b: tensor<2x3xi1>) {
  // expected-error @below {{'wg.reduce_sum' op operand #0 must be tensor of integers, floats or complex numbers (not bools) with a static shape, but got 'tensor<2x3xi1>'}}
  %y = wg.reduce_sum %b axes [0] : tensor<2x3xi1>
  return
}

// -----

// the position in a dimension that does not exist
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.argmax: expected axis to be a dimension of tensor<2x3xf32> but got 2}}
  %y = wg.argmax %f axis 2 : tensor<2x3xf32>
  return
}

// -----

// the position among nothing
func.func @f(%z: tensor<0x3xf32>) {
  // expected-error @below {{wg.argmin: expected an axis with elements but got axis 0 of tensor<0x3xf32>}}
  %y = wg.argmin %z axis 0 : tensor<0x3xf32>
  return
}

// -----

// a result of another shape
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @+2 {{'wg.reduce_sum' op inferred type(s) 'tensor<3xf32>' are incompatible with return type(s) of operation 'tensor<2x3xf32>'}}
  // expected-error @below {{'wg.reduce_sum' op failed to infer returned types}}
  %y = "wg.reduce_sum"(%f) {axes = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
