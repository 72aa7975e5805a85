// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops of Ops/Fft.td refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

// another transform
func.func @f(%x: tensor<2x4xf32>) {
  // expected-error @below {{wg.fft: expected an fft_type of FFT, IFFT, RFFT, IRFFT but got 'DCT'}}
  %y = wg.fft %x "DCT" [4] : tensor<2x4xf32>
  return
}

// -----

// no lengths
func.func @f(%x: tensor<2x4xf32>) {
  // expected-error @below {{wg.fft: expected one to three fft_lengths, for the last dimensions of the operand, but got [] for tensor<2x4xf32>}}
  %y = wg.fft %x "RFFT" [] : tensor<2x4xf32>
  return
}

// -----

// more lengths than dimensions
func.func @f(%x: tensor<4xf32>) {
  // expected-error @below {{wg.fft: expected one to three fft_lengths, for the last dimensions of the operand, but got [1, 4] for tensor<4xf32>}}
  %y = wg.fft %x "RFFT" [1, 4] : tensor<4xf32>
  return
}

// -----

// a length of nothing
func.func @f(%x: tensor<0xf32>) {
  // expected-error @below {{wg.fft: expected fft_lengths from 1 to 2^27 but got [0]}}
  %y = wg.fft %x "RFFT" [0] : tensor<0xf32>
  return
}

// -----

// real numbers
func.func @f(%x: tensor<4xf32>) {
  // expected-error @below {{wg.fft: expected complex numbers for FFT but got tensor<4xf32>; use RFFT, or convert them}}
  %y = wg.fft %x "FFT" [4] : tensor<4xf32>
  return
}

// -----

// complex numbers
func.func @f(%x: tensor<4xcomplex<f32>>) {
  // expected-error @below {{wg.fft: expected real numbers for RFFT but got tensor<4xcomplex<f32>>; use FFT}}
  %y = wg.fft %x "RFFT" [4] : tensor<4xcomplex<f32>>
  return
}

// -----

// a whole spectrum for half of it
func.func @f(%x: tensor<4xcomplex<f32>>) {
  // expected-error @below {{wg.fft: expected an operand of shape [3] for IRFFT of lengths [4] but got [4]; slice or pad it}}
  %y = wg.fft %x "IRFFT" [4] : tensor<4xcomplex<f32>>
  return
}

// -----

// half types
func.func @f(%x: tensor<4xf16>) {
  // expected-error @below {{operand #0 must be tensor of f32, f64, complex<f32> or complex<f64> with a static shape}}
  %y = wg.fft %x "RFFT" [4] : tensor<4xf16>
  return
}
