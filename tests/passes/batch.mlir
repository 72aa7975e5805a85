// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: wg-opt %s -wg-batch="fn=f in-axes=0,- size=8" | FileCheck %s
// RUN: wg-opt %s -wg-batch="fn=f in-axes=1,- out-axes=1 size=8" | FileCheck %s --check-prefix=AXES
// RUN: wg-opt %s -wg-batch="fn=matmul in-axes=-,2 size=8" | FileCheck %s --check-prefix=MATMUL
// RUN: wg-opt %s -wg-batch="fn=unbatched in-axes=0,- out-axes=-,0 size=8" | FileCheck %s --check-prefix=UNBATCHED
// RUN: wg-opt %s -wg-batch="fn=composite size=8" | FileCheck %s --check-prefix=COMPOSITE
// RUN: wg-opt %s -wg-batch="fn=caller in-axes=0,- size=8" | FileCheck %s --check-prefix=CALL

// CHECK-LABEL: func.func @f.vmap(
// CHECK-SAME: %[[X:.*]]: tensor<8x3xf32>, %[[W:.*]]: tensor<3xf32>) -> tensor<8x3xf32>
// CHECK: %[[S:.*]] = wg.sin %[[W]] : tensor<3xf32>
// CHECK: %[[B:.*]] = wg.broadcast_in_dim %[[S]] shape [8, 3] dims [1]
// CHECK: %[[Y:.*]] = wg.mul %[[X]], %[[B]] : tensor<8x3xf32>
// CHECK: return %[[Y]]

// AXES-LABEL: func.func @f.vmap(
// AXES-SAME: %[[X:.*]]: tensor<3x8xf32>, %[[W:.*]]: tensor<3xf32>) -> tensor<3x8xf32>
// AXES: wg.transpose %[[X]] permutation [1, 0]
// AXES: %[[Y:.*]] = wg.mul
// AXES: %[[OUT:.*]] = wg.transpose %[[Y]] permutation [1, 0]
// AXES: return %[[OUT]]
func.func @f(%x: tensor<3xf32>, %w: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.sin %w : tensor<3xf32>
  %1 = wg.mul %x, %0 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

// A contraction with one batched operand repeats nothing.
// MATMUL-LABEL: func.func @matmul.vmap(
// MATMUL-SAME: tensor<2x3xf32>, %{{.*}}: tensor<3x4x8xf32>) -> tensor<8x2x4xf32>
// MATMUL-NOT: wg.broadcast_in_dim
// MATMUL: wg.dot_general
func.func @matmul(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %0 = wg.dot_general %a, %b contracting [1] x [0] batch [] x [] : tensor<2x3xf32>, tensor<3x4xf32>
  return %0 : tensor<2x4xf32>
}

// A result without the batch dimension stays so for -, and is repeated for an axis.
// UNBATCHED-LABEL: func.func @unbatched.vmap(
// UNBATCHED-SAME: %[[X:.*]]: tensor<8x3xf32>, %[[W:.*]]: tensor<3xf32>) -> (tensor<3xf32>, tensor<8x3xf32>)
// UNBATCHED: %[[S:.*]] = wg.sin %[[W]] : tensor<3xf32>
// UNBATCHED: %[[B:.*]] = wg.broadcast_in_dim %[[S]] shape [8, 3] dims [1]
// UNBATCHED: return %[[S]], %[[B]]
func.func @unbatched(%x: tensor<3xf32>, %w: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %0 = wg.sin %w : tensor<3xf32>
  return %0, %0 : tensor<3xf32>, tensor<3xf32>
}

// COMPOSITE-LABEL: func.func @composite.vmap(
// COMPOSITE: wg.logistic %{{.*}} : tensor<8x3xf32>
func.func @composite(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.logistic %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CALL-LABEL: func.func @caller.vmap(
// CALL-SAME: %[[X:.*]]: tensor<8x3xf32>, %[[W:.*]]: tensor<3xf32>)
// CALL: %[[Y:.*]] = call @f.vmap(%[[X]], %[[W]])
// CALL: return %[[Y]]
func.func @caller(%x: tensor<3xf32>, %w: tensor<3xf32>) -> tensor<3xf32> {
  %0 = call @f(%x, %w) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
