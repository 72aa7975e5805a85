// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: wg-opt %s | FileCheck %s --check-prefix=TEXT
// RUN: wg-opt %s -wg-jvp="fn=f wrt=0" | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s -wg-vjp="fn=f wrt=0,1,2" | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s -wg-batch="fn=f in-axes=-,-,1 out-axes=0,0 size=7" | FileCheck %s --check-prefix=BATCH
// RUN: wg-opt %s -wg-simplify | FileCheck %s --check-prefix=SIMPLE
// RUN: wg-opt %s -wg-simplify -wg-to-linalg | FileCheck %s --check-prefix=LINALG

// TEXT-LABEL: func.func @f(
// TEXT: %0:2 = wg.scan @step consts(%arg0) carry(%arg1) xs(%arg2) length 5 : (tensor<f32>, tensor<f32>, tensor<5xf32>) -> (tensor<f32>, tensor<5xf32>)

// Tangents ride along; a carry gets one as soon as another has.
// JVP-LABEL: func.func @f.jvp(
// JVP: wg.scan @step.jvp{{.*}} consts(%arg0, %arg3) carry(%arg1, %{{.*}}) xs(%arg2) length 5

// What the backward loop needs of the forward loop: the carries and the cosines are saved; w is a const, x is among the
// xs, and h * w is a result.
// VJP-LABEL: func.func @f.vjp(
// VJP: %[[FWD:.*]]:4 = wg.scan @step.fwd_0 consts(%arg0) carry(%arg1) xs(%arg2) length 5
// VJP: wg.scan @{{.*}}pullback{{.*}} consts(%arg0) carry(%{{.*}}, %{{.*}}) xs(%[[FWD]]#2, %arg2, %[[FWD]]#1, %[[FWD]]#3, %arg4) length 5 reverse

// BATCH-LABEL: func.func @f.vmap(
// BATCH: %[[H:.*]] = wg.broadcast_in_dim %arg1 shape [7]
// BATCH: wg.scan @step.vmap{{.*}} consts(%arg0) carry(%[[H]]) xs(%{{.*}}) length 5 : (tensor<f32>, tensor<7xf32>, tensor<5x7xf32>)
// BATCH: wg.transpose

// LINALG-LABEL: func.func @f(
// LINALG: %[[YS:.*]] = "flow.tensor.alloca"() : () -> tensor<5xf32>
// LINALG: scf.for %[[I:.*]] = %c0 to %c5 step %c1 iter_args(%[[C:.*]] = %arg1, %[[S:.*]] = %[[YS]])
// LINALG: "util.optimization_barrier"
// LINALG: tensor.extract_slice %arg2[%[[I]]] [1] [1]
// LINALG: tensor.insert_slice %{{.*}} into %[[S]][%[[I]]] [1] [1]
func.func @f(%w: tensor<f32>, %h: tensor<f32>, %xs: tensor<5xf32>) -> (tensor<f32>, tensor<5xf32>) {
  %0:2 = wg.scan @step consts(%w) carry(%h) xs(%xs) length 5 : (tensor<f32>, tensor<f32>, tensor<5xf32>) -> (tensor<f32>, tensor<5xf32>)
  return %0#0, %0#1 : tensor<f32>, tensor<5xf32>
}
func.func private @step(%w: tensor<f32>, %h: tensor<f32>, %x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %0 = wg.mul %h, %w : tensor<f32>
  %1 = wg.mul %0, %x : tensor<f32>
  %2 = wg.sin %1 : tensor<f32>
  return %2, %0 : tensor<f32>, tensor<f32>
}

// Out of the loop go what no step changes, carries that nothing needs, repeated results, xs that are one value; exp is
// computed once.
// SIMPLE-LABEL: func.func @waste(
// SIMPLE-SAME: %[[W:.*]]: tensor<3xf32>, %[[H:.*]]: tensor<3xf32>, %[[XS:.*]]: tensor<5x3xf32>)
// SIMPLE: %[[E:.*]] = wg.exp %[[W]]
// SIMPLE: %[[T:.*]] = wg.tanh %[[W]]
// SIMPLE: %[[R:.*]]:2 = wg.scan @wasteful{{.*}} consts(%[[E]], %[[T]]) carry(%[[H]]) length 5 reverse unroll 2
// SIMPLE: %[[B:.*]] = wg.broadcast_in_dim %[[E]] shape [5, 3]
// SIMPLE: return %[[R]]#0, %[[W]], %[[R]]#1, %[[R]]#1, %[[XS]], %[[B]]
func.func @waste(%w: tensor<3xf32>, %h: tensor<3xf32>, %xs: tensor<5x3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>) {
  %i = wg.constant dense<0> : tensor<i32>
  %k = wg.constant dense<2.0> : tensor<f32>
  %z = wg.constant dense<1.0> : tensor<5x3xf32>
  %r:9 = wg.scan @wasteful consts(%w, %k) carry(%i, %h, %w, %k) xs(%xs, %z) length 5 reverse unroll 2 : (tensor<3xf32>, tensor<f32>, tensor<i32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<5x3xf32>, tensor<5x3xf32>) -> (tensor<i32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5xf32>)
  return %r#1, %r#2, %r#4, %r#5, %r#6, %r#7 : tensor<3xf32>, tensor<3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>
}
func.func private @wasteful(%w: tensor<3xf32>, %k: tensor<f32>, %i: tensor<i32>, %h: tensor<3xf32>, %s: tensor<3xf32>, %d: tensor<f32>, %x: tensor<3xf32>, %z: tensor<3xf32>) -> (tensor<i32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>) {
  %one = wg.constant dense<1> : tensor<i32>
  %j = wg.add %i, %one : tensor<i32>
  %e = wg.exp %w : tensor<3xf32>
  %t = wg.tanh %s : tensor<3xf32>
  %0 = wg.mul %h, %e : tensor<3xf32>
  %1 = wg.add %0, %t : tensor<3xf32>
  %2 = wg.add %1, %z : tensor<3xf32>
  %g = wg.sin %d : tensor<f32>
  %m = wg.mul %g, %k : tensor<f32>
  return %j, %2, %s, %m, %2, %2, %x, %e, %m : tensor<i32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>
}

// One step is no loop, none is nothing; a known index is no branch.
// SIMPLE-LABEL: func.func @once(
// SIMPLE-NOT: wg.scan
// SIMPLE-NOT: wg.cond
// SIMPLE: return
func.func @once(%w: tensor<f32>, %h: tensor<f32>, %xs: tensor<1xf32>, %none: tensor<0xf32>) -> (tensor<f32>, tensor<1xf32>, tensor<f32>, tensor<0xf32>, tensor<f32>) {
  %0:2 = wg.scan @step consts(%w) carry(%h) xs(%xs) length 1 : (tensor<f32>, tensor<f32>, tensor<1xf32>) -> (tensor<f32>, tensor<1xf32>)
  %1:2 = wg.scan @step consts(%w) carry(%h) xs(%none) length 0 : (tensor<f32>, tensor<f32>, tensor<0xf32>) -> (tensor<f32>, tensor<0xf32>)
  %i = wg.constant dense<7> : tensor<i32>
  %2 = wg.cond %i [@double, @square](%h) : (tensor<i32>, tensor<f32>) -> tensor<f32>
  return %0#0, %0#1, %1#0, %1#1, %2 : tensor<f32>, tensor<1xf32>, tensor<f32>, tensor<0xf32>, tensor<f32>
}
func.func private @double(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.add %x, %x : tensor<f32>
  return %0 : tensor<f32>
}
func.func private @square(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.mul %x, %x : tensor<f32>
  return %0 : tensor<f32>
}
