// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Named scopes are names around the position in a location; derivatives and batches of an op keep them.
// RUN: wg-opt --wg-vjp="fn=f wrt=0" --mlir-print-debuginfo --mlir-print-local-scope %s | FileCheck %s --check-prefix=VJP
// RUN: wg-opt --wg-batch="fn=f in-axes=0 size=8" --mlir-print-debuginfo --mlir-print-local-scope %s | FileCheck %s --check-prefix=VMAP

func.func @f(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.sin %x : tensor<f32> loc("encoder/act"("layer"("model.py":7:3)))
  return %0 : tensor<f32>
}

// VJP-LABEL: func.func @f.vjp
// VJP: wg.cos {{.*}} loc("encoder/act"("layer"("model.py":7:3)))

// VMAP-LABEL: func.func @f.vmap
// VMAP: wg.sin {{.*}} tensor<8xf32> loc("encoder/act"("layer"("model.py":7:3)))
