// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// dot_general: neighbouring dimensions of one role are merged, then a matmul (with transposes in its maps), a batched
// one, or a general loop. Which of them IREE compiles with data tiling is a hint by size.

#include "wg/IR/TypeRules.h"
#include "wg/Lowering/Einsum.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace wg::lowering {

Value throughTransposes(Value original, SmallVectorImpl<int64_t> &dims) {
  while (Operation *op = original.getDefiningOp()) {
    if (op->getName().getStringRef() != "wg.transpose")
      break;
    dims = llvm::to_vector(pick(intsAttr(op, "permutation"), Ints(dims)));
    original = op->getOperand(0);
  }
  return original;
}

// The operand with its dimensions' loops: a transposition costs nothing in a map.
static Value readOperand(Lowerer &lower, Value original, SmallVectorImpl<int64_t> &loops) {
  SmallVector<int64_t> dims = llvm::to_vector(range(loops.size()));
  Value source = throughTransposes(original, dims);
  loops = llvm::to_vector(pick(Ints(loops), invert(Ints(dims))));
  return lower.get(source);
}

static Einsum makeEinsum(Lowerer &lower, Operation *op) {
  Einsum e;
  Ints lc = intsAttr(op, "lhs_contracting"), rc = intsAttr(op, "rhs_contracting");
  Ints lb = intsAttr(op, "lhs_batch"), rb = intsAttr(op, "rhs_batch");
  RankedTensorType lhs = tensorType(op->getOperand(0)), rhs = tensorType(op->getOperand(1));
  Ints lf = complement(concat(lb, lc), lhs.getRank()), rf = complement(concat(rb, rc), rhs.getRank());
  e.batch = lb.size(), e.lhsFree = lf.size(), e.rhsFree = rf.size(), e.contracting = lc.size();
  e.lhsLoops.resize(lhs.getRank());
  e.rhsLoops.resize(rhs.getRank());
  auto assign = [&](const Ints &l, const Ints &r) {
    for (size_t i = 0; i < std::max(l.size(), r.size()); ++i) {
      e.sizes.push_back(l.empty() ? rhs.getDimSize(r[i]) : lhs.getDimSize(l[i]));
      if (!l.empty())
        e.lhsLoops[l[i]] = e.sizes.size() - 1;
      if (!r.empty())
        e.rhsLoops[r[i]] = e.sizes.size() - 1;
    }
  };
  assign(lb, rb);
  assign(lf, {});
  assign({}, rf);
  assign(lc, rc);
  e.lhsElement = elementType(op->getOperand(0)), e.rhsElement = elementType(op->getOperand(1));
  e.lhs = readOperand(lower, op->getOperand(0), e.lhsLoops);
  e.rhs = readOperand(lower, op->getOperand(1), e.rhsLoops);
  return e;
}

static std::optional<size_t> positionOf(ArrayRef<int64_t> loops, int64_t loop) {
  auto it = llvm::find(loops, loop);
  return it == loops.end() ? std::nullopt : std::optional<size_t>(it - loops.begin());
}

// Whether loop + 1 follows `loop` in an operand (or neither is there).
static bool areNeighbours(ArrayRef<int64_t> loops, int64_t loop) {
  auto a = positionOf(loops, loop), b = positionOf(loops, loop + 1);
  return a ? b && *b == *a + 1 : !b;
}

static Value mergeDimension(Lowerer &lower, Value x, SmallVectorImpl<int64_t> &loops, int64_t loop) {
  auto at = positionOf(loops, loop);
  if (at) {
    SmallVector<int64_t> shape(tensorType(x).getShape());
    shape[*at] *= shape[*at + 1];
    shape.erase(shape.begin() + *at + 1);
    loops.erase(loops.begin() + *at + 1);
    x = lower.reshape(x, shape);
  }
  for (int64_t &l : loops)
    l -= l > loop;
  return x;
}

// Merges loops of one role that are neighbours in both operands, and drops nothing else: no data moves.
static void mergeLoops(Lowerer &lower, Einsum &e) {
  int64_t *counts[] = {&e.batch, &e.lhsFree, &e.rhsFree, &e.contracting};
  int64_t begin = 0;
  for (int64_t *count : counts) {
    for (int64_t loop = begin; loop + 1 < begin + *count;) {
      if (!areNeighbours(e.lhsLoops, loop) || !areNeighbours(e.rhsLoops, loop)) {
        ++loop;
        continue;
      }
      e.lhs = mergeDimension(lower, e.lhs, e.lhsLoops, loop);
      e.rhs = mergeDimension(lower, e.rhs, e.rhsLoops, loop);
      e.sizes[loop] *= e.sizes[loop + 1];
      e.sizes.erase(e.sizes.begin() + loop + 1);
      --*count;
    }
    begin += *count;
  }
}

// IREE packs the operands of a matmul with this hint into tiles: worth it from about 2^25 multiplications on, where no
// side is thin (measured: 1024^3 3.3 -> 1.2 of JAX's time, but 8x4096x4096 1.9 -> 5.1; bytes 512^3 in 0.25 of the
// time).
static bool isWorthTiling(const Einsum &e, Type element, const Target &target) {
  if (!target.isCpu() || e.batch || e.lhsFree != 1 || e.rhsFree != 1 || e.contracting != 1 ||
      !(isa<FloatType>(element) || element.isInteger(8)))
    return false;
  int64_t m = e.sizes[0], n = e.sizes[1], k = e.sizes[2];
  return std::min(m, n) >= 64 && m * n * k >= (int64_t(1) << 25);
}

Type accumulatorType(Value lhs, Value rhs, Type result) {
  return computeType(higherType(higherType(elementType(lhs), elementType(rhs)), result));
}

// The named ops convert their operands themselves, integers with their sign.
static bool isConvertedByName(Type from, Type to) {
  return signless(from) == signless(to) || (isa<FloatType>(from) && isa<FloatType>(to)) ||
         (isa<IntegerType>(from) && isa<IntegerType>(to) && !isUnsigned(from));
}

static bool isMatmul(const Einsum &e) { return e.lhsFree == 1 && e.rhsFree == 1 && e.contracting == 1; }

static Value contract(Lowerer &lower, const Einsum &e, RankedTensorType type) {
  ImplicitLocOpBuilder &b = lower.b;
  int64_t rank = e.sizes.size();
  AffineMap maps[] = {lower.project(rank, e.lhsLoops), lower.project(rank, e.rhsLoops),
                      lower.project(rank, range(e.numParallel()))};
  Type wide = type.getElementType();
  bool isNamed = isMatmul(e) && !isa<ComplexType>(wide) && isConvertedByName(e.lhsElement, wide) &&
                 isConvertedByName(e.rhsElement, wide);
  auto init = [&] { return lower.full(type, 0.0); };
  if (isNamed && e.batch == 0) {
    auto op = linalg::MatmulOp::create(b, TypeRange{type}, ValueRange{e.lhs, e.rhs}, ValueRange{init()});
    op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
    if (e.isTiled || isWorthTiling(e, elementType(e.lhs), lower.target))
      op->setAttr("iree.opt.data_tiling", b.getUnitAttr());
    return op.getResult(0);
  }
  // The named op wants the batch dimension in front.
  if (isNamed && e.batch == 1 && e.lhsLoops.front() == 0 && e.rhsLoops.front() == 0) {
    auto op = linalg::BatchMatmulOp::create(b, TypeRange{type}, ValueRange{e.lhs, e.rhs}, ValueRange{init()});
    op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
    return op.getResult(0);
  }
  Ints axes = range(e.numParallel(), rank);
  auto next = [&](ArrayRef<Scalar> v) {
    return v[2] + convert(v[0], e.lhsElement, wide) * convert(v[1], e.rhsElement, wide);
  };
  return lower.reduceFrom(numberAttr(wide, 0.0), type, {{e.lhs, maps[0], {}}, {e.rhs, maps[1], {}}}, e.sizes, axes,
                          next);
}

// A matrix product of complex numbers as four of reals, which IREE vectorises.
static Value contractParts(Lowerer &lower, const Einsum &e, RankedTensorType type) {
  RankedTensorType partType = type.clone(cast<ComplexType>(type.getElementType()).getElementType());
  auto part = [&](Value x, bool imaginary) {
    RankedTensorType from = tensorType(x);
    return lower.elementwise({{x, lower.identity(from.getRank()), {}}}, from.clone(partType.getElementType()),
                             [&](ArrayRef<Scalar> v) { return imaginary ? v[0].im() : v[0].re(); });
  };
  Value lhs[] = {part(e.lhs, false), part(e.lhs, true)}, rhs[] = {part(e.rhs, false), part(e.rhs, true)};
  SmallVector<Input> products;
  for (Value l : lhs)
    for (Value r : rhs) {
      Einsum real = e;
      real.lhs = l;
      real.rhs = r;
      real.lhsElement = real.rhsElement = partType.getElementType();
      products.push_back({contract(lower, real, partType), lower.identity(type.getRank()), {}});
    }
  return lower.elementwise(products, type, [](ArrayRef<Scalar> v) { return complex(v[0] - v[3], v[1] + v[2]); });
}

Value sumOfProducts(Lowerer &lower, Einsum e, Type wide, Type element) {
  SmallVector<int64_t> shape = llvm::to_vector(ArrayRef(e.sizes).take_front(e.numParallel()));
  mergeLoops(lower, e);
  RankedTensorType type = lower.tensor(ArrayRef(e.sizes).take_front(e.numParallel()), signless(wide));
  bool inParts = isa<ComplexType>(wide) && e.lhsElement == wide && e.rhsElement == wide && isMatmul(e);
  Value out = inParts ? contractParts(lower, e, type) : contract(lower, e, type);
  return lower.reshape(lower.castFloat(out, element), shape);
}

// Without contracting dimensions it is a product, rounded at once.
static Value outerProduct(Lowerer &lower, Einsum e, Type wide, Type element) {
  SmallVector<int64_t> shape = e.sizes;
  mergeLoops(lower, e);
  AffineMap l = lower.project(e.sizes.size(), e.lhsLoops), r = lower.project(e.sizes.size(), e.rhsLoops);
  auto body = [&](ArrayRef<Scalar> v) {
    return convert(convert(v[0], e.lhsElement, wide) * convert(v[1], e.rhsElement, wide), wide, element);
  };
  Value out = lower.elementwise({{e.lhs, l, {}}, {e.rhs, r, {}}}, lower.tensor(e.sizes, element), body);
  return lower.reshape(out, shape);
}

static FailureOr<Values> lowerDotGeneral(Lowerer &lower, Operation *op) {
  auto result = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  Type wide = accumulatorType(op->getOperand(0), op->getOperand(1), elementType(op->getResult(0)));
  Einsum e = makeEinsum(lower, op);
  if (tensorType(e.lhs).getNumElements() == 0)
    return Values{lower.full(result, 0.0)};
  if (e.contracting == 0)
    return Values{outerProduct(lower, e, wide, result.getElementType())};
  return Values{sumOfProducts(lower, e, wide, result.getElementType())};
}

void addContraction(OpLowerings &table) { table["wg.dot_general"] = lowerDotGeneral; }

} // namespace wg::lowering
