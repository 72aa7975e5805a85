// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// select: x where pred, y elsewhere.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=1,2" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=1,2" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x3xi1>, tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[PRED:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DY:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.select %[[PRED]], %[[X]], %[[Y]]
// JVP-NEXT: %[[V1:.*]] = wg.select %[[PRED]], %[[DX]], %[[DY]]
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[PRED:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.select %[[PRED]], %[[X]], %[[Y]]
// VJP-NEXT: %[[V2:.*]] = wg.select %[[PRED]], %[[CT]], %[[V0]]
// VJP-NEXT: %[[V3:.*]] = wg.select %[[PRED]], %[[V0]], %[[CT]]
// VJP-NEXT: return %[[V1]], %[[V2]], %[[V3]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[PRED:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.select %[[PRED]], %[[X]], %[[Y]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: arith.select
// LINALG: linalg.yield
// LINALG: return

func.func @f(%pred: tensor<2x3xi1>, %x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.select %pred, %x, %y : tensor<2x3xi1>, tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
