// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wg.optimization_barrier treats each operand by itself: derivatives, batching, transposition, canonical form, lowering.
// RUN: wg-opt %s | FileCheck %s --check-prefix=ROUND
// RUN: wg-opt %s -wg-jvp="fn=f wrt=0" | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s -wg-batch="fn=f in-axes=-,0 out-axes=0 size=8" | FileCheck %s --check-prefix=BATCH
// RUN: wg-opt %s -wg-transpose="fn=mixed num-residuals=1" | FileCheck %s --check-prefix=TRANSPOSE
// RUN: wg-opt %s -wg-simplify | FileCheck %s --check-prefix=CANON
// RUN: wg-opt %s -wg-pipeline="entry=f stop-after=linalg" | FileCheck %s --check-prefix=LINALG
// RUN: wg-opt %s -wg-pipeline="entry=branch stop-after=linalg" | FileCheck %s --check-prefix=BRANCH

// ROUND: wg.optimization_barrier(%{{.*}}, %{{.*}}) : (tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
// One operand has a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP: wg.optimization_barrier(%{{.*}}, %{{.*}}) : (tensor<3xf32>, tensor<3xf32>)
// JVP: wg.optimization_barrier(%{{.*}}) : (tensor<3xf32>) -> tensor<3xf32>
// One operand is batched.
// BATCH-LABEL: func.func @f.vmap(
// BATCH: wg.optimization_barrier(%{{.*}}, %{{.*}}) : (tensor<3xf32>, tensor<8x3xf32>)
// LINALG-LABEL: func.func @f(
// LINALG-COUNT-2: "util.optimization_barrier"(%{{.*}}) : (tensor<3xf32>) -> tensor<3xf32>
func.func @f(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %0:2 = wg.optimization_barrier(%x, %y) : (tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  %1 = wg.mul %0#0, %0#1 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

// One operand is linear.
// TRANSPOSE-LABEL: func.func @mixed.transpose(
// TRANSPOSE-SAME: %[[W:.*]]: tensor<3xf32>, %[[CT:.*]]: tensor<3xf32>) -> tensor<3xf32>
// TRANSPOSE: %[[B:.*]] = wg.optimization_barrier(%[[W]])
// TRANSPOSE: %[[C:.*]] = wg.mul %[[B]], %[[CT]]
// TRANSPOSE: %[[D:.*]] = wg.optimization_barrier(%[[C]])
// TRANSPOSE: return %[[D]]
func.func @mixed(%w: tensor<3xf32>, %x: tensor<3xf32>) -> tensor<3xf32> {
  %0:2 = wg.optimization_barrier(%w, %x) : (tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  %1 = wg.mul %0#0, %0#1 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

// CANON-LABEL: func.func @repeated(
// CANON: %[[B:.*]] = wg.optimization_barrier(%{{.*}}) : (tensor<3xf32>) -> tensor<3xf32>
// CANON: wg.sin %[[B]]
// CANON: wg.cos %[[B]]
func.func @repeated(%x: tensor<3xf32>, %y: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %0:3 = wg.optimization_barrier(%x, %x, %y) : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
  %1 = wg.sin %0#0 : tensor<3xf32>
  %2 = wg.cos %0#1 : tensor<3xf32>
  return %1, %2 : tensor<3xf32>, tensor<3xf32>
}

// Inside a branch there is nothing to keep apart.
// BRANCH-LABEL: func.func @branch(
// BRANCH-NOT: "util.optimization_barrier"({{.*}}tensor
// BRANCH: return
func.func @branch(%i: tensor<i32>, %x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.cond %i [@behind, @exp](%x) : (tensor<i32>, tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func private @exp(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.exp %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func private @behind(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.optimization_barrier(%x) : (tensor<3xf32>) -> tensor<3xf32>
  %1 = wg.sin %0 : tensor<3xf32>
  return %1 : tensor<3xf32>
}
