// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// digamma: the derivative of lgamma; nan at negative integers.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.digamma %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<1>
// JVP-NEXT: %[[V1:.*]] = wg.digamma %[[X]]
// JVP-NEXT: %[[V2:.*]] = wg.polygamma %[[V0]], %[[X]]
// JVP-NEXT: %[[V3:.*]] = wg.mul %[[V2]], %[[DX]]
// JVP-NEXT: return %[[V1]], %[[V3]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<1>
// VJP-NEXT: %[[V1:.*]] = wg.digamma %[[X]]
// VJP-NEXT: %[[V2:.*]] = wg.polygamma %[[V0]], %[[X]]
// VJP-NEXT: %[[V3:.*]] = wg.mul %[[V2]], %[[CT]]
// VJP-NEXT: return %[[V1]], %[[V3]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.digamma %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.digamma %x : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
