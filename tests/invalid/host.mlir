// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: wg-opt %s --split-input-file --verify-diagnostics

func.func @no_types(%x: tensor<2xf32>) {
  // expected-error@+1 {{'wg.callback' op requires attribute 'types'}}
  "wg.callback"(%x) {effect = "pure", id = 1 : i64} : (tensor<2xf32>) -> ()
  return
}

// -----

func.func @not_tensors(%x: tensor<2xf32>) {
  // expected-error@+1 {{callback: expected tensors with static shapes as types but got f32}}
  wg.callback 1(%x) "pure" -> [f32] : tensor<2xf32>
  return
}

// -----

func.func @other_results(%x: tensor<2xf32>) {
  // expected-error@+2 {{failed to infer returned types}}
  // expected-error@+1 {{are incompatible with return type(s) of operation}}
  %0 = "wg.callback"(%x) {effect = "pure", id = 1 : i64, types = [tensor<3xf32>]} : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @effect(%x: tensor<2xf32>) {
  // expected-error@+1 {{expected an effect of pure, unordered, ordered but got 'maybe'}}
  wg.callback 1(%x) "maybe" -> [] : tensor<2xf32>
  return
}

// -----

func.func @method(%x: tensor<2xf32>) {
  // expected-error@+1 {{expected a vmap_method of sequential, expand_dims, broadcast_all, legacy_vectorized but got 'x'}}
  wg.callback 1(%x) "pure" -> [] {vmap_method = "x"} : tensor<2xf32>
  return
}

// -----

func.func @masks(%x: tensor<2xf32>) {
  // expected-error@+1 {{expected a 0 or a 1 in 'batched' for each of 1 loops and each of 1 operands}}
  wg.callback 1(%x) "pure" -> [] {loops = array<i64: 2>, batched = array<i64: 2>} : tensor<2xf32>
  return
}

// -----

func.func @operand_of_loop(%x: tensor<2xf32>) {
  // expected-error@+1 {{expected operand 0 to begin with the dimensions [3] of the loops but got 'tensor<2xf32>'}}
  wg.callback 1(%x) "pure" -> [] {loops = array<i64: 3>, batched = array<i64: 1>} : tensor<2xf32>
  return
}

// -----

func.func @result_of_loop(%x: tensor<2xf32>) {
  // expected-error@+1 {{expected results that begin with the dimensions [2] of the loops but got 'tensor<f32>'}}
  wg.callback 1(%x) "pure" -> [tensor<f32>] {loops = array<i64: 2>, batched = array<i64: 1>} : tensor<2xf32>
  return
}

// -----

func.func @kind(%p: tensor<i1>) {
  // expected-error@+1 {{expected a kind of user, nan, div, index but got 'other'}}
  wg.check %p() "other" "message" debug false : (tensor<i1>) -> ()
  return
}

// -----

func.func @condition(%p: tensor<f32>) {
  // expected-error@+1 {{operand #0 must be tensor of bools (i1) with a static shape, but got 'tensor<f32>'}}
  wg.check %p() "user" "message" debug false : (tensor<f32>) -> ()
  return
}

// -----

func.func @input(%p: tensor<2xi1>, %x: tensor<f32>) {
  // expected-error@+1 {{expected input 0 to begin with the dimensions [2] of the condition but got 'tensor<f32>'}}
  wg.check %p(%x) "user" "message" debug false : (tensor<2xi1>, tensor<f32>) -> ()
  return
}
