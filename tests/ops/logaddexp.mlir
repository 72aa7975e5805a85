// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// logaddexp: log(exp(x) + exp(y)) without overflow.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.logaddexp %{{.*}}, %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DY:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.logaddexp %[[X]], %[[Y]]
// JVP-NEXT: %[[V1:.*]] = wg.sub %[[X]], %[[V0]]
// JVP-NEXT: %[[V2:.*]] = wg.exp %[[V1]]
// JVP-NEXT: %[[V3:.*]] = wg.sub %[[Y]], %[[V0]]
// JVP-NEXT: %[[V4:.*]] = wg.exp %[[V3]]
// JVP-NEXT: %[[V5:.*]] = wg.mul %[[V2]], %[[DX]]
// JVP-NEXT: %[[V6:.*]] = wg.mul %[[V4]], %[[DY]]
// JVP-NEXT: %[[V7:.*]] = wg.add %[[V5]], %[[V6]]
// JVP-NEXT: return %[[V0]], %[[V7]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.logaddexp %[[X]], %[[Y]]
// VJP-NEXT: %[[V1:.*]] = wg.sub %[[X]], %[[V0]]
// VJP-NEXT: %[[V2:.*]] = wg.exp %[[V1]]
// VJP-NEXT: %[[V3:.*]] = wg.sub %[[Y]], %[[V0]]
// VJP-NEXT: %[[V4:.*]] = wg.exp %[[V3]]
// VJP-NEXT: %[[V5:.*]] = wg.mul %[[V4]], %[[CT]]
// VJP-NEXT: %[[V6:.*]] = wg.mul %[[V2]], %[[CT]]
// VJP-NEXT: return %[[V0]], %[[V6]], %[[V5]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.logaddexp %[[X]], %[[Y]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.logaddexp %x, %y : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
