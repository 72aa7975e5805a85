// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// svd: the descending singular values s and, with compute_uv, the unitary u and v^H with x = u s v^H.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg host-calls=true" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}}:3 = wg.svd %{{.*}} full_matrices true compute_uv true : tensor<3x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V2:.*]]:3 = wg.svd %[[X]] full_matrices true compute_uv true
// JVP-NEXT: %[[V3:.*]] = wg.transpose %[[V2]]#2 permutation [1, 0]
// JVP-NEXT: %[[V4:.*]] = wg.dot_general %[[DX]], %[[V3]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V5:.*]] = wg.transpose %[[V2]]#1 permutation [1, 0]
// JVP-NEXT: %[[V6:.*]] = wg.dot_general %[[V5]], %[[V4]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V7:.*]] = wg.broadcast_in_dim %[[V2]]#0 shape [3, 3] dims [1]
// JVP-NEXT: %[[V8:.*]] = wg.broadcast_in_dim %[[V2]]#0 shape [3, 3] dims [0]
// JVP-NEXT: %[[V9:.*]] = wg.sub %[[V7]], %[[V8]]
// JVP-NEXT: %[[V10:.*]] = wg.add %[[V7]], %[[V8]]
// JVP-NEXT: %[[V11:.*]] = wg.mul %[[V10]], %[[V9]]
// JVP-NEXT: %[[V12:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// JVP-NEXT: %[[V13:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// JVP-NEXT: %[[V14:.*]] = wg.eq %[[V13]], %[[V12]]
// JVP-NEXT: %[[V15:.*]] = wg.convert %[[V14]] to f32

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT0:[^:]*]]: {{[^,]*}}, %[[CT1:[^:]*]]: {{[^,]*}}, %[[CT2:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V2:.*]]:3 = wg.svd %[[X]] full_matrices true compute_uv true
// VJP-NEXT: %[[V3:.*]] = wg.transpose %[[V2]]#2 permutation [1, 0]
// VJP-NEXT: %[[V4:.*]] = wg.transpose %[[V2]]#1 permutation [1, 0]
// VJP-NEXT: %[[V5:.*]] = wg.broadcast_in_dim %[[V2]]#0 shape [3, 3] dims [1]
// VJP-NEXT: %[[V6:.*]] = wg.broadcast_in_dim %[[V2]]#0 shape [3, 3] dims [0]
// VJP-NEXT: %[[V7:.*]] = wg.sub %[[V5]], %[[V6]]
// VJP-NEXT: %[[V8:.*]] = wg.add %[[V5]], %[[V6]]
// VJP-NEXT: %[[V9:.*]] = wg.mul %[[V8]], %[[V7]]
// VJP-NEXT: %[[V10:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// VJP-NEXT: %[[V11:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// VJP-NEXT: %[[V12:.*]] = wg.eq %[[V11]], %[[V10]]
// VJP-NEXT: %[[V13:.*]] = wg.convert %[[V12]] to f32
// VJP-NEXT: %[[V14:.*]] = wg.add %[[V9]], %[[V13]]
// VJP-NEXT: %[[V15:.*]] = wg.div %[[V1]], %[[V14]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]]:3 = wg.svd %[[X]] full_matrices true compute_uv true
// VMAP-NEXT: return %[[V0]]#0, %[[V0]]#1, %[[V0]]#2

// As IREE gets it, with a library of the host.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: call @"wengert_host.svd
// LINALG: return

func.func @f(%x: tensor<3x3xf32>) -> (tensor<3xf32>, tensor<3x3xf32>, tensor<3x3xf32>) {
  %0:3 = wg.svd %x full_matrices true compute_uv true : tensor<3x3xf32>
  return %0#0, %0#1, %0#2 : tensor<3xf32>, tensor<3x3xf32>, tensor<3x3xf32>
}
