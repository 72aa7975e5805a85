// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the transform ops and their passes refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics -wg-expand-transforms

func.func @caller(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{'wg.jvp' op expected a function but @nothing names none}}
  %y, %dy = wg.jvp @nothing(%x) tangents(%x) wrt [0] : (tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return %dy : tensor<3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{'wg.jvp' op of @f: wrt names argument 1, but the function has 1 arguments}}
  %y, %dy = wg.jvp @f(%x) tangents(%x) wrt [1] : (tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return %dy : tensor<3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{'wg.vjp' op of @f: wrt names argument 0 twice}}
  %y:3 = wg.vjp @f(%x) cotangents(%x) wrt [0, 0] : (tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
  return %y#1 : tensor<3xf32>
}

// -----

func.func @f(%n: tensor<3xi32>) -> tensor<3xi32> {
  return %n : tensor<3xi32>
}
func.func @caller(%n: tensor<3xi32>) -> tensor<3xi32> {
  // expected-error @below {{'wg.jvp' op of @f: expected arguments of float or complex type in wrt but argument 0 has type 'tensor<3xi32>'; leave it out of wrt or convert it to a float}}
  %y = wg.jvp @f(%n) tangents(%n) wrt [0] : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  return %y : tensor<3xi32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>, %z: tensor<4xf32>) -> tensor<3xf32> {
  // expected-error @below {{'wg.jvp' op of @f: expected tangent 0 of type 'tensor<3xf32>' but got 'tensor<4xf32>'}}
  %y, %dy = wg.jvp @f(%x) tangents(%z) wrt [0] : (tensor<3xf32>, tensor<4xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return %dy : tensor<3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{'wg.jvp' op of @f: expected 2 results but got 1}}
  %y = wg.jvp @f(%x) tangents(%x) wrt [0] : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>) -> tensor<4xf32> {
  // expected-error @below {{'wg.jvp' op of @f: expected result 1 of type 'tensor<3xf32>' but got 'tensor<4xf32>'}}
  %y, %dy = wg.jvp @f(%x) tangents(%x) wrt [0] : (tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<4xf32>)
  return %dy : tensor<4xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{expected a tangent for each of the 1 entries of wrt but got 2}}
  %y, %dy = wg.jvp @f(%x) tangents(%x, %x) wrt [0] : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return %dy : tensor<3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{expected a cotangent for each of the 1 results of float or complex type but got 0}}
  %y, %dy = wg.vjp @f(%x) cotangents() wrt [0] : (tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return %dy : tensor<3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>) {
  // expected-error @below {{expected a result for each of the 1 entries of wrt}}
  wg.vjp @f(%x) cotangents(%x) wrt [0] : (tensor<3xf32>, tensor<3xf32>) -> ()
  return
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{'wg.vjp' op expected a result for each entry of wrt but got 1 results}}
  %0 = "wg.vjp"(%x) <{callee = @f, wrt = array<i64: 0, 0>}> : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{'wg.jvp' op expected 2 tangents but got 1 operands}}
  %0 = "wg.jvp"(%x) <{callee = @f, wrt = array<i64: 0, 0>}> : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<8x3xf32>) -> tensor<8x3xf32> {
  // expected-error @below {{'wg.vmap' op of @f: expected 1 entries in in_axes but got 2}}
  %0 = wg.vmap @f(%x) in_axes [0, -] out_axes [0] size 8 : (tensor<8x3xf32>) -> tensor<8x3xf32>
  return %0 : tensor<8x3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<8x3xf32>) -> tensor<8x3xf32> {
  // expected-error @below {{'wg.vmap' op of @f: expected 1 entries in out_axes but got 0}}
  %0 = wg.vmap @f(%x) in_axes [0] out_axes [] size 8 : (tensor<8x3xf32>) -> tensor<8x3xf32>
  return %0 : tensor<8x3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<8x3xf32>) -> tensor<8x3xf32> {
  // expected-error @below {{'wg.vmap' op of @f: expected entry 0 of in_axes from 0 to 1 or - but got -1}}
  %0 = wg.vmap @f(%x) in_axes [-1] out_axes [0] size 8 : (tensor<8x3xf32>) -> tensor<8x3xf32>
  return %0 : tensor<8x3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<8x3xf32>) -> tensor<8x3xf32> {
  // expected-error @below {{'wg.vmap' op of @f: expected entry 0 of out_axes from 0 to 1 or - but got 2}}
  %0 = wg.vmap @f(%x) in_axes [0] out_axes [2] size 8 : (tensor<8x3xf32>) -> tensor<8x3xf32>
  return %0 : tensor<8x3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<8x3xf32>) -> tensor<7x3xf32> {
  // expected-error @below {{'wg.vmap' op of @f: expected argument 0 of type 'tensor<7x3xf32>' but got 'tensor<8x3xf32>'}}
  %0 = wg.vmap @f(%x) in_axes [0] out_axes [0] size 7 : (tensor<8x3xf32>) -> tensor<7x3xf32>
  return %0 : tensor<7x3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{'wg.vmap' op of @f: expected a batch size of 0 or more but got -3}}
  %0 = wg.vmap @f(%x) in_axes [-] out_axes [-] size -3 : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{'wg.vmap' op of @f: a batch of 9223372036854775807 times 'tensor<3xf32>' has too many elements}}
  %0 = wg.vmap @f(%x) in_axes [0] out_axes [0] size 9223372036854775807 : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @caller(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{expected an axis or -}}
  %0 = wg.vmap @f(%x) in_axes [x] out_axes [0] size 8 : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @caller(%x: tensor<8x3xf32>) -> tensor<3xf32> {
  // expected-error @below {{wg.vmap of @f: entry 0 of out_axes is - but result 0 depends on a batched argument; give it an axis}}
  %0 = wg.vmap @f(%x) in_axes [0] out_axes [-] size 8 : (tensor<8x3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

// expected-error @below {{recursion: @f calls or transforms itself}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = call @f(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

// expected-error @below {{recursion: @f calls or transforms itself}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = call @g(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func @g(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y, %dy = wg.jvp @f(%x) tangents(%x) wrt [0] : (tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return %dy : tensor<3xf32>
}

// -----

func.func private @f(tensor<3xf32>) -> tensor<3xf32>
func.func @g(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error @below {{expected a function with a body but @f has none}}
  %y, %dy = wg.jvp @f(%x) tangents(%x) wrt [0] : (tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return %dy : tensor<3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>, %n: i32) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @g(%x: tensor<3xf32>, %n: i32) -> tensor<3xf32> {
  // expected-error @below {{op operand #1 must be variadic of tensor of bools, numbers or a type for storage}}
  %y, %dy = "wg.jvp"(%x, %n, %x) {callee = @f, wrt = array<i64: 0>} : (tensor<3xf32>, i32, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return %dy : tensor<3xf32>
}

// -----

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %c = func.constant @h : (tensor<3xf32>) -> tensor<3xf32>
  // expected-error @below {{func.call_indirect: has no derivative rule, but its result depends on an argument that is differentiated}}
  %0 = call_indirect %c(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func @h(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @g(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y, %dy = wg.jvp @f(%x) tangents(%x) wrt [0] : (tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  return %dy : tensor<3xf32>
}
