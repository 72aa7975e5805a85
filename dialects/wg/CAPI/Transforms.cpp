// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "wg/CAPI/Transforms.h"

#include "wg/Transforms/Engine.h"

#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"

using namespace mlir;

WgLinearization wgLinearize(MlirModule module, MlirStringRef function, intptr_t numWrt, const int64_t *wrt) {
  ModuleOp op = unwrap(module);
  FailureOr<wg::Linearization> parts = wg::linearizeForPullback(op, unwrap(function), ArrayRef(wrt, numWrt));
  if (failed(parts))
    return {{nullptr}, {nullptr}, {nullptr}, 0};
  auto name = [&](StringRef s) { return wrap(static_cast<Attribute>(StringAttr::get(op.getContext(), s))); };
  return {name(parts->fwd), name(parts->lin), name(parts->pullback), static_cast<intptr_t>(parts->numResiduals)};
}
