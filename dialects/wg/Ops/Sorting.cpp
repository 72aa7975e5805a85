// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Sorting.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Sorting.cpp.inc"

void WgDialect::registerSortingOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Sorting.cpp.inc"
      >();
}

// Keys never depend on tangents: the jvp puts tangents behind all operands.
bool SortOp::isLinearIn(unsigned i) { return i > 0; }

Exprs SortOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Exprs operands = b.bind(getXs()), result(tangents.size());
  for (const Expr &dx : tangents)
    if (!dx.isNone())
      operands.push_back(dx);
  if (operands.size() == tangents.size())
    return result;
  Exprs sorted = sort(operands, getDimension(), getNumKeys(), true);
  size_t at = tangents.size();
  for (size_t i = 0; i < tangents.size(); ++i)
    if (!tangents[i].isNone() && at < sorted.size())
      result[i] = sorted[at++];
  return result;
}

Exprs SortOp::transposeRule(RuleBuilder &b, const Exprs &cts) {
  Exprs xs = b.bind(getXs()), result(xs.size());
  size_t numKeys = getNumKeys();
  Exprs operands(xs.begin(), xs.begin() + numKeys);
  for (size_t i = 0; i < numKeys; ++i)
    if (!xs[i].hasValue() || (b.wants(i) && !cts[i].isNone())) {
      b.fail("sort: expected keys that do not depend on what is transposed");
      return result;
    }
  operands.push_back(iota_like(xs[0], xs[0].shape(), getDimension(), b.builder.getI32Type()));
  Exprs back = {sort(operands, getDimension(), numKeys, true).back()};
  for (size_t i = numKeys; i < xs.size(); ++i)
    if (b.wants(i) && !cts[i].isNone())
      back.push_back(cts[i]);
  if (back.size() == 1)
    return result;
  Exprs sorted = sort(back, getDimension(), 1, true);
  size_t at = 1;
  for (size_t i = numKeys; i < xs.size(); ++i)
    if (b.wants(i) && !cts[i].isNone() && at < sorted.size())
      result[i] = sorted[at++];
  return result;
}

Exprs SortOp::batchRule(RuleBuilder &b) {
  int64_t dimension = getDimension();
  return sort(b.bindBatched(0, getXs()), dimension + 1, getNumKeys(), getStable());
}
