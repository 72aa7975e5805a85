// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// imag: the imaginary part of x.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.imag %{{.*}} : tensor<2x3xcomplex<f32>>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.imag %[[X]]
// JVP-NEXT: %[[V1:.*]] = wg.imag %[[DX]]
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.imag %[[X]]
// VJP-NEXT: %[[V2:.*]] = wg.neg %[[CT]]
// VJP-NEXT: %[[V3:.*]] = wg.complex %[[V0]], %[[V2]]
// VJP-NEXT: return %[[V1]], %[[V3]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.imag %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: complex.im
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<2x3xcomplex<f32>>) -> tensor<2x3xf32> {
  %0 = wg.imag %x : tensor<2x3xcomplex<f32>>
  return %0 : tensor<2x3xf32>
}
