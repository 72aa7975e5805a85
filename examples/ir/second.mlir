// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
func.func private @f(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.sin %x : tensor<f32>
  %1 = wg.mul %x, %0 : tensor<f32>
  return %1 : tensor<f32>
}

func.func private @df(%x: tensor<f32>, %ct: tensor<f32>) -> tensor<f32> {
  %0:2 = wg.vjp @f(%x) cotangents(%ct) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %0#1 : tensor<f32>
}

func.func @ddf(%x: tensor<f32>) -> tensor<f32> {
  %one = wg.constant dense<1.0> : tensor<f32>
  %0:2 = wg.jvp @df(%x, %one) tangents(%one) wrt [0] : (tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %0#1 : tensor<f32>
}
