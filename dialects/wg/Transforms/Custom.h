// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rules that a program gives for its own functions. They are functions of the module and hang on the symbol of the
// function as attributes:
//
//   wg.custom_jvp = @rule                   @rule(arguments..., tangents...) -> (results..., tangents...)
//   wg.custom_vjp = [@fwd, @bwd]            @fwd(arguments...) -> (results..., residuals...)
//                                           @bwd(residuals..., cotangents...) -> cotangents of the arguments
//   wg.custom_transpose = @rule             @rule(arguments that are not linear..., cotangents...) -> cotangents
//   wg.custom_vmap = {rule = @rule, size = 3, batched = array<i64: 0>, outs = array<i64: 0>}, or an array of these
//                                           @rule(arguments...) -> (results...), those listed with one more dimension
//
// Tangents and cotangents are those of the arguments and results of float or complex type. In a dictionary `wrt` (for
// wg.custom_transpose `linear`) lists the arguments that have one, `cts` the results; several of these, as an array,
// are rules for the case that the others are zero:
//
//   wg.custom_jvp = {rule = @rule, wrt = array<i64: 0>}
//   wg.custom_vjp = {fwd = @fwd, bwd = @bwd, wrt = array<i64: 0>, cts = array<i64: 1>}
//   wg.custom_transpose = {rule = @rule, linear = array<i64: 1>}
//
// wg.custom_vmap_source is the number under which the process that made the program gives rules for other batches.
// wg.custom_vmap_jvp = {of = @f, wrt = array<i64: 0>} stands at a derivative of @f, which has one of these: its batches
// are derivatives of the rule.
//
// A function without a body that has wg.custom_transpose is known by its transpose alone.

#ifndef WG_TRANSFORMS_CUSTOM_H
#define WG_TRANSFORMS_CUSTOM_H

#include "wg/Transforms/Derive.h"

#include <functional>

namespace wg {

constexpr llvm::StringLiteral kCustomJvpAttr = "wg.custom_jvp", kCustomVjpAttr = "wg.custom_vjp",
                              kCustomTransposeAttr = "wg.custom_transpose", kCustomVmapAttr = "wg.custom_vmap",
                              kCustomVmapSourceAttr = "wg.custom_vmap_source",
                              kCustomVmapJvpAttr = "wg.custom_vmap_jvp";

/// Whether the function has a rule of its own: calls of it stay calls until its derivatives have been taken.
bool hasCustomRules(mlir::func::FuncOp f);
/// Whether it has a rule for batches of its own, and whether a batch over these arguments follows it.
bool hasVmapRule(mlir::func::FuncOp f);
bool batchesByRule(mlir::func::FuncOp f, llvm::ArrayRef<bool> batched);
/// Whether the function is known by its transpose alone.
bool isTransposeOnly(mlir::func::FuncOp f);
/// Whether it cannot be differentiated in forward mode.
bool isReverseOnly(mlir::func::FuncOp f);
/// Reports that a function that is known by its transpose alone is to be run or differentiated.
mlir::InFlightDiagnostic refuseForward(mlir::Location loc, llvm::StringRef name);
/// Checks the rules of the functions of a module: that they are there and have the right types.
llvm::LogicalResult verifyCustomRules(mlir::ModuleOp module);
/// Removes the rules of all functions, when no derivative will be taken any more.
void dropCustomRules(mlir::ModuleOp module);

/// emitJvp for a function that may have rules of its own.
mlir::FailureOr<llvm::SmallVector<bool>> emitDerivative(TransformCache &cache, mlir::func::FuncOp f,
                                                        llvm::ArrayRef<int64_t> wrt, JvpMode mode, Draft &draft);
/// Fills `draft` with the transpose that the function's own rule gives, as TransformCache::transpose; false if it has
/// none for these arguments.
mlir::FailureOr<bool> emitCustomTranspose(TransformCache &cache, mlir::func::FuncOp f, llvm::ArrayRef<bool> linear,
                                          llvm::ArrayRef<bool> cts, Draft &draft, llvm::SmallVector<bool> &active);
/// Gives `batched`, which is `f` over one more dimension, the rules of `f` over this dimension.
llvm::LogicalResult batchCustomRules(TransformCache &cache, mlir::func::FuncOp f, llvm::ArrayRef<bool> arguments,
                                     int64_t size, mlir::func::FuncOp batched);
/// The function over one more dimension by the rule that wg.custom_vmap gives.
mlir::FailureOr<BatchResult> batchByRule(TransformCache &cache, mlir::func::FuncOp f, llvm::ArrayRef<bool> batched,
                                         int64_t size);
/// Has batches of `jvp`, the derivative of `f` with respect to these arguments, follow the rule of `f`.
void setVmapRuleOfJvp(mlir::func::FuncOp jvp, mlir::func::FuncOp f, llvm::ArrayRef<int64_t> wrt);
/// Makes the rule of a function for a batch in `module`: its name, and which results have the dimension. `source` is
/// the number in wg.custom_vmap_source. Failure, without a diagnostic, if there is no such function.
using VmapRuleSource = std::function<mlir::FailureOr<std::pair<std::string, llvm::SmallVector<bool>>>(
    mlir::ModuleOp module, int64_t source, llvm::ArrayRef<bool> batched, int64_t size)>;
void setVmapRuleSource(VmapRuleSource source);
/// The results of `derived`, which was derived from `f`: of a call, or of its body in place if only the rules of `f`
/// kept it a call.
llvm::SmallVector<mlir::Value> callOrApply(TransformCache &cache, mlir::OpBuilder &builder, mlir::Location loc,
                                           mlir::func::FuncOp f, mlir::func::FuncOp derived, mlir::ValueRange operands);
/// Replaces the calls in a block by the bodies of the callees, but for functions with attributes of ours; those of
/// compile boundaries only with `inlineJit`, as in a rule, which is cut in two op by op.
llvm::LogicalResult inlineCalls(TransformCache &cache, mlir::Block &block, bool inlineJit);
/// A function without a body behind `near`.
mlir::func::FuncOp declare(TransformCache &cache, mlir::func::FuncOp near, const llvm::Twine &name,
                           mlir::FunctionType type);

} // namespace wg

#endif // WG_TRANSFORMS_CUSTOM_H
