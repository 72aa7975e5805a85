// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// reduce: arrays of one shape combined over axes by a function of scalars.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.reduce %{{.*}}, %{{.*}} by @reduce.computation axes [1] : tensor<2x5xf32>, tensor<f32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X0:[^:]*]]: {{[^,]*}}, %[[X1:[^:]*]]: {{[^,]*}}, %[[DX0:[^:]*]]: {{[^,]*}}, %[[DX1:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.broadcast_in_dim %[[X1]] shape [2] dims []
// JVP-NEXT: %[[V1:.*]] = wg.broadcast_in_dim %[[DX1]] shape [2] dims []
// JVP-NEXT: %[[V2:.*]] = wg.slice %[[X0]] start [0, 0] limit [2, 4] strides [1, 1]
// JVP-NEXT: %[[V3:.*]] = wg.slice %[[DX0]] start [0, 0] limit [2, 4] strides [1, 1]
// JVP-NEXT: %[[V4:.*]] = wg.reshape %[[V2]] shape [2, 2, 2]
// JVP-NEXT: %[[V5:.*]] = wg.reshape %[[V3]] shape [2, 2, 2]
// JVP-NEXT: %[[V6:.*]] = wg.slice %[[V4]] start [0, 0, 0] limit [2, 2, 1] strides [1, 1, 1]
// JVP-NEXT: %[[V7:.*]] = wg.slice %[[V5]] start [0, 0, 0] limit [2, 2, 1] strides [1, 1, 1]
// JVP-NEXT: %[[V8:.*]] = wg.slice %[[V4]] start [0, 0, 1] limit [2, 2, 2] strides [1, 1, 1]
// JVP-NEXT: %[[V9:.*]] = wg.slice %[[V5]] start [0, 0, 1] limit [2, 2, 2] strides [1, 1, 1]
// JVP-NEXT: %[[V10:.*]] = wg.slice %[[X0]] start [0, 4] limit [2, 5] strides [1, 1]
// JVP-NEXT: %[[V11:.*]] = wg.slice %[[DX0]] start [0, 4] limit [2, 5] strides [1, 1]
// JVP-NEXT: %[[V12:.*]] = wg.reshape %[[V6]] shape [4]
// JVP-NEXT: %[[V13:.*]] = wg.reshape %[[V7]] shape [4]
// JVP-NEXT: %[[V14:.*]] = wg.reshape %[[V8]] shape [4]
// JVP-NEXT: %[[V15:.*]] = wg.reshape %[[V9]] shape [4]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X0:[^:]*]]: {{[^,]*}}, %[[X1:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.broadcast_in_dim %[[X1]] shape [2] dims []
// VJP-NEXT: %[[V2:.*]] = wg.slice %[[X0]] start [0, 0] limit [2, 4] strides [1, 1]
// VJP-NEXT: %[[V3:.*]] = wg.reshape %[[V2]] shape [2, 2, 2]
// VJP-NEXT: %[[V4:.*]] = wg.slice %[[V3]] start [0, 0, 0] limit [2, 2, 1] strides [1, 1, 1]
// VJP-NEXT: %[[V5:.*]] = wg.slice %[[V3]] start [0, 0, 1] limit [2, 2, 2] strides [1, 1, 1]
// VJP-NEXT: %[[V6:.*]] = wg.slice %[[X0]] start [0, 4] limit [2, 5] strides [1, 1]
// VJP-NEXT: %[[V7:.*]] = wg.reshape %[[V4]] shape [4]
// VJP-NEXT: %[[V8:.*]] = wg.reshape %[[V5]] shape [4]
// VJP-NEXT: %[[V9:.*]] = wg.add %[[V7]], %[[V8]]
// VJP-NEXT: %[[V10:.*]] = wg.reshape %[[V9]] shape [2, 2]
// VJP-NEXT: %[[V11:.*]] = wg.concatenate %[[V10]], %[[V6]] dimension 1
// VJP-NEXT: %[[V12:.*]] = wg.slice %[[V11]] start [0, 0] limit [2, 2] strides [1, 1]
// VJP-NEXT: %[[V13:.*]] = wg.reshape %[[V12]] shape [2, 1, 2]
// VJP-NEXT: %[[V14:.*]] = wg.slice %[[V13]] start [0, 0, 0] limit [2, 1, 1] strides [1, 1, 1]
// VJP-NEXT: %[[V15:.*]] = wg.slice %[[V13]] start [0, 0, 1] limit [2, 1, 2] strides [1, 1, 1]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X0:[^:]*]]: {{[^,]*}}, %[[X1:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.broadcast_in_dim %[[X1]] shape [8, 2] dims [0]
// VMAP-NEXT: %[[V1:.*]] = wg.slice %[[X0]] start [0, 0, 0] limit [8, 2, 4] strides [1, 1, 1]
// VMAP-NEXT: %[[V2:.*]] = wg.reshape %[[V1]] shape [8, 2, 2, 2]
// VMAP-NEXT: %[[V3:.*]] = wg.slice %[[V2]] start [0, 0, 0, 0] limit [8, 2, 2, 1] strides [1, 1, 1, 1]
// VMAP-NEXT: %[[V4:.*]] = wg.slice %[[V2]] start [0, 0, 0, 1] limit [8, 2, 2, 2] strides [1, 1, 1, 1]
// VMAP-NEXT: %[[V5:.*]] = wg.slice %[[X0]] start [0, 0, 4] limit [8, 2, 5] strides [1, 1, 1]
// VMAP-NEXT: %[[V6:.*]] = wg.reshape %[[V3]] shape [32]
// VMAP-NEXT: %[[V7:.*]] = wg.reshape %[[V4]] shape [32]
// VMAP-NEXT: %[[V8:.*]] = wg.add %[[V6]], %[[V7]]
// VMAP-NEXT: %[[V9:.*]] = wg.reshape %[[V8]] shape [8, 2, 2]
// VMAP-NEXT: %[[V10:.*]] = wg.concatenate %[[V9]], %[[V5]] dimension 2
// VMAP-NEXT: %[[V11:.*]] = wg.slice %[[V10]] start [0, 0, 0] limit [8, 2, 2] strides [1, 1, 1]
// VMAP-NEXT: %[[V12:.*]] = wg.reshape %[[V11]] shape [8, 2, 1, 2]
// VMAP-NEXT: %[[V13:.*]] = wg.slice %[[V12]] start [0, 0, 0, 0] limit [8, 2, 1, 1] strides [1, 1, 1, 1]
// VMAP-NEXT: %[[V14:.*]] = wg.slice %[[V12]] start [0, 0, 0, 1] limit [8, 2, 1, 2] strides [1, 1, 1, 1]
// VMAP-NEXT: %[[V15:.*]] = wg.slice %[[V10]] start [0, 0, 2] limit [8, 2, 3] strides [1, 1, 1]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.yield
// LINALG: linalg.generic
// LINALG: arith.addf
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x0: tensor<2x5xf32>, %x1: tensor<f32>) -> tensor<2xf32> {
  %0 = wg.reduce %x0, %x1 by @reduce.computation axes [1] : tensor<2x5xf32>, tensor<f32>
  return %0 : tensor<2xf32>
}
func.func private @reduce.computation(%arg0: tensor<f32>, %arg1: tensor<f32>) -> tensor<f32> {
  %0 = wg.add %arg0, %arg1 : tensor<f32>
  return %0 : tensor<f32>
}
