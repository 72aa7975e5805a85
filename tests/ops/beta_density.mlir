// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// beta_density: the derivative of betainc in x: x ** (p - 1) * (1 - x) ** (q - 1) / beta(p, q).
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1,2" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1,2" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.beta_density %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[P:[^:]*]]: {{[^,]*}}, %[[Q:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[DP:[^:]*]]: {{[^,]*}}, %[[DQ:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.constant dense<5.000000e-01>
// JVP-NEXT: %[[V3:.*]] = wg.beta_density %[[P]], %[[Q]], %[[X]]
// JVP-NEXT: %[[V4:.*]] = wg.add %[[P]], %[[Q]]
// JVP-NEXT: %[[V5:.*]] = wg.digamma %[[V4]]
// JVP-NEXT: %[[V6:.*]] = wg.digamma %[[P]]
// JVP-NEXT: %[[V7:.*]] = wg.lt %[[X]], %[[V1]]
// JVP-NEXT: %[[V8:.*]] = wg.gt %[[X]], %[[V0]]
// JVP-NEXT: %[[V9:.*]] = wg.bitwise_and %[[V8]], %[[V7]]
// JVP-NEXT: %[[V10:.*]] = wg.select %[[V9]], %[[X]], %[[V2]]
// JVP-NEXT: %[[V11:.*]] = wg.log %[[V10]]
// JVP-NEXT: %[[V12:.*]] = wg.sub %[[V11]], %[[V6]]
// JVP-NEXT: %[[V13:.*]] = wg.add %[[V12]], %[[V5]]
// JVP-NEXT: %[[V14:.*]] = wg.mul %[[V3]], %[[V13]]
// JVP-NEXT: %[[V15:.*]] = wg.digamma %[[Q]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[P:[^:]*]]: {{[^,]*}}, %[[Q:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<5.000000e-01>
// VJP-NEXT: %[[V3:.*]] = wg.beta_density %[[P]], %[[Q]], %[[X]]
// VJP-NEXT: %[[V4:.*]] = wg.add %[[P]], %[[Q]]
// VJP-NEXT: %[[V5:.*]] = wg.digamma %[[V4]]
// VJP-NEXT: %[[V6:.*]] = wg.digamma %[[P]]
// VJP-NEXT: %[[V7:.*]] = wg.lt %[[X]], %[[V1]]
// VJP-NEXT: %[[V8:.*]] = wg.gt %[[X]], %[[V0]]
// VJP-NEXT: %[[V9:.*]] = wg.bitwise_and %[[V8]], %[[V7]]
// VJP-NEXT: %[[V10:.*]] = wg.select %[[V9]], %[[X]], %[[V2]]
// VJP-NEXT: %[[V11:.*]] = wg.log %[[V10]]
// VJP-NEXT: %[[V12:.*]] = wg.sub %[[V11]], %[[V6]]
// VJP-NEXT: %[[V13:.*]] = wg.add %[[V12]], %[[V5]]
// VJP-NEXT: %[[V14:.*]] = wg.mul %[[V3]], %[[V13]]
// VJP-NEXT: %[[V15:.*]] = wg.digamma %[[Q]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[P:[^:]*]]: {{[^,]*}}, %[[Q:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.beta_density %[[P]], %[[Q]], %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%p: tensor<2x3xf32>, %q: tensor<2x3xf32>, %x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.beta_density %p, %q, %x : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
