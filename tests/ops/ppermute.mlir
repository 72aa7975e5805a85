// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ppermute: the value of another example.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=2" --wg-simplify | FileCheck %s --check-prefix=OTHER
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8 axis-name=i" --wg-simplify | FileCheck %s --check-prefix=AXIS
// RUN: wg-opt %s --wg-batch="fn=f in-axes=- size=8 axis-name=i" --wg-simplify | FileCheck %s --check-prefix=SAME
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg entry=main" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.ppermute %{{.*}} axis "i" from [1, 2, 3, 4, 5, 6, 7, -1] : tensor<3xf32>
// CHECK: wg.vmap @f(%{{.*}}) in_axes [0] out_axes [0] size 8 axis "i"

// The derivative along a tangent, for one example.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.ppermute %[[X]] axis "i" from [1, 2, 3, 4, 5, 6, 7, -1]
// JVP-NEXT: %[[V1:.*]] = wg.ppermute %[[DX]] axis "i" from [1, 2, 3, 4, 5, 6, 7, -1]
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands, for one example.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.ppermute %[[X]] axis "i" from [1, 2, 3, 4, 5, 6, 7, -1]
// VJP-NEXT: %[[V1:.*]] = wg.ppermute %[[CT]] axis "i" from [-1, 0, 1, 2, 3, 4, 5, 6]
// VJP-NEXT: return %[[V0]], %[[V1]]

// Over a batch of two along another axis.
// OTHER-LABEL: func.func @f.vmap(
// OTHER-SAME: %[[X:[^:]*]]: {{.*}}
// OTHER-NEXT: %[[V0:.*]] = wg.ppermute %[[X]] axis "i" from [1, 2, 3, 4, 5, 6, 7, -1]
// OTHER-NEXT: return %[[V0]]

// Over the axis.
// AXIS-LABEL: func.func @f.vmap(
// AXIS-SAME: %[[X:[^:]*]]: {{.*}}
// AXIS-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// AXIS-NEXT: %[[V1:.*]] = wg.constant dense<[true, true, true, true, true, true, true, false]>
// AXIS-NEXT: %[[V2:.*]] = wg.constant dense<[1, 2, 3, 4, 5, 6, 7, 0]>
// AXIS-NEXT: %[[V3:.*]] = wg.take %[[X]] at %[[V2]] axis 0
// AXIS-NEXT: %[[V4:.*]] = wg.broadcast_in_dim %[[V1]] shape [8, 3] dims [0]
// AXIS-NEXT: %[[V5:.*]] = wg.select %[[V4]], %[[V3]], %[[V0]]
// AXIS-NEXT: return %[[V5]]

// What is the same for all examples.
// SAME-LABEL: func.func @f.vmap(
// SAME-SAME: %[[X:[^:]*]]: {{.*}}
// SAME-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// SAME-NEXT: %[[V1:.*]] = wg.constant dense<[true, true, true, true, true, true, true, false]>
// SAME-NEXT: %[[V2:.*]] = wg.broadcast_in_dim %[[X]] shape [8, 3] dims [1]
// SAME-NEXT: %[[V3:.*]] = wg.broadcast_in_dim %[[V1]] shape [8, 3] dims [0]
// SAME-NEXT: %[[V4:.*]] = wg.select %[[V3]], %[[V2]], %[[V0]]
// SAME-NEXT: return %[[V4]]

// As IREE gets it.
// LINALG-LABEL: func.func @main(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.ppermute %x axis "i" from [1, 2, 3, 4, 5, 6, 7, -1] : tensor<3xf32>
  return %0 : tensor<3xf32>
}

func.func @main(%xs: tensor<8x3xf32>) -> tensor<8x3xf32> {
  %0 = wg.vmap @f(%xs) in_axes [0] out_axes [0] size 8 axis "i" : (tensor<8x3xf32>) -> tensor<8x3xf32>
  return %0 : tensor<8x3xf32>
}
