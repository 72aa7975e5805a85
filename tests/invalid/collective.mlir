// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What ops on named axes refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics --wg-pipeline=stop-after=linalg

func.func @dimension(%x: tensor<3xf32>) -> tensor<3x8xf32> {
  // expected-error @below {{wg.all_gather: expected a dimension from 0 to 1 but got 2 for tensor<3xf32>}}
  %0 = wg.all_gather %x axis "i" size 8 dimension 2 : tensor<3xf32>
  return %0 : tensor<3x8xf32>
}

// -----

func.func @size(%x: tensor<3xf32>) -> tensor<3x8xf32> {
  // expected-error @below {{wg.all_gather: expected an axis of size 0 or more but got -8}}
  %0 = wg.all_gather %x axis "i" size -8 dimension 1 : tensor<3xf32>
  return %0 : tensor<3x8xf32>
}

// -----

func.func @split(%x: tensor<8x3xf32>) -> tensor<3x8xf32> {
  // expected-error @below {{wg.all_to_all: expected a dimension of the operand to split but got 2 for tensor<8x3xf32>}}
  %0 = wg.all_to_all %x axis "i" split 2 concat 0 : tensor<8x3xf32>
  return %0 : tensor<3x8xf32>
}

// -----

func.func @concat(%x: tensor<8x3xf32>) -> tensor<3x8xf32> {
  // expected-error @below {{wg.all_to_all: expected a dimension to concat from 0 to 1 but got -1 for tensor<3xf32>}}
  %0 = wg.all_to_all %x axis "i" split 0 concat -1 : tensor<8x3xf32>
  return %0 : tensor<3x8xf32>
}

// -----

func.func @source(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{wg.ppermute: expected sources from -1 to 1 but got [0, 2]}}
  %0 = wg.ppermute %x axis "i" from [0, 2] : tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @twice(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{wg.ppermute: expected each source at most once but got [1, 1]}}
  %0 = wg.ppermute %x axis "i" from [1, 1] : tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @nameless(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{requires attribute 'axis_name'}}
  %0 = "wg.psum"(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

// Of another size than the axis.
func.func private @gather(%x: tensor<f32>) -> tensor<4xf32> {
  // expected-error @below {{wg.all_gather: expected an axis 'i' of size 4 but wg.vmap gives it size 8}}
  %0 = wg.all_gather %x axis "i" size 4 dimension 0 : tensor<f32>
  return %0 : tensor<4xf32>
}
func.func @of_another_size(%x: tensor<8xf32>) -> tensor<8x4xf32> {
  %0 = wg.vmap @gather(%x) in_axes [0] out_axes [0] size 8 axis "i" : (tensor<8xf32>) -> tensor<8x4xf32>
  return %0 : tensor<8x4xf32>
}

// -----

func.func private @permute(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{wg.ppermute: expected an axis 'i' of size 2 but wg.vmap gives it size 8}}
  %0 = wg.ppermute %x axis "i" from [1, 0] : tensor<f32>
  return %0 : tensor<f32>
}
func.func @of_another_length(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = wg.vmap @permute(%x) in_axes [0] out_axes [0] size 8 axis "i" : (tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// -----

// Under a vmap of another name, and under none.
func.func private @sum(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{wg.psum: no wg.vmap around it names an axis 'i': pass axis_name to the vmap that it is meant for}}
  %0 = wg.psum %x axis "i" : tensor<f32>
  return %0 : tensor<f32>
}
func.func @of_another_name(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = wg.vmap @sum(%x) in_axes [0] out_axes [0] size 8 axis "j" : (tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// -----

func.func @axis_is_a_string(%x: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error @below {{expected attribute value}}
  %0 = wg.vmap @f(%x) in_axes [0] out_axes [0] size 8 axis : (tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}
