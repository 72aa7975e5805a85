// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pinv: the pseudo-inverse: singular values up to rtol times the largest count as 0.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg host-calls=true" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.pinv %{{.*}} rtol 9.9999999999999995E-7 : tensor<3x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.pinv %[[X]] rtol 9.9999999999999995E-7
// JVP-NEXT: %[[V1:.*]] = wg.transpose %[[DX]] permutation [1, 0]
// JVP-NEXT: %[[V2:.*]] = wg.transpose %[[V0]] permutation [1, 0]
// JVP-NEXT: %[[V3:.*]] = wg.dot_general %[[X]], %[[V0]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V4:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// JVP-NEXT: %[[V5:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// JVP-NEXT: %[[V6:.*]] = wg.eq %[[V5]], %[[V4]]
// JVP-NEXT: %[[V7:.*]] = wg.convert %[[V6]] to f32
// JVP-NEXT: %[[V8:.*]] = wg.sub %[[V7]], %[[V3]]
// JVP-NEXT: %[[V9:.*]] = wg.dot_general %[[V0]], %[[X]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V10:.*]] = wg.sub %[[V7]], %[[V9]]
// JVP-NEXT: %[[V11:.*]] = wg.dot_general %[[DX]], %[[V0]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V12:.*]] = wg.dot_general %[[V0]], %[[V11]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V13:.*]] = wg.dot_general %[[V1]], %[[V2]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V14:.*]] = wg.dot_general %[[V13]], %[[V0]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V15:.*]] = wg.dot_general %[[V10]], %[[V14]] contracting [1] x [0] batch [] x []

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.pinv %[[X]] rtol 9.9999999999999995E-7
// VJP-NEXT: %[[V1:.*]] = wg.transpose %[[V0]] permutation [1, 0]
// VJP-NEXT: %[[V2:.*]] = wg.dot_general %[[X]], %[[V0]] contracting [1] x [0] batch [] x []
// VJP-NEXT: %[[V3:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// VJP-NEXT: %[[V4:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// VJP-NEXT: %[[V5:.*]] = wg.eq %[[V4]], %[[V3]]
// VJP-NEXT: %[[V6:.*]] = wg.convert %[[V5]] to f32
// VJP-NEXT: %[[V7:.*]] = wg.sub %[[V6]], %[[V2]]
// VJP-NEXT: %[[V8:.*]] = wg.dot_general %[[V0]], %[[X]] contracting [1] x [0] batch [] x []
// VJP-NEXT: %[[V9:.*]] = wg.sub %[[V6]], %[[V8]]
// VJP-NEXT: %[[V10:.*]] = wg.neg %[[CT]]
// VJP-NEXT: %[[V11:.*]] = wg.dot_general %[[CT]], %[[V7]] contracting [1] x [1] batch [] x []
// VJP-NEXT: %[[V12:.*]] = wg.dot_general %[[V11]], %[[V0]] contracting [0] x [0] batch [] x []
// VJP-NEXT: %[[V13:.*]] = wg.transpose %[[V12]] permutation [1, 0]
// VJP-NEXT: %[[V14:.*]] = wg.dot_general %[[V13]], %[[V1]] contracting [0] x [0] batch [] x []
// VJP-NEXT: %[[V15:.*]] = wg.transpose %[[V14]] permutation [1, 0]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.pinv %[[X]] rtol 9.9999999999999995E-7
// VMAP-NEXT: return %[[V0]]

// As IREE gets it, with a library of the host.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: call @"wengert_host.pinv
// LINALG: return

func.func @f(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %0 = wg.pinv %x rtol 9.9999999999999995E-7 : tensor<3x3xf32>
  return %0 : tensor<3x3xf32>
}
