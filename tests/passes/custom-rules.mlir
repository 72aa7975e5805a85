// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions with rules of their own: what their derivatives are, that the rules survive batching and printing, and that
// nothing of them is left in a program that is compiled.
// RUN: wg-opt %s -wg-expand-transforms | FileCheck %s --implicit-check-not="wg.jvp" --implicit-check-not="wg.vjp" --implicit-check-not="wg.vmap "
// RUN: wg-opt %s -wg-expand-transforms | wg-opt | FileCheck %s
// RUN: wg-opt %s -wg-simplify | FileCheck %s --check-prefix=KEPT
// RUN: wg-opt %s -wg-pipeline=stop-after=simplified | FileCheck %s --check-prefix=FINAL --implicit-check-not=call --implicit-check-not=custom

// A derivative that is not the function's.
func.func private @f(%x: tensor<f32>) -> tensor<f32> attributes {wg.custom_jvp = @f_rule} {
  %0 = wg.sin %x : tensor<f32>
  return %0 : tensor<f32>
}
func.func private @f_rule(%x: tensor<f32>, %dx: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %0 = call @f(%x) : (tensor<f32>) -> tensor<f32>
  %1 = wg.tanh %x : tensor<f32>
  %2 = wg.mul %1, %dx : tensor<f32>
  return %0, %2 : tensor<f32>, tensor<f32>
}

func.func private @g(%x: tensor<f32>, %y: tensor<f32>) -> tensor<f32> attributes {wg.custom_vjp = [@g_fwd, @g_bwd]} {
  %0 = wg.mul %x, %y : tensor<f32>
  return %0 : tensor<f32>
}
func.func private @g_fwd(%x: tensor<f32>, %y: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %0 = call @g(%x, %y) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %1 = wg.tanh %x : tensor<f32>
  return %0, %1 : tensor<f32>, tensor<f32>
}
func.func private @g_bwd(%r: tensor<f32>, %ct: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %0 = wg.mul %r, %ct : tensor<f32>
  return %0, %ct : tensor<f32>, tensor<f32>
}

// Calls stay calls as long as derivatives can be taken.
// KEPT-LABEL: func.func private @f({{.*}}wg.custom_jvp = @f_rule
// KEPT-LABEL: func.func @call(
// KEPT: call @f
// FINAL-LABEL: func.func @call(
// FINAL: wg.sin
func.func @call(%x: tensor<f32>) -> tensor<f32> {
  %0 = call @f(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// CHECK-LABEL: func.func @forward(
// CHECK-SAME: %[[X:.*]]: tensor<f32>, %[[V:.*]]: tensor<f32>)
// CHECK-NEXT: %[[T:.*]] = wg.tanh %[[X]]
// CHECK-NEXT: wg.mul %[[T]], %[[V]]
func.func @forward(%x: tensor<f32>, %v: tensor<f32>) -> tensor<f32> {
  %y, %dy = wg.jvp @f(%x) tangents(%v) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %dy : tensor<f32>
}

// The rule, transposed.
// CHECK-LABEL: func.func @reverse(
// CHECK-NEXT: %[[T:.*]] = wg.tanh %arg0
// CHECK-NEXT: return %[[T]]
func.func @reverse(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @f(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}

// The rule itself is differentiated by the rules of what it calls.
// FINAL-LABEL: func.func @second(
// FINAL: %[[T:.*]] = wg.tanh %arg0
// FINAL: wg.mul %[[T]], %[[T]]
// FINAL: wg.sub
func.func @second(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @reverse(%x) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}

// Over a batch the function has rules over the batch.
// CHECK-LABEL: func.func @sum(
// CHECK: call @[[BATCHED:g.vmap[_0-9]*]](
func.func @sum(%x: tensor<3xf32>, %y: tensor<f32>) -> tensor<f32> {
  %0 = wg.vmap @g(%x, %y) in_axes [0, -] out_axes [0] size 3 : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
  %1 = wg.reduce_sum %0 axes [0] : tensor<3xf32>
  return %1 : tensor<f32>
}

// The cotangent of an argument that is the same for all examples is summed over them.
// FINAL-LABEL: func.func @reverse_of_batch(
// FINAL-SAME: %[[X:.*]]: tensor<3xf32>, %[[Y:.*]]: tensor<f32>, %[[CT:.*]]: tensor<f32>)
// FINAL: %[[T:.*]] = wg.tanh %[[X]]
// FINAL: %[[B:.*]] = wg.broadcast_in_dim %[[CT]]
// FINAL: %[[M:.*]] = wg.mul %[[T]], %[[B]]
// FINAL: return %[[M]], %{{.*}} : tensor<3xf32>, tensor<f32>
func.func @reverse_of_batch(%x: tensor<3xf32>, %y: tensor<f32>, %ct: tensor<f32>) -> (tensor<3xf32>, tensor<f32>) {
  %0, %1:2 = wg.vjp @sum(%x, %y) cotangents(%ct) wrt [0, 1] : (tensor<3xf32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<3xf32>, tensor<f32>)
  return %1#0, %1#1 : tensor<3xf32>, tensor<f32>
}

// A rule for some of the arguments, and one of which only the transpose is known.
func.func private @scaled(%x: tensor<f32>, %n: tensor<f32>) -> tensor<f32>
    attributes {wg.custom_jvp = {rule = @scaled_rule, wrt = array<i64: 0>}, wg.custom_transpose = {rule = @scaled_back, linear = array<i64: 0>}} {
  %0 = wg.mul %x, %n : tensor<f32>
  return %0 : tensor<f32>
}
func.func private @scaled_rule(%x: tensor<f32>, %n: tensor<f32>, %dx: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %0 = call @scaled(%x, %n) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %1 = call @scaled(%dx, %n) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return %0, %1 : tensor<f32>, tensor<f32>
}
func.func private @scaled_back(%n: tensor<f32>, %ct: tensor<f32>) -> tensor<f32> {
  %0 = wg.exp %n : tensor<f32>
  %1 = wg.mul %0, %ct : tensor<f32>
  return %1 : tensor<f32>
}
// CHECK-LABEL: func.func @own_transpose(
// CHECK-NEXT: wg.exp %arg1
// CHECK-NEXT: return
func.func @own_transpose(%x: tensor<f32>, %n: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @scaled(%x, %n) cotangents(%one) wrt [0] : (tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}
