// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// axis_index: the number of the example.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=2" --wg-simplify | FileCheck %s --check-prefix=OTHER
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8 axis-name=i" --wg-simplify | FileCheck %s --check-prefix=AXIS
// RUN: wg-opt %s --wg-batch="fn=f in-axes=- size=8 axis-name=i" --wg-simplify | FileCheck %s --check-prefix=SAME
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg entry=main" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.axis_index axis "i"
// CHECK: wg.vmap @f(%{{.*}}) in_axes [0] out_axes [0] size 8 axis "i"

// The derivative along a tangent, for one example.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.axis_index axis "i"
// JVP-NEXT: %[[V1:.*]] = wg.convert %[[V0]] to f32
// JVP-NEXT: %[[V2:.*]] = wg.mul %[[X]], %[[V1]]
// JVP-NEXT: %[[V3:.*]] = wg.mul %[[V1]], %[[DX]]
// JVP-NEXT: return %[[V2]], %[[V3]]

// The cotangents of the operands, for one example.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.axis_index axis "i"
// VJP-NEXT: %[[V1:.*]] = wg.convert %[[V0]] to f32
// VJP-NEXT: %[[V2:.*]] = wg.mul %[[X]], %[[V1]]
// VJP-NEXT: %[[V3:.*]] = wg.mul %[[V1]], %[[CT]]
// VJP-NEXT: return %[[V2]], %[[V3]]

// Over a batch of two along another axis.
// OTHER-LABEL: func.func @f.vmap(
// OTHER-SAME: %[[X:[^:]*]]: {{.*}}
// OTHER-NEXT: %[[V0:.*]] = wg.axis_index axis "i"
// OTHER-NEXT: %[[V1:.*]] = wg.convert %[[V0]] to f32
// OTHER-NEXT: %[[V2:.*]] = wg.broadcast_in_dim %[[V1]] shape [2] dims []
// OTHER-NEXT: %[[V3:.*]] = wg.mul %[[X]], %[[V2]]
// OTHER-NEXT: return %[[V3]]

// Over the axis.
// AXIS-LABEL: func.func @f.vmap(
// AXIS-SAME: %[[X:[^:]*]]: {{.*}}
// AXIS-NEXT: %[[V0:.*]] = wg.iota shape [8] dimension 0 dtype i32
// AXIS-NEXT: %[[V1:.*]] = wg.convert %[[V0]] to f32
// AXIS-NEXT: %[[V2:.*]] = wg.mul %[[X]], %[[V1]]
// AXIS-NEXT: return %[[V2]]

// What is the same for all examples.
// SAME-LABEL: func.func @f.vmap(
// SAME-SAME: %[[X:[^:]*]]: {{.*}}
// SAME-NEXT: %[[V0:.*]] = wg.iota shape [8] dimension 0 dtype i32
// SAME-NEXT: %[[V1:.*]] = wg.convert %[[V0]] to f32
// SAME-NEXT: %[[V2:.*]] = wg.broadcast_in_dim %[[X]] shape [8] dims []
// SAME-NEXT: %[[V3:.*]] = wg.mul %[[V2]], %[[V1]]
// SAME-NEXT: return %[[V3]]

// As IREE gets it.
// LINALG-LABEL: func.func @main(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.axis_index axis "i"
  %1 = wg.convert %0 to f32 : tensor<i32>
  %2 = wg.mul %x, %1 : tensor<f32>
  return %2 : tensor<f32>
}

func.func @main(%xs: tensor<8xf32>) -> tensor<8xf32> {
  %0 = wg.vmap @f(%xs) in_axes [0] out_axes [0] size 8 axis "i" : (tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}
