// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// argmax: the position of the first maximum along axis, as an integer of dtype; a nan counts as the greatest.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.argmax %{{.*}} axis 1 dtype i32 : tensor<2x3xf32>

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.argmax %[[X]] axis 2 dtype i32
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2xi32> {
  %0 = wg.argmax %x axis 1 dtype i32 : tensor<2x3xf32>
  return %0 : tensor<2xi32>
}
