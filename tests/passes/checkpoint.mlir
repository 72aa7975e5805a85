// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions with wg.checkpoint: their derivatives save what the policy says and compute the rest again.
// RUN: wg-opt %s -wg-linearize="fn=nothing wrt=0" | FileCheck %s --check-prefix=NOTHING
// RUN: wg-opt %s -wg-linearize="fn=dots wrt=0" | FileCheck %s --check-prefix=DOTS
// RUN: wg-opt %s -wg-linearize="fn=named wrt=0" | FileCheck %s --check-prefix=NAMED
// RUN: wg-opt %s -wg-linearize="fn=shared wrt=0" | FileCheck %s --check-prefix=SHARED
// RUN: wg-opt %s -wg-vjp="fn=twice wrt=0" | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s -wg-vjp="fn=twice wrt=0" | wg-opt -wg-simplify="inline-jit" | FileCheck %s --check-prefix=INLINED
// RUN: wg-opt %s -wg-batch="fn=twice size=8" | FileCheck %s --check-prefix=BATCH
// RUN: wg-opt %s -wg-simplify | FileCheck %s --check-prefix=KEPT
// RUN: wg-opt %s -wg-vjp="fn=twice wrt=0" | wg-opt -wg-pipeline="entry=twice.vjp stop-after=linalg" | FileCheck %s --check-prefix=LINALG
// RUN: not wg-opt %s -wg-linearize="fn=wrong_word wrt=0" 2>&1 | FileCheck %s --check-prefix=WORD
// RUN: not wg-opt %s -wg-linearize="fn=wrong_type wrt=0" 2>&1 | FileCheck %s --check-prefix=TYPE

// The argument is saved; the repetition starts behind a barrier.
// NOTHING-LABEL: func.func @nothing.fwd(
// NOTHING-SAME: %[[X:.*]]: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
// NOTHING: return %{{.*}}, %[[X]]
// NOTHING-LABEL: func.func @nothing.lin(
// NOTHING-SAME: %[[X:.*]]: tensor<3xf32>, %[[DX:.*]]: tensor<3xf32>) -> tensor<3xf32> attributes {wg.checkpoint = "nothing"}
// NOTHING: %[[B:.*]] = wg.optimization_barrier(%[[X]])
// NOTHING: wg.cos %[[B]]
// NOTHING: wg.sin %[[B]]
func.func private @nothing(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.checkpoint = "nothing"} {
  %0 = wg.sin %x : tensor<3xf32>
  %1 = wg.sin %0 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

// A policy sees the ops of callees: the product is saved, the sine is not.
// DOTS-LABEL: func.func @dots.fwd(
// DOTS-SAME: %[[X:.*]]: tensor<3xf32>, %[[W:.*]]: tensor<3x3xf32>) -> (tensor<3xf32>, tensor<3x3xf32>, tensor<3xf32>)
// DOTS: %[[D:.*]] = wg.dot_general
// DOTS: return %{{.*}}, %[[W]], %[[D]]
// DOTS-LABEL: func.func @dots.lin(
// DOTS: %[[B:.*]] = wg.optimization_barrier
// DOTS: wg.cos %[[B]]
func.func private @product(%x: tensor<3xf32>, %w: tensor<3x3xf32>) -> tensor<3xf32> {
  %0 = wg.dot_general %x, %w contracting [0] x [0] batch [] x [] : tensor<3xf32>, tensor<3x3xf32>
  return %0 : tensor<3xf32>
}
func.func private @dots(%x: tensor<3xf32>, %w: tensor<3x3xf32>) -> tensor<3xf32> attributes {wg.checkpoint = "dots"} {
  %0 = func.call @product(%x, %w) : (tensor<3xf32>, tensor<3x3xf32>) -> tensor<3xf32>
  %1 = wg.sin %0 : tensor<3xf32>
  %2 = wg.sin %1 : tensor<3xf32>
  return %2 : tensor<3xf32>
}

// NAMED-LABEL: func.func @named.fwd(
// NAMED: %[[N:.*]] = wg.checkpoint_name %{{.*}} name "a"
// NAMED: return %{{.*}}, %{{.*}}, %[[N]] :
// NAMED-LABEL: func.func @named.lin(
// NAMED-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[N:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// NAMED: wg.optimization_barrier(%[[X]], %[[N]])
func.func private @named(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.checkpoint = "name a; op tanh"} {
  %0 = wg.exp %x : tensor<3xf32>
  %1 = wg.sin %0 : tensor<3xf32>
  %2 = wg.checkpoint_name %1 name "a" : tensor<3xf32>
  %3 = wg.sin %2 : tensor<3xf32>
  return %3 : tensor<3xf32>
}

// SHARED-LABEL: func.func @shared.lin(
// SHARED-NOT: wg.optimization_barrier
// SHARED: wg.cos
func.func private @shared(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.checkpoint = "nothing; share"} {
  %0 = wg.sin %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// The pullback waits for its cotangent, and stays a call until the end.
// VJP-LABEL: func.func private @nothing.pullback(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}} attributes {wg.checkpoint = "nothing"}
// VJP: %[[B:.*]]:2 = wg.optimization_barrier(%[[X]], %[[CT]])
// VJP-DAG: wg.cos %[[B]]#0
// VJP-DAG: wg.mul %{{.*}}, %[[B]]#1
// VJP-LABEL: func.func @twice.vjp(
// VJP: call @nothing.fwd
// VJP: call @nothing.fwd
// VJP: call @nothing.pullback
// VJP: call @nothing.pullback
// INLINED-LABEL: func.func @twice.vjp(
// INLINED-NOT: call
// INLINED: wg.optimization_barrier
// INLINED: wg.optimization_barrier
// INLINED: return
// BATCH-LABEL: func.func private @nothing.vmap(
// BATCH-SAME: tensor<8x3xf32>{{.*}} attributes {wg.checkpoint = "nothing"}
// KEPT-LABEL: func.func @twice(
// KEPT: call @nothing
// KEPT: call @nothing
// LINALG-LABEL: func.func @twice.vjp(
// LINALG: "util.optimization_barrier"(%{{.*}}) : (tensor<3xf32>) -> tensor<3xf32>
// LINALG-NOT: wg.
// LINALG: return
func.func @twice(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = func.call @nothing(%x) : (tensor<3xf32>) -> tensor<3xf32>
  %1 = func.call @nothing(%0) : (tensor<3xf32>) -> tensor<3xf32>
  return %1 : tensor<3xf32>
}

// WORD: error: @wrong_word: expected terms of a policy as wg.checkpoint (nothing, everything, dots, plain dots, names, op NAME, name NAME, not NAME, share) but got 'dot'
func.func private @wrong_word(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.checkpoint = "names; dot"} {
  %0 = wg.sin %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}
// TYPE: error: @wrong_type: expected a string as wg.checkpoint but got 3 : i64
func.func private @wrong_type(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.checkpoint = 3} {
  %0 = wg.sin %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}
func.func @uses(%x: tensor<3xf32>, %w: tensor<3x3xf32>) {
  %0 = func.call @dots(%x, %w) : (tensor<3xf32>, tensor<3x3xf32>) -> tensor<3xf32>
  %1 = func.call @named(%x) : (tensor<3xf32>) -> tensor<3xf32>
  %2 = func.call @shared(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return
}
