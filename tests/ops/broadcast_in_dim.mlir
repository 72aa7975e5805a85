// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// broadcast_in_dim: dimension i of x becomes dimension broadcast_dimensions[i] of shape; sizes of 1 are repeated.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.broadcast_in_dim %{{.*}} shape [2, 3] dims [] : tensor<f32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.broadcast_in_dim %[[X]] shape [2, 3] dims []
// JVP-NEXT: %[[V1:.*]] = wg.broadcast_in_dim %[[DX]] shape [2, 3] dims []
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.broadcast_in_dim %[[X]] shape [2, 3] dims []
// VJP-NEXT: %[[V1:.*]] = wg.reduce_sum %[[CT]] axes [0, 1]
// VJP-NEXT: return %[[V0]], %[[V1]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.broadcast_in_dim %[[X]] shape [8, 2, 3] dims [0]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<f32>) -> tensor<2x3xf32> {
  %0 = wg.broadcast_in_dim %x shape [2, 3] dims [] : tensor<f32>
  return %0 : tensor<2x3xf32>
}
