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
  // expected-error @below {{'wg.reduce_sum' op operand #0 must be tensor of integers or floats (not bools) with a static shape, but got 'tensor<2x3xi1>'}}
  %y = wg.reduce_sum %b axes [0] : tensor<2x3xi1>
  return
}

// -----

// the position in a dimension that does not exist
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.argmax: expected axis to be a dimension of tensor<2x3xf32> but got 2}}
  %y = wg.argmax %f axis 2 dtype i32 : tensor<2x3xf32>
  return
}

// -----

// the position among nothing
func.func @f(%z: tensor<0x3xf32>) {
  // expected-error @below {{wg.argmin: expected an axis with elements but got axis 0 of tensor<0x3xf32>}}
  %y = wg.argmin %z axis 0 dtype i32 : tensor<0x3xf32>
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

// -----

// a position as a float
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.argmax: expected dtype to be an integer type but got f32}}
  %y = wg.argmax %f axis 0 dtype f32 : tensor<2x3xf32>
  return
}

// -----

// a position that its type cannot count to
func.func @f(%f: tensor<200xf32>) {
  // expected-error @below {{wg.argmin: expected a dtype that counts to 200 along axis 0 but got i8}}
  %y = wg.argmin %f axis 0 dtype i8 : tensor<200xf32>
  return
}

// -----

// an array without a scalar to start with
func.func private @add(%a: tensor<f32>, %b: tensor<f32>) -> tensor<f32> {
  return %a : tensor<f32>
}
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.reduce: expected as many scalars to start with as arrays but got 1 operands}}
  %y = wg.reduce %f by @add axes [0] : tensor<2x3xf32>
  return
}

// -----

// a start of another type
func.func private @add(%a: tensor<f32>, %b: tensor<f32>) -> tensor<f32> {
  return %a : tensor<f32>
}
func.func @f(%f: tensor<2x3xf32>, %s: tensor<i32>) {
  // expected-error @below {{wg.reduce: expected a scalar of the element type of tensor<2x3xf32> to start with but got tensor<i32>}}
  %y = wg.reduce %f, %s by @add axes [0] : tensor<2x3xf32>, tensor<i32>
  return
}

// -----

// a computation that is not there
func.func @f(%f: tensor<2x3xf32>, %s: tensor<f32>) {
  // expected-error @below {{'wg.reduce' op expected a function but @add names none}}
  %y = wg.reduce %f, %s by @add axes [0] : tensor<2x3xf32>, tensor<f32>
  return
}

// -----

// a computation of other types
func.func private @add(%a: tensor<i32>, %b: tensor<i32>) -> tensor<i32> {
  return %a : tensor<i32>
}
func.func @f(%f: tensor<2x3xf32>, %s: tensor<f32>) {
  // expected-error @below {{'wg.reduce' op expected a computation of type '(tensor<f32>, tensor<f32>) -> tensor<f32>' but @add is '(tensor<i32>, tensor<i32>) -> tensor<i32>'}}
  %y = wg.reduce %f, %s by @add axes [0] : tensor<2x3xf32>, tensor<f32>
  return
}

// -----

// a computation without a body
func.func private @add(tensor<f32>, tensor<f32>) -> tensor<f32>
func.func @f(%f: tensor<2x3xf32>, %s: tensor<f32>) {
  // expected-error @below {{'wg.reduce' op expected a computation with a body but @add has none}}
  %y = wg.reduce %f, %s by @add axes [0] : tensor<2x3xf32>, tensor<f32>
  return
}
