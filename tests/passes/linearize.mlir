// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: wg-opt %s -wg-linearize="fn=f wrt=0" | FileCheck %s
// RUN: wg-opt %s -wg-linearize="fn=constants wrt=0" | FileCheck %s --check-prefix=CONSTANTS
// RUN: wg-opt %s -wg-linearize="fn=linear wrt=0" | FileCheck %s --check-prefix=LINEAR
// RUN: wg-opt %s -wg-linearize="fn=caller wrt=0" | FileCheck %s --check-prefix=CALL

// The linear function takes what it uses of the forward pass, each value once.
// CHECK-LABEL: func.func @f.fwd(
// CHECK-SAME: %[[X:.*]]: tensor<3xf32>, %[[W:.*]]: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
// CHECK: %[[E:.*]] = wg.exp %[[X]]
// CHECK-NOT: wg.exp
// CHECK: return %{{.*}}, %[[E]], %[[W]]
// CHECK-LABEL: func.func @f.lin(
// CHECK-SAME: %[[E:.*]]: tensor<3xf32>, %[[W:.*]]: tensor<3xf32>, %[[DX:.*]]: tensor<3xf32>) -> tensor<3xf32>
// CHECK: %[[DE:.*]] = wg.mul %[[E]], %[[DX]]
// CHECK: %[[A:.*]] = wg.mul %[[W]], %[[DE]]
// CHECK: %[[S:.*]] = wg.add %[[A]], %[[DE]]
// CHECK: return %[[S]]
func.func @f(%x: tensor<3xf32>, %w: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.exp %x : tensor<3xf32>
  %1 = wg.mul %0, %w : tensor<3xf32>
  %2 = wg.exp %x : tensor<3xf32>
  %3 = wg.add %1, %2 : tensor<3xf32>
  return %3 : tensor<3xf32>
}

// Constants and repetitions of something smaller are made again.
// CONSTANTS-LABEL: func.func @constants.fwd(
// CONSTANTS-SAME: -> (tensor<3xf32>, tensor<f32>)
// CONSTANTS-LABEL: func.func @constants.lin(
// CONSTANTS-SAME: %[[W:.*]]: tensor<f32>, %[[DX:.*]]: tensor<3xf32>)
// CONSTANTS-DAG: wg.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]>
// CONSTANTS-DAG: wg.broadcast_in_dim %[[W]] shape [3] dims []
func.func @constants(%x: tensor<3xf32>, %w: tensor<f32>) -> tensor<3xf32> {
  %c = wg.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = wg.mul %x, %c : tensor<3xf32>
  %1 = wg.broadcast_in_dim %w shape [3] dims [] : tensor<f32>
  %2 = wg.mul %0, %1 : tensor<3xf32>
  return %2 : tensor<3xf32>
}

// Dead primal work is in neither function.
// LINEAR-LABEL: func.func @linear.fwd(
// LINEAR-SAME: %[[X:.*]]: tensor<3xf32>) -> tensor<3xf32>
// LINEAR-NEXT: %[[Y:.*]] = wg.neg %[[X]]
// LINEAR-NEXT: return %[[Y]]
// LINEAR-LABEL: func.func @linear.lin(
// LINEAR-SAME: %[[DX:.*]]: tensor<3xf32>) -> tensor<3xf32>
// LINEAR-NEXT: %[[DY:.*]] = wg.neg %[[DX]]
// LINEAR-NEXT: return %[[DY]]
func.func @linear(%x: tensor<3xf32>) -> tensor<3xf32> {
  %dead = wg.exp %x : tensor<3xf32>
  %0 = wg.neg %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// Compile boundaries survive: a call is linearized as a call.
// CALL: func.func private @inner.fwd({{.*}} attributes {wg.jit}
// CALL: func.func private @inner.lin({{.*}} attributes {wg.jit}
// CALL-LABEL: func.func @caller.fwd(
// CALL: %[[R:.*]]:2 = call @inner.fwd(
// CALL: return %[[R]]#0, %[[R]]#1
// CALL-LABEL: func.func @caller.lin(
// CALL-SAME: %[[RES:.*]]: tensor<3xf32>, %[[DX:.*]]: tensor<3xf32>)
// CALL: %[[DY:.*]] = call @inner.lin(%[[RES]], %[[DX]])
// CALL: return %[[DY]]
func.func private @inner(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.jit} {
  %0 = wg.sin %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func @caller(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = call @inner(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
