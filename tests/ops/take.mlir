// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// take: the entries of x at indices along axis; an index outside is moved to the nearest end.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.take %{{.*}} at %{{.*}} axis 0 : tensor<4x3xf32>, tensor<2xi32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.take %[[X]] at %[[INDICES]] axis 0
// JVP-NEXT: %[[V1:.*]] = wg.take %[[DX]] at %[[INDICES]] axis 0
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<3>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<0>
// VJP-NEXT: %[[V2:.*]] = wg.take %[[X]] at %[[INDICES]] axis 0
// VJP-NEXT: %[[V3:.*]] = wg.clamp %[[V1]], %[[INDICES]], %[[V0]]
// VJP-NEXT: %[[V4:.*]] = wg.broadcast_in_dim %[[V3]] shape [2, 4] dims [0]
// VJP-NEXT: %[[V5:.*]] = wg.iota shape [2, 4] dimension 1 dtype i32
// VJP-NEXT: %[[V6:.*]] = wg.eq %[[V4]], %[[V5]]
// VJP-NEXT: %[[V7:.*]] = wg.convert %[[V6]] to f32
// VJP-NEXT: %[[V8:.*]] = wg.dot_general %[[CT]], %[[V7]] contracting [0] x [0] batch [] x []
// VJP-NEXT: %[[V9:.*]] = wg.transpose %[[V8]] permutation [1, 0]
// VJP-NEXT: return %[[V2]], %[[V9]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.constant dense<3>
// VMAP-NEXT: %[[V1:.*]] = wg.constant dense<0>
// VMAP-NEXT: %[[V2:.*]] = wg.constant dense<4>
// VMAP-NEXT: %[[V3:.*]] = wg.reshape %[[X]] shape [32, 3]
// VMAP-NEXT: %[[V4:.*]] = wg.iota shape [8, 2] dimension 0 dtype i32
// VMAP-NEXT: %[[V5:.*]] = wg.mul %[[V4]], %[[V2]]
// VMAP-NEXT: %[[V6:.*]] = wg.clamp %[[V1]], %[[INDICES]], %[[V0]]
// VMAP-NEXT: %[[V7:.*]] = wg.add %[[V6]], %[[V5]]
// VMAP-NEXT: %[[V8:.*]] = wg.take %[[V3]] at %[[V7]] axis 0
// VMAP-NEXT: return %[[V8]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<4x3xf32>, %indices: tensor<2xi32>) -> tensor<2x3xf32> {
  %0 = wg.take %x at %indices axis 0 : tensor<4x3xf32>, tensor<2xi32>
  return %0 : tensor<2x3xf32>
}
