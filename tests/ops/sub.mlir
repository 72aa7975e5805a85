// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sub: x - y; integers wrap.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.sub %{{.*}}, %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DY:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.sub %[[X]], %[[Y]]
// JVP-NEXT: %[[V1:.*]] = wg.sub %[[DX]], %[[DY]]
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.sub %[[X]], %[[Y]]
// VJP-NEXT: %[[V1:.*]] = wg.neg %[[CT]]
// VJP-NEXT: return %[[V0]], %[[CT]], %[[V1]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.sub %[[X]], %[[Y]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: arith.subf
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.sub %x, %y : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
