// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What ops that want an order, or parts, refuse of complex numbers.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

// an order
func.func @f(%z: tensor<2xcomplex<f32>>) {
  // expected-error @below {{'wg.max' op operand #0 must be tensor of bools, integers or floats (take real, imag or abs of complex numbers) with a static shape, but got 'tensor<2xcomplex<f32>>'}}
  %y = wg.max %z, %z : tensor<2xcomplex<f32>>
  return
}

// -----

// a comparison
func.func @f(%z: tensor<2xcomplex<f64>>) {
  // expected-error @below {{'wg.lt' op operand #0 must be tensor of bools, integers or floats (take real, imag or abs of complex numbers) with a static shape, but got 'tensor<2xcomplex<f64>>'}}
  %y = wg.lt %z, %z : tensor<2xcomplex<f64>>
  return
}

// -----

// whole numbers
func.func @f(%z: tensor<2xcomplex<f32>>) {
  // expected-error @below {{'wg.floor' op operand #0 must be tensor of floats (f16, bf16, f32, f64) with a static shape, but got 'tensor<2xcomplex<f32>>'}}
  %y = wg.floor %z : tensor<2xcomplex<f32>>
  return
}

// -----

// the greatest
func.func @f(%z: tensor<2xcomplex<f32>>) {
  // expected-error @below {{'wg.argmax' op operand #0 must be tensor of bools, integers or floats (take real, imag or abs of complex numbers) with a static shape, but got 'tensor<2xcomplex<f32>>'}}
  %y = wg.argmax %z axis 0 dtype i32 : tensor<2xcomplex<f32>>
  return
}

// -----

// bits
func.func @f(%z: tensor<2xi64>) {
  // expected-error @below {{wg.bitcast_convert: expected integers or floats on both sides but got tensor<2xi64> and complex<f32>; use convert, or real and imag}}
  %y = wg.bitcast_convert %z to complex<f32> : tensor<2xi64>
  return
}

// -----

// complex numbers of other parts
func.func @f(%x: tensor<2xf32>) {
  // expected-error @below {{wg.convert: expected dtype to be one of i1, i8, i16, i32, i64, ui8, ui16, ui32, ui64, f16, bf16, f32, f64, complex<f32>, complex<f64>, a float of 8 or an integer of 2 or 4 bits but got complex<f16>}}
  %y = wg.convert %x to complex<f16> : tensor<2xf32>
  return
}

// -----

// parts of a real array
func.func @f(%x: tensor<2xf32>) {
  // expected-error @below {{'wg.real' op operand #0 must be tensor of complex numbers (complex<f32>, complex<f64>) with a static shape, but got 'tensor<2xf32>'}}
  %y = "wg.real"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

// parts of another type
func.func @f(%x: tensor<2xf16>) {
  // expected-error @below {{wg.complex: expected parts of f32 or f64 but got tensor<2xf16>; convert them first}}
  %y = wg.complex %x, %x : tensor<2xf16>
  return
}

// -----

// parts of two types
func.func @f(%x: tensor<2xf32>, %y: tensor<2xf64>) {
  // expected-error @below {{wg.complex: expected operands of one element type but got tensor<2xf32> and tensor<2xf64>; convert one of them first}}
  %z = wg.complex %x, %y : (tensor<2xf32>, tensor<2xf64>)
  return
}
