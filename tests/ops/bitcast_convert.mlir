// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// bitcast_convert: the bits of x read as another element type.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.bitcast_convert %{{.*}} to i32 : tensor<2x3xf32>

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.bitcast_convert %[[X]] to i32
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: arith.bitcast
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xi32> {
  %0 = wg.bitcast_convert %x to i32 : tensor<2x3xf32>
  return %0 : tensor<2x3xi32>
}
