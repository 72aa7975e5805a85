// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// lgamma: the logarithm of |gamma(x)|; inf at 0 and negative integers.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.lgamma %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.lgamma %[[X]]
// JVP-NEXT: %[[V1:.*]] = wg.digamma %[[X]]
// JVP-NEXT: %[[V2:.*]] = wg.mul %[[V1]], %[[DX]]
// JVP-NEXT: return %[[V0]], %[[V2]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.lgamma %[[X]]
// VJP-NEXT: %[[V1:.*]] = wg.digamma %[[X]]
// VJP-NEXT: %[[V2:.*]] = wg.mul %[[V1]], %[[CT]]
// VJP-NEXT: return %[[V0]], %[[V2]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.lgamma %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.lgamma %x : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
