// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// cumsum: the sum of each element along axis and all before it, or with reverse all after it.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.cumsum %{{.*}} axis 1 reverse false : tensor<2x5xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.cumsum %[[X]] axis 1 reverse false
// JVP-NEXT: %[[V1:.*]] = wg.cumsum %[[DX]] axis 1 reverse false
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.cumsum %[[X]] axis 1 reverse false
// VJP-NEXT: %[[V1:.*]] = wg.cumsum %[[CT]] axis 1 reverse true
// VJP-NEXT: return %[[V0]], %[[V1]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.cumsum %[[X]] axis 2 reverse false
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: iree_linalg_ext.scan
// LINALG: arith.addf
// LINALG: iree_linalg_ext.yield
// LINALG: return

func.func @f(%x: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %0 = wg.cumsum %x axis 1 reverse false : tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
