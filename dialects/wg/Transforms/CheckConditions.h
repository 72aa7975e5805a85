// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What can go wrong in an op, as conditions over its operands and results.

#ifndef WG_TRANSFORMS_CHECKCONDITIONS_H
#define WG_TRANSFORMS_CHECKCONDITIONS_H

#include "wg/IR/Expr.h"

#include <optional>
#include <string>

namespace wg {

/// What checks look for, as bits of a set.
enum CheckKind : unsigned { kUserCheck = 1, kNanCheck = 2, kDivCheck = 4, kIndexCheck = 8 };
llvm::StringRef nameOf(CheckKind kind);
std::optional<CheckKind> checkKindNamed(llvm::StringRef name);

/// A scalar bool that is true if something went wrong, and what is to be told then: a format of Python's `str.format`
/// with the values, scalars or arrays, that stand for {0}, {1}, ...
struct Condition {
  CheckKind kind;
  Expr fails;
  std::string message;
  Exprs values;
};

/// The conditions of the kinds in `kinds` behind `op`, in the order in which they are looked at.
llvm::SmallVector<Condition> conditionsOf(RuleBuilder &b, mlir::Operation *op, unsigned kinds);

} // namespace wg

#endif // WG_TRANSFORMS_CHECKCONDITIONS_H
