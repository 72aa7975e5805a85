// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// rem: the remainder of dividing towards zero, with the sign of x; an integer x rem 0 is x.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.rem %{{.*}}, %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DY:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.rem %[[X]], %[[Y]]
// JVP-NEXT: %[[V1:.*]] = wg.sub %[[X]], %[[V0]]
// JVP-NEXT: %[[V2:.*]] = wg.div %[[V1]], %[[Y]]
// JVP-NEXT: %[[V3:.*]] = wg.round %[[V2]]
// JVP-NEXT: %[[V4:.*]] = wg.mul %[[V3]], %[[DY]]
// JVP-NEXT: %[[V5:.*]] = wg.sub %[[DX]], %[[V4]]
// JVP-NEXT: return %[[V0]], %[[V5]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.rem %[[X]], %[[Y]]
// VJP-NEXT: %[[V1:.*]] = wg.sub %[[X]], %[[V0]]
// VJP-NEXT: %[[V2:.*]] = wg.div %[[V1]], %[[Y]]
// VJP-NEXT: %[[V3:.*]] = wg.round %[[V2]]
// VJP-NEXT: %[[V4:.*]] = wg.mul %[[V3]], %[[CT]]
// VJP-NEXT: %[[V5:.*]] = wg.neg %[[V4]]
// VJP-NEXT: return %[[V0]], %[[CT]], %[[V5]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.rem %[[X]], %[[Y]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.rem %x, %y : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
