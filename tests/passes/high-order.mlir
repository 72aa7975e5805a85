// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// High derivatives stay small: each of log(x) / log(2) is one division longer than the one before.
// RUN: wg-opt %s -wg-expand-transforms | FileCheck %s

// CHECK-LABEL: func.func @d8(
// CHECK-COUNT-8: wg.div
// CHECK-NOT: wg.div
// CHECK: wg.mul
// CHECK-NEXT: return
func.func private @d0(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.log %x : tensor<f32>
  %c = wg.constant dense<2.0> : tensor<f32>
  %1 = wg.log %c : tensor<f32>
  %2 = wg.div %0, %1 : tensor<f32>
  return %2 : tensor<f32>
}
func.func private @d1(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @d0(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}
func.func private @d2(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @d1(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}
func.func private @d3(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @d2(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}
func.func private @d4(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @d3(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}
func.func private @d5(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @d4(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}
func.func private @d6(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @d5(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}
func.func private @d7(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @d6(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}
func.func @d8(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @d7(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}
