// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// all_gather: the values of all examples along a new dimension.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=2" --wg-simplify | FileCheck %s --check-prefix=OTHER
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8 axis-name=i" --wg-simplify | FileCheck %s --check-prefix=AXIS
// RUN: wg-opt %s --wg-batch="fn=f in-axes=- size=8 axis-name=i" --wg-simplify | FileCheck %s --check-prefix=SAME
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg entry=main" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.all_gather %{{.*}} axis "i" size 8 dimension 1 : tensor<3xf32>
// CHECK: wg.vmap @f(%{{.*}}) in_axes [0] out_axes [0] size 8 axis "i"

// The derivative along a tangent, for one example.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.all_gather %[[X]] axis "i" size 8 dimension 1
// JVP-NEXT: %[[V1:.*]] = wg.all_gather %[[DX]] axis "i" size 8 dimension 1
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands, for one example.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.all_gather %[[X]] axis "i" size 8 dimension 1
// VJP-NEXT: %[[V1:.*]] = wg.all_to_all %[[CT]] axis "i" split 1 concat 0
// VJP-NEXT: %[[V2:.*]] = wg.reduce_sum %[[V1]] axes [0]
// VJP-NEXT: return %[[V0]], %[[V2]]

// Over a batch of two along another axis.
// OTHER-LABEL: func.func @f.vmap(
// OTHER-SAME: %[[X:[^:]*]]: {{.*}}
// OTHER-NEXT: %[[V0:.*]] = wg.all_gather %[[X]] axis "i" size 8 dimension 2
// OTHER-NEXT: return %[[V0]]

// Over the axis.
// AXIS-LABEL: func.func @f.vmap(
// AXIS-SAME: %[[X:[^:]*]]: {{.*}}
// AXIS-NEXT: %[[V0:.*]] = wg.transpose %[[X]] permutation [1, 0]
// AXIS-NEXT: %[[V1:.*]] = wg.broadcast_in_dim %[[V0]] shape [8, 3, 8] dims [1, 2]
// AXIS-NEXT: return %[[V1]]

// What is the same for all examples.
// SAME-LABEL: func.func @f.vmap(
// SAME-SAME: %[[X:[^:]*]]: {{.*}}
// SAME-NEXT: %[[V0:.*]] = wg.broadcast_in_dim %[[X]] shape [8, 3, 8] dims [1]
// SAME-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @main(
// LINALG-NOT: wg.
// LINALG: linalg.transpose
// LINALG: linalg.generic
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<3xf32>) -> tensor<3x8xf32> {
  %0 = wg.all_gather %x axis "i" size 8 dimension 1 : tensor<3xf32>
  return %0 : tensor<3x8xf32>
}

func.func @main(%xs: tensor<8x3xf32>) -> tensor<8x3x8xf32> {
  %0 = wg.vmap @f(%xs) in_axes [0] out_axes [0] size 8 axis "i" : (tensor<8x3xf32>) -> tensor<8x3x8xf32>
  return %0 : tensor<8x3x8xf32>
}
