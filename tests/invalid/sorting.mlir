// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops of Ops/Sorting.td refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

// shapes that differ
func.func @f(%f: tensor<2x3xf32>, %g: tensor<3x2xf32>) {
  // expected-error @below {{wg.sort: expected operands of one shape but got tensor<2x3xf32> and tensor<3x2xf32>}}
  %y:2 = wg.sort %f, %g dimension 0 num_keys 1 stable true : tensor<2x3xf32>, tensor<3x2xf32>
  return
}

// -----

// a dimension to sort along
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.sort: expected dimension to be one of tensor<2x3xf32> but got 2}}
  %y = wg.sort %f dimension 2 num_keys 1 stable true : tensor<2x3xf32>
  return
}

// -----

// more keys than operands
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.sort: expected num_keys to be between 1 and the number of operands, 1, but got 2}}
  %y = wg.sort %f dimension 0 num_keys 2 stable true : tensor<2x3xf32>
  return
}

// -----

// no keys
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.sort: expected num_keys to be between 1 and the number of operands, 1, but got 0}}
  %y = wg.sort %f dimension 0 num_keys 0 stable true : tensor<2x3xf32>
  return
}

// -----

// nothing to sort
func.func @f() {
  // expected-error @+2 {{wg.sort: expected at least one operand but got none}}
  // expected-error @below {{'wg.sort' op failed to infer returned types}}
  "wg.sort"() {dimension = 0 : i64, num_keys = 1 : i64, stable = true} : () -> ()
  return
}

// -----

// a result that is missing
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @+2 {{'wg.sort' op inferred type(s) 'tensor<2x3xf32>', 'tensor<2x3xf32>' are incompatible with return type(s) of operation 'tensor<2x3xf32>'}}
  // expected-error @below {{'wg.sort' op failed to infer returned types}}
  %y = "wg.sort"(%f, %f) {dimension = 0 : i64, num_keys = 1 : i64, stable = true} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
