// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "wg/Pipeline/Registration.h"

#include "wg/Ops/WgOps.h"
#include "wg/Transforms/Passes.h"

#include "mlir/Dialect/Func/Extensions/AllExtensions.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/Passes.h"

void wg::registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<WgDialect, mlir::func::FuncDialect>();
  mlir::func::registerAllExtensions(registry);
}

void wg::registerPasses() {
  mlir::registerTransformsPasses();
  registerWgTransformsPasses();
}
