// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of small arrays as one dispatch: an executable whose code is loops over memory.
// RUN: wg-opt %s -wg-prepare-iree | FileCheck %s
// RUN: wg-opt %s -wg-prepare-iree=kernels=false | FileCheck %s --check-prefix=OFF
// RUN: wg-opt %s -wg-prepare-iree=target=vulkan-spirv | FileCheck %s --check-prefix=OFF

// OFF-NOT: hal.executable

// The loop fills the stack where the program wants it; what it carries is in one place from the first step to the last.
// CHECK: "hal.executable.source"() ({
// CHECK: "hal.executable.export"() ({
// CHECK: ordinal = 0 : index, sym_name = "run_0"
// CHECK: func.func @run_0() {
// CHECK-DAG: %[[XS:.*]] = "hal.interface.binding.subspan"(%{{.*}}) {{.*}}binding = 0 : index
// CHECK-DAG: %[[START:.*]] = "hal.interface.binding.subspan"(%{{.*}}) {{.*}}binding = 1 : index
// CHECK-DAG: %[[END:.*]] = "hal.interface.binding.subspan"(%{{.*}}) {{.*}}binding = 2 : index
// CHECK-DAG: %[[STACK:.*]] = "hal.interface.binding.subspan"(%{{.*}}) {{.*}}binding = 3 : index
// CHECK-NOT: memref.alloca() : memref<10x4xf32>
// CHECK: memref.load %[[START]]
// CHECK: memref.store %{{.*}}, %[[END]]
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %c10
// CHECK: memref.subview %[[XS]][%[[I]], 0]
// CHECK: memref.subview %[[STACK]][%[[I]], 0]
// CHECK: math.tanh
// CHECK: return
// CHECK: sym_name = "wg_kernel_0", sym_visibility = "private"
// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>, %[[N:.*]]: tensor<10x4xf32>)
// CHECK-NOT: flow.tensor.alloca
// CHECK: %[[OUT:.*]]:2 = "flow.dispatch"(%[[N]], %[[X]]) {entry_points = [@wg_kernel_0::@run_0]
// CHECK: return %[[OUT]]#0, %[[OUT]]#1
func.func @main(%x: tensor<4xf32>, %n: tensor<10x4xf32>) -> (tensor<4xf32>, tensor<10x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %s = "flow.tensor.alloca"() : () -> tensor<10x4xf32>
  %r:2 = scf.for %i = %c0 to %c10 step %c1 iter_args(%a = %x, %b = %s) -> (tensor<4xf32>, tensor<10x4xf32>) {
    %z = "util.optimization_barrier"(%c0) : (index) -> index
    %e = tensor.extract_slice %n[%i, 0] [1, 4] [1, 1] : tensor<10x4xf32> to tensor<4xf32>
    %o = tensor.empty() : tensor<4xf32>
    %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%a, %e : tensor<4xf32>, tensor<4xf32>) outs(%o : tensor<4xf32>) {
    ^bb0(%p: f32, %q: f32, %out: f32):
      %t = arith.addf %p, %q : f32
      %u = math.tanh %t : f32
      linalg.yield %u : f32
    } -> tensor<4xf32>
    %w = tensor.insert_slice %y into %b[%i, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<10x4xf32>
    scf.yield %y, %w : tensor<4xf32>, tensor<10x4xf32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<10x4xf32>
}

// What is large has dispatches of its own, and keeps its loop outside.
// CHECK-LABEL: func.func @large(
// CHECK: scf.for
// CHECK: linalg.generic
// CHECK-NOT: flow.dispatch
func.func @large(%x: tensor<100000xf32>) -> tensor<100000xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %o = tensor.empty() : tensor<100000xf32>
  %r = scf.for %i = %c0 to %c10 step %c1 iter_args(%a = %x) -> (tensor<100000xf32>) {
    %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%a : tensor<100000xf32>) outs(%o : tensor<100000xf32>) {
    ^bb0(%p: f32, %out: f32):
      %u = math.tanh %p : f32
      linalg.yield %u : f32
    } -> tensor<100000xf32>
    scf.yield %y : tensor<100000xf32>
  }
  return %r : tensor<100000xf32>
}
