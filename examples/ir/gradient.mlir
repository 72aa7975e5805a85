// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program that asks for its own gradient: wg-opt --wg-pipeline makes it what iree-compile takes.
func.func private @f(%x: tensor<4xf32>) -> tensor<f32> {
  %0 = wg.sin %x : tensor<4xf32>
  %1 = wg.mul %x, %0 : tensor<4xf32>
  %2 = wg.reduce_sum %1 axes [0] : tensor<4xf32>
  return %2 : tensor<f32>
}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %y, %ct = wg.vjp @f(%x) cotangents(%one) wrt [0] : (tensor<4xf32>, tensor<f32>) -> (tensor<f32>, tensor<4xf32>)
  return %ct : tensor<4xf32>
}
