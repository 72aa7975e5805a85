// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What wg.scan refuses.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

func.func @f(%c: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op expected a function but @nothing names none}}
  %0 = wg.scan @nothing carry(%c) length 3 : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(tensor<f32>) -> tensor<f32>
func.func @f(%c: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op expected a function with a body but @step has none}}
  %0 = wg.scan @step carry(%c) length 3 : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @f(%c: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op is part of @f, which it runs}}
  %0 = wg.scan @f carry(%c) length 3 : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%c: tensor<f32>, %x: tensor<f32>) -> tensor<f32> {
  return %c : tensor<f32>
}
func.func @f(%c: tensor<f32>, %x: tensor<4xf32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op expected xs with 3 entries but entry 0 of them has type 'tensor<4xf32>'}}
  %0 = wg.scan @step carry(%c) xs(%x) length 3 : (tensor<f32>, tensor<4xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%c: tensor<f32>, %x: tensor<f32>) -> tensor<f32> {
  return %c : tensor<f32>
}
func.func @f(%c: tensor<f32>, %x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op expected xs with 3 entries but entry 0 of them has type 'tensor<f32>'}}
  %0 = wg.scan @step carry(%c) xs(%x) length 3 : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%c: tensor<f32>) -> tensor<f32> {
  return %c : tensor<f32>
}
func.func @f(%c: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op expected @step to take 2 arguments but it takes 1}}
  %0 = wg.scan @step consts(%c) carry(%c) length 3 : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%c: tensor<2xf32>) -> tensor<2xf32> {
  return %c : tensor<2xf32>
}
func.func @f(%c: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op expected @step to take 'tensor<f32>' as argument 0 but it takes 'tensor<2xf32>'}}
  %0 = wg.scan @step carry(%c) length 3 : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%c: tensor<f32>) {
  return
}
func.func @f(%c: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op expected @step to return 1 carried values but it returns 0 values}}
  %0 = wg.scan @step carry(%c) length 3 : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%c: tensor<f32>) -> tensor<i32> {
  %0 = wg.constant dense<0> : tensor<i32>
  return %0 : tensor<i32>
}
func.func @f(%c: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op expected @step to return carried value 0 as it got it, 'tensor<f32>', but it returns 'tensor<i32>'}}
  %0 = wg.scan @step carry(%c) length 3 : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%c: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  return %c, %c : tensor<f32>, tensor<f32>
}
func.func @f(%c: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op expected results of types ('tensor<f32>', 'tensor<3xf32>') but got ('tensor<f32>')}}
  %0 = wg.scan @step carry(%c) length 3 : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%c: tensor<f32>) -> tensor<f32> {
  return %c : tensor<f32>
}
func.func @f(%c: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op expected a length from 0 to 2147483647 but got -1}}
  %0 = wg.scan @step carry(%c) length -1 : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%c: tensor<f32>) -> tensor<f32> {
  return %c : tensor<f32>
}
func.func @f(%c: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op expected to unroll by 1 or more but got 0}}
  %0 = wg.scan @step carry(%c) length 3 unroll 0 : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%c: tensor<f32>) -> tensor<f32> {
  return %c : tensor<f32>
}
func.func @f(%c: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.scan' op expected num_consts and num_carry from 0, together at most 1, but got 1 and 1}}
  %0 = "wg.scan"(%c) <{callee = @step, num_consts = 1, num_carry = 1, length = 3, reverse = false, unroll = 1}> : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @f(%c: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{expected integer value}}
  %0 = wg.scan @step carry(%c) length x : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
