// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: wg-opt %s --wg-to-linalg=target=vulkan-spirv --wg-prepare-iree="target=vulkan-spirv max-literal=4" --split-input-file --verify-diagnostics

// expected-error@+1 {{@argument: the target vulkan-spirv does not support 'f64': use float32 (x.astype('float32')), or the target llvm-cpu}}
func.func @argument(%x: tensor<3xf64>) -> tensor<3xf64> {
  return %x : tensor<3xf64>
}

// -----

func.func @inside(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{wg.convert: the target vulkan-spirv does not support 'f64': use float32 (x.astype('float32')), or the target llvm-cpu}}
  %0 = wg.convert %x to f64 : tensor<3xf32>
  %1 = wg.convert %0 to f32 : tensor<3xf64>
  return %1 : tensor<3xf32>
}

// -----

func.func @wide_integers(%x: tensor<3xi32>) -> tensor<3xi32> {
  // expected-error@+1 {{wg.convert: the target vulkan-spirv does not support 'ui64': use uint32 or int32, or the target llvm-cpu}}
  %0 = wg.convert %x to ui64 : tensor<3xi32>
  %1 = wg.convert %0 to i32 : tensor<3xui64>
  return %1 : tensor<3xi32>
}

// -----

func.func @literal() -> tensor<5xf32> {
  // expected-error@+1 {{constant: expected at most 4 literal elements but got 5: pass the array as an argument}}
  %0 = wg.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<5xf32>
  return %0 : tensor<5xf32>
}

// -----

// expected-error@+1 {{calls itself: IREE's static programs have no recursion; unroll it while tracing}}
func.func @recursive(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = func.call @recursive(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @host(%x: tensor<3xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{wg.callback: the target vulkan-spirv does not support it: it is computed in Python; keep it out of what is exported or runs on another device, or use jit with the target llvm-cpu}}
  %0 = wg.callback 1(%x) "pure" -> [tensor<3xf32>] : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

func.func @check(%p: tensor<i1>) {
  wg.check %p() "user" "passed over" debug true : (tensor<i1>) -> ()
  // expected-error@+1 {{check: cannot be compiled as it is, since a compiled program cannot raise: wrap the function that holds it in checkify.checkify, which returns the error as a value, before it is jitted; or use debug_check}}
  wg.check %p() "user" "message" debug false : (tensor<i1>) -> ()
  return
}
