// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The residuals of branches: what a branch takes or returns in any case has no place of its own.
// RUN: wg-opt %s -wg-linearize="fn=powers wrt=1" | FileCheck %s
// RUN: wg-opt %s -wg-linearize="fn=mixed wrt=1" | FileCheck %s --check-prefix=MIXED

// CHECK-LABEL: func.func @powers.fwd(
// CHECK: %[[F:.*]] = wg.cond %arg0 [@grow{{.*}}, @shrink{{.*}}](%arg1) : (tensor<i32>, tensor<f32>) -> tensor<f32>
// CHECK: return %[[F]], %arg0, %[[F]] :
func.func @powers(%i: tensor<i32>, %x: tensor<f32>) -> tensor<f32> {
  %0 = wg.cond %i [@grow, @shrink](%x) : (tensor<i32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
// The place that the cosine needs is there for the power as well.
// MIXED-LABEL: func.func @mixed.fwd(
// MIXED: %[[F:.*]]:2 = wg.cond %arg0 [@grow{{.*}}, @wave{{.*}}](%arg1) : (tensor<i32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
// MIXED: return %[[F]]#0, %arg0, %[[F]]#1 :
func.func @mixed(%i: tensor<i32>, %x: tensor<f32>) -> tensor<f32> {
  %0 = wg.cond %i [@grow, @wave](%x) : (tensor<i32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
func.func private @shrink(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.neg %x : tensor<f32>
  %1 = wg.exp %0 : tensor<f32>
  return %1 : tensor<f32>
}
func.func private @grow(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.exp %x : tensor<f32>
  return %0 : tensor<f32>
}
func.func private @wave(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.sin %x : tensor<f32>
  return %0 : tensor<f32>
}
