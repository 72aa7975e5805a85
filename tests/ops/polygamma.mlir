// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// polygamma: the derivative of order n of digamma; nan for negative n.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.polygamma %{{.*}}, %{{.*}} : tensor<2x3xi32>, tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[N:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<1>
// JVP-NEXT: %[[V1:.*]] = wg.polygamma %[[N]], %[[X]]
// JVP-NEXT: %[[V2:.*]] = wg.add %[[N]], %[[V0]]
// JVP-NEXT: %[[V3:.*]] = wg.polygamma %[[V2]], %[[X]]
// JVP-NEXT: %[[V4:.*]] = wg.mul %[[V3]], %[[DX]]
// JVP-NEXT: return %[[V1]], %[[V4]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[N:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<1>
// VJP-NEXT: %[[V1:.*]] = wg.polygamma %[[N]], %[[X]]
// VJP-NEXT: %[[V2:.*]] = wg.add %[[N]], %[[V0]]
// VJP-NEXT: %[[V3:.*]] = wg.polygamma %[[V2]], %[[X]]
// VJP-NEXT: %[[V4:.*]] = wg.mul %[[V3]], %[[CT]]
// VJP-NEXT: return %[[V1]], %[[V4]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[N:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.polygamma %[[N]], %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%n: tensor<2x3xi32>, %x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.polygamma %n, %x : tensor<2x3xi32>, tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
