// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// reduce_xor: exclusive or over axes, bitwise for integers.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.reduce_xor %{{.*}} axes [1] : tensor<2x3xi32>

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.reduce_xor %[[X]] axes [2]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: arith.xori
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<2x3xi32>) -> tensor<2xi32> {
  %0 = wg.reduce_xor %x axes [1] : tensor<2x3xi32>
  return %0 : tensor<2xi32>
}
