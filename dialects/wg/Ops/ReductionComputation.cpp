// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// reduce: its types, and its rules by a tree of pairs.

#include "wg/Ops/Functions.h"
#include "wg/Ops/Reduction.h"
#include "wg/Ops/ReductionTypes.h"

#include <set>

using namespace mlir;

namespace wg {

TensorType argReduceType(TypeRules &t, TensorType x, int64_t axis, Type dtype) {
  TensorType type = t.argReduce(x, axis);
  auto integer = dyn_cast<IntegerType>(dtype);
  unsigned width = integer ? integer.getWidth() : 0;
  if (type && (!integer || integer.isSigned() || (width != 8 && width != 16 && width != 32 && width != 64)))
    return t.error("expected dtype to be an integer type but got " + str(dtype));
  int64_t bits = integer && integer.isUnsigned() ? width : width - 1;
  if (type && bits < 63 && x.getDimSize(axis) > int64_t(1) << bits)
    return t.error("expected a dtype that counts to " + Twine(x.getDimSize(axis)) + " along axis " + Twine(axis) +
                   " but got " + str(dtype));
  return type ? type.clone(dtype) : type;
}

SmallVector<Type> reduceTypes(TypeRules &t, ArrayRef<TensorType> xs, const Ints &axes) {
  auto fail = [&](const Twine &message) {
    t.error(message);
    return SmallVector<Type>();
  };
  if (xs.empty() || xs.size() % 2)
    return fail("expected as many scalars to start with as arrays but got " + Twine(xs.size()) + " operands");
  size_t count = xs.size() / 2;
  SmallVector<Type> results;
  for (size_t i = 0; i < count; ++i) {
    TensorType x = xs[i], init = xs[count + i];
    if (x.getShape() != xs[0].getShape())
      return fail("expected arrays of one shape but got " + str(xs[0]) + " and " + str(x));
    if (init.getRank() != 0 || init.getElementType() != x.getElementType())
      return fail("expected a scalar of the element type of " + str(x) + " to start with but got " + str(init));
    TensorType type = t.reduce(x, axes);
    if (!type)
      return {};
    results.push_back(type);
  }
  return results;
}

LogicalResult ReduceOp::verifySymbolUses(SymbolTableCollection &tables) {
  SmallVector<Type> inputs, results;
  size_t count = getXs().size() / 2;
  for (Value x : getXs().drop_front(count))
    results.push_back(x.getType());
  inputs.append(results);
  inputs.append(results);
  return verifyComputation(*this, getComputationAttr(), tables, inputs, results);
}

/// The first or the second entry of each pair of neighbours in the last dimension; `count` pairs. By reshapes: their
/// transposes fill nothing between elements.
static Expr everySecond(const Expr &x, int64_t start, int64_t count) {
  int64_t last = x.rank() - 1;
  Ints none = repeat(0, x.rank()), shape = x.shape(), step = repeat(1, x.rank() + 1);
  shape[last] = 2 * count;
  Expr even = slice(x, none, shape, repeat(1, x.rank()));
  shape[last] = count;
  Ints pairs = concat(shape, ints(2)), begin = repeat(0, x.rank() + 1), end = concat(shape, ints(start + 1));
  begin[last + 1] = start;
  return reshape(slice(reshape(even, pairs), begin, end, step), shape);
}
static Expr lastEntry(const Expr &x) {
  Ints begin = repeat(0, x.rank()), end = x.shape();
  begin[x.rank() - 1] = end[x.rank() - 1] - 1;
  return slice(x, begin, end, repeat(1, x.rank()));
}

// log2(n) applications of the computation to arrays of pairs; then the starts, which have the shape of the result.
static Exprs reduceByTree(RuleBuilder &b, FlatSymbolRefAttr computation, Exprs xs, const Exprs &starts,
                          const Ints &axes) {
  Ints kept = complement(axes, xs[0].rank()), order = concat(kept, axes), shape = pick(xs[0].shape(), kept);
  SmallVector<Type> elements;
  int64_t n = 1;
  for (int64_t a : axes)
    n *= xs[0].dim(a);
  if (n == 0)
    return starts;
  for (Expr &x : xs) {
    elements.push_back(x.dtype());
    x = reshape(transpose(x, order), concat(shape, ints(n)));
  }
  for (; n > 1 && !b.failed(); n = (n + 1) / 2) {
    Exprs pairs, rest;
    for (const Expr &x : xs)
      pairs.push_back(everySecond(x, 0, n / 2));
    for (const Expr &x : xs)
      pairs.push_back(everySecond(x, 1, n / 2));
    for (const Expr &x : xs)
      rest.push_back(n % 2 ? lastEntry(x) : Expr());
    xs = applyElementwise(b, computation, pairs, elements);
    for (size_t i = 0; n % 2 && i < xs.size(); ++i)
      xs[i] = concatenate({xs[i], rest[i]}, static_cast<int64_t>(shape.size()));
  }
  Exprs operands = starts;
  for (const Expr &x : xs)
    operands.push_back(reshape(x, shape));
  return applyElementwise(b, computation, operands, elements);
}

Exprs ReduceOp::unrollRule(RuleBuilder &b) {
  size_t count = getXs().size() / 2;
  Exprs xs = b.bind(getXs().take_front(count)), starts = b.bind(getXs().drop_front(count));
  Ints shape(cast<RankedTensorType>(getOuts()[0].getType()).getShape());
  for (Expr &start : starts)
    start = spread(start, shape, {});
  return reduceByTree(b, getComputationAttr(), xs, starts, getAxes());
}

Exprs ReduceOp::batchRule(RuleBuilder &b) {
  size_t count = getXs().size() / 2;
  Exprs xs = b.bindBatched(0, getXs().take_front(count));
  Ints axes = shift(getAxes(), 1);
  bool areStartsBatched = llvm::any_of(range(count, 2 * count), [&](int64_t i) { return b.isBatched(i); });
  if (!areStartsBatched) {
    Exprs starts = b.bind(getXs().drop_front(count));
    xs.insert(xs.end(), starts.begin(), starts.end());
    return reduce(xs, getComputationAttr(), axes);
  }
  // A start for each example: the tree, which applies it once to each result.
  Exprs starts = b.bindBatched(count, getXs().drop_front(count));
  Ints shape = prepend(b.batchSize(), Ints(cast<RankedTensorType>(getOuts()[0].getType()).getShape()));
  for (Expr &start : starts)
    start = spread(start, shape, ints(0));
  return reduceByTree(b, getComputationAttr(), xs, starts, axes);
}

} // namespace wg
