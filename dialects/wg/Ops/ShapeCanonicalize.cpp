// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Folding and canonicalisation of ops that move elements, and of reductions over nothing.

#include "wg/IR/TypeRules.h"
#include "wg/Ops/Fold.h"
#include "wg/Ops/Indexing.h"
#include "wg/Ops/Reduction.h"
#include "wg/Ops/Shape.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace wg;

/// A literal with equal elements under another shape; null for anything else.
static Attribute resplat(Attribute literal, Type type) {
  auto dense = dyn_cast_or_null<DenseElementsAttr>(literal);
  auto shaped = cast<ShapedType>(type);
  if (!dense || !dense.isSplat() || !dense.getElementType().isIntOrFloat() || shaped.getNumElements() == 0)
    return {};
  return DenseElementsAttr::get(shaped, dense.getSplatValue<Attribute>());
}
static bool areZero(ArrayRef<int64_t> values) {
  return llvm::all_of(values, [](int64_t v) { return v == 0; });
}
static Ints shapeOf(Value v) { return Ints(cast<RankedTensorType>(v.getType()).getShape()); }

//===----------------------------------------------------------------------===//
// Folders
//===----------------------------------------------------------------------===//

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getX().getType() == getType())
    return getX();
  if (auto inner = getX().getDefiningOp<ReshapeOp>()) {
    getXMutable().assign(inner.getX());
    return getResult();
  }
  auto literal = dyn_cast_or_null<DenseElementsAttr>(adaptor.getX());
  return literal ? OpFoldResult(literal.reshape(getType())) : OpFoldResult();
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  Ints permutation(getPermutation());
  if (permutation == range(permutation.size()))
    return getX();
  if (auto inner = getX().getDefiningOp<TransposeOp>()) {
    setPermutation(pick(Ints(inner.getPermutation()), permutation));
    getXMutable().assign(inner.getX());
    return getResult();
  }
  return resplat(adaptor.getX(), getType());
}

OpFoldResult BroadcastInDimOp::fold(FoldAdaptor adaptor) {
  if (getX().getType() == getType())
    return getX();
  if (auto inner = getX().getDefiningOp<BroadcastInDimOp>()) {
    setBroadcastDimensions(pick(Ints(getBroadcastDimensions()), Ints(inner.getBroadcastDimensions())));
    getXMutable().assign(inner.getX());
    return getResult();
  }
  return resplat(adaptor.getX(), getType());
}

OpFoldResult SliceOp::fold(FoldAdaptor adaptor) {
  if (getX().getType() == getType()) // every stride is 1 where there is more than one element
    return getX();
  return resplat(adaptor.getX(), getType());
}

// A block of all of x is at its start.
OpFoldResult DynamicSliceOp::fold(FoldAdaptor) {
  return getX().getType() == getType() ? OpFoldResult(getX()) : OpFoldResult();
}
OpFoldResult DynamicUpdateSliceOp::fold(FoldAdaptor) {
  return getUpdate().getType() == getType() ? OpFoldResult(getUpdate()) : OpFoldResult();
}

OpFoldResult PadOp::fold(FoldAdaptor adaptor) {
  if (areZero(getLow()) && areZero(getHigh()) && areZero(getInterior()))
    return getX();
  std::optional<double> x = splatNumber(adaptor.getX()), value = splatNumber(adaptor.getValue());
  return x && x == value ? OpFoldResult(resplat(adaptor.getX(), getType())) : OpFoldResult();
}

OpFoldResult ConcatenateOp::fold(FoldAdaptor adaptor) {
  if (getXs().size() == 1)
    return getXs().front();
  std::optional<double> first = splatNumber(adaptor.getXs().front());
  for (Attribute x : adaptor.getXs())
    if (!first || splatNumber(x) != first)
      return {};
  return resplat(adaptor.getXs().front(), getType());
}

OpFoldResult ReverseOp::fold(FoldAdaptor adaptor) {
  Ints shape = shapeOf(getX());
  if (llvm::all_of(getDimensions(), [&](int64_t d) { return shape[d] == 1; }))
    return getX();
  if (auto inner = getX().getDefiningOp<ReverseOp>(); inner && inner.getDimensions() == getDimensions())
    return inner.getX();
  return resplat(adaptor.getX(), getType());
}

template <typename ReduceOp>
static OpFoldResult foldNothing(ReduceOp op) {
  return op.getAxes().empty() ? OpFoldResult(op.getX()) : OpFoldResult();
}
/// Where reducing equal elements gives that element.
template <typename ReduceOp>
static OpFoldResult foldIdempotent(ReduceOp op, Attribute x) {
  if (op.getX().getType().getNumElements() == 0)
    return foldNothing(op);
  return op.getAxes().empty() ? OpFoldResult(op.getX()) : OpFoldResult(resplat(x, op.getType()));
}
OpFoldResult ReduceSumOp::fold(FoldAdaptor adaptor) {
  std::optional<double> number = splatNumber(adaptor.getX());
  if (getAxes().empty() || !number || !isa<FloatType>(getType().getElementType()))
    return foldNothing(*this);
  int64_t count = 1;
  for (int64_t a : getAxes())
    count *= getX().getType().getDimSize(a);
  return splatOf(getType(), *number * count);
}
OpFoldResult ReduceProdOp::fold(FoldAdaptor) { return foldNothing(*this); }
OpFoldResult ReduceMaxOp::fold(FoldAdaptor adaptor) { return foldIdempotent(*this, adaptor.getX()); }
OpFoldResult ReduceMinOp::fold(FoldAdaptor adaptor) { return foldIdempotent(*this, adaptor.getX()); }
OpFoldResult ReduceAndOp::fold(FoldAdaptor adaptor) { return foldIdempotent(*this, adaptor.getX()); }
OpFoldResult ReduceOrOp::fold(FoldAdaptor adaptor) { return foldIdempotent(*this, adaptor.getX()); }
OpFoldResult ReduceXorOp::fold(FoldAdaptor) { return getAxes().empty() ? OpFoldResult(getX()) : OpFoldResult(); }

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

// Only dimensions of size 1 come or go: nothing moves.
static LogicalResult canonicalizeTranspose(TransposeOp op, PatternRewriter &rewriter) {
  Ints shape = shapeOf(op.getX()), moving;
  for (int64_t d : op.getPermutation())
    if (shape[d] != 1)
      moving.push_back(d);
  if (!llvm::is_sorted(moving))
    return failure();
  rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getX(), op.getType().getShape());
  return success();
}
static LogicalResult canonicalizeBroadcast(BroadcastInDimOp op, PatternRewriter &rewriter) {
  if (op.getX().getType().getNumElements() != op.getType().getNumElements())
    return failure();
  rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getX(), op.getType().getShape());
  return success();
}
static LogicalResult canonicalizeSum(ReduceSumOp op, PatternRewriter &rewriter) {
  Ints shape = shapeOf(op.getX());
  if (llvm::any_of(op.getAxes(), [&](int64_t a) { return shape[a] != 1; }))
    return failure();
  rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getX(), op.getType().getShape());
  return success();
}
// A slice of a slice.
static LogicalResult canonicalizeSlice(SliceOp op, PatternRewriter &rewriter) {
  auto inner = op.getX().getDefiningOp<SliceOp>();
  if (!inner || op.getType().getNumElements() == 0)
    return failure();
  Ints start(inner.getStart()), limit(inner.getLimit()), strides(inner.getStrides());
  for (size_t d = 0; d < start.size(); ++d) {
    int64_t step = strides[d];
    limit[d] = start[d] + (op.getLimit()[d] - 1) * step + 1;
    start[d] += op.getStart()[d] * step;
    if (op.getType().getDimSize(d) == 1) // the stride has no effect and could overflow
      strides[d] = 1, limit[d] = start[d] + 1;
    else
      strides[d] = step * op.getStrides()[d];
  }
  rewriter.replaceOpWithNewOp<SliceOp>(op, inner.getX(), ArrayRef<int64_t>(start), ArrayRef<int64_t>(limit),
                                       ArrayRef<int64_t>(strides));
  return success();
}

// One element repeated has no order to keep.
static LogicalResult canonicalizeReshape(ReshapeOp op, PatternRewriter &rewriter) {
  auto inner = op.getX().getDefiningOp<BroadcastInDimOp>();
  if (!inner || inner.getX().getType().getRank() != 0)
    return failure();
  rewriter.replaceOpWithNewOp<BroadcastInDimOp>(op, inner.getX(), op.getType().getShape(), ArrayRef<int64_t>());
  return success();
}

void ReshapeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(canonicalizeReshape);
}
void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(canonicalizeTranspose);
}
void BroadcastInDimOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(canonicalizeBroadcast);
}
void SliceOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(canonicalizeSlice);
}
void ReduceSumOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(canonicalizeSum);
}
