// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: wg-opt %s -wg-transpose="fn=f.lin num-residuals=1" | FileCheck %s
// RUN: wg-opt %s -wg-transpose="fn=affine" | FileCheck %s --check-prefix=AFFINE
// RUN: wg-opt %s -wg-transpose="fn=caller.lin num-residuals=1" | FileCheck %s --check-prefix=CALL

// Contributions are summed; an argument without use has the cotangent 0; what does not depend on a tangent is copied.
// CHECK-LABEL: func.func @f.pullback(
// CHECK-SAME: %[[R:.*]]: tensor<3xf32>, %[[CT:.*]]: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
// CHECK-DAG: %[[ZERO:.*]] = wg.constant dense<0.000000e+00> : tensor<3xf32>
// CHECK-DAG: %[[S:.*]] = wg.sin %[[R]]
// CHECK-DAG: %[[A:.*]] = wg.mul %[[S]], %[[CT]]
// CHECK: %[[SUM:.*]] = wg.add %[[CT]], %[[A]]
// CHECK: return %[[SUM]], %[[ZERO]]
func.func @f.lin(%r: tensor<3xf32>, %dx: tensor<3xf32>, %unused: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.sin %r : tensor<3xf32>
  %1 = wg.mul %0, %dx : tensor<3xf32>
  %2 = wg.add %1, %dx : tensor<3xf32>
  return %2 : tensor<3xf32>
}

// The same argument twice, an argument that is returned, a result twice.
// AFFINE-LABEL: func.func @affine.transpose(
// AFFINE-SAME: %[[A:.*]]: tensor<3xf32>, %[[B:.*]]: tensor<3xf32>, %[[C:.*]]: tensor<3xf32>) -> tensor<3xf32>
// AFFINE: %[[AB:.*]] = wg.add %[[A]], %[[B]]
// AFFINE: %[[C2:.*]] = wg.add %[[C]], %[[AB]]
// AFFINE: %[[C3:.*]] = wg.add %[[C2]], %[[AB]]
// AFFINE: return %[[C3]]
func.func @affine(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  %0 = wg.add %x, %x : tensor<3xf32>
  return %0, %0, %x : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// CALL: func.func private @g.transpose(
// CALL-SAME: %[[W:.*]]: tensor<3xf32>, %[[CT:.*]]: tensor<3xf32>) -> tensor<3xf32> attributes {wg.jit}
// CALL-LABEL: func.func @caller.pullback(
// CALL-SAME: %[[W:.*]]: tensor<3xf32>, %[[CT:.*]]: tensor<3xf32>) -> tensor<3xf32>
// CALL: %[[DX:.*]] = call @g.transpose(%[[W]], %[[CT]])
// CALL: return %[[DX]]
func.func private @g(%w: tensor<3xf32>, %dx: tensor<3xf32>) -> tensor<3xf32> attributes {wg.jit} {
  %0 = wg.mul %w, %dx : tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func @caller.lin(%w: tensor<3xf32>, %dx: tensor<3xf32>) -> tensor<3xf32> {
  %0 = call @g(%w, %dx) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
