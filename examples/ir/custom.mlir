// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A function whose derivative a rule gives: sin, with a cosine that is cut off below 0.
func.func private @f(%x: tensor<f32>) -> tensor<f32> attributes {wg.custom_jvp = @f_rule} {
  %0 = wg.sin %x : tensor<f32>
  return %0 : tensor<f32>
}
func.func private @f_rule(%x: tensor<f32>, %dx: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %y = call @f(%x) : (tensor<f32>) -> tensor<f32>
  %zero = wg.constant dense<0.0> : tensor<f32>
  %c = wg.cos %x : tensor<f32>
  %d = wg.max %c, %zero : tensor<f32>
  %dy = wg.mul %d, %dx : tensor<f32>
  return %y, %dy : tensor<f32>, tensor<f32>
}
func.func @gradient(%x: tensor<f32>, %ct: tensor<f32>) -> tensor<f32> {
  %y, %dx = wg.vjp @f(%x) cotangents(%ct) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %dx : tensor<f32>
}
