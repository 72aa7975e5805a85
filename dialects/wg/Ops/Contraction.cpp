// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Contraction.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Contraction.cpp.inc"

void WgDialect::registerContractionOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Contraction.cpp.inc"
      >();
}

// ct has dimensions batch, lhs free, rhs free. Contract it with the other operand over that one's free dimensions; the
// result has dimensions batch, own free, own contracting (in the order of the other's remaining ones), to be transposed
// back.
static Expr cotangentOfOperand(const Expr &ct, const Expr &self, const Expr &other, const Ints &selfContracting,
                               const Ints &otherContracting, const Ints &selfBatch, const Ints &otherBatch,
                               bool isLhs) {
  int64_t batch = selfBatch.size();
  Ints selfFree = complement(concat(selfBatch, selfContracting), self.rank());
  Ints otherFree = complement(concat(otherBatch, otherContracting), other.rank());
  int64_t lhsFree = isLhs ? selfFree.size() : otherFree.size();
  Ints ctBatch = range(batch);
  Ints ctOther = isLhs ? range(batch + lhsFree, ct.rank()) : range(batch, batch + lhsFree);
  Expr out = converted(dot_general(ct, other, ctOther, otherFree, ctBatch, otherBatch), self.dtype());
  // The other's contracting dimensions come out in ascending order of its dimensions.
  Ints order = complement(concat(otherBatch, otherFree), other.rank());
  Ints position; // position[d of out] = dimension of self
  for (int64_t d : selfBatch)
    position.push_back(d);
  for (int64_t d : selfFree)
    position.push_back(d);
  for (int64_t d : order)
    for (size_t i = 0; i < otherContracting.size(); ++i)
      if (otherContracting[i] == d)
        position.push_back(selfContracting[i]);
  Ints permutation = invert(position);
  return permutation == range(self.rank()) ? out : transpose(out, permutation);
}

Expr wg::dot_ct_lhs(const Expr &ct, const Expr &lhs, const Expr &rhs, const Ints &lhsContracting,
                    const Ints &rhsContracting, const Ints &lhsBatch, const Ints &rhsBatch) {
  return cotangentOfOperand(ct, lhs, rhs, lhsContracting, rhsContracting, lhsBatch, rhsBatch, true);
}
Expr wg::dot_ct_rhs(const Expr &ct, const Expr &lhs, const Expr &rhs, const Ints &lhsContracting,
                    const Ints &rhsContracting, const Ints &lhsBatch, const Ints &rhsBatch) {
  return cotangentOfOperand(ct, rhs, lhs, rhsContracting, lhsContracting, rhsBatch, lhsBatch, false);
}

// A batched operand alone has the batch dimension as a free one, which then moves to the front; both batched share it.
Exprs DotGeneralOp::batchRule(RuleBuilder &b) {
  Expr lhs = b.bind(getLhs()), rhs = b.bind(getRhs());
  Ints lc(getLhsContracting()), rc(getRhsContracting()), lb(getLhsBatch()), rb(getRhsBatch());
  Type preferred = getPreferredElementType().value_or(Type());
  if (b.isBatched(0)) {
    lc = shift(lc, 1);
    lb = shift(lb, 1);
  }
  if (b.isBatched(1)) {
    rc = shift(rc, 1);
    rb = shift(rb, 1);
  }
  if (b.isBatched(0) && b.isBatched(1))
    return {dot_general(lhs, rhs, lc, rc, prepend(0, lb), prepend(0, rb), preferred)};
  Expr out = dot_general(lhs, rhs, lc, rc, lb, rb, preferred);
  // Dimension 0 of the batched operand is its first free one.
  int64_t at = lb.size();
  if (b.isBatched(1))
    at += lhs.rank() - lb.size() - lc.size();
  return {at == 0 ? out : transpose(out, prepend(at, complement(ints(at), out.rank())))};
}
