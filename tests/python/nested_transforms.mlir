// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What test_nested_transforms.py calls.
func.func private @f(%x: tensor<3xf64>, %w: tensor<3x2xf64>, %n: tensor<2xi32>) -> (tensor<2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<f64>) {
  %0 = wg.sin %x : tensor<3xf64>
  %1 = wg.mul %0, %x : tensor<3xf64>
  %2 = wg.dot_general %1, %w contracting [0] x [0] batch [] x [] : tensor<3xf64>, tensor<3x2xf64>
  %3 = wg.logistic %2 : tensor<2xf64>
  %n2 = wg.add %n, %n : tensor<2xi32>
  %c = wg.constant dense<2.0> : tensor<f64>
  %4 = wg.tanh %3 : tensor<2xf64>
  %5 = wg.div %4, %2 : tensor<2xf64>
  return %5, %n2, %x, %c : tensor<2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<f64>
}
func.func @j(%x: tensor<3xf64>, %w: tensor<3x2xf64>, %n: tensor<2xi32>, %dx: tensor<3xf64>, %dw: tensor<3x2xf64>) -> (tensor<2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<f64>, tensor<2xf64>, tensor<3xf64>, tensor<f64>) {
  %r:7 = wg.jvp @f(%x, %w, %n) tangents(%dx, %dw) wrt [0, 1] : (tensor<3xf64>, tensor<3x2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<3x2xf64>) -> (tensor<2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<f64>, tensor<2xf64>, tensor<3xf64>, tensor<f64>)
  return %r#0, %r#1, %r#2, %r#3, %r#4, %r#5, %r#6 : tensor<2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<f64>, tensor<2xf64>, tensor<3xf64>, tensor<f64>
}
func.func @v(%x: tensor<3xf64>, %w: tensor<3x2xf64>, %n: tensor<2xi32>, %a: tensor<2xf64>, %b: tensor<3xf64>, %c: tensor<f64>) -> (tensor<2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<f64>, tensor<3xf64>, tensor<3x2xf64>) {
  %r:6 = wg.vjp @f(%x, %w, %n) cotangents(%a, %b, %c) wrt [1, 0] : (tensor<3xf64>, tensor<3x2xf64>, tensor<2xi32>, tensor<2xf64>, tensor<3xf64>, tensor<f64>) -> (tensor<2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<f64>, tensor<3x2xf64>, tensor<3xf64>)
  return %r#0, %r#1, %r#2, %r#3, %r#5, %r#4 : tensor<2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<f64>, tensor<3xf64>, tensor<3x2xf64>
}
func.func private @s(%x: tensor<3xf64>, %w: tensor<3x2xf64>) -> tensor<f64> {
  %n = wg.constant dense<1> : tensor<2xi32>
  %r:4 = call @f(%x, %w, %n) : (tensor<3xf64>, tensor<3x2xf64>, tensor<2xi32>) -> (tensor<2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<f64>)
  %q = wg.mul %r#0, %r#0 : tensor<2xf64>
  %t = wg.reduce_sum %q axes [0] : tensor<2xf64>
  return %t : tensor<f64>
}
func.func @g(%x: tensor<3xf64>, %w: tensor<3x2xf64>) -> tensor<3xf64> {
  %one = wg.constant dense<1.0> : tensor<f64>
  %r:2 = wg.vjp @s(%x, %w) cotangents(%one) wrt [0] : (tensor<3xf64>, tensor<3x2xf64>, tensor<f64>) -> (tensor<f64>, tensor<3xf64>)
  return %r#1 : tensor<3xf64>
}
func.func private @dir(%x: tensor<3xf64>, %w: tensor<3x2xf64>, %v: tensor<3xf64>) -> tensor<f64> {
  %r:2 = wg.jvp @s(%x, %w) tangents(%v) wrt [0] : (tensor<3xf64>, tensor<3x2xf64>, tensor<3xf64>) -> (tensor<f64>, tensor<f64>)
  return %r#1 : tensor<f64>
}
func.func @hvp_fr(%x: tensor<3xf64>, %w: tensor<3x2xf64>, %v: tensor<3xf64>) -> tensor<3xf64> {
  %r:2 = wg.jvp @g(%x, %w) tangents(%v) wrt [0] : (tensor<3xf64>, tensor<3x2xf64>, tensor<3xf64>) -> (tensor<3xf64>, tensor<3xf64>)
  return %r#1 : tensor<3xf64>
}
func.func @hvp_rf(%x: tensor<3xf64>, %w: tensor<3x2xf64>, %v: tensor<3xf64>) -> tensor<3xf64> {
  %one = wg.constant dense<1.0> : tensor<f64>
  %r:2 = wg.vjp @dir(%x, %w, %v) cotangents(%one) wrt [0] : (tensor<3xf64>, tensor<3x2xf64>, tensor<3xf64>, tensor<f64>) -> (tensor<f64>, tensor<3xf64>)
  return %r#1 : tensor<3xf64>
}
func.func @hvp_rr(%x: tensor<3xf64>, %w: tensor<3x2xf64>, %v: tensor<3xf64>) -> tensor<3xf64> {
  %r:2 = wg.vjp @g(%x, %w) cotangents(%v) wrt [0] : (tensor<3xf64>, tensor<3x2xf64>, tensor<3xf64>) -> (tensor<3xf64>, tensor<3xf64>)
  return %r#1 : tensor<3xf64>
}
func.func @vg(%x: tensor<3x5xf64>, %w: tensor<3x2xf64>) -> tensor<3x5xf64> {
  %r = wg.vmap @g(%x, %w) in_axes [1, -] out_axes [1] size 5 : (tensor<3x5xf64>, tensor<3x2xf64>) -> tensor<3x5xf64>
  return %r : tensor<3x5xf64>
}
func.func @vs(%x: tensor<3x5xf64>, %w: tensor<3x2x5xf64>) -> tensor<5xf64> {
  %r = wg.vmap @s(%x, %w) in_axes [1, 2] out_axes [0] size 5 : (tensor<3x5xf64>, tensor<3x2x5xf64>) -> tensor<5xf64>
  return %r : tensor<5xf64>
}
func.func @gvs(%x: tensor<3x5xf64>, %w: tensor<3x2x5xf64>, %v: tensor<5xf64>) -> (tensor<3x5xf64>, tensor<3x2x5xf64>) {
  %r:3 = wg.vjp @vs(%x, %w) cotangents(%v) wrt [0, 1] : (tensor<3x5xf64>, tensor<3x2x5xf64>, tensor<5xf64>) -> (tensor<5xf64>, tensor<3x5xf64>, tensor<3x2x5xf64>)
  return %r#1, %r#2 : tensor<3x5xf64>, tensor<3x2x5xf64>
}
func.func @vvs(%x: tensor<3x5xf64>, %w: tensor<3x2x4xf64>) -> tensor<5x4xf64> {
  %r = wg.vmap @vx(%x, %w) in_axes [-, 2] out_axes [1] size 4 : (tensor<3x5xf64>, tensor<3x2x4xf64>) -> tensor<5x4xf64>
  return %r : tensor<5x4xf64>
}
func.func private @vx(%x: tensor<3x5xf64>, %w: tensor<3x2xf64>) -> tensor<5xf64> {
  %r = wg.vmap @s(%x, %w) in_axes [1, -] out_axes [0] size 5 : (tensor<3x5xf64>, tensor<3x2xf64>) -> tensor<5xf64>
  return %r : tensor<5xf64>
}
func.func @F(%x: tensor<3xf64>, %w: tensor<3x2xf64>, %n: tensor<2xi32>) -> (tensor<2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<f64>) {
  %r:4 = call @f(%x, %w, %n) : (tensor<3xf64>, tensor<3x2xf64>, tensor<2xi32>) -> (tensor<2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<f64>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<2xf64>, tensor<2xi32>, tensor<3xf64>, tensor<f64>
}
func.func @S(%x: tensor<3xf64>, %w: tensor<3x2xf64>) -> tensor<f64> {
  %r = call @s(%x, %w) : (tensor<3xf64>, tensor<3x2xf64>) -> tensor<f64>
  return %r : tensor<f64>
}
