// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops of Ops/Shape.td refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

// another number of elements
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.reshape: expected a shape with the 6 elements of tensor<2x3xf32> but got [4] with 4}}
  %y = wg.reshape %f shape [4] : tensor<2x3xf32>
  return
}

// -----

// a negative size
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.reshape: expected a shape without negative sizes but got [-2, -3]}}
  %y = wg.reshape %f shape [-2, -3] : tensor<2x3xf32>
  return
}

// -----

// a size that does not fit
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.reshape: expected a shape with fewer than 2^63 elements but got [9223372036854775807, 9223372036854775807]}}
  %y = wg.reshape %f shape [9223372036854775807, 9223372036854775807] : tensor<2x3xf32>
  return
}

// -----

// no shape
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{'wg.reshape' op requires attribute 'shape'}}
  %y = "wg.reshape"(%f) : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// no permutation
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.transpose: expected permutation to be distinct dimensions of tensor<2x3xf32> but got [0, 0]}}
  %y = wg.transpose %f permutation [0, 0] : tensor<2x3xf32>
  return
}

// -----

// a permutation that is too short
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.transpose: expected a permutation of the dimensions of tensor<2x3xf32> but got [0]}}
  %y = wg.transpose %f permutation [0] : tensor<2x3xf32>
  return
}

// -----

// a dimension that does not exist
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.transpose: expected permutation to be distinct dimensions of tensor<2x3xf32> but got [0, 2]}}
  %y = wg.transpose %f permutation [0, 2] : tensor<2x3xf32>
  return
}

// -----

// a broadcast of a size that is not 1
func.func @f(%v: tensor<3xf32>) {
  // expected-error @below {{wg.broadcast_in_dim: expected dimension 0 of tensor<3xf32> to have size 1 or that of dimension 1 of the shape [2, 4]}}
  %y = wg.broadcast_in_dim %v shape [2, 4] dims [1] : tensor<3xf32>
  return
}

// -----

// dimensions that do not ascend
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.broadcast_in_dim: expected ascending broadcast dimensions below 2 but got [1, 0]}}
  %y = wg.broadcast_in_dim %f shape [3, 2] dims [1, 0] : tensor<2x3xf32>
  return
}

// -----

// as many dimensions as the operand
func.func @f(%v: tensor<3xf32>) {
  // expected-error @below {{wg.broadcast_in_dim: expected one broadcast dimension for each dimension of tensor<3xf32> but got []}}
  %y = wg.broadcast_in_dim %v shape [2, 3] dims [] : tensor<3xf32>
  return
}

// -----

// a broadcast that is too large
func.func @f(%s: tensor<f32>) {
  // expected-error @below {{wg.broadcast_in_dim: expected a shape with fewer than 2^63 elements but got [4294967296, 4294967296]}}
  %y = wg.broadcast_in_dim %s shape [4294967296, 4294967296] dims [] : tensor<f32>
  return
}

// -----

// a slice that leaves the operand
func.func @f(%v: tensor<3xf32>) {
  // expected-error @below {{wg.slice: expected 0 <= start <= limit <= size in dimension 0 of tensor<3xf32> but got start 1 and limit 4}}
  %y = wg.slice %v start [1] limit [4] strides [1] : tensor<3xf32>
  return
}

// -----

// a slice that ends before it starts
func.func @f(%v: tensor<3xf32>) {
  // expected-error @below {{wg.slice: expected 0 <= start <= limit <= size in dimension 0 of tensor<3xf32> but got start 2 and limit 1}}
  %y = wg.slice %v start [2] limit [1] strides [1] : tensor<3xf32>
  return
}

// -----

// a stride of 0
func.func @f(%v: tensor<3xf32>) {
  // expected-error @below {{wg.slice: expected positive strides but got [0]; reverse the result for a negative step}}
  %y = wg.slice %v start [0] limit [3] strides [0] : tensor<3xf32>
  return
}

// -----

// entries for each dimension
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.slice: expected start to have one entry for each dimension of tensor<2x3xf32> but got [0]}}
  %y = wg.slice %f start [0] limit [3] strides [1] : tensor<2x3xf32>
  return
}

// -----

// a value of another type
func.func @f(%f: tensor<2x3xf32>, %is: tensor<i32>) {
  // expected-error @+2 {{wg.pad: expected a value with the element type of tensor<2x3xf32> but got tensor<i32>}}
  // expected-error @below {{'wg.pad' op failed to infer returned types}}
  %y = "wg.pad"(%f, %is) {low = array<i64: 0, 0>, high = array<i64: 0, 0>, interior = array<i64: 0, 0>} : (tensor<2x3xf32>, tensor<i32>) -> tensor<2x3xf32>
  return
}

// -----

// a value that is no scalar
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{'wg.pad' op operand #1 must be tensor of rank 0 of bools, numbers or a type for storage, but got 'tensor<2x3xf32>'}}
  %y = "wg.pad"(%f, %f) {low = array<i64: 0, 0>, high = array<i64: 0, 0>, interior = array<i64: 0, 0>} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// padding that cuts more than there is
func.func @f(%s: tensor<f32>, %v: tensor<3xf32>) {
  // expected-error @below {{wg.pad: expected padding that leaves a size of at least 0 in dimension 0 of tensor<3xf32> but got low -2, high -2, interior 0}}
  %y = wg.pad %v, %s low [-2] high [-2] interior [0] : tensor<3xf32>, tensor<f32>
  return
}

// -----

// padding that overflows
func.func @f(%s: tensor<f32>, %v: tensor<3xf32>) {
  // expected-error @below {{wg.pad: expected padding that leaves a size of at least 0 in dimension 0 of tensor<3xf32> but got low 9223372036854775807, high 9223372036854775807, interior 9223372036854775807}}
  %y = wg.pad %v, %s low [9223372036854775807] high [9223372036854775807] interior [9223372036854775807] : tensor<3xf32>, tensor<f32>
  return
}

// -----

// negative interior padding
func.func @f(%s: tensor<f32>, %v: tensor<3xf32>) {
  // expected-error @below {{wg.pad: expected interior padding without negative entries but got [-1]}}
  %y = wg.pad %v, %s low [0] high [0] interior [-1] : tensor<3xf32>, tensor<f32>
  return
}

// -----

// shapes that differ elsewhere
func.func @f(%f: tensor<2x3xf32>, %g: tensor<3x2xf32>) {
  // expected-error @below {{wg.concatenate: expected operands that differ only in dimension 0 but got tensor<2x3xf32> and tensor<3x2xf32>}}
  %y = wg.concatenate %f, %g dimension 0 : tensor<2x3xf32>, tensor<3x2xf32>
  return
}

// -----

// ranks that differ
func.func @f(%f: tensor<2x3xf32>, %v: tensor<3xf32>) {
  // expected-error @below {{wg.concatenate: expected operands that differ only in dimension 0 but got tensor<2x3xf32> and tensor<3xf32>}}
  %y = wg.concatenate %f, %v dimension 0 : tensor<2x3xf32>, tensor<3xf32>
  return
}

// -----

// a dimension to concatenate along
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.concatenate: expected dimension to be one of tensor<2x3xf32> but got 2}}
  %y = wg.concatenate %f, %f dimension 2 : tensor<2x3xf32>, tensor<2x3xf32>
  return
}

// -----

// nothing to concatenate
func.func @f() {
  // expected-error @+2 {{wg.concatenate: expected at least one operand but got none}}
  // expected-error @below {{'wg.concatenate' op failed to infer returned types}}
  %y = "wg.concatenate"() {dimension = 0 : i64} : () -> tensor<2x3xf32>
  return
}

// -----

// a dimension twice
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{wg.reverse: expected dimensions to be distinct dimensions of tensor<2x3xf32> but got [1, 1]}}
  %y = wg.reverse %f dimensions [1, 1] : tensor<2x3xf32>
  return
}

// -----

// a dimension of iota
func.func @f() {
  // expected-error @below {{wg.iota: expected dimension to be below 2, the rank of the shape [2, 3], but got 2}}
  %y = wg.iota shape [2, 3] dimension 2 dtype i32
  return
}

// -----

// an iota of bools
func.func @f() {
  // expected-error @below {{wg.iota: expected a dtype of numbers that ops compute with but got i1; convert the result}}
  %y = wg.iota shape [2, 3] dimension 0 dtype i1
  return
}
