// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv_general_dilated: lhs is padded (and spread) first. Then it is one loop nest, or one for each group, or a matmul
// for each position of the window where these are few (the gradient of a kernel), or one matmul of all windows, or one
// with all taps where the features that come out are few.

#include "wg/IR/ConvNumbers.h"
#include "wg/Lowering/Einsum.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace wg::lowering {

namespace {
int64_t product(const Ints &sizes) {
  int64_t n = 1;
  for (int64_t v : sizes)
    n *= v;
  return n;
}
/// A convolution over a padded lhs, in the layouts of its operands before they were transposed.
struct Conv {
  ConvNumbers n;
  Value lhs, rhs;
  Type lhsElement, rhsElement, wide; // of the original operands; what products are summed in, signless
  RankedTensorType result;
  Ints positions, taps;                   // sizes of the window's way and of the kernel
  int64_t batch, inFeatures, outFeatures; // in one group

  /// The number of multiplications.
  int64_t work() const { return n.groups() * batch * inFeatures * outFeatures * product(positions) * product(taps); }
};
} // namespace

static Value readThrough(Lowerer &lower, Value original, Ints &spec) {
  SmallVector<int64_t> dims(spec.begin(), spec.end());
  Value source = throughTransposes(original, dims);
  spec = Ints(dims);
  return lower.get(source);
}

/// Zero of an element type, to pad with.
static Input zeroOf(Lowerer &lower, Type element) {
  if (isa<ComplexType>(element)) // no literal of an op
    return {lower.full(lower.tensor({}, element), 0.0), AffineMap(), TypedAttr()};
  return {Value(), AffineMap(), lower.b.getZeroAttr(element)};
}

// x, whose dimension spatial[i] is the i-th one of lhs, spread and padded, and cut to what the windows see.
static Value padSpatial(Lowerer &lower, const Conv &c, Value x, const Ints &spatial) {
  const ConvNumbers &n = c.n;
  RankedTensorType type = tensorType(x);
  Ints low = repeat(0, type.getRank()), high = low, interior = low;
  for (int64_t i = 0; i < n.rank(); ++i) {
    int64_t d = spatial[i];
    int64_t seen = (c.positions[i] - 1) * n.strides[i] + dilated(c.taps[i], n.rhsDilation[i]);
    low[d] = n.low[i];
    interior[d] = n.lhsDilation[i] - 1;
    high[d] = seen - n.low[i] - dilated(type.getDimSize(d), n.lhsDilation[i]);
  }
  Ints none = repeat(0, type.getRank());
  if (low == none && high == none && interior == none)
    return x;
  return padTensor(lower, x, zeroOf(lower, type.getElementType()), low, high, interior);
}

static Value padLhs(Lowerer &lower, const Conv &c) {
  return padSpatial(lower, c, c.lhs, pick(c.n.lhsSpec, range(2, c.n.rank() + 2)));
}

static Conv readConv(Lowerer &lower, Operation *op) {
  Conv c;
  ConvNumbers &n = c.n;
  n = {intsAttr(op, "window_strides"),  intsAttr(op, "padding_low"),  intsAttr(op, "padding_high"),
       intsAttr(op, "lhs_dilation"),    intsAttr(op, "rhs_dilation"), intsAttr(op, "lhs_spec"),
       intsAttr(op, "rhs_spec"),        intsAttr(op, "out_spec"),     intAttr(op, "feature_group_count"),
       intAttr(op, "batch_group_count")};
  c.result = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  c.lhsElement = elementType(op->getOperand(0)), c.rhsElement = elementType(op->getOperand(1));
  c.wide = signless(accumulatorType(op->getOperand(0), op->getOperand(1), elementType(op->getResult(0))));
  c.lhs = readThrough(lower, op->getOperand(0), n.lhsSpec);
  c.rhs = readThrough(lower, op->getOperand(1), n.rhsSpec);
  for (int64_t i = 0; i < n.rank(); ++i) {
    c.positions.push_back(c.result.getDimSize(n.outSpec[i + 2]));
    c.taps.push_back(tensorType(c.rhs).getDimSize(n.rhsSpec[i + 2]));
  }
  c.batch = c.result.getDimSize(n.outSpec[0]);
  c.inFeatures = tensorType(c.rhs).getDimSize(n.rhsSpec[1]);
  c.outFeatures = c.result.getDimSize(n.outSpec[1]) / n.groups();
  return c;
}

//===----------------------------------------------------------------------===//
// One loop nest
//===----------------------------------------------------------------------===//

namespace {
/// The loops of a nest: those of the result in the order of its layout, then those of the kernel in the order of its.
struct Nest {
  SmallVector<int64_t> sizes;
  int64_t group = -1, batch = 0, outFeature = 0, inFeature = 0;
  SmallVector<int64_t> positions, taps;
  int64_t numParallel = 0;
};
} // namespace

/// Where dimension d stands in a spec: 0 for the batch, 1 for the feature, then the spatial ones.
static int64_t roleOf(const Ints &spec, int64_t d) { return llvm::find(spec, d) - spec.begin(); }

static Nest makeNest(const Conv &c) {
  Nest nest;
  int64_t rank = c.n.rank(), groups = c.n.groups();
  nest.positions.resize(rank);
  nest.taps.resize(rank);
  auto loop = [&](int64_t &index, int64_t size) {
    index = nest.sizes.size();
    nest.sizes.push_back(size);
  };
  for (int64_t d = 0; d < rank + 2; ++d) {
    int64_t role = roleOf(c.n.outSpec, d);
    if (role == 1 && groups > 1)
      loop(nest.group, groups);
    if (role < 2)
      loop(role ? nest.outFeature : nest.batch, role ? c.outFeatures : c.batch);
    else
      loop(nest.positions[role - 2], c.positions[role - 2]);
  }
  nest.numParallel = nest.sizes.size();
  for (int64_t d = 0; d < rank + 2; ++d) {
    int64_t role = roleOf(c.n.rhsSpec, d);
    if (role == 1)
      loop(nest.inFeature, c.inFeatures);
    else if (role > 1)
      loop(nest.taps[role - 2], c.taps[role - 2]);
  }
  return nest;
}

/// x with each dimension in `split` as two, the groups before the rest.
static Value splitGroups(Lowerer &lower, Value x, const Ints &split, int64_t groups) {
  SmallVector<int64_t> shape;
  RankedTensorType type = tensorType(x);
  for (int64_t d = 0; d < type.getRank(); ++d) {
    bool isSplit = llvm::is_contained(split, d);
    if (isSplit)
      shape.push_back(groups);
    shape.push_back(type.getDimSize(d) / (isSplit ? groups : 1));
  }
  return lower.reshape(x, shape);
}

// The kernel in the layout that IREE knows: output features last where the result has them last, else first. (Measured:
// without it the gradient of an input takes 20 times as long.) Few output features are filled up to what a vector
// holds.
static void arrangeKernel(Lowerer &lower, Conv &c) {
  Ints &spec = c.n.rhsSpec;
  int64_t rank = spec.size();
  if (c.outFeatures == 1)
    return;
  bool isLast = c.n.outSpec[1] == rank - 1;
  Ints order = isLast ? concat(pick(spec, range(2, rank)), ints(spec[1], spec[0])) : spec;
  c.rhs = lower.transpose(c.rhs, order);
  spec = isLast ? concat(ints(rank - 1, rank - 2), range(rank - 2)) : range(rank);
  const int64_t lanes = 8;
  if (!isLast || c.outFeatures >= lanes || c.n.groups() > 1 || c.work() < (1 << 20))
    return;
  Ints none = repeat(0, rank), high = none;
  high[rank - 1] = lanes - c.outFeatures;
  c.rhs = padTensor(lower, c.rhs, zeroOf(lower, elementType(c.rhs)), none, high, none);
  c.outFeatures = lanes;
}

static Value lowerAsNest(Lowerer &lower, Conv c, Value lhs) {
  arrangeKernel(lower, c);
  const ConvNumbers &n = c.n;
  Nest nest = makeNest(c);
  int64_t loops = nest.sizes.size(), groups = n.groups();
  auto dim = [&](int64_t loop) { return lower.b.getAffineDimExpr(loop); };
  SmallVector<AffineExpr> lhsExprs, rhsExprs;
  for (int64_t d = 0; d < n.rank() + 2; ++d) {
    int64_t role = roleOf(n.lhsSpec, d);
    if (role < 2) {
      if (groups > 1 && (role ? n.featureGroups : n.batchGroups) > 1)
        lhsExprs.push_back(dim(nest.group));
      lhsExprs.push_back(dim(role ? nest.inFeature : nest.batch));
    } else {
      lhsExprs.push_back(dim(nest.positions[role - 2]) * n.strides[role - 2] +
                         dim(nest.taps[role - 2]) * n.rhsDilation[role - 2]);
    }
  }
  for (int64_t d = 0; d < n.rank() + 2; ++d) {
    int64_t role = roleOf(n.rhsSpec, d);
    if (role == 0 && groups > 1)
      rhsExprs.push_back(dim(nest.group));
    rhsExprs.push_back(dim(role == 0 ? nest.outFeature : role == 1 ? nest.inFeature : nest.taps[role - 2]));
  }
  Value rhs = c.rhs;
  if (groups > 1) {
    lhs = splitGroups(lower, lhs, ints(n.lhsSpec[n.featureGroups > 1 ? 1 : 0]), groups);
    rhs = splitGroups(lower, rhs, ints(n.rhsSpec[0]), groups);
  }
  MLIRContext *context = lower.b.getContext();
  AffineMap lhsMap = AffineMap::get(loops, 0, lhsExprs, context), rhsMap = AffineMap::get(loops, 0, rhsExprs, context);
  Value init = lower.full(lower.tensor(ArrayRef(nest.sizes).take_front(nest.numParallel), c.wide), 0.0);
  Ints axes = range(nest.numParallel, loops);
  auto body = [&](ArrayRef<Scalar> v) {
    return Scalars{v[2] + convert(v[0], c.lhsElement, c.wide) * convert(v[1], c.rhsElement, c.wide)};
  };
  Value out = lower.reduce({{lhs, lhsMap, {}}, {rhs, rhsMap, {}}}, nest.sizes, axes, init, body).front();
  if (groups == 1)
    out = lower.slice(out, repeat(0, c.result.getRank()), Ints(c.result.getShape()));
  return lower.castFloat(out, c.result.getElementType());
}

//===----------------------------------------------------------------------===//
// A matmul for each position
//===----------------------------------------------------------------------===//

/// An operand whose contracted dimensions are neighbours, in the order `contracted` of their roles.
struct Gathered {
  Value x;
  Ints spec;
};
static Gathered gather(Lowerer &lower, Value x, const Ints &spec, const Ints &contracted) {
  Ints dims = pick(spec, contracted);
  bool areNeighbours = true;
  for (size_t i = 1; i < dims.size(); ++i)
    areNeighbours &= dims[i] == dims[i - 1] + 1;
  if (areNeighbours)
    return {x, spec};
  Ints order = concat(dims, complement(dims, spec.size()));
  Ints inverse = invert(order);
  return {lower.transpose(x, order), pick(inverse, spec)};
}

/// The sum over features and taps at one position, as [group, batch, output feature], or with the last two exchanged.
static Value sumAt(Lowerer &lower, const Conv &c, const Gathered &lhs, const Gathered &rhs, const Ints &position,
                   bool featureFirst) {
  const ConvNumbers &n = c.n;
  int64_t rank = n.rank(), groups = n.groups(), hasGroups = groups > 1;
  RankedTensorType type = tensorType(lhs.x);
  SmallVector<int64_t> offsets(rank + 2, 0), sizes(type.getShape()), strides(rank + 2, 1);
  for (int64_t i = 0; i < rank; ++i) {
    int64_t d = lhs.spec[i + 2];
    offsets[d] = position[i] * n.strides[i];
    sizes[d] = c.taps[i];
    strides[d] = n.rhsDilation[i];
  }
  Einsum e;
  e.isTiled = std::min(c.batch, c.outFeatures) >= 16 && lower.target.isCpu() && !hasGroups && isa<FloatType>(c.wide);
  e.batch = hasGroups, e.lhsFree = e.rhsFree = 1, e.contracting = rank + 1;
  if (hasGroups)
    e.sizes.push_back(groups);
  e.sizes.push_back(featureFirst ? c.outFeatures : c.batch);
  e.sizes.push_back(featureFirst ? c.batch : c.outFeatures);
  int64_t batchLoop = hasGroups + featureFirst, featureLoop = hasGroups + !featureFirst;
  // The contracted loops in the order of the layout, so that they merge.
  SmallVector<int64_t> loopOf(rank + 2, -1);
  for (int64_t d = 0; d < rank + 2; ++d)
    if (int64_t role = roleOf(lhs.spec, d)) {
      loopOf[role] = e.sizes.size();
      e.sizes.push_back(role == 1 ? c.inFeatures : c.taps[role - 2]);
    }
  SmallVector<int64_t> lhsLoops, rhsLoops;
  for (int64_t d = 0; d < rank + 2; ++d) {
    int64_t role = roleOf(lhs.spec, d);
    if (role < 2 && (role ? n.featureGroups : n.batchGroups) > 1)
      lhsLoops.push_back(0);
    lhsLoops.push_back(role ? loopOf[role] : batchLoop);
  }
  for (int64_t d = 0; d < rank + 2; ++d) {
    int64_t role = roleOf(rhs.spec, d);
    if (role == 0 && hasGroups)
      rhsLoops.push_back(0);
    rhsLoops.push_back(role ? loopOf[role] : featureLoop);
  }
  Value x = lower.slice(lhs.x, offsets, sizes, strides), y = rhs.x;
  if (hasGroups) {
    x = splitGroups(lower, x, ints(lhs.spec[n.featureGroups > 1 ? 1 : 0]), groups);
    y = splitGroups(lower, y, ints(rhs.spec[0]), groups);
  }
  e.lhs = featureFirst ? y : x, e.rhs = featureFirst ? x : y;
  e.lhsElement = featureFirst ? c.rhsElement : c.lhsElement, e.rhsElement = featureFirst ? c.lhsElement : c.rhsElement;
  e.lhsLoops = featureFirst ? rhsLoops : lhsLoops, e.rhsLoops = featureFirst ? lhsLoops : rhsLoops;
  return sumOfProducts(lower, e, c.wide, c.wide);
}

static Value lowerByPosition(Lowerer &lower, const Conv &c, Value padded) {
  const ConvNumbers &n = c.n;
  int64_t rank = n.rank(), groups = n.groups();
  Ints contracted; // roles in the order of lhs
  for (int64_t d = 0; d < rank + 2; ++d)
    if (int64_t role = roleOf(n.lhsSpec, d))
      contracted.push_back(role);
  Gathered lhs = gather(lower, padded, n.lhsSpec, contracted), rhs = gather(lower, c.rhs, n.rhsSpec, contracted);
  bool featureFirst = n.outSpec[1] < n.outSpec[0];
  // Positions, then what a sum has; `place` is where each dimension of the result stands in that.
  SmallVector<int64_t> shape(c.positions.begin(), c.positions.end());
  if (groups > 1)
    shape.push_back(groups);
  shape.push_back(featureFirst ? c.outFeatures : c.batch);
  shape.push_back(featureFirst ? c.batch : c.outFeatures);
  int64_t last = shape.size() - 1;
  SmallVector<int64_t> place;
  for (int64_t d = 0; d < rank + 2; ++d) {
    int64_t role = roleOf(n.outSpec, d);
    if (role == 1 && groups > 1)
      place.push_back(rank);
    place.push_back(role > 1 ? role - 2 : (role == 0) == featureFirst ? last : last - 1);
  }
  Value out;
  int64_t positions = product(c.positions);
  for (int64_t k = 0; k < positions; ++k) {
    Ints position = repeat(0, rank);
    for (int64_t i = rank, rest = k; i-- > 0; rest /= c.positions[i])
      position[i] = rest % c.positions[i];
    Value sum = sumAt(lower, c, lhs, rhs, position, featureFirst);
    SmallVector<int64_t> sumShape(shape), offsets(shape.size(), 0);
    std::fill_n(sumShape.begin(), rank, 1);
    std::copy(position.begin(), position.end(), offsets.begin());
    if (!out && positions > 1)
      out = lower.empty(lower.tensor(shape, c.wide));
    sum = lower.reshape(sum, sumShape);
    out = positions == 1 ? sum : lower.insert(sum, out, offsets);
  }
  return lower.castFloat(lower.transpose(out, place), c.result.getElementType());
}

//===----------------------------------------------------------------------===//
// One matmul of all windows, a nest for each group
//===----------------------------------------------------------------------===//

namespace {
/// The loops of the matmul of all windows: [group,] batch and positions in the order of the result, output feature,
/// input feature and taps in the order of the kernel.
struct WindowLoops {
  Ints kept, contracted; // roles
  SmallVector<int64_t> sizes, keptAt, tapAt;
  int64_t feature = 0;
};
} // namespace

static WindowLoops makeWindowLoops(const Conv &c) {
  WindowLoops loops;
  int64_t rank = c.n.rank();
  for (int64_t d = 0; d < rank + 2; ++d) {
    if (int64_t role = roleOf(c.n.rhsSpec, d))
      loops.contracted.push_back(role);
    if (int64_t role = roleOf(c.n.outSpec, d); role != 1)
      loops.kept.push_back(role);
  }
  loops.keptAt.assign(rank + 2, -1);
  loops.tapAt.assign(rank + 2, -1);
  if (c.n.groups() > 1)
    loops.sizes.push_back(c.n.groups());
  for (int64_t role : loops.kept) {
    loops.keptAt[role] = loops.sizes.size();
    loops.sizes.push_back(role ? c.positions[role - 2] : c.batch);
  }
  loops.feature = loops.sizes.size();
  loops.sizes.push_back(c.outFeatures);
  for (int64_t role : loops.contracted) {
    loops.tapAt[role] = loops.sizes.size();
    loops.sizes.push_back(role == 1 ? c.inFeatures : c.taps[role - 2]);
  }
  return loops;
}

/// The windows as a matrix with the loop of lhs's last dimension innermost, so that they are copied in runs; `order`
/// gets the loop of each of its dimensions.
static Value gatherWindows(Lowerer &lower, const Conv &c, const WindowLoops &loops, Value lhs,
                           SmallVectorImpl<int64_t> &order) {
  const ConvNumbers &n = c.n;
  int64_t rank = n.rank(), groups = n.groups();
  SmallVector<int64_t> kept, taps;
  for (int64_t role : loops.kept)
    kept.push_back(loops.keptAt[role]);
  for (int64_t role : loops.contracted)
    taps.push_back(loops.tapAt[role]);
  bool areTapsLast = roleOf(n.lhsSpec, rank + 1) != 0;
  if (groups > 1)
    order.push_back(0);
  llvm::append_range(order, areTapsLast ? kept : taps);
  llvm::append_range(order, areTapsLast ? taps : kept);
  auto dim = [&](int64_t loop) { return lower.b.getAffineDimExpr(llvm::find(order, loop) - order.begin()); };
  SmallVector<AffineExpr> exprs;
  for (int64_t d = 0; d < rank + 2; ++d) {
    int64_t role = roleOf(n.lhsSpec, d);
    if (role < 2 && (role ? n.featureGroups : n.batchGroups) > 1)
      exprs.push_back(dim(0));
    if (role < 2)
      exprs.push_back(dim(role ? loops.tapAt[1] : loops.keptAt[0]));
    else
      exprs.push_back(dim(loops.keptAt[role]) * n.strides[role - 2] + dim(loops.tapAt[role]) * n.rhsDilation[role - 2]);
  }
  if (groups > 1)
    lhs = splitGroups(lower, lhs, ints(n.lhsSpec[n.featureGroups > 1 ? 1 : 0]), groups);
  RankedTensorType type = lower.tensor(pick(Ints(loops.sizes), Ints(order)), elementType(lhs));
  AffineMap map = AffineMap::get(order.size(), 0, exprs, lower.b.getContext());
  return lower.elementwise({{lhs, map, {}}}, type, [](ArrayRef<Scalar> v) { return v[0]; });
}

static Value lowerByWindows(Lowerer &lower, const Conv &c, Value lhs) {
  const ConvNumbers &n = c.n;
  int64_t rank = n.rank(), groups = n.groups(), hasGroups = groups > 1;
  WindowLoops loops = makeWindowLoops(c);
  Gathered rhs = gather(lower, c.rhs, n.rhsSpec, loops.contracted);
  Einsum e;
  e.batch = hasGroups, e.lhsFree = rank + 1, e.rhsFree = 1, e.contracting = rank + 1;
  e.lhsElement = c.lhsElement, e.rhsElement = c.rhsElement;
  e.sizes = loops.sizes;
  e.lhs = gatherWindows(lower, c, loops, lhs, e.lhsLoops);
  e.rhs = hasGroups ? splitGroups(lower, rhs.x, ints(rhs.spec[0]), groups) : rhs.x;
  for (int64_t d = 0; d < rank + 2; ++d) {
    int64_t role = roleOf(rhs.spec, d);
    if (role == 0 && hasGroups)
      e.rhsLoops.push_back(0);
    e.rhsLoops.push_back(role ? loops.tapAt[role] : loops.feature);
  }
  int64_t rows = c.batch * product(c.positions);
  e.isTiled = lower.target.isCpu() && !hasGroups && isa<FloatType>(c.wide) && std::min(rows, c.outFeatures) >= 16 &&
              c.work() >= (1 << 22);
  SmallVector<int64_t> place;
  for (int64_t d = 0; d < rank + 2; ++d) {
    int64_t role = roleOf(n.outSpec, d);
    if (role == 1 && hasGroups)
      place.push_back(0);
    place.push_back(role == 1 ? loops.feature : loops.keptAt[role]);
  }
  return lower.transpose(sumOfProducts(lower, e, c.wide, c.result.getElementType()), place);
}

static Value lowerByGroup(Lowerer &lower, const Conv &c, Value lhs) {
  Conv part = c;
  part.n.featureGroups = 1;
  auto cut = [&](Value x, int64_t d, int64_t size, int64_t g) {
    SmallVector<int64_t> offsets(c.result.getRank(), 0), sizes(tensorType(x).getShape());
    offsets[d] = g * size;
    sizes[d] = size;
    return lower.slice(x, offsets, sizes);
  };
  SmallVector<int64_t> shape(c.result.getShape()), offsets(shape.size(), 0);
  int64_t feature = c.n.outSpec[1];
  shape[feature] = c.outFeatures;
  part.result = c.result.clone(shape);
  Value out = lower.empty(c.result);
  for (int64_t g = 0; g < c.n.featureGroups; ++g) {
    part.rhs = cut(c.rhs, c.n.rhsSpec[0], c.outFeatures, g);
    offsets[feature] = g * c.outFeatures;
    out = lower.insert(lowerAsNest(lower, part, cut(lhs, c.n.lhsSpec[1], c.inFeatures, g)), out, offsets);
  }
  return out;
}

//===----------------------------------------------------------------------===//
// One matmul with all taps, and sums of what falls on one place
//===----------------------------------------------------------------------===//

// Before lhs is spread and padded, so that no product is with a 0 of that.
static Value lowerByTaps(Lowerer &lower, const Conv &c) {
  const ConvNumbers &n = c.n;
  int64_t rank = n.rank(), feature = 2 * rank + 1;
  Einsum e;
  e.lhs = c.lhs, e.rhs = c.rhs;
  e.lhsElement = c.lhsElement, e.rhsElement = c.rhsElement;
  e.batch = 0, e.lhsFree = e.rhsFree = rank + 1, e.contracting = 1;
  e.sizes.push_back(c.batch);
  for (int64_t i = 0; i < rank; ++i)
    e.sizes.push_back(tensorType(c.lhs).getDimSize(n.lhsSpec[i + 2]));
  e.sizes.append(c.taps.begin(), c.taps.end());
  e.sizes.append({c.outFeatures, c.inFeatures});
  for (int64_t d = 0; d < rank + 2; ++d) {
    int64_t ofLhs = roleOf(n.lhsSpec, d), ofRhs = roleOf(n.rhsSpec, d);
    e.lhsLoops.push_back(ofLhs == 0 ? 0 : ofLhs == 1 ? feature + 1 : ofLhs - 1);
    e.rhsLoops.push_back(ofRhs == 0 ? feature : ofRhs == 1 ? feature + 1 : rank + ofRhs - 1);
  }
  Value products = padSpatial(lower, c, sumOfProducts(lower, e, c.wide, c.wide), range(1, rank + 1));
  // Loops: batch, positions, feature, taps.
  auto dim = [&](int64_t loop) { return lower.b.getAffineDimExpr(loop); };
  SmallVector<AffineExpr> exprs{dim(0)};
  SmallVector<int64_t> sizes{c.batch}, place;
  for (int64_t i = 0; i < rank; ++i)
    exprs.push_back(dim(1 + i) * n.strides[i] + dim(rank + 2 + i) * n.rhsDilation[i]);
  for (int64_t i = 0; i < rank; ++i)
    exprs.push_back(dim(rank + 2 + i));
  exprs.push_back(dim(rank + 1));
  sizes.append(c.positions.begin(), c.positions.end());
  sizes.push_back(c.outFeatures);
  Value init = lower.full(lower.tensor(sizes, c.wide), 0.0);
  sizes.append(c.taps.begin(), c.taps.end());
  AffineMap map = AffineMap::get(sizes.size(), 0, exprs, lower.b.getContext());
  auto body = [](ArrayRef<Scalar> v) { return Scalars{v[1] + v[0]}; };
  Value out = lower.reduce({{products, map, {}}}, sizes, range(rank + 2, 2 * rank + 2), init, body).front();
  for (int64_t d = 0; d < rank + 2; ++d) {
    int64_t role = roleOf(n.outSpec, d);
    place.push_back(role == 0 ? 0 : role == 1 ? rank + 1 : role - 1);
  }
  return lower.castFloat(lower.transpose(out, place), c.result.getElementType());
}

//===----------------------------------------------------------------------===//
// Which form
//===----------------------------------------------------------------------===//

namespace {
enum class Form { Nest, Positions, Windows, Groups, Taps };
} // namespace

// Measured with IREE 3.13 on AVX-512, as parts of JAX's time. The gradient of a kernel, whose window takes few
// positions: a matmul for each 0.7 to 1.1, one nest 8; small ones by windows 0.3. In one spatial dimension a nest has 6
// to 13, windows 2 to 5. Groups in a nest 4.6, a nest for each 0.5 to 1.2; depthwise, which IREE knows, 0.02.
static Form chooseForm(const Conv &c, const Target &target) {
  int64_t positions = product(c.positions), taps = product(c.taps), groups = c.n.groups();
  int64_t windows = groups * c.batch * c.inFeatures * positions * taps;
  bool isSmall = windows <= (int64_t(1) << 24);
  // 1.4 for a small image of one channel, one nest 6 to 10; for large images a nest is as good.
  int64_t products = tensorType(c.lhs).getNumElements() / c.inFeatures * taps * c.outFeatures;
  if (groups == 1 && taps > 1 && c.outFeatures * taps <= c.inFeatures && product(c.n.strides) == 1 &&
      c.work() >= (1 << 16) && products <= (1 << 18))
    return Form::Taps;
  if (taps >= 2 * positions && positions <= 64 && c.work() >= (1 << 16)) {
    bool isEven = llvm::all_of(c.n.rhsDilation, [](int64_t d) { return d == 1; });
    bool isThick = std::min(c.batch, c.outFeatures) >= 16 && c.n.rank() > 1 && isEven;
    return isThick || groups > 1 || !isSmall ? Form::Positions : Form::Windows;
  }
  // As many positions as taps: the same of a small image, whose batch is what is summed over. One nest takes 12 to 20
  // times as long as JAX, windows 0.9 to 2.4.
  bool isBatchLast = roleOf(c.n.lhsSpec, c.n.rank() + 1) == 0;
  if (groups == 1 && isBatchLast && taps > 1 && positions <= 64 && isSmall && c.work() >= (1 << 16))
    return Form::Windows;
  if (groups == 1 && c.n.rank() != 2 && taps > 1 && isSmall && c.work() >= (1 << 16))
    return Form::Windows;
  if (c.n.featureGroups > 1 && c.n.featureGroups <= 8 && c.inFeatures > 1 && c.work() >= (1 << 20))
    return target.isCpu() ? Form::Groups : Form::Nest;
  return Form::Nest;
}

static FailureOr<Values> lowerConvolution(Lowerer &lower, Operation *op) {
  Conv c = readConv(lower, op);
  if (tensorType(c.lhs).getNumElements() == 0 || tensorType(c.rhs).getNumElements() == 0)
    return Values{lower.full(c.result, 0.0)};
  Form form = chooseForm(c, lower.target);
  Value lhs = form == Form::Taps ? c.lhs : padLhs(lower, c), out;
  switch (form) {
  case Form::Nest:
    out = lowerAsNest(lower, c, lhs);
    break;
  case Form::Positions:
    out = lowerByPosition(lower, c, lhs);
    break;
  case Form::Windows:
    out = lowerByWindows(lower, c, lhs);
    break;
  case Form::Taps:
    out = lowerByTaps(lower, c);
    break;
  case Form::Groups:
    out = lowerByGroup(lower, c, lhs);
    break;
  }
  return Values{lower.reshape(out, c.result.getShape())};
}

void addConvolution(OpLowerings &table) { table["wg.conv_general_dilated"] = lowerConvolution; }

} // namespace wg::lowering
