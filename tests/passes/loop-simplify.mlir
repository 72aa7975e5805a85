// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What branches and loops of unknown length take, carry and return in vain; sums over the steps of a scan.
// RUN: wg-opt %s -wg-simplify | FileCheck %s

// The loop keeps x and the counter that its condition reads; exp(w) is computed once, the limit is no operand.
// CHECK-LABEL: func.func @waste(
// CHECK-SAME: %[[W:.*]]: tensor<f32>, %[[X:.*]]: tensor<f32>, %[[I:.*]]: tensor<i32>)
// CHECK: %[[E:.*]] = wg.exp %[[W]]
// CHECK: %[[R:.*]]:2 = wg.while @small{{.*}} @wasteful{{.*}} consts(%[[E]]) carry(%[[I]], %[[X]]) {max_steps = 9 : i64}
// CHECK: return %[[R]]#1, %[[W]]
func.func @waste(%w: tensor<f32>, %x: tensor<f32>, %i: tensor<i32>) -> (tensor<f32>, tensor<f32>) {
  %limit = wg.constant dense<5> : tensor<i32>
  %0:4 = wg.while @small @wasteful consts(%limit, %w) carry(%i, %x, %w, %x) {max_steps = 9 : i64} : (tensor<i32>, tensor<f32>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>)
  return %0#1, %0#2 : tensor<f32>, tensor<f32>
}
// CHECK: func.func private @small{{.*}}(%{{.*}}: tensor<f32>, %[[N:.*]]: tensor<i32>, %{{.*}}: tensor<f32>) -> tensor<i1>
// CHECK: %[[FIVE:.*]] = wg.constant dense<5>
// CHECK: wg.lt %[[N]], %[[FIVE]]
func.func private @small(%limit: tensor<i32>, %v: tensor<f32>, %i: tensor<i32>, %x: tensor<f32>, %w: tensor<f32>, %last: tensor<f32>) -> tensor<i1> {
  %0 = wg.lt %i, %limit : tensor<i32>
  return %0 : tensor<i1>
}
// CHECK: func.func private @wasteful{{.*}} -> (tensor<i32>, tensor<f32>)
func.func private @wasteful(%limit: tensor<i32>, %v: tensor<f32>, %i: tensor<i32>, %x: tensor<f32>, %w: tensor<f32>, %last: tensor<f32>) -> (tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>) {
  %one = wg.constant dense<1> : tensor<i32>
  %j = wg.add %i, %one : tensor<i32>
  %e = wg.exp %w : tensor<f32>
  %0 = wg.mul %x, %e : tensor<f32>
  %1 = wg.sin %last : tensor<f32>
  return %j, %0, %w, %1 : tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>
}

// Of the results of the branches remain those that differ and are used; of the operands those that a branch reads.
// CHECK-LABEL: func.func @choose(
// CHECK-SAME: %[[K:.*]]: tensor<i32>, %[[X:.*]]: tensor<f32>, %[[Y:.*]]: tensor<f32>)
// CHECK: %[[ONE:.*]] = wg.constant dense<1.0
// CHECK: %[[R:.*]] = wg.cond %[[K]] [@first{{.*}}, @second{{.*}}](%[[X]]) : (tensor<i32>, tensor<f32>) -> tensor<f32>
// CHECK: return %[[R]], %[[Y]], %[[ONE]], %[[R]]
func.func @choose(%k: tensor<i32>, %x: tensor<f32>, %y: tensor<f32>) -> (tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) {
  %two = wg.constant dense<2.0> : tensor<f32>
  %0:5 = wg.cond %k [@first, @second](%x, %y, %two, %x) : (tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>)
  return %0#0, %0#1, %0#2, %0#3 : tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>
}
func.func private @first(%x: tensor<f32>, %y: tensor<f32>, %two: tensor<f32>, %z: tensor<f32>) -> (tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) {
  %0 = wg.mul %x, %two : tensor<f32>
  %1 = wg.constant dense<1.0> : tensor<f32>
  %2 = wg.sin %y : tensor<f32>
  return %0, %y, %1, %0, %2 : tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>
}
func.func private @second(%x: tensor<f32>, %y: tensor<f32>, %two: tensor<f32>, %z: tensor<f32>) -> (tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) {
  %0 = wg.add %x, %z : tensor<f32>
  %1 = wg.constant dense<1.0> : tensor<f32>
  return %0, %y, %1, %0, %z : tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>
}

// One product of all steps, with the steps as one more contracted dimension; of what is summed within a step each
// element by itself.
// CHECK-LABEL: func.func @sums(
// CHECK-SAME: %[[START:.*]]: tensor<4x4xf32>, %[[TOTAL:.*]]: tensor<f32>, %[[H:.*]]: tensor<4xf32>, %[[XS:.*]]: tensor<5x2x4xf32>)
// CHECK: %[[R:.*]]:3 = wg.scan @summing{{.*}} carry(%{{.*}}, %[[H]]) xs(%[[XS]]) length 5 : {{.*}} -> (tensor<4xf32>, tensor<4xf32>, tensor<5x2x4xf32>)
// CHECK-DAG: %[[P:.*]] = wg.dot_general %[[R]]#2, %[[XS]] contracting [0, 1] x [0, 1]
// CHECK-DAG: %[[T:.*]] = wg.transpose %[[P]] permutation [1, 0]
// CHECK-DAG: %[[S:.*]] = wg.reduce_sum %[[R]]#0
// CHECK-DAG: wg.add {{.*}}%[[T]]
// CHECK-DAG: wg.add {{.*}}%[[S]]
func.func @sums(%start: tensor<4x4xf32>, %total: tensor<f32>, %h: tensor<4xf32>, %xs: tensor<5x2x4xf32>) -> (tensor<4x4xf32>, tensor<f32>, tensor<4xf32>) {
  %0:3 = wg.scan @summing consts() carry(%start, %total, %h) xs(%xs) length 5 : (tensor<4x4xf32>, tensor<f32>, tensor<4xf32>, tensor<5x2x4xf32>) -> (tensor<4x4xf32>, tensor<f32>, tensor<4xf32>)
  return %0#0, %0#1, %0#2 : tensor<4x4xf32>, tensor<f32>, tensor<4xf32>
}
func.func private @summing(%s: tensor<4x4xf32>, %t: tensor<f32>, %h: tensor<4xf32>, %x: tensor<2x4xf32>) -> (tensor<4x4xf32>, tensor<f32>, tensor<4xf32>) {
  %0 = wg.broadcast_in_dim %h shape [2, 4] dims [1] : tensor<4xf32>
  %1 = wg.mul %0, %x : tensor<2x4xf32>
  %2 = wg.dot_general %1, %x contracting [0] x [0] batch [] x [] : tensor<2x4xf32>, tensor<2x4xf32>
  %3 = wg.transpose %2 permutation [1, 0] : tensor<4x4xf32>
  %4 = wg.add %s, %3 : tensor<4x4xf32>
  %5 = wg.sin %h : tensor<4xf32>
  %6 = wg.reduce_sum %5 axes [0] : tensor<4xf32>
  %7 = wg.add %6, %t : tensor<f32>
  return %4, %7, %5 : tensor<4x4xf32>, tensor<f32>, tensor<4xf32>
}
