// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// bitwise_not: every bit of x inverted; not for bools.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.bitwise_not %{{.*}} : tensor<2x3xi1>

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.bitwise_not %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: arith.xori
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<2x3xi1>) -> tensor<2x3xi1> {
  %0 = wg.bitwise_not %x : tensor<2x3xi1>
  return %0 : tensor<2x3xi1>
}
