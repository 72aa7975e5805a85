// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// igammac: the regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x).
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.igammac %{{.*}}, %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[DA:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.igammac %[[A]], %[[X]]
// JVP-NEXT: %[[V1:.*]] = wg.igamma_sensitivity %[[A]], %[[X]] order 1
// JVP-NEXT: %[[V2:.*]] = wg.gamma_density %[[A]], %[[X]]
// JVP-NEXT: %[[V3:.*]] = wg.mul %[[V2]], %[[V1]]
// JVP-NEXT: %[[V4:.*]] = wg.mul %[[V3]], %[[DA]]
// JVP-NEXT: %[[V5:.*]] = wg.mul %[[V2]], %[[DX]]
// JVP-NEXT: %[[V6:.*]] = wg.add %[[V4]], %[[V5]]
// JVP-NEXT: %[[V7:.*]] = wg.neg %[[V6]]
// JVP-NEXT: return %[[V0]], %[[V7]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.igammac %[[A]], %[[X]]
// VJP-NEXT: %[[V1:.*]] = wg.igamma_sensitivity %[[A]], %[[X]] order 1
// VJP-NEXT: %[[V2:.*]] = wg.gamma_density %[[A]], %[[X]]
// VJP-NEXT: %[[V3:.*]] = wg.mul %[[V2]], %[[V1]]
// VJP-NEXT: %[[V4:.*]] = wg.mul %[[V2]], %[[CT]]
// VJP-NEXT: %[[V5:.*]] = wg.neg %[[V4]]
// VJP-NEXT: %[[V6:.*]] = wg.mul %[[V3]], %[[CT]]
// VJP-NEXT: %[[V7:.*]] = wg.neg %[[V6]]
// VJP-NEXT: return %[[V0]], %[[V7]], %[[V5]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.igammac %[[A]], %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%a: tensor<2x3xf32>, %x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.igammac %a, %x : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
