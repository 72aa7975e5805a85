// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the engines share: functions under construction, definitions of composites, keys of the memo.

#ifndef WG_TRANSFORMS_DERIVE_H
#define WG_TRANSFORMS_DERIVE_H

#include "wg/IR/Expr.h"
#include "wg/Transforms/Engine.h"

#include "llvm/ADT/StringSet.h"

#include <list>

namespace wg {

/// A function under construction. It joins the module when it is finished, and vanishes if it never is.
class Draft {
public:
  Draft(mlir::func::FuncOp from, mlir::TypeRange inputs);

  mlir::Block &body() { return fn->getBody().front(); }
  mlir::func::FuncOp function() { return *fn; }
  /// Returns `results`; the function type follows the block.
  void setResults(mlir::ValueRange results);
  /// Sets the function type from the block's arguments and its terminator.
  void updateType();
  /// Adds the function to the module behind `from`, under this name made unique.
  mlir::func::FuncOp finish(TransformCache &cache, const llvm::Twine &name);

  mlir::OpBuilder builder;

private:
  mlir::func::FuncOp from;
  mlir::OwningOpRef<mlir::func::FuncOp> fn;
};

/// Whether an op without a rule of its own is derived through its definition.
bool hasDefinition(mlir::Operation *op);

/// The definition of a composite op, or what an op that applies a function unrolls to, as ops over its own operands in
/// a block of their own.
struct Definition {
  mlir::Block block;
  llvm::SmallVector<mlir::Value> results;

  /// With a cache the definition is free of transform ops.
  llvm::LogicalResult build(mlir::Operation *op, TransformCache *cache = nullptr);
};

/// What a rule returned for a value of type `want` (an error of the rule is reported), as a value or none.
mlir::FailureOr<Expr> checkRule(RuleBuilder &b, mlir::Operation *op, llvm::StringRef rule, const Expr &got,
                                mlir::Type want);

/// A zero of this type.
mlir::Value zeros(RuleBuilder &b, mlir::Type type);

/// How emitJvp treats calls: as a call of the jvp of the callee, as one of its forward function and one of its linear
/// function, or this with the bodies of callees without wg.checkpoint in place of calls.
enum class JvpMode { Together, Split, SplitInline };
/// Fills `draft` with `f(primals..., tangents of wrt...) -> (outs..., tangents of the inexact outs...)`. Returns, for
/// each result of `f`, whether its tangent can be other than zero.
mlir::FailureOr<llvm::SmallVector<bool>> emitJvp(TransformCache &cache, mlir::func::FuncOp f,
                                                 llvm::ArrayRef<int64_t> wrt, JvpMode mode, Draft &draft);
/// The types of the arguments of `f`, then those of the tangents of `wrt`.
llvm::SmallVector<mlir::Type> jvpInputs(mlir::func::FuncOp f, llvm::ArrayRef<int64_t> wrt);

/// Whether the op does nothing besides its results.
bool isPure(TransformCache &cache, mlir::Operation *op);
/// Erases ops without used results and without effects.
void eraseDeadOps(TransformCache &cache, mlir::Block &block);
/// Replaces the call by the body of its callee; returns the values that took the place of its results.
llvm::SmallVector<mlir::Value> inlineCall(TransformCache &cache, mlir::func::CallOp call, mlir::func::FuncOp callee);
/// Erases private functions that nothing reachable from a public one refers to; only those in `among`, if it is given.
void eraseUnusedFunctions(mlir::ModuleOp module, const llvm::DenseSet<mlir::Operation *> *among);

struct TransformCache::Memo {
  llvm::StringMap<JvpResult> jvps;
  llvm::StringMap<LinearizeResult> linearized;
  llvm::StringMap<TransposeResult> transposed;
  llvm::StringMap<BatchResult> batched;
  llvm::StringMap<mlir::func::FuncOp> functions;

  /// How deep calls nest in an expanded function; 0 while it is under expansion: meeting it then is a recursion.
  llvm::DenseMap<mlir::Operation *, unsigned> expanded;
  unsigned depth = 0;
  llvm::DenseSet<mlir::Operation *> derived;
  /// Whether a call of this function has effects.
  llvm::DenseMap<mlir::Operation *, bool> effects;
  std::unique_ptr<mlir::FrozenRewritePatternSet> patterns;

  template <typename T>
  static std::string key(llvm::StringRef what, mlir::func::FuncOp f, llvm::ArrayRef<T> numbers) {
    std::string key = (what + " " + f.getName()).str();
    for (T n : numbers)
      key += " " + std::to_string(n);
    return key;
  }
};

} // namespace wg

#endif // WG_TRANSFORMS_DERIVE_H
