// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Policies hold in the functions that scans and branches run.
// RUN: wg-opt %s -wg-linearize="fn=steps wrt=0" | FileCheck %s
// RUN: wg-opt %s -wg-linearize="fn=branches wrt=1" | FileCheck %s --check-prefix=BRANCHES

// The products of all steps are saved, and what the steps run again from takes them.
// CHECK-LABEL: func.func @steps.fwd(
// CHECK: %[[F:.*]]:2 = wg.scan @step{{.*}}saving{{.*}} consts(%arg0) carry(%arg1) length 5 : {{.*}} -> (tensor<3xf32>, tensor<5x3xf32>)
// CHECK: return %[[F]]#0, %arg0, %arg1, %[[F]]#1
// CHECK-LABEL: func.func @steps.lin(
// CHECK-SAME: %[[W:.*]]: tensor<3x3xf32>, %[[H:.*]]: tensor<3xf32>, %[[DOTS:.*]]: tensor<5x3xf32>, %{{.*}}: tensor<3x3xf32>)
// CHECK: %[[B:.*]]:2 = wg.optimization_barrier(%[[H]], %[[DOTS]])
// CHECK: wg.scan @[[AGAIN:step.*again[^ ]*]] carry(%[[B]]#0) xs(%[[B]]#1) length 5
// CHECK: wg.scan @step.lin
// CHECK: func.func private @[[AGAIN]](
// CHECK-NOT: wg.dot_general
// CHECK: wg.sin
// CHECK: return
func.func @steps(%w: tensor<3x3xf32>, %h: tensor<3xf32>) -> tensor<3xf32> attributes {wg.checkpoint = "dots"} {
  %0 = wg.scan @step consts(%w) carry(%h) xs() length 5 : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func private @step(%w: tensor<3x3xf32>, %h: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.dot_general %h, %w contracting [0] x [0] batch [] x [] : tensor<3xf32>, tensor<3x3xf32>
  %1 = wg.sin %0 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

// Branches share places: each saves one value.
// BRANCHES-LABEL: func.func @branches.fwd(
// BRANCHES: %[[F:.*]]:2 = wg.cond %arg0 [@sines{{.*}}saving{{.*}}, @cosines{{.*}}saving{{.*}}](%arg1) : (tensor<i32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
// BRANCHES-LABEL: func.func @branches.lin(
// BRANCHES: wg.cond %{{.*}} [@sines{{.*}}again{{.*}}, @cosines{{.*}}again{{.*}}](
func.func @branches(%i: tensor<i32>, %x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.checkpoint = "names"} {
  %0 = wg.cond %i [@sines, @cosines](%x) : (tensor<i32>, tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func private @sines(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.sin %x : tensor<3xf32>
  %1 = wg.checkpoint_name %0 name "s" : tensor<3xf32>
  %2 = wg.exp %1 : tensor<3xf32>
  %3 = wg.sin %2 : tensor<3xf32>
  return %3 : tensor<3xf32>
}
func.func private @cosines(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.cos %x : tensor<3xf32>
  %1 = wg.checkpoint_name %0 name "c" : tensor<3xf32>
  %2 = wg.exp %1 : tensor<3xf32>
  %3 = wg.cos %2 : tensor<3xf32>
  return %3 : tensor<3xf32>
}
