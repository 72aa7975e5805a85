// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// slice: the elements from start up to limit by strides, in every dimension.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.slice %{{.*}} start [1, 0] limit [3, 5] strides [1, 2] : tensor<4x5xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.slice %[[X]] start [1, 0] limit [3, 5] strides [1, 2]
// JVP-NEXT: %[[V1:.*]] = wg.slice %[[DX]] start [1, 0] limit [3, 5] strides [1, 2]
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.slice %[[X]] start [1, 0] limit [3, 5] strides [1, 2]
// VJP-NEXT: %[[V2:.*]] = wg.pad %[[CT]], %[[V0]] low [1, 0] high [1, 0] interior [0, 1]
// VJP-NEXT: return %[[V1]], %[[V2]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.slice %[[X]] start [0, 1, 0] limit [8, 3, 5] strides [1, 1, 2]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: tensor.extract_slice
// LINALG: return

func.func @f(%x: tensor<4x5xf32>) -> tensor<2x3xf32> {
  %0 = wg.slice %x start [1, 0] limit [3, 5] strides [1, 2] : tensor<4x5xf32>
  return %0 : tensor<2x3xf32>
}
