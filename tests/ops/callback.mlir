// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// callback: a call of a Python function of the process that runs the program.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-simplify | FileCheck %s --check-prefix=SIMPLE
// RUN: wg-opt %s --wg-jvp="fn=seen wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=seen wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,- size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg host-calls=true" | FileCheck %s --check-prefix=LINALG

// CHECK: wg.callback 4(%{{.*}}) "ordered" -> [] : tensor<f32>
// CHECK: %{{.*}} = wg.callback 3(%{{.*}}, %{{.*}}) "pure" -> [tensor<2xf32>] {vmap_method = "expand_dims"} : tensor<2xf32>, tensor<f32>

// Pure calls are shared, and removed if nothing uses them; the others stay, also behind a call without results.
// SIMPLE-LABEL: func.func @f(
// SIMPLE-NEXT: wg.callback 4
// SIMPLE-NEXT: %[[Y:.*]] = wg.callback 3
// SIMPLE-NEXT: wg.callback 5(%[[Y]])
// SIMPLE-NEXT: wg.callback 5(%[[Y]])
// SIMPLE-NEXT: return %[[Y]]
// SIMPLE-LABEL: func.func @calls(
// SIMPLE-NEXT: call @noisy
// SIMPLE-NEXT: call @noisy
// SIMPLE-NEXT: return

// A derivative sees the values, once.
// JVP-LABEL: func.func @seen.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: wg.callback 5(%[[X]])
// JVP-NEXT: %[[V0:.*]] = wg.sin %[[X]]
// JVP-NOT: wg.callback
// VJP-LABEL: func.func @seen.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: wg.callback 5(%[[X]])
// VJP-NOT: wg.callback

// Over a batch of eight: what the batch does not reach is called once, a method of vmap says what happens to a pure one,
// the others are called for each example.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[W:[^:]*]]: {{.*}}
// VMAP-NEXT: wg.callback 4(%[[W]]) "ordered" -> [] : tensor<f32>
// VMAP-NEXT: %[[V0:.*]] = wg.reshape %[[W]] shape [1]
// VMAP-NEXT: %[[V1:.*]] = wg.callback 3(%[[X]], %[[V0]]) "pure" -> [tensor<8x2xf32>]
// VMAP-NEXT: wg.callback 5(%[[V1]]) "unordered" -> [] {batched = array<i64: 1>, loops = array<i64: 8>} : tensor<8x2xf32>

// In a module that Python loads: functions that it provides by name.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: call @"wengert_host.callback(tensor<f32>) -> () {\22effect\22:\22ordered\22,\22id\22:4,\22types\22:[]}"
// LINALG: call @"wengert_host.callback(tensor<2xf32>, tensor<f32>) -> (tensor<2xf32>)
// LINALG: call @"wengert_host.callback(tensor<2xf32>) -> ()
// LINALG: call @"wengert_host.callback(tensor<2xf32>) -> ()
// LINALG: return

func.func @f(%x: tensor<2xf32>, %w: tensor<f32>) -> tensor<2xf32> {
  wg.callback 4(%w) "ordered" -> [] : tensor<f32>
  %0 = wg.callback 3(%x, %w) "pure" -> [tensor<2xf32>] {vmap_method = "expand_dims"} : tensor<2xf32>, tensor<f32>
  %1 = wg.callback 3(%x, %w) "pure" -> [tensor<2xf32>] {vmap_method = "expand_dims"} : tensor<2xf32>, tensor<f32>
  %2 = wg.callback 6(%x) "pure" -> [tensor<2xf32>] {vmap_method = "sequential"} : tensor<2xf32>
  wg.callback 5(%0) "unordered" -> [] : tensor<2xf32>
  wg.callback 5(%1) "unordered" -> [] : tensor<2xf32>
  return %1 : tensor<2xf32>
}

func.func @calls(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @noisy(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = call @noisy(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %2 = call @quiet(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %x : tensor<2xf32>
}

func.func private @noisy(%x: tensor<2xf32>) -> tensor<2xf32> attributes {wg.jit} {
  %0 = call @deeper(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

func.func private @deeper(%x: tensor<2xf32>) -> tensor<2xf32> attributes {wg.jit} {
  wg.callback 5(%x) "unordered" -> [] : tensor<2xf32>
  return %x : tensor<2xf32>
}

func.func private @quiet(%x: tensor<2xf32>) -> tensor<2xf32> attributes {wg.jit} {
  %0 = wg.callback 6(%x) "pure" -> [tensor<2xf32>] : tensor<2xf32>
  return %0 : tensor<2xf32>
}

func.func @seen(%x: tensor<2xf32>) -> tensor<2xf32> {
  wg.callback 5(%x) "unordered" -> [] : tensor<2xf32>
  %0 = wg.sin %x : tensor<2xf32>
  return %0 : tensor<2xf32>
}
