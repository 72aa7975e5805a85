// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scans as linalg: one op for all steps of all elements, or a loop over the steps.
// RUN: wg-opt %s -wg-simplify -wg-to-linalg | FileCheck %s

// CHECK-DAG: #[[STEP:.*]] = affine_map<(d0) -> (d0)>
// CHECK-DAG: #[[ONE:.*]] = affine_map<(d0) -> ()>
// CHECK-DAG: #[[ELEMENT:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[BOTH:.*]] = affine_map<(d0, d1) -> (d1, d0)>

// The carry is an accumulator, which the first step sets.
// CHECK-LABEL: func.func @scalars(
// CHECK-SAME: %[[W:.*]]: tensor<f32>, %[[H:.*]]: tensor<f32>, %[[XS:.*]]: tensor<5xf32>)
// CHECK: linalg.generic {indexing_maps = [#[[ONE]], #[[ONE]], #[[STEP]], #[[ONE]], #[[STEP]]], iterator_types = ["reduction"]} ins(%[[W]], %[[H]], %[[XS]] :
// CHECK: ^bb0(%[[A:.*]]: f32, %[[START:.*]]: f32, %[[X:.*]]: f32, %[[SO_FAR:.*]]: f32, %{{.*}}: f32):
// CHECK: %[[IS_FIRST:.*]] = arith.cmpi eq
// CHECK: %[[C:.*]] = arith.select %[[IS_FIRST]], %[[START]], %[[SO_FAR]]
// CHECK: arith.mulf %[[C]], %[[A]]
// CHECK-NOT: scf
func.func @scalars(%w: tensor<f32>, %h: tensor<f32>, %xs: tensor<5xf32>) -> (tensor<f32>, tensor<5xf32>) {
  %0:2 = wg.scan @step consts(%w) carry(%h) xs(%xs) length 5 : (tensor<f32>, tensor<f32>, tensor<5xf32>) -> (tensor<f32>, tensor<5xf32>)
  return %0#0, %0#1 : tensor<f32>, tensor<5xf32>
}
func.func private @step(%w: tensor<f32>, %h: tensor<f32>, %x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %0 = wg.mul %h, %w : tensor<f32>
  %1 = wg.sub %0, %x : tensor<f32>
  return %1, %0 : tensor<f32>, tensor<f32>
}

// Backwards: entries are read by computed indices, and the stack is turned round.
// CHECK-LABEL: func.func @backwards(
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
// CHECK: tensor.extract %{{.*}}[%{{.*}}, %{{.*}}] : tensor<5x3xf32>
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]
// CHECK: tensor.extract
// CHECK-NOT: scf
func.func @backwards(%h: tensor<3xf32>, %xs: tensor<5x3xf32>) -> (tensor<3xf32>, tensor<5x3xf32>) {
  %0:2 = wg.scan @differences consts() carry(%h) xs(%xs) length 5 reverse : (tensor<3xf32>, tensor<5x3xf32>) -> (tensor<3xf32>, tensor<5x3xf32>)
  return %0#0, %0#1 : tensor<3xf32>, tensor<5x3xf32>
}
func.func private @differences(%h: tensor<3xf32>, %x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %0 = wg.sub %x, %h : tensor<3xf32>
  return %0, %h : tensor<3xf32>, tensor<3xf32>
}

// A counter beside an array is one for each element; a row that all examples share is read in each; a branch is a choice.
// CHECK-LABEL: func.func @mixed(
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]} ins(%{{.*}} : tensor<3xf32>, tensor<2x3xf32>, tensor<6xi8>)
// CHECK-COUNT-4: arith.select
// CHECK-NOT: scf
func.func @mixed(%row: tensor<3xf32>, %h: tensor<2x3xf32>) -> (tensor<i32>, tensor<2x3xf32>) {
  %0 = wg.constant dense<0> : tensor<i32>
  %1:2 = wg.scan @choosing consts(%row) carry(%0, %h) xs() length 6 : (tensor<3xf32>, tensor<i32>, tensor<2x3xf32>) -> (tensor<i32>, tensor<2x3xf32>)
  return %1#0, %1#1 : tensor<i32>, tensor<2x3xf32>
}
func.func private @choosing(%row: tensor<3xf32>, %i: tensor<i32>, %h: tensor<2x3xf32>) -> (tensor<i32>, tensor<2x3xf32>) {
  %0 = wg.constant dense<1> : tensor<i32>
  %1 = wg.add %i, %0 : tensor<i32>
  %2 = wg.broadcast_in_dim %row shape [2, 3] dims [1] : tensor<3xf32>
  %3 = wg.cond %i [@plus, @minus, @plus](%h, %2) : (tensor<i32>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %1, %3 : tensor<i32>, tensor<2x3xf32>
}
func.func private @plus(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.add %x, %y : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
func.func private @minus(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.sub %x, %y : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// A product is none of elements.
// CHECK-LABEL: func.func @vectors(
// CHECK: %[[YS:.*]] = "flow.tensor.alloca"() : () -> tensor<5x3xf32>
// CHECK: scf.for %[[I:.*]] = %c0 to %c5 step %c1 iter_args(%[[C:.*]] = %{{.*}}, %[[S:.*]] = %[[YS]])
// CHECK: tensor.extract_slice %{{.*}}[%[[I]], 0] [1, 3] [1, 1]
// CHECK: tensor.insert_slice %{{.*}} into %[[S]][%[[I]], 0] [1, 3] [1, 1]
func.func @vectors(%w: tensor<3x3xf32>, %h: tensor<3xf32>, %xs: tensor<5x3xf32>) -> (tensor<3xf32>, tensor<5x3xf32>) {
  %0:2 = wg.scan @layer consts(%w) carry(%h) xs(%xs) length 5 : (tensor<3x3xf32>, tensor<3xf32>, tensor<5x3xf32>) -> (tensor<3xf32>, tensor<5x3xf32>)
  return %0#0, %0#1 : tensor<3xf32>, tensor<5x3xf32>
}
func.func private @layer(%w: tensor<3x3xf32>, %h: tensor<3xf32>, %x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %0 = wg.dot_general %h, %w contracting [0] x [0] batch [] x [] : tensor<3xf32>, tensor<3x3xf32>
  %1 = wg.add %0, %x : tensor<3xf32>
  return %1, %0 : tensor<3xf32>, tensor<3xf32>
}
