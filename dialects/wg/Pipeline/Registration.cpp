// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "wg/Pipeline/Registration.h"

#include "wg/IR/WgDialect.h"
#include "wg/Lowering/Passes.h"
#include "wg/Pipeline/Pipeline.h"
#include "wg/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Func/Extensions/AllExtensions.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/Passes.h"

void wg::registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<WgDialect, lowering::FlowDialect, lowering::HalDialect, lowering::IreeLinalgExtDialect,
                  lowering::UtilDialect, mlir::arith::ArithDialect, mlir::complex::ComplexDialect,
                  mlir::func::FuncDialect, mlir::linalg::LinalgDialect, mlir::math::MathDialect, mlir::scf::SCFDialect,
                  mlir::tensor::TensorDialect>();
  mlir::func::registerAllExtensions(registry);
}

void wg::registerPasses() {
  mlir::registerTransformsPasses();
  registerWgTransformsPasses();
  registerWgLoweringPasses();
  registerPipeline();
}
