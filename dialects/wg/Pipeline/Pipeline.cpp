// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Pipeline/Pipeline.h"

#include "wg/Lowering/Passes.h"
#include "wg/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace wg;

namespace {
/// Leaves one function public, so that what it does not need is removed before any work is done on it.
struct SelectEntry : PassWrapper<SelectEntry, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SelectEntry)
  SelectEntry(StringRef entry) : entry(entry.str()) {}
  StringRef getName() const override { return "wg-select-entry"; }

  void runOnOperation() override {
    if (!SymbolTable(getOperation()).lookup<func::FuncOp>(entry)) {
      getOperation().emitError() << "wg-pipeline: expected the entry @" << entry << " in the module";
      return signalPassFailure();
    }
    for (auto function : getOperation().getOps<func::FuncOp>())
      function.setVisibility(function.getName() == entry ? SymbolTable::Visibility::Public
                                                         : SymbolTable::Visibility::Private);
  }

  std::string entry;
};
} // namespace

void wg::buildPipeline(OpPassManager &pm, const PipelineOptions &options) {
  auto reaches = [&](Phase phase) { return options.stopAfter >= phase; };
  if (!options.entry.empty()) {
    pm.addPass(std::make_unique<SelectEntry>(options.entry));
    pm.addPass(createSymbolDCEPass());
  }
  if (reaches(Phase::Expanded))
    pm.addPass(createWgExpandTransforms());
  if (reaches(Phase::Simplified))
    pm.addPass(createWgSimplify({/*inlineJit=*/true}));
  if (reaches(Phase::Core)) {
    pm.addPass(createWgDecompose({/*keepScalar=*/true, /*keepHost=*/options.hostCalls}));
    pm.addPass(createCSEPass());
  }
  if (reaches(Phase::Linalg)) {
    pm.addPass(createWgToLinalg({options.target, options.hostCalls}));
    pm.addPass(createCSEPass());
    WgPrepareIreeOptions prepare;
    prepare.entry = options.entry;
    prepare.target = options.target;
    prepare.kernels = options.kernels;
    pm.addPass(createWgPrepareIree(prepare));
  }
}

void wg::registerPipeline() {
  PassPipelineRegistration<PipelineOptions>("wg-pipeline", "from traced wg to what IREE compiles, in named phases",
                                            buildPipeline);
}
