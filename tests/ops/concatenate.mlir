// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// concatenate: the operands one after the other along dimension.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.concatenate %{{.*}}, %{{.*}} dimension 0 : tensor<2x3xf32>, tensor<1x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X0:[^:]*]]: {{[^,]*}}, %[[X1:[^:]*]]: {{[^,]*}}, %[[DX0:[^:]*]]: {{[^,]*}}, %[[DX1:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.concatenate %[[X0]], %[[X1]] dimension 0
// JVP-NEXT: %[[V1:.*]] = wg.concatenate %[[DX0]], %[[DX1]] dimension 0
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X0:[^:]*]]: {{[^,]*}}, %[[X1:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.concatenate %[[X0]], %[[X1]] dimension 0
// VJP-NEXT: %[[V1:.*]] = wg.slice %[[CT]] start [0, 0] limit [2, 3] strides [1, 1]
// VJP-NEXT: %[[V2:.*]] = wg.slice %[[CT]] start [2, 0] limit [3, 3] strides [1, 1]
// VJP-NEXT: return %[[V0]], %[[V1]], %[[V2]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X0:[^:]*]]: {{[^,]*}}, %[[X1:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.concatenate %[[X0]], %[[X1]] dimension 1
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: tensor.insert_slice
// LINALG: tensor.insert_slice
// LINALG: return

func.func @f(%x0: tensor<2x3xf32>, %x1: tensor<1x3xf32>) -> tensor<3x3xf32> {
  %0 = wg.concatenate %x0, %x1 dimension 0 : tensor<2x3xf32>, tensor<1x3xf32>
  return %0 : tensor<3x3xf32>
}
