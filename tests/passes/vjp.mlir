// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: wg-opt %s -wg-vjp="fn=f wrt=1,0" | FileCheck %s
// RUN: wg-opt %s -wg-vjp="fn=mixed wrt=0" | FileCheck %s --check-prefix=MIXED
// RUN: wg-opt %s -wg-vjp="fn=unused wrt=0,1" | FileCheck %s --check-prefix=UNUSED

// The cotangents come in the order of wrt.
// CHECK-LABEL: func.func @f.vjp(
// CHECK-SAME: %[[X:.*]]: tensor<3xf32>, %[[W:.*]]: tensor<3xf32>, %[[CT:.*]]: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
// CHECK: %[[P:.*]] = wg.mul %[[X]], %[[W]]
// CHECK: %[[Y:.*]] = wg.sin %[[P]]
// CHECK: %[[C:.*]] = wg.cos %[[P]]
// CHECK: %[[CTP:.*]] = wg.mul %[[C]], %[[CT]]
// CHECK-DAG: %[[CTX:.*]] = wg.mul %[[W]], %[[CTP]]
// CHECK-DAG: %[[CTW:.*]] = wg.mul %[[X]], %[[CTP]]
// CHECK: return %[[Y]], %[[CTW]], %[[CTX]]
func.func @f(%x: tensor<3xf32>, %w: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.mul %x, %w : tensor<3xf32>
  %1 = wg.sin %0 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

// There is a cotangent for the float result only.
// MIXED-LABEL: func.func @mixed.vjp(
// MIXED-SAME: %[[X:.*]]: tensor<2x3xf32>, %[[CT:.*]]: tensor<2xf32>) -> (tensor<2x3xi1>, tensor<2xf32>, tensor<2x3xf32>)
// MIXED-DAG: %[[B:.*]] = wg.lt %[[X]], %[[X]]
// MIXED-DAG: %[[S:.*]] = wg.reduce_sum %[[X]] axes [1]
// MIXED-DAG: %[[CTX:.*]] = wg.broadcast_in_dim %[[CT]] shape [2, 3] dims [0]
// MIXED: return %[[B]], %[[S]], %[[CTX]]
func.func @mixed(%x: tensor<2x3xf32>) -> (tensor<2x3xi1>, tensor<2xf32>) {
  %0 = wg.lt %x, %x : tensor<2x3xf32>
  %1 = wg.reduce_sum %x axes [1] : tensor<2x3xf32>
  return %0, %1 : tensor<2x3xi1>, tensor<2xf32>
}

// UNUSED-LABEL: func.func @unused.vjp(
// UNUSED-SAME: %[[X:.*]]: tensor<3xf32>, %[[W:.*]]: tensor<2xf32>, %[[A:.*]]: tensor<3xf32>, %[[B:.*]]: tensor<f32>)
// UNUSED-DAG: %[[ZERO:.*]] = wg.constant dense<0.000000e+00> : tensor<2xf32>
// UNUSED-DAG: %[[C:.*]] = wg.constant dense<5.000000e+00> : tensor<f32>
// UNUSED: return %[[X]], %[[C]], %[[A]], %[[ZERO]]
func.func @unused(%x: tensor<3xf32>, %w: tensor<2xf32>) -> (tensor<3xf32>, tensor<f32>) {
  %c = wg.constant dense<5.0> : tensor<f32>
  return %x, %c : tensor<3xf32>, tensor<f32>
}
