// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "wg/CAPI/Transforms.h"

#include "wg/CAPI/Module.h"
#include "wg/Transforms/Custom.h"

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

void wgSetVmapRuleSource(WgVmapRule (*source)(int64_t, intptr_t, const bool *, int64_t)) {
  using Made = FailureOr<std::pair<std::string, SmallVector<bool>>>;
  wg::setVmapRuleSource([source](ModuleOp module, int64_t number, ArrayRef<bool> batched, int64_t size) -> Made {
    WgVmapRule rule = source(number, static_cast<intptr_t>(batched.size()), batched.data(), size);
    if (!rule.module.ptr)
      return failure();
    auto taken = [](MlirStringRef, void *) { return false; };
    MlirAttribute name = wgModuleMerge(wrap(module), rule.module, rule.name, taken, nullptr);
    if (!name.ptr)
      return failure();
    return std::make_pair(cast<StringAttr>(unwrap(name)).str(),
                          SmallVector<bool>(rule.outs, rule.outs + rule.numResults));
  });
}
