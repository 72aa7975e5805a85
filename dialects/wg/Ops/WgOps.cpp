// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the dialect knows of all families: registration and constants.

#include "wg/Ops/WgOps.h"

using namespace mlir;
using namespace wg;

#include "wg/IR/WgDialect.cpp.inc"

void WgDialect::initialize() {
  registerElementwiseOps();
  registerSpecialOps();
  registerShapeOps();
  registerContractionOps();
  registerConvolutionOps();
  registerReductionOps();
  registerWindowOps();
  registerIndexingOps();
  registerSortingOps();
  registerRandomOps();
  registerLinalgOps();
  registerFftOps();
  registerHostOps();
  registerCollectiveOps();
  registerControlFlowOps();
  registerCompositeOps();
  registerTransformOps();
}

Operation *WgDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  return elements && elements.getType() == type ? ConstantOp::create(builder, loc, elements).getOperation() : nullptr;
}
