// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// eigh: the eigenvectors, as columns, and the ascending eigenvalues of Hermitian matrices, of which one triangle is read.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg host-calls=true" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}}, %{{.*}} = wg.eigh %{{.*}} lower true : tensor<3x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.constant dense<-1>
// JVP-NEXT: %[[V:.*]], %[[W:.*]] = wg.eigh %[[X]] lower true
// JVP-NEXT: %[[V3:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// JVP-NEXT: %[[V4:.*]] = wg.add %[[V3]], %[[V2]]
// JVP-NEXT: %[[V5:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// JVP-NEXT: %[[V6:.*]] = wg.le %[[V5]], %[[V4]]
// JVP-NEXT: %[[V7:.*]] = wg.select %[[V6]], %[[DX]], %[[V1]]
// JVP-NEXT: %[[V8:.*]] = wg.eq %[[V5]], %[[V3]]
// JVP-NEXT: %[[V9:.*]] = wg.select %[[V8]], %[[DX]], %[[V1]]
// JVP-NEXT: %[[V10:.*]] = wg.transpose %[[V7]] permutation [1, 0]
// JVP-NEXT: %[[V11:.*]] = wg.add %[[V7]], %[[V10]]
// JVP-NEXT: %[[V12:.*]] = wg.add %[[V11]], %[[V9]]
// JVP-NEXT: %[[V13:.*]] = wg.dot_general %[[V12]], %[[V]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V14:.*]] = wg.transpose %[[V]] permutation [1, 0]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT0:[^:]*]]: {{[^,]*}}, %[[CT1:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<-1>
// VJP-NEXT: %[[V:.*]], %[[W:.*]] = wg.eigh %[[X]] lower true
// VJP-NEXT: %[[V3:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// VJP-NEXT: %[[V4:.*]] = wg.add %[[V3]], %[[V2]]
// VJP-NEXT: %[[V5:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// VJP-NEXT: %[[V6:.*]] = wg.le %[[V5]], %[[V4]]
// VJP-NEXT: %[[V7:.*]] = wg.eq %[[V5]], %[[V3]]
// VJP-NEXT: %[[V8:.*]] = wg.transpose %[[V]] permutation [1, 0]
// VJP-NEXT: %[[V9:.*]] = wg.broadcast_in_dim %[[W]] shape [3, 3] dims [0]
// VJP-NEXT: %[[V10:.*]] = wg.broadcast_in_dim %[[W]] shape [3, 3] dims [1]
// VJP-NEXT: %[[V11:.*]] = wg.sub %[[V10]], %[[V9]]
// VJP-NEXT: %[[V12:.*]] = wg.convert %[[V7]] to f32
// VJP-NEXT: %[[V13:.*]] = wg.add %[[V11]], %[[V12]]
// VJP-NEXT: %[[V14:.*]] = wg.div %[[V1]], %[[V13]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V:.*]], %[[W:.*]] = wg.eigh %[[X]] lower true
// VMAP-NEXT: return %[[V]], %[[W]]

// As IREE gets it, with a library of the host.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: call @"wengert_host.eigh
// LINALG: return

func.func @f(%x: tensor<3x3xf32>) -> (tensor<3x3xf32>, tensor<3xf32>) {
  %v, %w = wg.eigh %x lower true : tensor<3x3xf32>
  return %v, %w : tensor<3x3xf32>, tensor<3xf32>
}
