// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
func.func @f(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.sin %x : tensor<f32>
  %1 = wg.mul %x, %0 : tensor<f32>
  return %1 : tensor<f32>
}
