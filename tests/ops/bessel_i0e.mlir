// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// bessel_i0e: exp(-|x|) times the modified Bessel function of order 0.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.bessel_i0e %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.bessel_i0e %[[X]]
// JVP-NEXT: %[[V1:.*]] = wg.sign %[[X]]
// JVP-NEXT: %[[V2:.*]] = wg.mul %[[V1]], %[[V0]]
// JVP-NEXT: %[[V3:.*]] = wg.bessel_i1e %[[X]]
// JVP-NEXT: %[[V4:.*]] = wg.sub %[[V3]], %[[V2]]
// JVP-NEXT: %[[V5:.*]] = wg.mul %[[V4]], %[[DX]]
// JVP-NEXT: return %[[V0]], %[[V5]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.bessel_i0e %[[X]]
// VJP-NEXT: %[[V1:.*]] = wg.sign %[[X]]
// VJP-NEXT: %[[V2:.*]] = wg.mul %[[V1]], %[[V0]]
// VJP-NEXT: %[[V3:.*]] = wg.bessel_i1e %[[X]]
// VJP-NEXT: %[[V4:.*]] = wg.sub %[[V3]], %[[V2]]
// VJP-NEXT: %[[V5:.*]] = wg.mul %[[V4]], %[[CT]]
// VJP-NEXT: return %[[V0]], %[[V5]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.bessel_i0e %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.bessel_i0e %x : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
