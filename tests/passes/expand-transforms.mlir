// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Nested transforms. tests/python checks their values; here stands what the expanded programs look like.
// RUN: wg-opt %s -wg-expand-transforms | FileCheck %s --implicit-check-not="wg.jvp" --implicit-check-not="wg.vjp" --implicit-check-not="wg.vmap"

func.func private @f(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.sin %x : tensor<f32>
  return %0 : tensor<f32>
}

// The primal result is not used, so neither is the sine computed.
// CHECK-NOT: @f
// CHECK-LABEL: func.func @grad(
// CHECK-SAME: %[[X:.*]]: tensor<f32>)
// CHECK-NOT: wg.sin
// CHECK: wg.cos %[[X]]
// CHECK-NOT: call
func.func @grad(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @f(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}

// grad of grad, reverse over reverse.
// CHECK-LABEL: func.func @grad_of_grad(
// CHECK-SAME: %[[X:.*]]: tensor<f32>)
// CHECK-NOT: wg.cos
// CHECK: wg.sin %[[X]]
func.func @grad_of_grad(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @grad(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}

// jvp of vjp.
// CHECK-LABEL: func.func @forward_over_reverse(
// CHECK-SAME: %[[X:.*]]: tensor<f32>, %[[V:.*]]: tensor<f32>)
// CHECK-DAG: %[[S:.*]] = wg.sin %[[X]]
// CHECK-DAG: wg.mul {{.*}}%[[V]]
func.func @forward_over_reverse(%x: tensor<f32>, %v: tensor<f32>) -> tensor<f32> {
  %y, %dy = wg.jvp @grad(%x) tangents(%v) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %dy : tensor<f32>
}

// vjp of jvp, wrt the tangent: the transpose of a linear function.
func.func private @directional(%x: tensor<f32>, %v: tensor<f32>) -> tensor<f32> {
  %y, %dy = wg.jvp @f(%x) tangents(%v) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %dy : tensor<f32>
}
// CHECK-LABEL: func.func @reverse_over_forward(
// CHECK-SAME: %[[X:.*]]: tensor<f32>, %[[V:.*]]: tensor<f32>, %[[CT:.*]]: tensor<f32>)
// CHECK-NEXT: %[[C:.*]] = wg.cos %[[X]]
// CHECK-NEXT: %[[OUT:.*]] = wg.mul %[[C]], %[[CT]]
// CHECK-NEXT: return %[[OUT]]
func.func @reverse_over_forward(%x: tensor<f32>, %v: tensor<f32>, %ct: tensor<f32>) -> tensor<f32> {
  %y, %dv = wg.vjp @directional(%x, %v) cotangents(%ct) wrt [1] : (tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %dv : tensor<f32>
}

// vmap of grad.
// CHECK-LABEL: func.func @vmap_of_grad(
// CHECK-SAME: %[[X:.*]]: tensor<8xf32>)
// CHECK: wg.cos %[[X]] : tensor<8xf32>
func.func @vmap_of_grad(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = wg.vmap @grad(%x) in_axes [0] out_axes [0] size 8 : (tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// grad of vmap.
func.func private @sum_of_vmap(%x: tensor<8xf32>) -> tensor<f32> {
  %0 = wg.vmap @f(%x) in_axes [0] out_axes [0] size 8 : (tensor<8xf32>) -> tensor<8xf32>
  %1 = wg.reduce_sum %0 axes [0] : tensor<8xf32>
  return %1 : tensor<f32>
}
// CHECK-LABEL: func.func @grad_of_vmap(
// CHECK-SAME: %[[X:.*]]: tensor<8xf32>)
// CHECK: wg.cos %[[X]] : tensor<8xf32>
func.func @grad_of_vmap(%x: tensor<8xf32>) -> tensor<8xf32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @sum_of_vmap(%x) cotangents(%one) wrt [0] : (tensor<8xf32>, tensor<f32>) -> (tensor<f32>, tensor<8xf32>)
  return %ct : tensor<8xf32>
}

// vmap of vmap over different axes: an outer product.
func.func private @mul(%x: tensor<f32>, %y: tensor<f32>) -> tensor<f32> {
  %0 = wg.mul %x, %y : tensor<f32>
  return %0 : tensor<f32>
}
func.func private @over_x(%x: tensor<3xf32>, %y: tensor<f32>) -> tensor<3xf32> {
  %0 = wg.vmap @mul(%x, %y) in_axes [0, -] out_axes [0] size 3 : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
// CHECK-LABEL: func.func @outer(
// CHECK-SAME: %[[X:.*]]: tensor<3xf32>, %[[Y:.*]]: tensor<4xf32>) -> tensor<3x4xf32>
// CHECK: wg.mul {{.*}} : tensor<4x3xf32>
// CHECK: %[[OUT:.*]] = wg.transpose {{.*}} permutation [1, 0]
// CHECK: return %[[OUT]]
func.func @outer(%x: tensor<3xf32>, %y: tensor<4xf32>) -> tensor<3x4xf32> {
  %0 = wg.vmap @over_x(%x, %y) in_axes [-, 0] out_axes [1] size 4 : (tensor<3xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// A function with wg.jit stays a call, and so do its derived functions.
func.func private @compiled(%x: tensor<f32>) -> tensor<f32> attributes {wg.jit} {
  %0 = wg.exp %x : tensor<f32>
  return %0 : tensor<f32>
}
// CHECK: func.func private @compiled.fwd({{.*}} attributes {wg.jit}
// CHECK: func.func private @compiled.pullback({{.*}} attributes {wg.jit}
// CHECK-LABEL: func.func @grad_of_compiled(
// CHECK: %[[F:.*]]:2 = call @compiled.fwd(
// CHECK: %[[B:.*]] = call @compiled.pullback(%[[F]]#1,
// CHECK: return %[[B]]
func.func @grad_of_compiled(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @compiled(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}

// No results, no arguments.
func.func private @nothing(%x: tensor<f32>) {
  return
}
// CHECK-LABEL: func.func @grad_of_nothing(
// CHECK: %[[ZERO:.*]] = wg.constant dense<0.000000e+00>
// CHECK: return %[[ZERO]]
func.func @grad_of_nothing(%x: tensor<f32>) -> tensor<f32> {
  %ct = wg.vjp @nothing(%x) cotangents() wrt [0] : (tensor<f32>) -> tensor<f32>
  wg.jvp @nothing(%x) tangents(%x) wrt [0] : (tensor<f32>, tensor<f32>) -> ()
  wg.vmap @nothing(%x) in_axes [-] out_axes [] size 3 : (tensor<f32>) -> ()
  return %ct : tensor<f32>
}
