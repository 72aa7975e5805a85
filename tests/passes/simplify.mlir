// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: wg-opt %s -wg-simplify | FileCheck %s
// RUN: wg-opt %s -wg-simplify=inline-jit=true | FileCheck %s --check-prefix=JIT

// Private functions without uses go; calls are pure: one of two equal calls goes, and one without use.
// CHECK-NOT: @helper
// CHECK-NOT: @unused
// CHECK-LABEL: func.func private @compiled(
// CHECK-LABEL: func.func @f(
// CHECK-SAME: %[[X:.*]]: tensor<3xf32>)
// CHECK-NEXT: %[[S:.*]] = wg.sin %[[X]]
// CHECK-NEXT: %[[A:.*]] = wg.add %[[X]], %[[S]]
// CHECK-NEXT: %[[C:.*]] = call @compiled(%[[A]])
// CHECK-NEXT: %[[Y:.*]] = wg.mul %[[C]], %[[C]]
// CHECK-NEXT: return %[[Y]]

// JIT-NOT: @compiled
// JIT-LABEL: func.func @f(
// JIT-NOT: call
// JIT: wg.cos
func.func private @helper(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.sin %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func private @compiled(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.jit} {
  %0 = wg.cos %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func private @unused(%x: tensor<3xf32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = call @helper(%x) : (tensor<3xf32>) -> tensor<3xf32>
  %1 = wg.sin %x : tensor<3xf32>
  %2 = wg.add %x, %1 : tensor<3xf32>
  %3 = wg.add %0, %x : tensor<3xf32>
  %4 = call @compiled(%2) : (tensor<3xf32>) -> tensor<3xf32>
  %5 = call @compiled(%3) : (tensor<3xf32>) -> tensor<3xf32>
  %6 = call @compiled(%x) : (tensor<3xf32>) -> tensor<3xf32>
  %7 = wg.mul %4, %5 : tensor<3xf32>
  return %7 : tensor<3xf32>
}
