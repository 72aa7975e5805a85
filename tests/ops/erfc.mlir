// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// erfc: 1 - erf(x), accurate for large x.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.erfc %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<-1.12837923>
// JVP-NEXT: %[[V1:.*]] = wg.erfc %[[X]]
// JVP-NEXT: %[[V2:.*]] = wg.mul %[[X]], %[[X]]
// JVP-NEXT: %[[V3:.*]] = wg.neg %[[V2]]
// JVP-NEXT: %[[V4:.*]] = wg.exp %[[V3]]
// JVP-NEXT: %[[V5:.*]] = wg.mul %[[V4]], %[[DX]]
// JVP-NEXT: %[[V6:.*]] = wg.mul %[[V5]], %[[V0]]
// JVP-NEXT: return %[[V1]], %[[V6]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<-1.12837923>
// VJP-NEXT: %[[V1:.*]] = wg.erfc %[[X]]
// VJP-NEXT: %[[V2:.*]] = wg.mul %[[X]], %[[X]]
// VJP-NEXT: %[[V3:.*]] = wg.neg %[[V2]]
// VJP-NEXT: %[[V4:.*]] = wg.exp %[[V3]]
// VJP-NEXT: %[[V5:.*]] = wg.mul %[[V4]], %[[CT]]
// VJP-NEXT: %[[V6:.*]] = wg.mul %[[V5]], %[[V0]]
// VJP-NEXT: return %[[V1]], %[[V6]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.erfc %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.erfc %x : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
