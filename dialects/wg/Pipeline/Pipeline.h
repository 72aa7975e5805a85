// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a traced module to what IREE compiles, in named phases.

#ifndef WG_PIPELINE_PIPELINE_H
#define WG_PIPELINE_PIPELINE_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace wg {

/// What a module is after a part of the pipeline.
enum class Phase {
  Traced,     ///< as the tracer made it
  Expanded,   ///< no wg.jvp, wg.vjp, wg.vmap: plain functions
  Simplified, ///< calls inlined, constants folded, common and dead code removed
  Core,       ///< no composite ops: each op has a lowering
  Linalg,     ///< linalg, tensor, arith, math and scf, with IREE's attributes
};

/// `--wg-pipeline=stop-after=expanded`, or `wg-pipeline{stop-after=linalg entry=main target=llvm-cpu}` in a pipeline.
struct PipelineOptions : public mlir::PassPipelineOptions<PipelineOptions> {
  Option<Phase> stopAfter{
      *this, "stop-after", llvm::cl::desc("the last phase"), llvm::cl::init(Phase::Linalg),
      llvm::cl::values(clEnumValN(Phase::Traced, "traced", "as traced"),
                       clEnumValN(Phase::Expanded, "expanded", "transforms replaced by derived functions"),
                       clEnumValN(Phase::Simplified, "simplified", "inlined, folded, without dead code"),
                       clEnumValN(Phase::Core, "core", "composite ops decomposed"),
                       clEnumValN(Phase::Linalg, "linalg", "lowered, ready for IREE"))};
  Option<std::string> entry{*this, "entry", llvm::cl::desc("the function to compile; the public ones if not given")};
  Option<std::string> target{*this, "target", llvm::cl::desc("llvm-cpu, vulkan-spirv or cuda"),
                             llvm::cl::init("llvm-cpu")};
  Option<bool> hostCalls{*this, "host-calls",
                         llvm::cl::desc("compute some ops by functions that the loading process provides"),
                         llvm::cl::init(false)};
  Option<bool> kernels{*this, "kernels", llvm::cl::desc("loops of small arrays become one dispatch each (llvm-cpu)"),
                       llvm::cl::init(true)};
};

void buildPipeline(mlir::OpPassManager &pm, const PipelineOptions &options);

/// Makes `wg-pipeline` known by name.
void registerPipeline();

} // namespace wg

#endif // WG_PIPELINE_PIPELINE_H
