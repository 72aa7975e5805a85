// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops of Ops/Indexing.td refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

// a start for each dimension
func.func @f(%f: tensor<2x3xf32>, %is: tensor<i32>) {
  // expected-error @below {{wg.dynamic_slice: expected one start for each dimension of tensor<2x3xf32> but got 1}}
  %y = wg.dynamic_slice %f starts(%is) sizes [1, 1] : tensor<2x3xf32>
  return
}

// -----

// sizes within the operand
func.func @f(%f: tensor<2x3xf32>, %is: tensor<i32>) {
  // expected-error @below {{wg.dynamic_slice: expected sizes within the shape of tensor<2x3xf32> but got [3, 3]}}
  %y = wg.dynamic_slice %f starts(%is, %is) sizes [3, 3] : tensor<2x3xf32>
  return
}

// -----

// starts of another type
func.func @f(%f: tensor<2x3xf32>, %s: tensor<f32>) {
  // expected-error @below {{'wg.dynamic_slice' op operand #1 must be variadic of tensor of rank 0 of i32, but got 'tensor<f32>'}}
  %y = "wg.dynamic_slice"(%f, %s, %s) {sizes = array<i64: 1, 1>} : (tensor<2x3xf32>, tensor<f32>, tensor<f32>) -> tensor<1x1xf32>
  return
}

// -----

// no operand at all
func.func @f() {
  // expected-error @below {{'wg.dynamic_slice' op expected 1 or more operands, but found 0}}
  %y = "wg.dynamic_slice"() {sizes = array<i64: 1, 1>} : () -> tensor<1x1xf32>
  return
}

// -----

// an update that is larger
func.func @f(%f: tensor<2x3xf32>, %g: tensor<3x2xf32>, %is: tensor<i32>) {
  // expected-error @below {{wg.dynamic_update_slice: expected an update within the shape of tensor<2x3xf32> but got tensor<3x2xf32>}}
  %y = wg.dynamic_update_slice %f, %g starts(%is, %is) : tensor<2x3xf32>, tensor<3x2xf32>
  return
}

// -----

// an update of another type
func.func @f(%f: tensor<2x3xf32>, %i: tensor<2x3xi32>, %is: tensor<i32>) {
  // expected-error @below {{wg.dynamic_update_slice: expected an update with the element type of tensor<2x3xf32> but got tensor<2x3xi32>; convert one of them first}}
  %y = wg.dynamic_update_slice %f, %i starts(%is, %is) : tensor<2x3xf32>, tensor<2x3xi32>
  return
}

// -----

// an axis to take from
func.func @f(%f: tensor<2x3xf32>, %k: tensor<2xi32>) {
  // expected-error @below {{wg.take: expected axis to be a dimension of tensor<2x3xf32> but got 2}}
  %y = wg.take %f at %k axis 2 : tensor<2x3xf32>, tensor<2xi32>
  return
}

// -----

// indices that are no integers
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{'wg.take' op operand #1 must be tensor of i32 with a static shape, but got 'tensor<2x3xf32>'}}
  %y = wg.take %f at %f axis 0 : tensor<2x3xf32>, tensor<2x3xf32>
  return
}

// -----

// taking from nothing
func.func @f(%k: tensor<2xi32>, %z: tensor<0x3xf32>) {
  // expected-error @below {{wg.take: expected an axis with elements to take from but got axis 0 of tensor<0x3xf32>}}
  %y = wg.take %z at %k axis 0 : tensor<0x3xf32>, tensor<2xi32>
  return
}
