// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops of Ops/Elementwise.td refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

// shapes differ
func.func @f(%f: tensor<2x3xf32>, %g: tensor<3x2xf32>) {
  // expected-error @+2 {{wg.add: expected operands of one shape but got tensor<2x3xf32> and tensor<3x2xf32>; broadcast with broadcast_in_dim first}}
  // expected-error @below {{'wg.add' op failed to infer returned types}}
  %y = "wg.add"(%f, %g) : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x3xf32>
  return
}

// -----

// types differ
func.func @f(%f: tensor<2x3xf32>, %h: tensor<2x3xf16>) {
  // expected-error @below {{wg.add: expected operands of one element type but got tensor<2x3xf32> and tensor<2x3xf16>; convert one of them first}}
  %y = wg.add %f, %h : (tensor<2x3xf32>, tensor<2x3xf16>)
  return
}

// -----

// a shape that is not known
func.func @f(%d: tensor<?x3xf32>) {
  // expected-error @below {{'wg.sin' op operand #0 must be tensor of floats or complex numbers with a static shape, but got 'tensor<?x3xf32>'}}
  %y = "wg.sin"(%d) : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return
}

// -----

// no rank
func.func @f(%u: tensor<*xf32>) {
  // expected-error @below {{'wg.sin' op operand #0 must be tensor of floats or complex numbers with a static shape, but got 'tensor<*xf32>'}}
  %y = "wg.sin"(%u) : (tensor<*xf32>) -> tensor<*xf32>
  return
}

// -----

// too many elements
func.func @f(%big: tensor<4294967296x4294967296xf32>) {
  // expected-error @+2 {{wg.sin: expected tensors with fewer than 2^63 elements but got tensor<4294967296x4294967296xf32>}}
  // expected-error @below {{'wg.sin' op failed to infer returned types}}
  %y = "wg.sin"(%big) : (tensor<4294967296x4294967296xf32>) -> tensor<4294967296x4294967296xf32>
  return
}

// -----

// a function of floats
func.func @f(%i: tensor<2x3xi32>) {
  // expected-error @below {{'wg.sin' op operand #0 must be tensor of floats or complex numbers with a static shape, but got 'tensor<2x3xi32>'}}
  %y = wg.sin %i : tensor<2x3xi32>
  return
}

// -----

// an element type that the dialect does not have
func.func @f(%i8: tensor<2xi7>) {
  // expected-error @below {{'wg.add' op operand #0 must be tensor of integers, floats or complex numbers (not bools) with a static shape, but got 'tensor<2xi7>'}}
  %y = "wg.add"(%i8, %i8) : (tensor<2xi7>, tensor<2xi7>) -> tensor<2xi7>
  return
}

// -----

// a result of another type
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @+2 {{'wg.sin' op inferred type(s) 'tensor<2x3xf32>' are incompatible with return type(s) of operation 'tensor<2x3xf16>'}}
  // expected-error @below {{'wg.sin' op failed to infer returned types}}
  %y = "wg.sin"(%f) : (tensor<2x3xf32>) -> tensor<2x3xf16>
  return
}

// -----

// a result of a compare that is no bool
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @+2 {{'wg.lt' op inferred type(s) 'tensor<2x3xi1>' are incompatible with return type(s) of operation 'tensor<2x3xf32>'}}
  // expected-error @below {{'wg.lt' op failed to infer returned types}}
  %y = "wg.lt"(%f, %f) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// too few operands
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{'wg.add' op expected 2 operands, but found 1}}
  %y = "wg.add"(%f) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// too many operands
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{'wg.neg' op requires a single operand}}
  %y = "wg.neg"(%f, %f) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// no result
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{'wg.neg' op requires one result}}
  "wg.neg"(%f) : (tensor<2x3xf32>) -> ()
  return
}

// -----

// a missing attribute
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{'wg.integer_pow' op requires attribute 'y'}}
  %y = "wg.integer_pow"(%f) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// an attribute of another kind
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{'wg.integer_pow' op attribute 'y' failed to satisfy constraint: integer}}
  %y = "wg.integer_pow"(%f) {y = "two"} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// a negative power of integers
func.func @f(%i: tensor<2x3xi32>) {
  // expected-error @below {{wg.integer_pow: expected an exponent that is not negative for tensor<2x3xi32> but got -1; convert the operand to a float type first}}
  %y = wg.integer_pow %i to -1 : tensor<2x3xi32>
  return
}

// -----

// a predicate of another shape
func.func @f(%b: tensor<2x3xi1>, %g: tensor<3x2xf32>) {
  // expected-error @+2 {{wg.select: expected a predicate with the shape of tensor<3x2xf32> but got tensor<2x3xi1>; broadcast it with broadcast_in_dim first}}
  // expected-error @below {{'wg.select' op failed to infer returned types}}
  %y = "wg.select"(%b, %g, %g) : (tensor<2x3xi1>, tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  return
}

// -----

// a predicate that is no bool
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{'wg.select' op operand #0 must be tensor of bools (i1) with a static shape, but got 'tensor<2x3xf32>'}}
  %y = "wg.select"(%f, %f, %f) : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// an element type to convert to
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.convert: expected dtype to be one of i1, i8, i16, i32, i64, ui8, ui16, ui32, ui64, f16, bf16, f32, f64, complex<f32>, complex<f64>, a float of 8 or an integer of 2 or 4 bits but got i7}}
  %y = wg.convert %f to i7 : tensor<2x3xf32>
  return
}

// -----

// no element type at all
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @+2 {{wg.convert: expected dtype to be one of i1, i8, i16, i32, i64, ui8, ui16, ui32, ui64, f16, bf16, f32, f64, complex<f32>, complex<f64>, a float of 8 or an integer of 2 or 4 bits but got tensor<2xf32>}}
  // expected-error @below {{'wg.convert' op failed to infer returned types}}
  %y = "wg.convert"(%f) {dtype = tensor<2xf32>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// a bitcast that changes the width
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.bitcast_convert: expected a last dimension of size 2, the elements of tensor<2x3xf32> that make one f64; reshape it first, or use convert to change the width}}
  %y = wg.bitcast_convert %f to f64 : tensor<2x3xf32>
  return
}

// -----

// a literal that is no tensor
func.func @f() {
  // expected-error @+2 {{wg.constant: expected a tensor of literals but got vector<2xi32>}}
  // expected-error @below {{'wg.constant' op failed to infer returned types}}
  %y = "wg.constant"() {value = dense<1> : vector<2xi32>} : () -> tensor<2xi32>
  return
}

// -----

// a constant of another type
func.func @f() {
  // expected-error @+2 {{'wg.constant' op inferred type(s) 'tensor<2xi32>' are incompatible with return type(s) of operation 'tensor<3xi32>'}}
  // expected-error @below {{'wg.constant' op failed to infer returned types}}
  %y = "wg.constant"() {value = dense<1> : tensor<2xi32>} : () -> tensor<3xi32>
  return
}

// -----

func.func @bitcast_convert_bools(%x: tensor<2xi1>) {
  // expected-error @below {{wg.bitcast_convert: expected integers or floats on both sides but got tensor<2xi1> and i8; use convert, or real and imag}}
  %y = wg.bitcast_convert %x to i8 : tensor<2xi1>
  return
}

// -----

// types for storage convert and move, and that is all
func.func @storage(%x: tensor<2xf8E4M3FN>) {
  // expected-error @below {{wg.sin: expected numbers that ops compute with but got tensor<2xf8E4M3FN>, of a type for storage; convert it to another type first, such as f32}}
  %y = wg.sin %x : tensor<2xf8E4M3FN>
  return
}

// -----

func.func @storage(%x: tensor<2xi4>) {
  // expected-error @below {{wg.add: expected numbers that ops compute with but got tensor<2xi4>, of a type for storage; convert it to another type first, such as i32}}
  %y = wg.add %x, %x : tensor<2xi4>
  return
}

// -----

func.func @reduce_precision(%x: tensor<2xf32>) {
  // expected-error @below {{wg.reduce_precision: expected exponent_bits >= 1 and mantissa_bits >= 0 but got 0 and 3}}
  %y = wg.reduce_precision %x exponent_bits 0 mantissa_bits 3 : tensor<2xf32>
  return
}
