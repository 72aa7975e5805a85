// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: wg-opt %s -wg-decompose | FileCheck %s

// CHECK-LABEL: func.func @f(
// CHECK-SAME: %[[X:.*]]: tensor<3xf32>)
// CHECK-DAG: %[[N:.*]] = wg.neg %[[X]]
// CHECK-DAG: %[[E:.*]] = wg.exp %[[N]]
// CHECK-DAG: %[[ONE:.*]] = wg.constant dense<1.000000e+00>
// CHECK: wg.add
// CHECK: wg.div
// CHECK-NOT: wg.logistic
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.logistic %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}
