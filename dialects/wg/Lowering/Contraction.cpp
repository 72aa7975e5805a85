// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// dot_general: neighbouring dimensions of one role are merged, then a matmul (with transposes in its maps), a batched
// one, or a general loop. Which of them IREE compiles with data tiling is a hint by size.

#include "wg/Lowering/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace wg::lowering {

namespace {
/// A contraction as an einsum: each dimension of an operand belongs to one loop.
struct Einsum {
  Value lhs, rhs;
  SmallVector<int64_t> lhsLoops, rhsLoops; // loop of each dimension
  SmallVector<int64_t> sizes;              // of the loops: batch, lhs free, rhs free, contracting
  int64_t batch, lhsFree, rhsFree, contracting;
  int64_t numParallel() const { return batch + lhsFree + rhsFree; }
};
} // namespace

// The operand before it was transposed, with its dimensions' loops: a transposition costs nothing in a map.
static Value throughTransposes(Value original, SmallVectorImpl<int64_t> &loops) {
  while (Operation *op = original.getDefiningOp()) {
    if (op->getName().getStringRef() != "wg.transpose")
      break;
    loops = llvm::to_vector(pick(Ints(loops), invert(intsAttr(op, "permutation"))));
    original = op->getOperand(0);
  }
  return original;
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
  e.lhs = lower.get(throughTransposes(op->getOperand(0), e.lhsLoops));
  e.rhs = lower.get(throughTransposes(op->getOperand(1), e.rhsLoops));
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
// side is thin (measured: 1024^3 3.3 -> 1.2 of JAX's time, but 8x4096x4096 1.9 -> 5.1).
static bool isWorthTiling(const Einsum &e, Type element, const Target &target) {
  if (!target.isCpu() || e.batch || e.lhsFree != 1 || e.rhsFree != 1 || e.contracting != 1 || !isa<FloatType>(element))
    return false;
  int64_t m = e.sizes[0], n = e.sizes[1], k = e.sizes[2];
  return std::min(m, n) >= 64 && m * n * k >= (int64_t(1) << 25);
}

static Value contract(Lowerer &lower, const Einsum &e, RankedTensorType type) {
  ImplicitLocOpBuilder &b = lower.b;
  int64_t rank = e.sizes.size();
  AffineMap maps[] = {lower.project(rank, e.lhsLoops), lower.project(rank, e.rhsLoops),
                      lower.project(rank, range(e.numParallel()))};
  Value init = lower.full(type, 0.0);
  bool isMatmul = e.lhsFree == 1 && e.rhsFree == 1 && e.contracting == 1;
  if (isMatmul && e.batch == 0) {
    auto op = linalg::MatmulOp::create(b, TypeRange{type}, ValueRange{e.lhs, e.rhs}, ValueRange{init});
    op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
    if (isWorthTiling(e, elementType(e.lhs), lower.target))
      op->setAttr("iree.opt.data_tiling", b.getUnitAttr());
    return op.getResult(0);
  }
  // The named op wants the batch dimension in front.
  if (isMatmul && e.batch == 1 && e.lhsLoops.front() == 0 && e.rhsLoops.front() == 0) {
    auto op = linalg::BatchMatmulOp::create(b, TypeRange{type}, ValueRange{e.lhs, e.rhs}, ValueRange{init});
    op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
    return op.getResult(0);
  }
  Ints axes = range(e.numParallel(), rank);
  return lower
      .reduce({{e.lhs, maps[0], {}}, {e.rhs, maps[1], {}}}, e.sizes, axes, init,
              [&](ArrayRef<Scalar> v) {
                Type wide = type.getElementType();
                if (v[0].isFloat())
                  return Scalars{v[2] + v[0].to(wide) * v[1].to(wide)};
                return Scalars{v[2] + v[0] * v[1]};
              })
      .front();
}

static FailureOr<Values> lowerDotGeneral(Lowerer &lower, Operation *op) {
  auto result = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  Type element = result.getElementType(), wide = computeType(element);
  Einsum e = makeEinsum(lower, op);
  if (tensorType(e.lhs).getNumElements() == 0)
    return Values{lower.full(result, 0.0)};
  mergeLoops(lower, e);
  // Without contracting dimensions it is a product; with matmuls of half types the sum is in f32.
  ArrayRef<int64_t> shape(e.sizes);
  RankedTensorType type = lower.tensor(shape.take_front(e.numParallel()), wide);
  Value out;
  if (e.contracting == 0) {
    AffineMap l = lower.project(e.sizes.size(), e.lhsLoops), r = lower.project(e.sizes.size(), e.rhsLoops);
    out = lower.elementwise({{e.lhs, l, {}}, {e.rhs, r, {}}}, type.clone(element), [&](ArrayRef<Scalar> v) {
      if (!v[0].isFloat())
        return v[0] * v[1];
      return (v[0].to(wide) * v[1].to(wide)).to(element);
    });
  } else {
    out = lower.castFloat(contract(lower, e, type), element);
  }
  return Values{lower.reshape(out, result.getShape())};
}

void addContraction(OpLowerings &table) { table["wg.dot_general"] = lowerDotGeneral; }

} // namespace wg::lowering
