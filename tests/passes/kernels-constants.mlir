// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A constant among the ops of a kernel is no result of it: what comes after need not wait for the kernel to know it.
// RUN: wg-opt %s -wg-prepare-iree | FileCheck %s

// CHECK: func.func @run_0() {
// CHECK: scf.for
// CHECK: scf.for %{{.*}} = %{{.*}} to %c3
// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>
// CHECK: %[[SMALL:.*]] = "flow.dispatch"(%[[X]]) {{.*}} : (tensor<4xf32>) -> tensor<4xf32>
// CHECK: %[[LARGE:.*]] = scf.for %{{.*}} = %{{.*}} to %c3
// CHECK: return %[[SMALL]], %[[LARGE]]
#id = affine_map<(d0) -> (d0)>
func.func @main(%x: tensor<4xf32>, %xs: tensor<100000xf32>) -> (tensor<4xf32>, tensor<100000xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %o = tensor.empty() : tensor<4xf32>
  %0 = scf.for %i = %c0 to %c10 step %c1 iter_args(%a = %x) -> (tensor<4xf32>) {
    %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : tensor<4xf32>) outs(%o : tensor<4xf32>) {
    ^bb0(%p: f32, %out: f32):
      %u = math.tanh %p : f32
      linalg.yield %u : f32
    } -> tensor<4xf32>
    scf.yield %y : tensor<4xf32>
  }
  %c3 = arith.constant 3 : index
  %1 = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %0) -> (tensor<4xf32>) {
    %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : tensor<4xf32>) outs(%o : tensor<4xf32>) {
    ^bb0(%p: f32, %out: f32):
      %u = math.exp %p : f32
      linalg.yield %u : f32
    } -> tensor<4xf32>
    scf.yield %y : tensor<4xf32>
  }
  %os = tensor.empty() : tensor<100000xf32>
  %2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %xs) -> (tensor<100000xf32>) {
    %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : tensor<100000xf32>) outs(%os : tensor<100000xf32>) {
    ^bb0(%p: f32, %out: f32):
      %u = math.tanh %p : f32
      linalg.yield %u : f32
    } -> tensor<100000xf32>
    scf.yield %y : tensor<100000xf32>
  }
  return %1, %2 : tensor<4xf32>, tensor<100000xf32>
}
