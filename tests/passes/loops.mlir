// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of unknown length and their derivatives.
// RUN: wg-opt %s | wg-opt | FileCheck %s --check-prefix=TEXT
// RUN: wg-opt %s -wg-jvp="fn=f wrt=1" | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s -wg-vjp="fn=f wrt=0,1" | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s -wg-vjp="fn=f wrt=1" -wg-vjp="fn=f.vjp wrt=1" | FileCheck %s --check-prefix=TWICE
// RUN: wg-opt %s -wg-batch="fn=f in-axes=-,0 size=3" | FileCheck %s --check-prefix=BATCH
// RUN: wg-opt %s -wg-batch="fn=f in-axes=0,- size=3" | FileCheck %s --check-prefix=CONST
// RUN: wg-opt %s -wg-batch="fn=f in-axes=-,0 size=3" -wg-vjp="fn=f.vmap wrt=0" | FileCheck %s --check-prefix=EXAMPLES
// RUN: wg-opt %s -wg-transpose="fn=linear num-residuals=1" | FileCheck %s --check-prefix=TRANSPOSE
// RUN: wg-opt %s -wg-vjp="fn=f wrt=1" -wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=TINY
// RUN: wg-opt %s -wg-vjp="fn=vectors wrt=0" -wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG
// RUN: wg-opt %s -wg-batch="fn=vectors in-axes=0 size=3" -wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=MASK
// RUN: wg-opt %s -wg-vjp="fn=bounded wrt=0" -wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=BOUNDED

func.func private @above(%w: tensor<f32>, %x: tensor<f32>) -> tensor<i1> {
  %0 = wg.constant dense<1.0> : tensor<f32>
  %1 = wg.gt %x, %0 : tensor<f32>
  return %1 : tensor<i1>
}
func.func private @shrink(%w: tensor<f32>, %x: tensor<f32>) -> tensor<f32> {
  %0 = wg.sin %x : tensor<f32>
  %1 = wg.mul %0, %w : tensor<f32>
  return %1 : tensor<f32>
}

// TEXT-LABEL: func.func @f(
// TEXT: wg.while @above @shrink consts(%{{.*}}) carry(%{{.*}}) : (tensor<f32>, tensor<f32>) -> tensor<f32>

// The tangent rides along.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[W:.*]]: tensor<f32>, %[[X:.*]]: tensor<f32>, %[[DX:.*]]: tensor<f32>)
// JVP: wg.while @{{.*}} @shrink.jvp{{.*}} consts(%[[W]]) carry(%[[X]], %[[DX]])

// The loop counts its steps. They are run again, each saving what its derivative needs, and then backwards.
// VJP: func.func private @[[FWD:shrink.*fwd.*]](%{{.*}}: tensor<f32>, %[[X:.*]]: tensor<f32>) -> (tensor<f32>, tensor<f32>, tensor<f32>)
// VJP-DAG: %[[SIN:.*]] = wg.sin %[[X]]
// VJP-DAG: %[[COS:.*]] = wg.cos %[[X]]
// VJP: return %{{.*}}, %[[COS]], %[[SIN]]
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[W:.*]]: tensor<f32>, %[[X:.*]]: tensor<f32>, %[[CT:.*]]: tensor<f32>)
// VJP: %[[LOOP:.*]]:2 = wg.while @{{.*}} @{{.*}} consts(%[[W]]) carry(%[[X]], %{{.*}})
// VJP: wg.replay %[[LOOP]]#1 consts(%[[W]]) [@[[FWD]](%[[X]]), reverse @{{.*}}(%{{.*}}, %[[CT]])]

// Reverse over reverse: the same steps, in four passes.
// TWICE-LABEL: func.func @f.vjp.vjp(
// TWICE: wg.replay %{{.*}} consts({{.*}}) [@{{[^,]*}}, reverse @{{[^,]*}}, @{{[^,]*}}, reverse @

// A condition for each example.
// BATCH: func.func private @[[COND:above.vmap.*]](%{{.*}}: tensor<f32>, %{{.*}}: tensor<3xf32>) -> tensor<3xi1>
// BATCH-LABEL: func.func @f.vmap(
// BATCH: wg.while @[[COND]] @shrink.vmap{{.*}} consts(%{{.*}}) carry(%{{.*}}) : (tensor<f32>, tensor<3xf32>) -> tensor<3xf32>

// A carry is batched as soon as a step makes it so.
// CONST-LABEL: func.func @f.vmap(
// CONST-SAME: %[[W:.*]]: tensor<3xf32>, %[[X:.*]]: tensor<f32>)
// CONST: %[[XS:.*]] = wg.broadcast_in_dim %[[X]] shape [3] dims []
// CONST: wg.while @{{.*}} @{{.*}} consts(%[[W]]) carry(%[[XS]]) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>

// As many steps as the last example makes; the first pass tells who still goes on.
// EXAMPLES-LABEL: func.func @f.vmap.vjp(
// EXAMPLES: %[[LOOP:.*]]:2 = wg.while {{.*}} -> (tensor<3xf32>, tensor<3xi32>)
// EXAMPLES: %[[STEPS:.*]] = wg.reduce_max %[[LOOP]]#1 axes [0]
// EXAMPLES: wg.replay %[[STEPS]] consts({{.*}}) [@{{.*}}.steps{{.*}}(%{{.*}}), @{{.*}}(%{{.*}}), reverse @

// Loops over scalars stand in the body of one op each, and cost one dispatch.
// TINY-LABEL: func.func @f.vjp(
// TINY: linalg.generic {{.*}}iterator_types = []
// TINY: scf.while (%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}) : (f32, i32) -> (f32, i32)
// TINY: linalg.generic {{.*}}iterator_types = ["reduction"]{{.*}} outs({{.*}} : tensor<f32>, tensor<?xf32>
// TINY: linalg.generic {{.*}}iterator_types = ["reduction"]
// TINY: tensor.extract
func.func @f(%w: tensor<f32>, %x: tensor<f32>) -> tensor<f32> {
  %0 = wg.while @above @shrink consts(%w) carry(%x) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

func.func private @long(%x: tensor<4xf32>) -> tensor<i1> {
  %0 = wg.constant dense<1.0> : tensor<f32>
  %1 = wg.reduce_max %x axes [0] : tensor<4xf32>
  %2 = wg.gt %1, %0 : tensor<f32>
  return %2 : tensor<i1>
}
func.func private @squares(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = wg.mul %x, %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
// What a step saves goes to its place in a tensor with an entry for each.
// LINALG-LABEL: func.func @vectors.vjp(
// Every loop has an effect, so that IREE keeps what is before and after it apart.
// LINALG: scf.while
// LINALG: } do {
// LINALG: "util.optimization_barrier"
// LINALG: %[[COUNT:.*]] = arith.index_cast %{{.*}} : i32 to index
// LINALG: "flow.tensor.alloca"(%{{.*}}) : (index) -> tensor<?x4xf32>
// LINALG: scf.for %{{.*}} = %{{.*}} to %[[COUNT]]
// LINALG: tensor.insert_slice
// LINALG: scf.for %{{.*}} = %{{.*}} to %[[COUNT]]
// LINALG: tensor.extract_slice

// A condition of several examples is carried: both regions have the same arguments. The first is computed before.
// MASK-LABEL: func.func @vectors.vmap(
// MASK: %[[FIRST:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<3xi1>)
// MASK: scf.while ({{.*}}, %[[M:.*]] = %[[FIRST]]) : ([[TYPES:tensor<3x4xf32>, index, tensor<3xi1>]]) -> ([[TYPES]]) {
// MASK: linalg.generic {{.*}}iterator_types = ["reduction"]} ins(%[[M]] : tensor<3xi1>)
// MASK: scf.condition(%{{.*}}) {{.*}} : [[TYPES]]
// MASK: arith.select
// MASK: %[[NEXT:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<3xi1>)
// MASK: scf.yield %{{.*}}, %{{.*}}, %[[NEXT]] : [[TYPES]]
func.func @vectors(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = wg.while @long @squares consts() carry(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

func.func private @small(%w: tensor<f32>, %n: tensor<i32>, %x: tensor<f32>) -> tensor<i1> {
  %0 = wg.constant dense<5> : tensor<i32>
  %1 = wg.lt %n, %0 : tensor<i32>
  return %1 : tensor<i1>
}
func.func private @scale(%w: tensor<f32>, %n: tensor<i32>, %x: tensor<f32>) -> (tensor<i32>, tensor<f32>) {
  %0 = wg.constant dense<1> : tensor<i32>
  %1 = wg.add %n, %0 : tensor<i32>
  %2 = wg.mul %x, %w : tensor<f32>
  return %1, %2 : tensor<i32>, tensor<f32>
}
// What is not linear decides the number of steps.
// TRANSPOSE-LABEL: func.func @linear.transpose(
// TRANSPOSE-SAME: %[[W:.*]]: tensor<f32>, %[[CT:.*]]: tensor<f32>)
// TRANSPOSE: %[[LOOP:.*]]:2 = wg.while {{.*}} -> (tensor<i32>, tensor<i32>)
// TRANSPOSE: wg.replay %[[LOOP]]#1 consts(%[[W]]) [{{.*}}reverse @{{.*}}(%[[CT]])]
func.func @linear(%w: tensor<f32>, %x: tensor<f32>) -> tensor<f32> {
  %0 = wg.constant dense<0> : tensor<i32>
  %1:2 = wg.while @small @scale consts(%w) carry(%0, %x) : (tensor<f32>, tensor<i32>, tensor<f32>) -> (tensor<i32>, tensor<f32>)
  return %1#1 : tensor<f32>
}

func.func private @high(%x: tensor<f32>) -> tensor<i1> {
  %0 = wg.constant dense<1.0> : tensor<f32>
  %1 = wg.gt %x, %0 : tensor<f32>
  return %1 : tensor<i1>
}
func.func private @root(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.sqrt %x : tensor<f32>
  return %0 : tensor<f32>
}
// Three segments of four steps at most; the second pass runs each forward again.
// BOUNDED-LABEL: func.func @bounded.vjp(
// BOUNDED: %[[SAVED:.*]] = "flow.tensor.alloca"() : () -> tensor<3xf32>
// BOUNDED: scf.for {{.*}} iter_args({{.*}}%[[SAVED]])
// BOUNDED: scf.for
// BOUNDED: "flow.tensor.alloca"() : () -> tensor<4xf32>
// BOUNDED: scf.for
// BOUNDED: tensor.insert_slice
// BOUNDED: scf.for
// BOUNDED: tensor.extract_slice
func.func @bounded(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.while @high @root consts() carry(%x) {checkpoint_every = 4, max_steps = 12} : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
