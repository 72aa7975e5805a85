// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// fft: the discrete Fourier transform over the last one to three dimensions.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.fft %{{.*}} "FFT" [6] : tensor<2x6xcomplex<f32>>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.fft %[[X]] "FFT" [6]
// JVP-NEXT: %[[V1:.*]] = wg.fft %[[DX]] "FFT" [6]
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.fft %[[X]] "FFT" [6]
// VJP-NEXT: %[[V1:.*]] = wg.fft %[[CT]] "FFT" [6]
// VJP-NEXT: return %[[V0]], %[[V1]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.fft %[[X]] "FFT" [6]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: linalg.fill
// LINALG: linalg.matmul
// LINALG: return

func.func @f(%x: tensor<2x6xcomplex<f32>>) -> tensor<2x6xcomplex<f32>> {
  %0 = wg.fft %x "FFT" [6] : tensor<2x6xcomplex<f32>>
  return %0 : tensor<2x6xcomplex<f32>>
}
