// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An op that a library of the host computes is a call in a module that Python loads, and made of other ops elsewhere.
// RUN: wg-opt %s --wg-pipeline="stop-after=core host-calls=true" | FileCheck %s --check-prefix=CORE
// RUN: wg-opt %s --wg-pipeline="host-calls=true" | FileCheck %s --check-prefix=CALL
// RUN: wg-opt %s --wg-pipeline | FileCheck %s --check-prefix=OWN
// RUN: wg-opt %s --wg-pipeline=target=cuda | FileCheck %s --check-prefix=OWN

// CORE: wg.fft

// CALL-LABEL: func.func @f(
// CALL-SAME: %[[X:[^:]*]]: tensor<2x5xf32>
// CALL-NEXT: %[[Y:.*]] = call @"wengert_host.fft(tensor<2x5xf32>) -> (tensor<2x3xcomplex<f32>>) {\22fft_lengths\22:[5],\22fft_type\22:\22RFFT\22}"(%[[X]])
// CALL-NEXT: return %[[Y]]
// CALL: func.func private @"wengert_host.fft(

// OWN-LABEL: func.func @f(
// OWN: linalg.matmul
// OWN-NOT: wengert_host
// OWN: return

func.func @f(%x: tensor<2x5xf32>) -> tensor<2x3xcomplex<f32>> {
  %0 = wg.fft %x "RFFT" [5] : tensor<2x5xf32>
  return %0 : tensor<2x3xcomplex<f32>>
}
