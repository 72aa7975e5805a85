// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops of Ops/Special.td refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

// orders of another shape
func.func @f(%n: tensor<3xi32>, %x: tensor<2xf32>) {
  // expected-error @below {{wg.polygamma: expected orders with the shape of tensor<2xf32> but got tensor<3xi32>; broadcast them with broadcast_in_dim first}}
  %y = wg.polygamma %n, %x : tensor<3xi32>, tensor<2xf32>
  return
}

// -----

// orders that are floats
func.func @f(%n: tensor<2xf32>, %x: tensor<2xf32>) {
  // expected-error @below {{'wg.polygamma' op operand #0 must be tensor of i32 with a static shape, but got 'tensor<2xf32>'}}
  %y = wg.polygamma %n, %x : tensor<2xf32>, tensor<2xf32>
  return
}

// -----

// not of a float type
func.func @f(%x: tensor<2xi32>) {
  // expected-error-re @below {{'wg.lgamma' op operand #0 must be tensor of floats{{.*}} but got 'tensor<2xi32>'}}
  %y = wg.lgamma %x : tensor<2xi32>
  return
}

// -----

// types that differ
func.func @f(%a: tensor<2xf32>, %x: tensor<2xf64>) {
  // expected-error @below {{wg.igamma: expected operands of one element type but got tensor<2xf32> and tensor<2xf64>; convert one of them first}}
  %y = wg.igamma %a, %x : (tensor<2xf32>, tensor<2xf64>)
  return
}

// -----

// a derivative of order 0
func.func @f(%a: tensor<2xf32>, %x: tensor<2xf32>) {
  // expected-error @below {{wg.igamma_sensitivity: expected a derivative of order 1 to 8 in the parameters but got 0; stop the gradient of the parameter (lax.stop_gradient) where it is not needed}}
  %y = wg.igamma_sensitivity %a, %x order 0 : tensor<2xf32>
  return
}

// -----

// derivatives of too high an order together
func.func @f(%a: tensor<2xf32>, %x: tensor<2xf32>) {
  // expected-error @below {{wg.betainc_sensitivity: expected a derivative of order 1 to 8 in the parameters but got 5 and 4; stop the gradient}}
  %y = wg.betainc_sensitivity %a, %a, %x orders 5, 4 : tensor<2xf32>
  return
}

// -----

// a negative order
func.func @f(%x: tensor<2xf32>, %q: tensor<2xf32>) {
  // expected-error @below {{wg.zeta_partial: expected a derivative of order 1 to 8 in the parameters but got -1}}
  %y = wg.zeta_partial %x, %q order -1 : tensor<2xf32>
  return
}
