// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// complex: the complex number re + i im.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.complex %{{.*}}, %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[RE:[^:]*]]: {{[^,]*}}, %[[IM:[^:]*]]: {{[^,]*}}, %[[DRE:[^:]*]]: {{[^,]*}}, %[[DIM:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.complex %[[RE]], %[[IM]]
// JVP-NEXT: %[[V1:.*]] = wg.complex %[[DRE]], %[[DIM]]
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[RE:[^:]*]]: {{[^,]*}}, %[[IM:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.complex %[[RE]], %[[IM]]
// VJP-NEXT: %[[V1:.*]] = wg.real %[[CT]]
// VJP-NEXT: %[[V2:.*]] = wg.imag %[[CT]]
// VJP-NEXT: %[[V3:.*]] = wg.neg %[[V2]]
// VJP-NEXT: return %[[V0]], %[[V1]], %[[V3]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[RE:[^:]*]]: {{[^,]*}}, %[[IM:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.complex %[[RE]], %[[IM]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: complex.create
// LINALG: linalg.yield
// LINALG: return

func.func @f(%re: tensor<2x3xf32>, %im: tensor<2x3xf32>) -> tensor<2x3xcomplex<f32>> {
  %0 = wg.complex %re, %im : tensor<2x3xf32>
  return %0 : tensor<2x3xcomplex<f32>>
}
