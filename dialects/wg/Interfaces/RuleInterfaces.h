// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interfaces through which transforms read the rules of an op.

#ifndef WG_INTERFACES_RULEINTERFACES_H
#define WG_INTERFACES_RULEINTERFACES_H

#include "mlir/IR/OpDefinition.h"

#include <vector>

namespace wg {
class Expr;
class RuleBuilder;
/// A list of expressions; std::vector because Expr is complete only where rules are written.
using Exprs = std::vector<Expr>;
} // namespace wg

#include "wg/Interfaces/RuleInterfaces.h.inc"

#endif // WG_INTERFACES_RULEINTERFACES_H
