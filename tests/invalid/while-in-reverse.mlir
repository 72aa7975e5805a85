// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a while loop refuses in reverse mode.
// RUN: wg-opt %s -split-input-file -verify-diagnostics -wg-expand-transforms

func.func private @below(%i: tensor<i32>, %x: tensor<f32>) -> tensor<i1> {
  %n = wg.constant dense<3> : tensor<i32>
  %0 = wg.lt %i, %n : tensor<i32>
  return %0 : tensor<i1>
}
func.func private @step(%i: tensor<i32>, %x: tensor<f32>) -> (tensor<i32>, tensor<f32>) {
  %1 = wg.constant dense<1> : tensor<i32>
  %j = wg.add %i, %1 : tensor<i32>
  // expected-error @below {{'wg.callback' op cannot be in a wg.while that is differentiated in reverse: its steps run once more there, and this would have its effect again for its results; use pure_callback for what may run twice, or lax.scan, which keeps the results}}
  %f = wg.callback 4(%i) "unordered" -> [tensor<f32>] : tensor<i32>
  %y = wg.mul %x, %f : tensor<f32>
  return %j, %y : tensor<i32>, tensor<f32>
}
func.func private @loop(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.constant dense<0> : tensor<i32>
  %i, %y = wg.while @below @step consts() carry(%0, %x) : (tensor<i32>, tensor<f32>) -> (tensor<i32>, tensor<f32>)
  return %y : tensor<f32>
}
func.func @gradient(%x: tensor<f32>, %ct: tensor<f32>) -> tensor<f32> {
  %y, %dx = wg.vjp @loop(%x) cotangents(%ct) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %dx : tensor<f32>
}
