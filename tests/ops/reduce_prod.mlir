// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// reduce_prod: the product over axes.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.reduce_prod %{{.*}} axes [1] : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.reduce_prod %[[X]] axes [1]
// JVP-NEXT: %[[V1:.*]] = wg.slice %[[X]] start [0, 0] limit [2, 1] strides [1, 1]
// JVP-NEXT: %[[V2:.*]] = wg.slice %[[X]] start [0, 1] limit [2, 2] strides [1, 1]
// JVP-NEXT: %[[V3:.*]] = wg.slice %[[DX]] start [0, 0] limit [2, 1] strides [1, 1]
// JVP-NEXT: %[[V4:.*]] = wg.slice %[[DX]] start [0, 1] limit [2, 2] strides [1, 1]
// JVP-NEXT: %[[V5:.*]] = wg.mul %[[V1]], %[[V2]]
// JVP-NEXT: %[[V6:.*]] = wg.mul %[[V2]], %[[V3]]
// JVP-NEXT: %[[V7:.*]] = wg.mul %[[V1]], %[[V4]]
// JVP-NEXT: %[[V8:.*]] = wg.add %[[V7]], %[[V6]]
// JVP-NEXT: %[[V9:.*]] = wg.slice %[[X]] start [0, 2] limit [2, 3] strides [1, 1]
// JVP-NEXT: %[[V10:.*]] = wg.concatenate %[[V5]], %[[V9]] dimension 1
// JVP-NEXT: %[[V11:.*]] = wg.slice %[[DX]] start [0, 2] limit [2, 3] strides [1, 1]
// JVP-NEXT: %[[V12:.*]] = wg.concatenate %[[V8]], %[[V11]] dimension 1
// JVP-NEXT: %[[V13:.*]] = wg.slice %[[V10]] start [0, 0] limit [2, 1] strides [1, 1]
// JVP-NEXT: %[[V14:.*]] = wg.slice %[[V10]] start [0, 1] limit [2, 2] strides [1, 1]
// JVP-NEXT: %[[V15:.*]] = wg.slice %[[V12]] start [0, 0] limit [2, 1] strides [1, 1]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.reduce_prod %[[X]] axes [1]
// VJP-NEXT: %[[V2:.*]] = wg.slice %[[X]] start [0, 0] limit [2, 1] strides [1, 1]
// VJP-NEXT: %[[V3:.*]] = wg.slice %[[X]] start [0, 1] limit [2, 2] strides [1, 1]
// VJP-NEXT: %[[V4:.*]] = wg.mul %[[V2]], %[[V3]]
// VJP-NEXT: %[[V5:.*]] = wg.slice %[[X]] start [0, 2] limit [2, 3] strides [1, 1]
// VJP-NEXT: %[[V6:.*]] = wg.concatenate %[[V4]], %[[V5]] dimension 1
// VJP-NEXT: %[[V7:.*]] = wg.slice %[[V6]] start [0, 0] limit [2, 1] strides [1, 1]
// VJP-NEXT: %[[V8:.*]] = wg.slice %[[V6]] start [0, 1] limit [2, 2] strides [1, 1]
// VJP-NEXT: %[[V9:.*]] = wg.reshape %[[CT]] shape [2, 1]
// VJP-NEXT: %[[V10:.*]] = wg.mul %[[V7]], %[[V9]]
// VJP-NEXT: %[[V11:.*]] = wg.mul %[[V8]], %[[V9]]
// VJP-NEXT: %[[V12:.*]] = wg.pad %[[V10]], %[[V0]] low [0, 1] high [0, 0] interior [0, 0]
// VJP-NEXT: %[[V13:.*]] = wg.pad %[[V11]], %[[V0]] low [0, 0] high [0, 1] interior [0, 0]
// VJP-NEXT: %[[V14:.*]] = wg.add %[[V12]], %[[V13]]
// VJP-NEXT: %[[V15:.*]] = wg.slice %[[V14]] start [0, 0] limit [2, 1] strides [1, 1]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.reduce_prod %[[X]] axes [2]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: arith.mulf
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2xf32> {
  %0 = wg.reduce_prod %x axes [1] : tensor<2x3xf32>
  return %0 : tensor<2xf32>
}
