// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What wg.while and wg.replay refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

func.func private @below(%x: tensor<f32>) -> tensor<i1>
func.func private @step(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @no_body(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.while' op expected a function with a body but @below has none}}
  %0 = wg.while @below @step consts() carry(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @holds(%x: tensor<f32>) -> tensor<i1> {
  %0 = wg.constant dense<true> : tensor<i1>
  return %0 : tensor<i1>
}
func.func @no_function(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.while' op expected a function but @step names none}}
  %0 = wg.while @holds @step consts() carry(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @holds(%x: tensor<f32>) -> tensor<i1> {
  %0 = wg.constant dense<true> : tensor<i1>
  return %0 : tensor<i1>
}
func.func private @step(%w: tensor<f32>, %x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @arguments(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.while' op expected @holds to take 2 arguments but it takes 1}}
  %0 = wg.while @holds @step consts(%x) carry(%x) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @condition(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.while' op expected @step to return one tensor of i1 but it returns ('tensor<f32>')}}
  %0 = wg.while @step @step consts() carry(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @holds(%x: tensor<2xf32>, %y: tensor<f32>) -> tensor<2xi1> {
  %0 = wg.gt %x, %x : tensor<2xf32>
  return %0 : tensor<2xi1>
}
func.func private @step(%x: tensor<2xf32>, %y: tensor<f32>) -> (tensor<2xf32>, tensor<f32>) {
  return %x, %y : tensor<2xf32>, tensor<f32>
}
func.func @examples(%x: tensor<2xf32>, %y: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.while' op expected a carry with the dimensions of the condition, 'tensor<2xi1>', in front but carry 1 is 'tensor<f32>'}}
  %0:2 = wg.while @holds @step consts() carry(%x, %y) : (tensor<2xf32>, tensor<f32>) -> (tensor<2xf32>, tensor<f32>)
  return %0#1 : tensor<f32>
}

// -----

func.func private @holds(%x: tensor<f32>) -> tensor<i1> {
  %0 = wg.constant dense<true> : tensor<i1>
  return %0 : tensor<i1>
}
func.func private @step(%x: tensor<f32>) -> tensor<i1> {
  %0 = wg.constant dense<true> : tensor<i1>
  return %0 : tensor<i1>
}
func.func @results(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.while' op expected @step to return the types of the carry ('tensor<f32>') but it returns ('tensor<i1>')}}
  %0 = wg.while @holds @step consts() carry(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @holds(%x: tensor<f32>) -> tensor<i1> {
  %0 = wg.constant dense<true> : tensor<i1>
  return %0 : tensor<i1>
}
func.func private @step(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @types(%x: tensor<f32>) -> tensor<2xf32> {
  // expected-error @below {{'wg.while' op expected results of types ('tensor<f32>') but got ('tensor<2xf32>')}}
  %0 = wg.while @holds @step consts() carry(%x) : (tensor<f32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

func.func private @holds(%x: tensor<f32>) -> tensor<i1> {
  %0 = wg.constant dense<true> : tensor<i1>
  return %0 : tensor<i1>
}
func.func private @step(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @bound(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.while' op expected max_steps of at least 1 but got 0}}
  %0 = wg.while @holds @step consts() carry(%x) {max_steps = 0} : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @holds(%x: tensor<f32>) -> tensor<i1> {
  %0 = wg.constant dense<true> : tensor<i1>
  return %0 : tensor<i1>
}
func.func private @step(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @bound(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.while' op expected num_consts from 0 to 1}}
  %0 = "wg.while"(%x) <{cond = @holds, body = @step, num_consts = 7 : i64}> : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @holds(%x: tensor<f32>) -> tensor<i1> {
  %0 = wg.constant dense<true> : tensor<i1>
  return %0 : tensor<i1>
}
func.func @itself(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.while' op is part of @itself, which it runs}}
  %0 = wg.while @holds @itself consts() carry(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @count(%n: tensor<2xi32>, %x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.replay' op operand #0 must be tensor of rank 0 of i32, but got 'tensor<2xi32>'}}
  %0 = wg.replay %n consts() [@step(%x)] : (tensor<2xi32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @no_pass(%n: tensor<i32>) {
  // expected-error @below {{'wg.replay' op expected a count, at least one pass, num_consts, num_carry and reverse}}
  wg.replay %n consts() [] : (tensor<i32>) -> ()
  return
}

// -----

func.func private @step(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @lists(%n: tensor<i32>, %x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.replay' op expected num_carry and reverse for each of 1 passes but got 2 and 1}}
  %0 = "wg.replay"(%n, %x) <{passes = [@step], num_consts = 0 : i64, num_carry = array<i64: 1, 0>, reverse = array<i64: 0>}> : (tensor<i32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @numbers(%n: tensor<i32>, %x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.replay' op expected num_consts and num_carry that add up to 1 operands}}
  %0 = "wg.replay"(%n, %x) <{passes = [@step], num_consts = 1 : i64, num_carry = array<i64: 1>, reverse = array<i64: 0>}> : (tensor<i32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @streams(%n: tensor<i32>, %x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.replay' op expected @back to take 2 arguments but it takes 1}}
  %0:2 = wg.replay %n consts() [@saving(%x), reverse @back(%x)] : (tensor<i32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %0#1 : tensor<f32>
}
func.func private @saving(%x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  return %x, %x : tensor<f32>, tensor<f32>
}
func.func private @back(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}

// -----

func.func private @step(%x: tensor<f32>) -> tensor<i1> {
  %0 = wg.constant dense<true> : tensor<i1>
  return %0 : tensor<i1>
}
func.func @carry(%n: tensor<i32>, %x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.replay' op expected @step to return the types of its carry ('tensor<f32>') first but it returns ('tensor<i1>')}}
  %0 = wg.replay %n consts() [@step(%x)] : (tensor<i32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func private @step(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func @bound(%n: tensor<i32>, %x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{'wg.replay' op expected checkpoint_every of at least 1 but got -1}}
  %0 = wg.replay %n consts() [@step(%x)] {checkpoint_every = -1} : (tensor<i32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
