// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks as values: what derives the functions that also return the first error that happened in them.

#ifndef WG_TRANSFORMS_CHECKIFY_H
#define WG_TRANSFORMS_CHECKIFY_H

#include "wg/Transforms/CheckConditions.h"
#include "wg/Transforms/Derive.h"

#include <map>

namespace wg {

/// `fn(arguments...) -> (results..., code, values...)`.
struct Checked {
  mlir::func::FuncOp fn;
  /// Whether there is a check in it; if not, `fn` has the results of the function only.
  bool canFail = false;
  /// The numbers of the places that the values are in, ascending.
  llvm::SmallVector<unsigned> places;
};

/// The first error so far.
struct FirstError {
  /// None as long as nothing can have failed.
  Expr code;
  /// What messages tell, by place. What is in a place counts only if the code says so.
  std::map<unsigned, Expr> values;

  /// Takes another error if there is none yet.
  void merge(const Expr &otherCode, llvm::ArrayRef<unsigned> places, const Exprs &others);
};

/// The values as expressions.
Exprs expressions(RuleBuilder &b, mlir::ValueRange values);
/// The type of a code.
mlir::RankedTensorType codeType(mlir::MLIRContext *context);
/// The union of two ascending lists.
void unite(llvm::SmallVector<unsigned> &all, llvm::ArrayRef<unsigned> places);

/// Derives the functions of one program. Codes are numbers of the program, and so are the places of the values that
/// messages tell: checks of which only one can have failed share them.
class Checkifier {
public:
  Checkifier(TransformCache &cache, unsigned kinds) : cache(cache), kinds(kinds) {}

  /// The function with a code in any case, and what the codes mean in its attribute.
  mlir::FailureOr<mlir::func::FuncOp> run(mlir::func::FuncOp f);
  mlir::FailureOr<Checked> check(mlir::func::FuncOp f);
  mlir::FailureOr<Checked> check(llvm::StringRef name, mlir::Location loc);
  /// What a function that cannot fail became, or with `silent` any function without its checks.
  mlir::FailureOr<mlir::func::FuncOp> withoutError(llvm::StringRef name, mlir::Location loc, bool silent);
  /// A checked function with results for these places, whether it can fail or not.
  mlir::FailureOr<mlir::func::FuncOp> withPlaces(const Checked &checked, unsigned numOuts,
                                                 llvm::ArrayRef<unsigned> places);

  /// The code of a new check.
  int64_t add(CheckKind kind, llvm::StringRef message, llvm::StringRef at, llvm::ArrayRef<unsigned> places);
  llvm::SmallVector<unsigned> placesFor(const Exprs &values);
  /// The types of a code and of what is in these places.
  llvm::SmallVector<mlir::Type> errorTypes(llvm::ArrayRef<unsigned> places) const;

  TransformCache &cache;
  unsigned kinds;

private:
  llvm::LogicalResult keepRules(mlir::func::FuncOp f, Checked &checked);
  mlir::ArrayAttr tableFor(mlir::Builder &builder, llvm::ArrayRef<unsigned> places) const;

  struct Entry {
    CheckKind kind;
    std::string message, at;
    llvm::SmallVector<unsigned> places;
  };
  llvm::SmallVector<Entry> entries;
  llvm::SmallVector<mlir::Type> placeTypes;
  llvm::DenseMap<mlir::Operation *, Checked> done;
  llvm::DenseSet<mlir::Operation *> started;
  /// Derives functions without checks.
  std::unique_ptr<Checkifier> silencer;
};

/// The results of an op that runs checked functions in the place of another: those of the other, then the error.
struct CheckedResults {
  llvm::SmallVector<mlir::Value> values;
  llvm::SmallVector<unsigned> places;
};
/// The loop on other operands with the first error of its steps as one more carry. `canFail` of at least one of its
/// functions.
mlir::FailureOr<CheckedResults> checkedScan(Checkifier &checks, mlir::OpBuilder &builder, mlir::Operation *op,
                                            mlir::ValueRange operands);
mlir::FailureOr<CheckedResults> checkedWhile(Checkifier &checks, mlir::OpBuilder &builder, mlir::Operation *op,
                                             mlir::ValueRange operands);
mlir::FailureOr<CheckedResults> checkedReplay(Checkifier &checks, mlir::OpBuilder &builder, mlir::Operation *op,
                                              mlir::ValueRange operands);

/// What a function that is being written found out.
struct CheckedBody {
  FirstError error;
  llvm::SmallVector<mlir::Value> results;
  /// Whether it differs from the function that it is derived from.
  bool changed = false;
};

/// Writes the body of `f` with its checks into `draft`, but for the terminator.
mlir::FailureOr<CheckedBody> emitChecked(Checkifier &checks, mlir::func::FuncOp f, Draft &draft);

} // namespace wg

#endif // WG_TRANSFORMS_CHECKIFY_H
