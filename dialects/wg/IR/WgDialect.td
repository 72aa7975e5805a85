// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The wg dialect: differentiable array programs as SSA functions.

#ifndef WG_IR_WGDIALECT_TD
#define WG_IR_WGDIALECT_TD

include "mlir/IR/OpBase.td"

def Wg_Dialect : Dialect {
  let name = "wg";
  let cppNamespace = "::wg";
  let summary = "differentiable array programs";
  let description = [{
    Operations on statically shaped tensors, each with its type rule, derivative, batching rule, scalar lowering and NumPy
    reference in its record. Programs are `func.func`s; transforms (`wg.jvp`, `wg.vjp`, `wg.vmap`) are call-like
    operations on their symbols.
  }];
  let hasConstantMaterializer = 1;
  let extraClassDeclaration = [{
    // One hook per file of Ops/, so that an edit of one record rebuilds one family.
    void registerElementwiseOps();
    void registerSpecialOps();
    void registerShapeOps();
    void registerContractionOps();
    void registerConvolutionOps();
    void registerReductionOps();
    void registerWindowOps();
    void registerIndexingOps();
    void registerSortingOps();
    void registerRandomOps();
    void registerLinalgOps();
    void registerFftOps();
    void registerHostOps();
    void registerCollectiveOps();
    void registerControlFlowOps();
    void registerCompositeOps();
    void registerTransformOps();
  }];
}

#endif
