// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: wg-opt %s --wg-to-linalg --cse --split-input-file | FileCheck %s
// RUN: wg-opt %s --wg-to-linalg=target=vulkan-spirv --split-input-file | FileCheck %s --check-prefix=VULKAN

// A broadcast and a transpose become maps of their reader, a literal stands in its body.
// CHECK: #[[ROW:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK: #[[T:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: func.func @maps(
// CHECK-SAME: %[[B:.*]]: tensor<4xf32>, %[[X:.*]]: tensor<4x3xf32>)
// CHECK-NOT: linalg.transpose
// CHECK: linalg.generic {indexing_maps = [#[[ROW]], #[[T]], {{.*}}ins(%[[B]], %[[X]] :
// CHECK: arith.addf
// CHECK: linalg.generic
// CHECK: arith.constant 2.0
// CHECK: arith.mulf
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @maps(%b: tensor<4xf32>, %x: tensor<4x3xf32>) -> tensor<3x4xf32> {
  %0 = wg.broadcast_in_dim %b shape [3, 4] dims [1] : tensor<4xf32>
  %1 = wg.transpose %x permutation [1, 0] : tensor<4x3xf32>
  %2 = wg.add %0, %1 : tensor<3x4xf32>
  %c = wg.constant dense<2.0> : tensor<3x4xf32>
  %3 = wg.mul %2, %c : tensor<3x4xf32>
  return %3 : tensor<3x4xf32>
}

// -----

// Unsigned integers become signless; which op they need is still known.
// CHECK-LABEL: func.func @unsigned(
// CHECK-SAME: %{{.*}}: tensor<3xi32>, %{{.*}}: tensor<3xi32>) -> tensor<3xi1>
// CHECK: arith.divui
// CHECK: arith.cmpi ult
func.func @unsigned(%x: tensor<3xui32>, %y: tensor<3xui32>) -> tensor<3xi1> {
  %0 = wg.div %x, %y : tensor<3xui32>
  %1 = wg.lt %0, %y : tensor<3xui32>
  return %1 : tensor<3xi1>
}

// -----

// Half types compute in f32 and round once.
// CHECK-LABEL: func.func @half(
// CHECK: arith.extf %{{.*}} : f16 to f32
// CHECK: math.exp %{{.*}} : f32
// CHECK: arith.truncf %{{.*}} : f32 to f16
func.func @half(%x: tensor<3xf16>) -> tensor<3xf16> {
  %0 = wg.exp %x : tensor<3xf16>
  return %0 : tensor<3xf16>
}

// -----

// A result without elements is a constant; a reduction of nothing is its identity.
// CHECK-LABEL: func.func @nothing(
// CHECK: arith.constant dense<> : tensor<0x3xf32>
// CHECK: arith.constant 0xFF800000 : f32
// CHECK: linalg.fill
func.func @nothing(%x: tensor<0x3xf32>) -> (tensor<0x3xf32>, tensor<3xf32>) {
  %0 = wg.exp %x : tensor<0x3xf32>
  %1 = wg.reduce_max %x axes [0] : tensor<0x3xf32>
  return %0, %1 : tensor<0x3xf32>, tensor<3xf32>
}

// -----

// Transposes stand in the maps of a matmul; neighbouring free dimensions are merged; half types are summed in f32.
// CHECK: #[[AT:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-LABEL: func.func @matmul(
// CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0], [1, 2]] : tensor<8x2x4xf16> into tensor<8x8xf16>
// CHECK: linalg.matmul indexing_maps = [#[[AT]],
// CHECK-SAME: -> tensor<8x5xf32>
// CHECK: arith.truncf
// CHECK: tensor.expand_shape %{{.*}} into tensor<2x4x5xf16>
func.func @matmul(%x: tensor<8x2x4xf16>, %y: tensor<8x5xf16>) -> tensor<2x4x5xf16> {
  %0 = wg.dot_general %x, %y contracting [0] x [0] batch [] x [] : tensor<8x2x4xf16>, tensor<8x5xf16>
  return %0 : tensor<2x4x5xf16>
}

// -----

// Only a large matmul is data tiled, and only for the CPU.
// CHECK-LABEL: func.func @tiled(
// CHECK: linalg.matmul {iree.opt.data_tiling}
// CHECK: linalg.matmul ins
// VULKAN-LABEL: func.func @tiled(
// VULKAN-NOT: iree.opt.data_tiling
func.func @tiled(%x: tensor<512x512xf32>, %y: tensor<512x8xf32>) -> (tensor<512x512xf32>, tensor<512x8xf32>) {
  %0 = wg.dot_general %x, %x contracting [1] x [0] batch [] x [] : tensor<512x512xf32>, tensor<512x512xf32>
  %1 = wg.dot_general %x, %y contracting [1] x [0] batch [] x [] : tensor<512x512xf32>, tensor<512x8xf32>
  return %0, %1 : tensor<512x512xf32>, tensor<512x8xf32>
}

// -----

// Large reductions in two stages; not over rows that IREE fuses with their producer.
// CHECK-LABEL: func.func @stages(
// CHECK: tensor.expand_shape {{.*}} into tensor<1024x8x128xf32>
// CHECK: iterator_types = ["parallel", "reduction", "parallel"]
// CHECK: iterator_types = ["parallel", "reduction"]
// CHECK: tensor.expand_shape {{.*}} into tensor<64x16x1024xf32>
// CHECK: iterator_types = ["parallel", "reduction", "parallel"]
// CHECK: iterator_types = ["reduction", "parallel"]
// CHECK: math.exp
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%{{.*}} : tensor<1024x1024xf32>)
func.func @stages(%x: tensor<1024x1024xf32>, %y: tensor<1024x1024xf32>, %z: tensor<1024x1024xf32>)
    -> (tensor<1024xf32>, tensor<1024xf32>, tensor<1024xf32>) {
  %0 = wg.reduce_sum %x axes [1] : tensor<1024x1024xf32>
  %1 = wg.reduce_sum %y axes [0] : tensor<1024x1024xf32>
  %2 = wg.exp %z : tensor<1024x1024xf32>
  %3 = wg.reduce_sum %2 axes [1] : tensor<1024x1024xf32>
  return %0, %1, %3 : tensor<1024xf32>, tensor<1024xf32>, tensor<1024xf32>
}

// -----

// Many rows by number: IREE's gather, on positions that were moved inside whatever the mode promises.
// CHECK-LABEL: func.func @rows(
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK: "iree_linalg_ext.gather"({{.*}}) {dimension_map = array<i64: 0>} : (tensor<500x256xf32>, tensor<96xi32>, tensor<96x256xf32>)
func.func @rows(%x: tensor<500x256xf32>, %i: tensor<96x1xi32>) -> tensor<96x256xf32> {
  %0 = wg.gather %x at %i sizes [1, 256] offset [1] collapsed [0] map [0] batching [] by [] mode "promise_in_bounds" unique false sorted false : tensor<500x256xf32>, tensor<96x1xi32>
  return %0 : tensor<96x256xf32>
}

// -----

// Sums into rows: IREE's scatter, one update after the other; what is outside adds -0 to a row inside.
// CHECK-LABEL: func.func @sums(
// CHECK: arith.constant -0.000000e+00 : f32
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK: "iree_linalg_ext.scatter"(
// CHECK: arith.addf
// CHECK: "iree_linalg_ext.yield"
// CHECK: {dimension_map = array<i64: 0>, unique_indices = false}
func.func @sums(%x: tensor<500x256xf32>, %i: tensor<96x1xi32>, %u: tensor<96x256xf32>) -> tensor<500x256xf32> {
  %0 = wg.scatter_add %x, %u at %i window [1] inserted [0] map [0] batching [] by [] mode "fill_or_drop" unique true sorted false : tensor<500x256xf32>, tensor<96x256xf32>, tensor<96x1xi32>
  return %0 : tensor<500x256xf32>
}

// -----

// What is computed from literals is one.
// CHECK-LABEL: func.func @uniform(
// CHECK: linalg.generic
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.constant 2.500000e-01 : f32
// CHECK-NEXT: arith.mulf
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @uniform(%x: tensor<3xf32>) -> tensor<3xf32> {
  %a = wg.constant dense<1.0> : tensor<f32>
  %b = wg.constant dense<4.0> : tensor<f32>
  %0 = wg.div %a, %b : tensor<f32>
  %1 = wg.broadcast_in_dim %0 shape [3] dims [] : tensor<f32>
  %2 = wg.mul %x, %1 : tensor<3xf32>
  return %2 : tensor<3xf32>
}
