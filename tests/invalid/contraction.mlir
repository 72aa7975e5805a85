// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops of Ops/Contraction.td refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

// sizes that differ
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.dot_general: expected dimension 1 of tensor<2x3xf32> and dimension 0 of tensor<2x3xf32> to have one size}}
  %y = wg.dot_general %f, %f contracting [1] x [0] batch [] x [] : tensor<2x3xf32>, tensor<2x3xf32>
  return
}

// -----

// a type that cannot hold the sums: no bools
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.dot_general: expected preferred_element_type to hold sums of f32 but got i1; convert the result instead}}
  %y = wg.dot_general %f, %f contracting [1] x [1] batch [] x [] into i1 : tensor<2x3xf32>, tensor<2x3xf32>
  return
}

// -----

// no integers for floats
func.func @f(%f: tensor<2x3xf32>, %i: tensor<2x3xi32>) {
  // expected-error @below {{wg.dot_general: expected preferred_element_type to hold sums of f32 but got i64; convert the result instead}}
  %y = wg.dot_general %f, %i contracting [1] x [1] batch [] x [] into i64 : tensor<2x3xf32>, tensor<2x3xi32>
  return
}

// -----

// nothing narrower for integers
func.func @f(%i: tensor<2x3xi64>) {
  // expected-error @below {{wg.dot_general: expected preferred_element_type to hold sums of i64 but got i32; convert the result instead}}
  %y = wg.dot_general %i, %i contracting [1] x [1] batch [] x [] into i32 : tensor<2x3xi64>, tensor<2x3xi64>
  return
}

// -----

// no type of elements
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.dot_general: expected dtype to be one of}}
  %y = wg.dot_general %f, %f contracting [1] x [1] batch [] x [] into index : tensor<2x3xf32>, tensor<2x3xf32>
  return
}

// -----

// lists of different lengths
func.func @f(%f: tensor<2x3xf32>, %g: tensor<3x2xf32>) {
  // expected-error @below {{wg.dot_general: expected as many contracting and batch dimensions on both sides but got contracting [1] x [] and batch [] x []}}
  %y = wg.dot_general %f, %g contracting [1] x [] batch [] x [] : tensor<2x3xf32>, tensor<3x2xf32>
  return
}

// -----

// a dimension twice
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.dot_general: expected the left contracting and batch dimensions to be distinct dimensions of tensor<2x3xf32> but got [0, 0]}}
  %y = wg.dot_general %f, %f contracting [0] x [0] batch [0] x [0] : tensor<2x3xf32>, tensor<2x3xf32>
  return
}

// -----

// a dimension that does not exist
func.func @f(%f: tensor<2x3xf32>, %g: tensor<3x2xf32>) {
  // expected-error @below {{wg.dot_general: expected the left contracting and batch dimensions to be distinct dimensions of tensor<2x3xf32> but got [2]}}
  %y = wg.dot_general %f, %g contracting [2] x [0] batch [] x [] : tensor<2x3xf32>, tensor<3x2xf32>
  return
}

// -----

// a missing attribute
func.func @f(%f: tensor<2x3xf32>, %g: tensor<3x2xf32>) {
  // expected-error @below {{'wg.dot_general' op requires attribute 'lhs_batch'}}
  %y = "wg.dot_general"(%f, %g) {lhs_contracting = array<i64: 1>} : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x3xf32>
  return
}

// -----

// bools
func.func @f(%b: tensor<2x3xi1>) {
  // expected-error @below {{'wg.dot_general' op operand #0 must be tensor of integers, floats or complex numbers (not bools) with a static shape, but got 'tensor<2x3xi1>'}}
  %y = wg.dot_general %b, %b contracting [1] x [1] batch [] x [] : tensor<2x3xi1>, tensor<2x3xi1>
  return
}
