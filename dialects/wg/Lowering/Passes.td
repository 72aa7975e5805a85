// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WG_LOWERING_PASSES_TD
#define WG_LOWERING_PASSES_TD

include "mlir/Pass/PassBase.td"

def WgToLinalg : Pass<"wg-to-linalg", "::mlir::ModuleOp"> {
  let summary = "wg ops to linalg, tensor, arith, math and scf on static tensors";
  let description = [{
    Every op of the core phase (transforms expanded, composite ops decomposed) to the form that IREE compiles best; which
    form that is was measured and depends on shape, element type and target. Unsigned integers become signless ones.
  }];
  let options = [
    Option<"target", "target", "std::string", "\"llvm-cpu\"", "llvm-cpu, vulkan-spirv or cuda">,
    Option<"hostCalls", "host-calls", "bool", "false", "ops with a host kernel become calls of imported functions">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::complex::ComplexDialect", "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
                           "::wg::lowering::FlowDialect", "::wg::lowering::IreeLinalgExtDialect", "::wg::lowering::UtilDialect"];
}

def WgPrepareIree : Pass<"wg-prepare-iree", "::mlir::ModuleOp"> {
  let summary = "what IREE wants of a module: one public entry without calls, its attributes, only types that the target has";
  let description = [{
    Inlines all calls into the entry functions (the public ones, or `entry` alone) and removes the others; sets
    `iree.abi.affinity` on the arguments of functions with loops, without which every iteration copies what it carries;
    refuses element types that the target does not compute with, and literals that are too large to travel as text.
  }];
  let options = [
    Option<"entry", "entry", "std::string", "\"\"", "the function to compile; the public ones if empty">,
    Option<"target", "target", "std::string", "\"llvm-cpu\"", "llvm-cpu, vulkan-spirv or cuda">,
    Option<"maxLiteral", "max-literal", "int64_t", "4096", "elements of the largest literal that is not a splat">,
    Option<"kernels", "kernels", "bool", "true", "loops of small arrays become one dispatch each (llvm-cpu)">,
  ];
  let dependentDialects = ["::wg::lowering::FlowDialect", "::wg::lowering::HalDialect"];
}

#endif
