// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Collective.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"

using namespace mlir;
using namespace wg;

//===----------------------------------------------------------------------===//
// The ops as functions, for the rules
//===----------------------------------------------------------------------===//

static Expr psum(const Expr &x, StringRef axis) {
  return x.builder()->create("wg.psum", {x}, {{"axis_name", axis}}).front();
}

static Expr all_gather(const Expr &x, StringRef axis, int64_t size, int64_t dimension) {
  return x.builder()
      ->create("wg.all_gather", {x}, {{"axis_name", axis}, {"axis_size", size}, {"dimension", dimension}})
      .front();
}

static Expr all_to_all(const Expr &x, StringRef axis, int64_t split, int64_t concat) {
  return x.builder()->create("wg.all_to_all", {x}, {{"axis_name", axis}, {"split", split}, {"concat", concat}}).front();
}

static Expr ppermute(const Expr &x, StringRef axis, const Ints &sources) {
  return x.builder()->create("wg.ppermute", {x}, {{"axis_name", axis}, {"sources", sources}}).front();
}

/// The examples that have the extremum share the tangent.
static Expr pextremum_jvp(const Expr &x, const Expr &dx, const Expr &out, StringRef axis) {
  if (dx.isNone())
    return Expr();
  Expr isExtremum = x == out;
  return psum(select(isExtremum, dx, 0), axis) / psum(converted(isExtremum, x.dtype()), axis);
}

/// Who gets the value of each example, -1 for nobody.
static Ints inverted(const Ints &sources) {
  Ints targets = repeat(-1, sources.size());
  for (auto [target, source] : llvm::enumerate(sources))
    if (source >= 0)
      targets[source] = target;
  return targets;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// The type with a dimension of `size` put at `dimension`.
static RankedTensorType inserted(TypeRules &t, StringRef what, RankedTensorType x, int64_t size, int64_t dimension) {
  if (dimension < 0 || dimension > x.getRank())
    return t.error("expected a " + what + " from 0 to " + Twine(x.getRank()) + " but got " + Twine(dimension) +
                   " for " + str(x));
  SmallVector<int64_t> shape(x.getShape());
  shape.insert(shape.begin() + dimension, size);
  return RankedTensorType::get(shape, x.getElementType());
}

static RankedTensorType allGatherType(TypeRules &t, RankedTensorType x, int64_t size, int64_t dimension) {
  if (size < 0)
    return t.error("expected an axis of size 0 or more but got " + Twine(size));
  return inserted(t, "dimension", x, size, dimension);
}

static RankedTensorType allToAllType(TypeRules &t, RankedTensorType x, int64_t split, int64_t concat) {
  if (split < 0 || split >= x.getRank())
    return t.error("expected a dimension of the operand to split but got " + Twine(split) + " for " + str(x));
  SmallVector<int64_t> shape(x.getShape());
  shape.erase(shape.begin() + split);
  return inserted(t, "dimension to concat", RankedTensorType::get(shape, x.getElementType()), x.getDimSize(split),
                  concat);
}

static RankedTensorType permuteType(TypeRules &t, RankedTensorType x, const Ints &sources) {
  SmallVector<bool> seen(sources.size());
  for (int64_t source : sources) {
    if (source < -1 || source >= static_cast<int64_t>(sources.size()))
      return t.error("expected sources from -1 to " + Twine(int64_t(sources.size()) - 1) + " but got " + str(sources));
    if (source >= 0 && seen[source])
      return t.error("expected each source at most once but got " + str(sources));
    if (source >= 0)
      seen[source] = true;
  }
  return x;
}

static RankedTensorType axisIndexType(StringAttr name) {
  return RankedTensorType::get({}, IntegerType::get(name.getContext(), 32));
}

#define GET_OP_CLASSES
#include "wg/Ops/Collective.cpp.inc"

void WgDialect::registerCollectiveOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Collective.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// With the axis in front
//===----------------------------------------------------------------------===//

/// x with dimension `from` moved to `to`.
static Expr moved(const Expr &x, int64_t from, int64_t to) {
  if (from == to)
    return x;
  auto order = llvm::to_vector(llvm::seq<int64_t>(x.rank()));
  order.erase(order.begin() + from);
  order.insert(order.begin() + to, from);
  return transpose(x, Ints(order));
}

/// x repeated along a new dimension.
static Expr repeated(const Expr &x, int64_t size, int64_t dimension) {
  SmallVector<int64_t> shape(x.tensorType().getShape());
  shape.insert(shape.begin() + dimension, size);
  return spread(x, Ints(shape), complement(ints(dimension), shape.size()));
}

/// Reports an op that was made for another size of the axis.
static bool fits(RuleBuilder &b, NamedAxisOpInterface op, int64_t size) {
  if (size != b.batchSize())
    b.fail(op->getName().getStringRef() + ": expected an axis '" + op.axisName() + "' of size " + Twine(size) +
           " but wg.vmap gives it size " + Twine(b.batchSize()));
  return size == b.batchSize();
}

OnAxis PsumOp::resolveRule(RuleBuilder &b) {
  Expr x = b.bind(getX());
  return {b.isBatched(0) ? reduce_sum(x, ints(0)) : x * Expr(b.batchSize()), false};
}

OnAxis PmaxOp::resolveRule(RuleBuilder &b) {
  Expr x = b.bind(getX());
  return {b.isBatched(0) ? reduce_max(x, ints(0)) : x, false};
}

OnAxis PminOp::resolveRule(RuleBuilder &b) {
  Expr x = b.bind(getX());
  return {b.isBatched(0) ? reduce_min(x, ints(0)) : x, false};
}

OnAxis AllGatherOp::resolveRule(RuleBuilder &b) {
  if (!fits(b, *this, getAxisSize()))
    return {};
  Expr x = b.bind(getX());
  int64_t dimension = getDimension();
  return {b.isBatched(0) ? moved(x, 0, dimension) : repeated(x, b.batchSize(), dimension), false};
}

OnAxis AllToAllOp::resolveRule(RuleBuilder &b) {
  int64_t split = getSplit(), concat = getConcat();
  if (!fits(b, *this, getX().getType().getDimSize(split)))
    return {};
  Expr x = b.bind(getX());
  if (!b.isBatched(0))
    return {repeated(moved(x, split, 0), b.batchSize(), concat + 1), true};
  // The element to split by comes to the front, the example behind its place.
  return {moved(moved(x, split + 1, 0), 1, concat + 1), true};
}

OnAxis PpermuteOp::resolveRule(RuleBuilder &b) {
  if (!fits(b, *this, getSources().size()))
    return {};
  Expr x = b.bind(getX());
  bool isTotal = !llvm::is_contained(getSources(), -1);
  if (!b.isBatched(0) && (isTotal || getSources().empty()))
    return {x, false};
  x = b.isBatched(0) ? x : b.addBatch(x);
  SmallVector<int32_t> from;
  SmallVector<bool> given;
  for (int64_t source : getSources()) {
    from.push_back(std::max<int64_t>(source, 0));
    given.push_back(source >= 0);
  }
  auto constant = [&](Type element, auto values) {
    auto type = RankedTensorType::get({b.batchSize()}, element);
    return b.create("wg.constant", {}, {{"value", Attribute(DenseElementsAttr::get(type, ArrayRef(values)))}}).front();
  };
  Expr out = from.empty() || !b.isBatched(0) ? x : take(x, constant(b.builder.getI32Type(), from), 0);
  if (!isTotal)
    out = select(spread(constant(b.builder.getI1Type(), given), x.shape(), ints(0)), out, 0);
  return {out, true};
}

OnAxis AxisIndexOp::resolveRule(RuleBuilder &b) {
  return {b.create("wg.iota", {},
                   {{"shape", ints(b.batchSize())}, {"dimension", int64_t(0)}, {"dtype", Type(b.builder.getI32Type())}})
              .front(),
          true};
}
