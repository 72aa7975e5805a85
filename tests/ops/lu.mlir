// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// lu: the triangles of P x = L U with partial pivoting in one matrix, the row swaps, and P as a permutation.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}}, %{{.*}}, %{{.*}} = wg.lu %{{.*}} : tensor<3x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<-1>
// JVP-NEXT: %[[LU:.*]], %[[PIVOTS:.*]], %[[PERMUTATION:.*]] = wg.lu %[[X]]
// JVP-NEXT: %[[V2:.*]] = wg.broadcast_in_dim %[[PERMUTATION]] shape [3, 3] dims [0]
// JVP-NEXT: %[[V3:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// JVP-NEXT: %[[V4:.*]] = wg.eq %[[V2]], %[[V3]]
// JVP-NEXT: %[[V5:.*]] = wg.convert %[[V4]] to f32
// JVP-NEXT: %[[V6:.*]] = wg.dot_general %[[V5]], %[[DX]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V7:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// JVP-NEXT: %[[V8:.*]] = wg.eq %[[V3]], %[[V7]]
// JVP-NEXT: %[[V9:.*]] = wg.convert %[[V8]] to f32
// JVP-NEXT: %[[V10:.*]] = wg.add %[[V7]], %[[V1]]
// JVP-NEXT: %[[V11:.*]] = wg.le %[[V3]], %[[V10]]
// JVP-NEXT: %[[V12:.*]] = wg.select %[[V11]], %[[LU]], %[[V0]]
// JVP-NEXT: %[[V13:.*]] = wg.add %[[V12]], %[[V9]]
// JVP-NEXT: %[[V14:.*]] = wg.ge %[[V3]], %[[V7]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT0:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<-1>
// VJP-NEXT: %[[LU:.*]], %[[PIVOTS:.*]], %[[PERMUTATION:.*]] = wg.lu %[[X]]
// VJP-NEXT: %[[V2:.*]] = wg.broadcast_in_dim %[[PERMUTATION]] shape [3, 3] dims [0]
// VJP-NEXT: %[[V3:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// VJP-NEXT: %[[V4:.*]] = wg.eq %[[V2]], %[[V3]]
// VJP-NEXT: %[[V5:.*]] = wg.convert %[[V4]] to f32
// VJP-NEXT: %[[V6:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// VJP-NEXT: %[[V7:.*]] = wg.eq %[[V3]], %[[V6]]
// VJP-NEXT: %[[V8:.*]] = wg.convert %[[V7]] to f32
// VJP-NEXT: %[[V9:.*]] = wg.add %[[V6]], %[[V1]]
// VJP-NEXT: %[[V10:.*]] = wg.le %[[V3]], %[[V9]]
// VJP-NEXT: %[[V11:.*]] = wg.select %[[V10]], %[[LU]], %[[V0]]
// VJP-NEXT: %[[V12:.*]] = wg.add %[[V11]], %[[V8]]
// VJP-NEXT: %[[V13:.*]] = wg.ge %[[V3]], %[[V6]]
// VJP-NEXT: %[[V14:.*]] = wg.select %[[V13]], %[[LU]], %[[V0]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[LU:.*]], %[[PIVOTS:.*]], %[[PERMUTATION:.*]] = wg.lu %[[X]]
// VMAP-NEXT: return %[[LU]], %[[PIVOTS]], %[[PERMUTATION]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.fill
// LINALG: linalg.fill
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<3x3xf32>) -> (tensor<3x3xf32>, tensor<3xi32>, tensor<3xi32>) {
  %lu, %pivots, %permutation = wg.lu %x : tensor<3x3xf32>
  return %lu, %pivots, %permutation : tensor<3x3xf32>, tensor<3xi32>, tensor<3xi32>
}
