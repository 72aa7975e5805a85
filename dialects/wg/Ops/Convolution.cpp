// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// With g groups a convolution is [n, g c] x [g o, c] -> [n, g o] (feature groups) or [g n, c] x [g o, c] -> [n, g o]
// (batch groups), summed over c and the taps. Each cotangent is a convolution of one of these two kinds, and so is a
// batch of them.

#include "wg/Ops/Convolution.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Convolution.cpp.inc"

void WgDialect::registerConvolutionOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Convolution.cpp.inc"
      >();
}

static Expr convolve(const Expr &lhs, const Expr &rhs, const ConvNumbers &n, Type preferred = {}) {
  return conv_general_dilated(lhs, rhs, n.strides, n.low, n.high, n.lhsDilation, n.rhsDilation, n.lhsSpec, n.rhsSpec,
                              n.outSpec, n.featureGroups, n.batchGroups, preferred);
}

static Ints spatial(const Ints &spec) { return pick(spec, range(2, spec.size())); }

/// Dimension `d` of x, which is [groups, rest], as two.
static Expr splitDimension(const Expr &x, int64_t d, int64_t groups) {
  Ints shape = pick(x.shape(), range(d));
  shape = concat(shape, ints(groups, x.dim(d) / groups));
  return reshape(x, concat(shape, pick(x.shape(), range(d + 1, x.rank()))));
}
/// Dimensions d and d + 1 of x as one.
static Expr mergeDimensions(const Expr &x, int64_t d) {
  Ints shape = concat(pick(x.shape(), range(d)), ints(x.dim(d) * x.dim(d + 1)));
  return reshape(x, concat(shape, pick(x.shape(), range(d + 2, x.rank()))));
}
static Expr moveDimension(const Expr &x, int64_t from, int64_t to) {
  Ints order = complement(ints(from), x.rank());
  Ints moved = concat(concat(pick(order, range(to)), ints(from)), pick(order, range(to, order.size())));
  return moved == range(x.rank()) ? x : transpose(x, moved);
}

/// x, in which dimension `from` is [groups, n], with the groups moved to the front of dimension `to`.
static Expr moveGroups(const Expr &x, int64_t from, int64_t to, int64_t groups) {
  if (groups == 1)
    return x;
  Expr split = splitDimension(x, from, groups);
  // Without the groups in it dimension `to` is where it was.
  return mergeDimensions(moveDimension(split, from, to), to);
}

static bool isEmpty(const Ints &shape) { return llvm::is_contained(shape, 0); }

/// The high padding with which windows of size `kernel` (dilated) at `stride` take exactly `count` positions.
static int64_t highPadding(int64_t count, int64_t stride, int64_t kernel, int64_t size, int64_t low) {
  return (count - 1) * stride + kernel - size - low;
}

// dL[n, g c] = sum over o and taps of ct[n, g o] R'[g c, o]: the flipped kernel, its groups with the input features.
Expr wg::conv_ct_lhs(const Expr &ct, const Expr &lhs, const Expr &rhs, const ConvNumbers &n) {
  if (isEmpty(ct.shape()) || isEmpty(lhs.shape()) || isEmpty(rhs.shape()))
    return full(*ct.builder(), lhs.tensorType(), 0);
  ConvNumbers t = n;
  t.strides = n.lhsDilation;
  t.lhsDilation = n.strides;
  t.lhsSpec = n.outSpec;
  t.outSpec = n.lhsSpec;
  std::swap(t.rhsSpec[0], t.rhsSpec[1]);
  t.featureGroups = n.groups();
  t.batchGroups = 1;
  for (int64_t i = 0; i < n.rank(); ++i) {
    int64_t kernel = dilated(rhs.dim(n.rhsSpec[i + 2]), n.rhsDilation[i]);
    t.low[i] = kernel - 1 - n.low[i];
    int64_t size = dilated(ct.dim(n.outSpec[i + 2]), n.strides[i]);
    t.high[i] = highPadding(lhs.dim(n.lhsSpec[i + 2]), n.lhsDilation[i], kernel, size, t.low[i]);
  }
  Expr kernel = n.rank() ? reverse(rhs, spatial(n.rhsSpec)) : rhs;
  kernel = moveGroups(kernel, n.rhsSpec[0], n.rhsSpec[1], n.groups());
  Expr out = converted(convolve(ct, kernel, t), lhs.dtype());
  return moveGroups(out, n.lhsSpec[1], n.lhsSpec[0], n.batchGroups);
}

// dR[g o, c] = sum over n and positions of L[n, g c] ct[n, g o]: ct is the kernel, c the batch; groups of one kind
// become groups of the other.
Expr wg::conv_ct_rhs(const Expr &ct, const Expr &lhs, const Expr &rhs, const ConvNumbers &n) {
  if (isEmpty(ct.shape()) || isEmpty(lhs.shape()) || isEmpty(rhs.shape()))
    return full(*ct.builder(), rhs.tensorType(), 0);
  ConvNumbers t = n;
  t.strides = n.rhsDilation;
  t.rhsDilation = n.strides;
  std::swap(t.lhsSpec[0], t.lhsSpec[1]);
  t.rhsSpec = concat(ints(n.outSpec[1], n.outSpec[0]), spatial(n.outSpec));
  t.outSpec = concat(ints(n.rhsSpec[1], n.rhsSpec[0]), spatial(n.rhsSpec));
  std::swap(t.featureGroups, t.batchGroups);
  for (int64_t i = 0; i < n.rank(); ++i) {
    int64_t kernel = dilated(ct.dim(n.outSpec[i + 2]), n.strides[i]);
    int64_t size = dilated(lhs.dim(n.lhsSpec[i + 2]), n.lhsDilation[i]);
    t.high[i] = highPadding(rhs.dim(n.rhsSpec[i + 2]), n.rhsDilation[i], kernel, size, n.low[i]);
  }
  return converted(convolve(lhs, ct, t), rhs.dtype());
}

/// x with its dimension 0, the examples of a batch, inside dimension `at` of one example, behind `groups` groups there.
static Expr foldBatch(const Expr &x, int64_t at, int64_t groups = 1) {
  if (groups == 1)
    return mergeDimensions(moveDimension(x, 0, at), at);
  Expr split = splitDimension(x, at + 1, groups); // batch, ..., groups, rest
  return mergeDimensions(mergeDimensions(moveDimension(split, 0, at + 1), at + 1), at);
}
static Expr unfoldBatch(const Expr &x, int64_t at, int64_t size, int64_t groups = 1) {
  if (groups == 1)
    return moveDimension(splitDimension(x, at, size), at, 0);
  Expr split = splitDimension(splitDimension(x, at, groups), at + 1, size); // ..., groups, batch, rest
  return mergeDimensions(moveDimension(split, at + 1, 0), at + 1);
}

// A batched lhs is a longer batch, a batched rhs has more output features; with both there is a group for each example.
Exprs ConvGeneralDilatedOp::batchRule(RuleBuilder &b) {
  ConvNumbers n{Ints(getWindowStrides()),    Ints(getPaddingLow()),  Ints(getPaddingHigh()),
                Ints(getLhsDilation()),      Ints(getRhsDilation()), Ints(getLhsSpec()),
                Ints(getRhsSpec()),          Ints(getOutSpec()),     b.bind(getFeatureGroupCount()),
                b.bind(getBatchGroupCount())};
  Expr lhs = b.bind(getLhs()), rhs = b.bind(getRhs());
  Type preferred = getPreferredElementType().value_or(Type());
  int64_t size = b.batchSize(), f = n.featureGroups, g = n.batchGroups;
  RankedTensorType type = getType();
  if (size == 0 || isEmpty(Ints(type.getShape())))
    return {full(b, type.clone(prepend(size, Ints(type.getShape()))), 0)};
  if (!b.isBatched(1))
    return {unfoldBatch(convolve(foldBatch(lhs, n.lhsSpec[0], g), rhs, n, preferred), n.outSpec[0], size)};
  if (!b.isBatched(0)) {
    Expr out = convolve(lhs, foldBatch(rhs, n.rhsSpec[0], n.groups()), n, preferred);
    return {unfoldBatch(out, n.outSpec[1], size, n.groups())};
  }
  (g > 1 ? n.batchGroups : n.featureGroups) *= size;
  lhs = foldBatch(lhs, n.lhsSpec[g > 1 ? 0 : 1]);
  return {unfoldBatch(convolve(lhs, foldBatch(rhs, n.rhsSpec[0]), n, preferred), n.outSpec[1], size)};
}
