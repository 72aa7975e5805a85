// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// betainc: the regularised incomplete beta function: the probability that a beta variable is below x.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1,2" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1,2" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.betainc %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[P:[^:]*]]: {{[^,]*}}, %[[Q:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[DP:[^:]*]]: {{[^,]*}}, %[[DQ:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.betainc %[[P]], %[[Q]], %[[X]]
// JVP-NEXT: %[[V1:.*]] = wg.betainc_sensitivity %[[P]], %[[Q]], %[[X]] orders 1, 0
// JVP-NEXT: %[[V2:.*]] = wg.beta_density %[[P]], %[[Q]], %[[X]]
// JVP-NEXT: %[[V3:.*]] = wg.mul %[[V2]], %[[V1]]
// JVP-NEXT: %[[V4:.*]] = wg.betainc_sensitivity %[[P]], %[[Q]], %[[X]] orders 0, 1
// JVP-NEXT: %[[V5:.*]] = wg.mul %[[V2]], %[[V4]]
// JVP-NEXT: %[[V6:.*]] = wg.mul %[[V3]], %[[DP]]
// JVP-NEXT: %[[V7:.*]] = wg.mul %[[V5]], %[[DQ]]
// JVP-NEXT: %[[V8:.*]] = wg.add %[[V6]], %[[V7]]
// JVP-NEXT: %[[V9:.*]] = wg.mul %[[V2]], %[[DX]]
// JVP-NEXT: %[[V10:.*]] = wg.add %[[V8]], %[[V9]]
// JVP-NEXT: return %[[V0]], %[[V10]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[P:[^:]*]]: {{[^,]*}}, %[[Q:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.betainc %[[P]], %[[Q]], %[[X]]
// VJP-NEXT: %[[V1:.*]] = wg.betainc_sensitivity %[[P]], %[[Q]], %[[X]] orders 1, 0
// VJP-NEXT: %[[V2:.*]] = wg.beta_density %[[P]], %[[Q]], %[[X]]
// VJP-NEXT: %[[V3:.*]] = wg.mul %[[V2]], %[[V1]]
// VJP-NEXT: %[[V4:.*]] = wg.betainc_sensitivity %[[P]], %[[Q]], %[[X]] orders 0, 1
// VJP-NEXT: %[[V5:.*]] = wg.mul %[[V2]], %[[V4]]
// VJP-NEXT: %[[V6:.*]] = wg.mul %[[V2]], %[[CT]]
// VJP-NEXT: %[[V7:.*]] = wg.mul %[[V5]], %[[CT]]
// VJP-NEXT: %[[V8:.*]] = wg.mul %[[V3]], %[[CT]]
// VJP-NEXT: return %[[V0]], %[[V8]], %[[V7]], %[[V6]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[P:[^:]*]]: {{[^,]*}}, %[[Q:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.betainc %[[P]], %[[Q]], %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%p: tensor<2x3xf32>, %q: tensor<2x3xf32>, %x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.betainc %p, %q, %x : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
