// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops of Ops/Indexing.td refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics

// a start for each dimension
func.func @f(%f: tensor<2x3xf32>, %is: tensor<i32>) {
  // expected-error @below {{wg.dynamic_slice: expected one start for each dimension of tensor<2x3xf32> but got 1}}
  %y = wg.dynamic_slice %f starts(%is) sizes [1, 1] : tensor<2x3xf32>
  return
}

// -----

// sizes within the operand
func.func @f(%f: tensor<2x3xf32>, %is: tensor<i32>) {
  // expected-error @below {{wg.dynamic_slice: expected sizes within the shape of tensor<2x3xf32> but got [3, 3]}}
  %y = wg.dynamic_slice %f starts(%is, %is) sizes [3, 3] : tensor<2x3xf32>
  return
}

// -----

// starts of another type
func.func @f(%f: tensor<2x3xf32>, %s: tensor<f32>) {
  // expected-error @below {{'wg.dynamic_slice' op operand #1 must be variadic of tensor of rank 0 of i32, but got 'tensor<f32>'}}
  %y = "wg.dynamic_slice"(%f, %s, %s) {sizes = array<i64: 1, 1>} : (tensor<2x3xf32>, tensor<f32>, tensor<f32>) -> tensor<1x1xf32>
  return
}

// -----

// no operand at all
func.func @f() {
  // expected-error @below {{'wg.dynamic_slice' op expected 1 or more operands, but found 0}}
  %y = "wg.dynamic_slice"() {sizes = array<i64: 1, 1>} : () -> tensor<1x1xf32>
  return
}

// -----

// an update that is larger
func.func @f(%f: tensor<2x3xf32>, %g: tensor<3x2xf32>, %is: tensor<i32>) {
  // expected-error @below {{wg.dynamic_update_slice: expected an update within the shape of tensor<2x3xf32> but got tensor<3x2xf32>}}
  %y = wg.dynamic_update_slice %f, %g starts(%is, %is) : tensor<2x3xf32>, tensor<3x2xf32>
  return
}

// -----

// an update of another type
func.func @f(%f: tensor<2x3xf32>, %i: tensor<2x3xi32>, %is: tensor<i32>) {
  // expected-error @below {{wg.dynamic_update_slice: expected an update with the element type of tensor<2x3xf32> but got tensor<2x3xi32>; convert one of them first}}
  %y = wg.dynamic_update_slice %f, %i starts(%is, %is) : tensor<2x3xf32>, tensor<2x3xi32>
  return
}

// -----

// an axis to take from
func.func @f(%f: tensor<2x3xf32>, %k: tensor<2xi32>) {
  // expected-error @below {{wg.take: expected axis to be a dimension of tensor<2x3xf32> but got 2}}
  %y = wg.take %f at %k axis 2 : tensor<2x3xf32>, tensor<2xi32>
  return
}

// -----

// indices that are no integers
func.func @f(%f: tensor<2x3xf32>) {
  // expected-error @below {{'wg.take' op operand #1 must be tensor of integers (i8 to i64, ui8 to ui64) with a static shape, but got 'tensor<2x3xf32>'}}
  %y = wg.take %f at %f axis 0 : tensor<2x3xf32>, tensor<2x3xf32>
  return
}

// -----

// taking from nothing
func.func @f(%k: tensor<2xi32>, %z: tensor<0x3xf32>) {
  // expected-error @below {{wg.take: expected an axis with elements to take from but got axis 0 of tensor<0x3xf32>}}
  %y = wg.take %z at %k axis 0 : tensor<0x3xf32>, tensor<2xi32>
  return
}

// -----

// a mode that does not exist
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>) {
  // expected-error @below {{wg.gather: expected a mode of clip, fill_or_drop, promise_in_bounds but got 'wrap'}}
  %y = wg.gather %x at %i sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "wrap" unique false sorted false : tensor<2x3xf32>, tensor<4x1xi32>
  return
}

// -----

// no dimension for positions
func.func @f(%x: tensor<2x3xf32>, %i: tensor<i32>) {
  // expected-error @below {{wg.gather: expected indices whose last dimension holds the components of a position but got tensor<i32>; add a dimension of size 1}}
  %y = wg.gather %x at %i sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<i32>
  return
}

// -----

// more components than the map has
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x2xi32>) {
  // expected-error @below {{wg.gather: expected one entry of [0] for each component of a position, the last dimension of tensor<4x2xi32>}}
  %y = wg.gather %x at %i sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4x2xi32>
  return
}

// -----

// a position for a dimension that does not exist
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>) {
  // expected-error @below {{wg.gather: expected the dimensions that positions are for to be distinct dimensions of tensor<2x3xf32> but got [2]}}
  %y = wg.gather %x at %i sizes [1, 3] offset [1] collapsed [0] map [2] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4x1xi32>
  return
}

// -----

// a dimension collapsed twice
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>) {
  // expected-error @below {{wg.gather: expected dropped and batching dimensions to be distinct dimensions of tensor<2x3xf32> but got [0, 0]}}
  %y = wg.gather %x at %i sizes [1, 3] offset [1] collapsed [0, 0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4x1xi32>
  return
}

// -----

// a batching dimension with positions
func.func @f(%x: tensor<2x3xf32>, %i: tensor<2x1xi32>) {
  // expected-error @below {{wg.gather: expected the dimensions that positions are for and batching dimensions to be distinct dimensions of tensor<2x3xf32> but got [0, 0]}}
  %y = wg.gather %x at %i sizes [1, 3] offset [1] collapsed [] map [0] batching [0] by [0] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<2x1xi32>
  return
}

// -----

// a batching dimension of the indices that does not exist
func.func @f(%x: tensor<2x3xf32>, %i: tensor<2x1xi32>) {
  // expected-error @below {{wg.gather: expected the batching dimensions of the indices to be distinct dimensions of tensor<2x1xi32> but got [2]}}
  %y = wg.gather %x at %i sizes [1, 3] offset [1] collapsed [] map [1] batching [0] by [2] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<2x1xi32>
  return
}

// -----

// window dimensions that do not ascend
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>) {
  // expected-error @below {{wg.gather: expected ascending window, dropped and batching dimensions but got [1, 0], [], []}}
  %y = wg.gather %x at %i sizes [1, 3] offset [1, 0] collapsed [] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4x1xi32>
  return
}

// -----

// the position as batching dimension
func.func @f(%x: tensor<2x3xf32>, %i: tensor<2x1xi32>) {
  // expected-error @below {{wg.gather: expected batching dimensions of the indices before the last one of tensor<2x1xi32> but got [1]}}
  %y = wg.gather %x at %i sizes [1, 3] offset [1] collapsed [] map [1] batching [0] by [1] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<2x1xi32>
  return
}

// -----

// batching dimensions of several sizes
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>) {
  // expected-error @below {{wg.gather: expected batching dimensions of equal sizes but got [0] of tensor<2x3xf32> and [0] of tensor<4x1xi32>}}
  %y = wg.gather %x at %i sizes [1, 3] offset [1] collapsed [] map [1] batching [0] by [0] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4x1xi32>
  return
}

// -----

// a dimension that is nowhere
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>) {
  // expected-error @below {{wg.gather: expected each dimension of tensor<2x3xf32> to be in the window, dropped or batching but got [], [0], []}}
  %y = wg.gather %x at %i sizes [1, 3] offset [] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4x1xi32>
  return
}

// -----

// an offset dimension outside the result
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>) {
  // expected-error @below {{wg.gather: expected window dimensions below 2 but got [2]}}
  %y = wg.gather %x at %i sizes [1, 3] offset [2] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4x1xi32>
  return
}

// -----

// sizes of another rank
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>) {
  // expected-error @below {{wg.gather: expected slice_sizes to have one entry for each dimension of tensor<2x3xf32> but got [1]}}
  %y = wg.gather %x at %i sizes [1] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4x1xi32>
  return
}

// -----

// a window that is larger
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>) {
  // expected-error @below {{wg.gather: expected slice_sizes within the shape of tensor<2x3xf32> but got [1, 4]}}
  %y = wg.gather %x at %i sizes [1, 4] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4x1xi32>
  return
}

// -----

// a window that is collapsed
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>) {
  // expected-error @below {{wg.gather: expected slice_sizes of 1 in the collapsed dimensions [0] but got [2, 3]}}
  %y = wg.gather %x at %i sizes [2, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4x1xi32>
  return
}

// -----

// a window over a batching dimension
func.func @f(%x: tensor<2x3xf32>, %i: tensor<2x1xi32>) {
  // expected-error @below {{wg.gather: expected slice_sizes of 1 in the batching dimensions [0] but got [2, 1]}}
  %y = wg.gather %x at %i sizes [2, 1] offset [1] collapsed [] map [1] batching [0] by [0] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<2x1xi32>
  return
}

// -----

// a mode that does not exist
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>, %u: tensor<4x3xf32>) {
  // expected-error @below {{wg.scatter: expected a mode of clip, fill_or_drop, promise_in_bounds but got 'wrap'}}
  %y = wg.scatter %x, %u at %i window [1] inserted [0] map [0] batching [] by [] mode "wrap" unique false sorted false : tensor<2x3xf32>, tensor<4x3xf32>, tensor<4x1xi32>
  return
}

// -----

// updates of another type
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>, %u: tensor<4x3xf64>) {
  // expected-error @below {{wg.scatter_sub: expected updates with the element type of tensor<2x3xf32> but got tensor<4x3xf64>; convert one of them first}}
  %y = wg.scatter_sub %x, %u at %i window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4x3xf64>, tensor<4x1xi32>
  return
}

// -----

// updates of another rank
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>, %u: tensor<4xf32>) {
  // expected-error @below {{wg.scatter_mul: expected updates of rank 2, the window dimensions and those of tensor<4x1xi32> but the last, but got tensor<4xf32>}}
  %y = wg.scatter_mul %x, %u at %i window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4xf32>, tensor<4x1xi32>
  return
}

// -----

// updates for other windows
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>, %u: tensor<5x3xf32>) {
  // expected-error @below {{wg.scatter_min: expected updates with the dimensions of tensor<4x1xi32> but the last beside the window [1] but got tensor<5x3xf32>}}
  %y = wg.scatter_min %x, %u at %i window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<5x3xf32>, tensor<4x1xi32>
  return
}

// -----

// updates that are larger
func.func @f(%x: tensor<2x3xf32>, %i: tensor<4x1xi32>, %u: tensor<4x4xf32>) {
  // expected-error @below {{wg.scatter_max: expected a window within the shape of tensor<2x3xf32> but got updates tensor<4x4xf32>}}
  %y = wg.scatter_max %x, %u at %i window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xf32>, tensor<4x4xf32>, tensor<4x1xi32>
  return
}

// -----

// sums of bools
func.func @f(%x: tensor<2x3xi1>, %i: tensor<4x1xi32>, %u: tensor<4x3xi1>) {
  // expected-error @below {{'wg.scatter_add' op operand #0 must be tensor of integers, floats or complex numbers (not bools) with a static shape, but got 'tensor<2x3xi1>'}}
  %y = wg.scatter_add %x, %u at %i window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<2x3xi1>, tensor<4x3xi1>, tensor<4x1xi32>
  return
}
