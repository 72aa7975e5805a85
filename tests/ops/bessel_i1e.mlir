// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// bessel_i1e: exp(-|x|) times the modified Bessel function of order 1.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.bessel_i1e %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<5.000000e-01>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V3:.*]] = wg.bessel_i1e %[[X]]
// JVP-NEXT: %[[V4:.*]] = wg.eq %[[X]], %[[V1]]
// JVP-NEXT: %[[V5:.*]] = wg.select %[[V4]], %[[V2]], %[[X]]
// JVP-NEXT: %[[V6:.*]] = wg.div %[[V2]], %[[V5]]
// JVP-NEXT: %[[V7:.*]] = wg.sign %[[X]]
// JVP-NEXT: %[[V8:.*]] = wg.add %[[V7]], %[[V6]]
// JVP-NEXT: %[[V9:.*]] = wg.mul %[[V3]], %[[V8]]
// JVP-NEXT: %[[V10:.*]] = wg.bessel_i0e %[[X]]
// JVP-NEXT: %[[V11:.*]] = wg.sub %[[V10]], %[[V9]]
// JVP-NEXT: %[[V12:.*]] = wg.select %[[V4]], %[[V0]], %[[V11]]
// JVP-NEXT: %[[V13:.*]] = wg.mul %[[V12]], %[[DX]]
// JVP-NEXT: return %[[V3]], %[[V13]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<5.000000e-01>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V3:.*]] = wg.bessel_i1e %[[X]]
// VJP-NEXT: %[[V4:.*]] = wg.eq %[[X]], %[[V1]]
// VJP-NEXT: %[[V5:.*]] = wg.select %[[V4]], %[[V2]], %[[X]]
// VJP-NEXT: %[[V6:.*]] = wg.div %[[V2]], %[[V5]]
// VJP-NEXT: %[[V7:.*]] = wg.sign %[[X]]
// VJP-NEXT: %[[V8:.*]] = wg.add %[[V7]], %[[V6]]
// VJP-NEXT: %[[V9:.*]] = wg.mul %[[V3]], %[[V8]]
// VJP-NEXT: %[[V10:.*]] = wg.bessel_i0e %[[X]]
// VJP-NEXT: %[[V11:.*]] = wg.sub %[[V10]], %[[V9]]
// VJP-NEXT: %[[V12:.*]] = wg.select %[[V4]], %[[V0]], %[[V11]]
// VJP-NEXT: %[[V13:.*]] = wg.mul %[[V12]], %[[CT]]
// VJP-NEXT: return %[[V3]], %[[V13]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.bessel_i1e %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.bessel_i1e %x : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
