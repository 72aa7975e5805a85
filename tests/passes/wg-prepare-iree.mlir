// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: wg-opt %s --wg-to-linalg --wg-prepare-iree="entry=main kernels=false" | FileCheck %s
// RUN: wg-opt %s --wg-pipeline="entry=main kernels=false" | FileCheck %s --check-prefix=PIPELINE
// RUN: wg-opt %s --wg-pipeline="entry=main kernels=false" | wg-opt --wg-pipeline=kernels=false | FileCheck %s --check-prefix=PIPELINE
// RUN: not wg-opt %s --wg-pipeline="entry=absent" 2>&1 | FileCheck %s --check-prefix=ABSENT

// Calls are inlined into the entry, other functions removed; a function with a loop tells where its arguments live.
// CHECK-LABEL: func.func @main(
// CHECK-SAME: tensor<8xf32> {iree.abi.affinity = #hal.device.promise<@__device_0>})
// CHECK-NOT: call
// CHECK: math.exp
// CHECK: scf.for
// CHECK-NOT: func.func
// PIPELINE: func.func @main(
// PIPELINE-NOT: func.func
// ABSENT: error: wg-pipeline: expected the entry @absent in the module
func.func private @g(%x: tensor<8xf32>) -> tensor<8xf32> attributes {wg.jit} {
  %0 = wg.exp %x : tensor<8xf32>
  return %0 : tensor<8xf32>
}
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = func.call @g(%x) : (tensor<8xf32>) -> tensor<8xf32>
  %1 = wg.sort %0 dimension 0 num_keys 1 stable true : tensor<8xf32>
  return %1 : tensor<8xf32>
}
func.func @other(%x: tensor<8xf32>) -> tensor<8xf32> {
  return %x : tensor<8xf32>
}
