// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The engines behind the transform ops: each derives a function from a function. All derived functions are memoised, so
// that a callee is derived once however often it is called.

#ifndef WG_TRANSFORMS_ENGINE_H
#define WG_TRANSFORMS_ENGINE_H

#include "wg/Interfaces/Derivations.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Rewrite/FrozenRewritePatternSet.h"
#include "llvm/ADT/StringMap.h"

#include <memory>

namespace wg {

/// The unit attribute of a function that is compiled on its own; derived functions inherit it.
constexpr llvm::StringLiteral kJitAttr = "wg.jit";
/// Whether calls of this function stay calls while derivatives are taken: only at the end they are inlined.
bool keepsCalls(mlir::func::FuncOp f);
/// How deep calls may nest: the engines follow them by recursion.
constexpr unsigned kMaxCallDepth = 200;
/// How many values a forward pass may save.
constexpr unsigned kMaxResiduals = 100000;

/// Derives functions of one module. Diagnostics are emitted at the op that has no rule; failure leaves the module valid
/// except for functions of its own that are incomplete, which it erases.
class TransformCache final : public Derivations {
public:
  explicit TransformCache(mlir::ModuleOp module);
  ~TransformCache() override;

  mlir::ModuleOp module() { return root; }
  mlir::SymbolTable &symbols() { return table; }
  // The engines, see Derivations. Transform ops inside `f` and what it calls are expanded first.
  mlir::FailureOr<mlir::func::FuncOp> lookup(llvm::StringRef name, mlir::Location loc) override;
  mlir::FailureOr<mlir::func::FuncOp> flatten(mlir::func::FuncOp f) override;
  mlir::FailureOr<JvpResult> jvp(mlir::func::FuncOp f, llvm::ArrayRef<int64_t> wrt) override;
  mlir::FailureOr<LinearizeResult> linearize(mlir::func::FuncOp f, llvm::ArrayRef<int64_t> wrt) override;
  mlir::FailureOr<TransposeResult> transpose(mlir::func::FuncOp f, llvm::ArrayRef<bool> linear,
                                             llvm::ArrayRef<bool> cts) override;
  mlir::FailureOr<BatchResult> batch(mlir::func::FuncOp f, llvm::ArrayRef<bool> batched, int64_t size) override;
  mlir::FailureOr<mlir::func::FuncOp> define(mlir::func::FuncOp near, const llvm::Twine &name, mlir::TypeRange inputs,
                                             Body body) override;
  llvm::SmallVector<mlir::Value> apply(mlir::OpBuilder &builder, mlir::func::FuncOp f,
                                       mlir::ValueRange operands) override;
  /// The pullback of a linearized function: its trailing arguments are linear, every result has a cotangent.
  mlir::FailureOr<TransposeResult> pullback(const LinearizeResult &linearized);
  /// `(primals..., cotangents of the inexact outs...) -> (outs..., cotangents of wrt...)`.
  mlir::FailureOr<mlir::func::FuncOp> vjp(mlir::func::FuncOp f, llvm::ArrayRef<int64_t> wrt);
  /// Axes as in wg.vmap; the name is empty if the new one has none.
  mlir::FailureOr<mlir::func::FuncOp> vmap(mlir::func::FuncOp f, llvm::ArrayRef<int64_t> inAxes,
                                           llvm::ArrayRef<int64_t> outAxes, int64_t size, llvm::StringRef axisName,
                                           mlir::Location loc);
  /// The name of the dimension that vmap is adding, for `batch` of what it meets on the way.
  llvm::StringRef axisInWork() { return axisName; }
  /// Whether the op runs a function that refers to `axis`, itself or in what it runs.
  bool runsOnAxis(mlir::Operation *op, llvm::StringRef axis);

  /// Replaces the transform ops in `f` and in everything that it calls by calls of derived functions; calls of those
  /// without wg.jit are inlined.
  llvm::LogicalResult expand(mlir::func::FuncOp f);
  /// The same for the transform ops of a block that a rule has written.
  llvm::LogicalResult expandIn(mlir::Block &block);
  /// Replaces the derivatives in a block, but leaves wg.vmap.
  llvm::LogicalResult expandDerivativesIn(mlir::Block &block);
  /// `expand` for every function of the module, then drops private functions without uses.
  llvm::LogicalResult expandAll();

  /// Whether a call of the function does something besides its results: it or what it calls holds an op with effects.
  bool hasEffects(llvm::StringRef function);

  /// Folding, canonicalisation, common subexpressions and dead code of one function.
  void simplify(mlir::func::FuncOp f);

  /// Erases derived functions that nothing uses.
  void eraseUnused();
  /// Puts a derived function behind `after`, its name made unique.
  void add(mlir::func::FuncOp fn, mlir::func::FuncOp after);

private:
  mlir::FailureOr<BatchResult> batchBody(mlir::func::FuncOp f, llvm::ArrayRef<bool> batched, int64_t size);
  mlir::FailureOr<BatchResult> batchCustom(mlir::func::FuncOp f, llvm::ArrayRef<bool> batched, int64_t size,
                                           const std::string &key);
  bool simplifyControlFlow(mlir::func::FuncOp f);

  struct Memo;
  bool isOnAxis(llvm::StringRef function, llvm::StringRef axis);

  mlir::ModuleOp root;
  mlir::SymbolTable table;
  std::string axisName;
  std::unique_ptr<Memo> memo;
};

/// The whole of what reverse mode needs of one function: names of @f.fwd, @f.lin and @f.pullback (see the structs
/// above). They are made public, so that later passes keep them.
struct Linearization {
  std::string fwd, lin, pullback;
  unsigned numResiduals = 0;
};
mlir::FailureOr<Linearization> linearizeForPullback(mlir::ModuleOp module, llvm::StringRef function,
                                                    llvm::ArrayRef<int64_t> wrt);

/// Inlines calls in every function of the module (of wg.jit functions only with `inlineJit`), simplifies all functions
/// and drops private ones without uses.
llvm::LogicalResult simplifyModule(mlir::ModuleOp module, bool inlineJit);

/// Replaces ops that have a definition by other ops; with `keepScalar` not those that have a scalar op for their type,
/// with `keepHost` not those that want to be computed on the host.
llvm::LogicalResult decomposeModule(mlir::ModuleOp module, bool keepScalar, bool keepHost);

} // namespace wg

#endif // WG_TRANSFORMS_ENGINE_H
