// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wg-prepare-iree: entries without calls, the attributes that IREE wants, refusal of what the target cannot do.

#include "wg/Lowering/FusionLimit.h"
#include "wg/Lowering/Kernels.h"
#include "wg/Lowering/Lowering.h"
#include "wg/Lowering/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

namespace wg {
#define GEN_PASS_DEF_WGPREPAREIREE
#include "wg/Lowering/Passes.h.inc"
} // namespace wg

using namespace mlir;
using namespace wg;
using namespace wg::lowering;

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static void inlineCall(func::CallOp call, func::FuncOp callee) {
  OpBuilder b(call);
  IRMapping map;
  Block &body = callee.getBody().front();
  map.map(body.getArguments(), call.getOperands());
  for (Operation &op : body.without_terminator())
    b.clone(op, map);
  Operation *terminator = body.getTerminator();
  for (auto [result, value] : llvm::zip_equal(call.getResults(), terminator->getOperands()))
    result.replaceAllUsesWith(map.lookupOrDefault(value));
  call.erase();
}

// Callees first, so that a body is copied once it has no calls itself.
static LogicalResult inlineInto(func::FuncOp function, SymbolTable &symbols, llvm::SetVector<Operation *> &path,
                                DenseSet<Operation *> &done) {
  if (done.contains(function))
    return success();
  if (!path.insert(function))
    return function.emitOpError("calls itself: IREE's static programs have no recursion; unroll it while tracing");
  SmallVector<func::CallOp> calls;
  function.walk([&](func::CallOp call) { calls.push_back(call); });
  for (func::CallOp call : calls) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!callee)
      return call.emitOpError("calls @") << call.getCallee() << ", which the module does not have";
    if (callee.isExternal())
      continue; // a host function
    if (failed(inlineInto(callee, symbols, path, done)))
      return failure();
    inlineCall(call, callee);
  }
  path.remove(function);
  done.insert(function);
  return success();
}

//===----------------------------------------------------------------------===//
// What the target cannot do
//===----------------------------------------------------------------------===//

static LogicalResult checkTypes(func::FuncOp function, const Target &target) {
  auto unsupported = [&](TypeRange types) -> Type {
    for (Type type : types)
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        if (!target.supports(tensor.getElementType()))
          return tensor.getElementType();
    return Type();
  };
  auto report = [&](InFlightDiagnostic diagnostic, Type type) {
    diagnostic << "the target " << target.backend << " does not support " << type << ": " << target.remedyFor(type);
    return failure();
  };
  if (Type type = unsupported(function.getArgumentTypes()))
    return report(function.emitError() << "@" << function.getName() << ": ", type);
  WalkResult result = function.walk([&](Operation *op) {
    if (Type type = unsupported(op->getResultTypes())) {
      (void)report(op->emitError() << op->getName() << ": ", type);
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

// Literals go to IREE as text: large ones have to be arguments.
static LogicalResult checkLiterals(func::FuncOp function, int64_t most) {
  WalkResult result = function.walk([&](arith::ConstantOp op) {
    auto value = dyn_cast<ElementsAttr>(op.getValue());
    if (!value || value.isSplat() || value.getNumElements() <= most)
      return WalkResult::advance();
    op.emitError() << "constant: expected at most " << most << " literal elements but got " << value.getNumElements()
                   << ": pass the array as an argument";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

// Without a known place for what a loop carries, IREE copies it in every iteration (measured: 2.7 to 4 times slower).
static void setAffinity(func::FuncOp function) {
  auto isLoop = [](Operation *op) {
    return isa<scf::ForOp, scf::WhileOp>(op) ? WalkResult::interrupt() : WalkResult::advance();
  };
  if (!function.walk(isLoop).wasInterrupted())
    return;
  MLIRContext *context = function.getContext();
  auto place = OpaqueAttr::get(StringAttr::get(context, "hal"), "device.promise<@__device_0>", NoneType::get(context));
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (isa<RankedTensorType>(function.getArgument(i).getType()))
      function.setArgAttr(i, "iree.abi.affinity", place);
}

// Attributes of ours mean nothing to IREE, and would be part of the text that the cache compares.
static void removeOwnAttributes(func::FuncOp function) {
  for (NamedAttribute attr : llvm::to_vector(function->getDiscardableAttrs()))
    if (attr.getName().getValue().starts_with("wg."))
      function->removeDiscardableAttr(attr.getName());
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    for (NamedAttribute attr : llvm::to_vector(function_interface_impl::getArgAttrs(function, i)))
      if (attr.getName().getValue().starts_with("wg."))
        function.removeArgAttr(i, attr.getName());
}

namespace {
struct WgPrepareIree : wg::impl::WgPrepareIreeBase<WgPrepareIree> {
  using WgPrepareIreeBase::WgPrepareIreeBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    WgPrepareIreeBase::getDependentDialects(registry);
    registerKernelDialects(registry);
  }

  void runOnOperation() override {
    if (failed(prepare(getOperation())))
      signalPassFailure();
  }

  LogicalResult prepare(ModuleOp module) {
    SymbolTable symbols(module);
    if (!entry.empty() && !symbols.lookup<func::FuncOp>(entry))
      return module.emitError() << "wg-prepare-iree: expected the entry @" << entry << " in the module";
    DenseSet<Operation *> done;
    SmallVector<func::FuncOp> others;
    Target machine{target};
    for (auto function : llvm::to_vector(module.getOps<func::FuncOp>())) {
      bool isEntry = entry.empty() ? function.isPublic() : function.getName() == entry;
      if (!isEntry || function.isExternal()) {
        if (!function.isExternal())
          others.push_back(function);
        continue;
      }
      function.setPublic();
      llvm::SetVector<Operation *> path;
      if (failed(inlineInto(function, symbols, path, done)) || failed(checkTypes(function, machine)) ||
          failed(checkLiterals(function, maxLiteral)))
        return failure();
      if (machine.isCpu() && kernels)
        makeKernels(function);
      limitFusion(function);
      setAffinity(function);
      removeOwnAttributes(function);
    }
    for (func::FuncOp function : others)
      symbols.erase(function);
    return success();
  }
};
} // namespace
