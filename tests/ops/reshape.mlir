// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// reshape: the same elements in row-major order under another shape.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.reshape %{{.*}} shape [3, 2] : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.reshape %[[X]] shape [3, 2]
// JVP-NEXT: %[[V1:.*]] = wg.reshape %[[DX]] shape [3, 2]
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.reshape %[[X]] shape [3, 2]
// VJP-NEXT: %[[V1:.*]] = wg.reshape %[[CT]] shape [2, 3]
// VJP-NEXT: return %[[V0]], %[[V1]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.reshape %[[X]] shape [8, 3, 2]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: tensor.collapse_shape
// LINALG: tensor.expand_shape
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<3x2xf32> {
  %0 = wg.reshape %x shape [3, 2] : tensor<2x3xf32>
  return %0 : tensor<3x2xf32>
}
