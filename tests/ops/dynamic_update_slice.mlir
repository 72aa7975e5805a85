// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// dynamic_update_slice: x with the block at starts, moved into x where it would leave it, replaced by update.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0,0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.dynamic_update_slice %{{.*}}, %{{.*}} starts(%{{.*}}, %{{.*}}) : tensor<4x5xf32>, tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[UPDATE:[^:]*]]: {{[^,]*}}, %[[START0:[^:]*]]: {{[^,]*}}, %[[START1:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DUPDATE:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.dynamic_update_slice %[[X]], %[[UPDATE]] starts(%[[START0]], %[[START1]])
// JVP-NEXT: %[[V1:.*]] = wg.dynamic_update_slice %[[DX]], %[[DUPDATE]] starts(%[[START0]], %[[START1]])
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[UPDATE:[^:]*]]: {{[^,]*}}, %[[START0:[^:]*]]: {{[^,]*}}, %[[START1:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.dynamic_update_slice %[[X]], %[[UPDATE]] starts(%[[START0]], %[[START1]])
// VJP-NEXT: %[[V2:.*]] = wg.dynamic_update_slice %[[CT]], %[[V0]] starts(%[[START0]], %[[START1]])
// VJP-NEXT: %[[V3:.*]] = wg.dynamic_slice %[[CT]] starts(%[[START0]], %[[START1]]) sizes [2, 3]
// VJP-NEXT: return %[[V1]], %[[V2]], %[[V3]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[UPDATE:[^:]*]]: {{[^,]*}}, %[[START0:[^:]*]]: {{[^,]*}}, %[[START1:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.reshape %[[START0]] shape [8, 1]
// VMAP-NEXT: %[[V1:.*]] = wg.reshape %[[START1]] shape [8, 1]
// VMAP-NEXT: %[[V2:.*]] = wg.concatenate %[[V0]], %[[V1]] dimension 1
// VMAP-NEXT: %[[V3:.*]] = wg.scatter %[[X]], %[[UPDATE]] at %[[V2]] window [1, 2] inserted [] map [1, 2] batching [0] by [0] mode "clip" unique true sorted false
// VMAP-NEXT: return %[[V3]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<4x5xf32>, %update: tensor<2x3xf32>, %start0: tensor<i32>, %start1: tensor<i32>) -> tensor<4x5xf32> {
  %0 = wg.dynamic_update_slice %x, %update starts(%start0, %start1) : tensor<4x5xf32>, tensor<2x3xf32>
  return %0 : tensor<4x5xf32>
}
